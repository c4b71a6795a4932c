//! The tree of a document that was read, and a place in it.

use jiff::Timestamp;

use super::{ReadError, ReadErrorKind};
use crate::excerpt;
use crate::saml::instant;

/// The namespaces that parsers ask for. The name itself is not kept: a long one on every element
/// would fill the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// None at all.
    None,
    /// `urn:oasis:names:tc:SAML:2.0:assertion`.
    Assertion,
    /// `urn:oasis:names:tc:SAML:2.0:protocol`.
    Protocol,
    /// `urn:oasis:names:tc:SAML:2.0:metadata`.
    Metadata,
    /// XML Signature.
    Signature,
    /// XML Schema instance.
    SchemaInstance,
    /// One that nobody here asks for.
    Other,
}

impl Namespace {
    pub(super) fn of(uri: &str) -> Self {
        match uri {
            "urn:oasis:names:tc:SAML:2.0:assertion" => Self::Assertion,
            "urn:oasis:names:tc:SAML:2.0:protocol" => Self::Protocol,
            "urn:oasis:names:tc:SAML:2.0:metadata" => Self::Metadata,
            "http://www.w3.org/2000/09/xmldsig#" => Self::Signature,
            "http://www.w3.org/2001/XMLSchema-instance" => Self::SchemaInstance,
            _ => Self::Other,
        }
    }
}

/// An element that was read.
#[derive(Debug)]
pub(crate) struct Element {
    pub(super) namespace: Namespace,
    pub(super) local: String,
    pub(super) attributes: Vec<Attribute>,
    pub(super) content: Vec<Node>,
    /// Where it begins: a byte offset.
    pub(super) offset: usize,
}

/// An attribute that was read; namespace declarations are not among them.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) namespace: Namespace,
    pub(super) local: String,
    pub(super) value: String,
}

/// What stands in an element. Comments and processing instructions are gone, the text on both sides
/// of one is one text: to stop at a comment is how names were cut short and logins stolen.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

/// An element and the source it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(super) source: &'a str,
    pub(super) element: &'a Element,
}

impl<'a> Place<'a> {
    /// Whether the element has this name.
    pub(crate) fn is(self, namespace: Namespace, local: &str) -> bool {
        self.element.namespace == namespace && self.element.local == local
    }

    /// The element's local name.
    pub(crate) fn name(self) -> &'a str {
        &self.element.local
    }

    /// All children, in order.
    pub(crate) fn elements(self) -> impl Iterator<Item = Place<'a>> {
        self.element.content.iter().filter_map(move |node| match node {
            Node::Element(element) => Some(Place { element, ..self }),
            Node::Text(_) => None,
        })
    }

    /// The children of this name, in order.
    pub(crate) fn children(
        self,
        namespace: Namespace,
        local: &'static str,
    ) -> impl Iterator<Item = Place<'a>> {
        self.elements().filter(move |child| child.is(namespace, local))
    }

    /// The one child of this name, if there is one; a second is an error.
    pub(crate) fn child(
        self,
        namespace: Namespace,
        local: &'static str,
    ) -> Result<Option<Place<'a>>, ReadError> {
        let mut found = self.children(namespace, local);
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some(second) => Err(second
                .error(ReadErrorKind::Repeated { parent: shortened(self.name()), child: local })),
        }
    }

    /// The one child of this name; none and a second are errors.
    pub(crate) fn required_child(
        self,
        namespace: Namespace,
        local: &'static str,
    ) -> Result<Place<'a>, ReadError> {
        self.child(namespace, local)?.ok_or_else(|| {
            let parent = shortened(self.name());
            self.error(ReadErrorKind::MissingElement { parent, child: local })
        })
    }

    /// The value of an attribute without a prefix.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        self.attribute_in(Namespace::None, name)
    }

    /// The value of an attribute in a namespace.
    pub(crate) fn attribute_in(self, namespace: Namespace, name: &str) -> Option<&'a str> {
        self.element
            .attributes
            .iter()
            .find(|attribute| attribute.namespace == namespace && attribute.local == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// As [`Place::attribute`], and it must be there.
    pub(crate) fn required(self, name: &'static str) -> Result<&'a str, ReadError> {
        self.attribute(name).ok_or_else(|| {
            let element = shortened(self.name());
            self.error(ReadErrorKind::MissingAttribute { element, attribute: name })
        })
    }

    /// An attribute that is an instant (C 1.3.3).
    pub(crate) fn instant(self, name: &'static str) -> Result<Option<Timestamp>, ReadError> {
        self.parsed(name, "an instant in UTC", |value| instant::read(value).ok())
    }

    /// As [`Place::instant`], and it must be there.
    pub(crate) fn required_instant(self, name: &'static str) -> Result<Timestamp, ReadError> {
        let value = self.required(name)?;
        instant::read(value).map_err(|_| self.bad_value(name, value, "an instant in UTC"))
    }

    /// An attribute that is an `xs:boolean`.
    pub(crate) fn boolean(self, name: &'static str) -> Result<Option<bool>, ReadError> {
        self.parsed(name, "true or false", |value| match value {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        })
    }

    /// An attribute that `parse` understands.
    pub(crate) fn parsed<T>(
        self,
        name: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ReadError> {
        self.attribute(name)
            .map(|value| parse(value).ok_or_else(|| self.bad_value(name, value, expected)))
            .transpose()
    }

    /// The text of an element that holds nothing else, untrimmed and whole.
    pub(crate) fn text(self) -> Result<String, ReadError> {
        if let Some(child) = self.elements().next() {
            let (element, found) = (shortened(self.name()), shortened(child.name()));
            return Err(child.error(ReadErrorKind::NotText { element, found }));
        }
        Ok(self.all_text())
    }

    /// All text in the element and below, in order.
    pub(crate) fn all_text(self) -> String {
        let mut text = String::new();
        self.collect_text(&mut text);
        text
    }

    fn collect_text(self, into: &mut String) {
        for node in &self.element.content {
            match node {
                Node::Text(text) => into.push_str(text),
                Node::Element(element) => Place { element, ..self }.collect_text(into),
            }
        }
    }

    /// The error at this element.
    pub(crate) fn error(self, kind: ReadErrorKind) -> ReadError {
        ReadError::at(self.source, self.element.offset, kind)
    }

    /// The error that an attribute's or a child's value is not what it has to be.
    pub(crate) fn bad_value(self, what: &str, found: &str, expected: &'static str) -> ReadError {
        let what = format!("{what} of <{}>", shortened(self.name()));
        self.error(ReadErrorKind::Value { what, found: shortened(found), expected })
    }
}

/// A name or value as an error shows it.
pub(super) fn shortened(text: &str) -> String {
    excerpt::name(text).into_owned()
}
