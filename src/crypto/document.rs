//! A document read under limits that bound the work of everything that follows.

use std::collections::HashMap;

use uppsala::{Document, Element, NodeId, NodeKind, Parser};

/// `http://www.w3.org/2000/09/xmldsig#`.
pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The namespace of protocol messages.
pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The namespace of assertions.
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Bytes of a document: ten times the largest response seen in practice.
const MAX_BYTES: usize = 1 << 20;
/// Elements inside one another.
const MAX_DEPTH: u32 = 64;
/// Elements in all.
const MAX_ELEMENTS: usize = 50_000;
/// Attributes of one element; finding a repeated one is quadratic.
const MAX_ATTRIBUTES: usize = 1024;
/// Namespace declarations of one element: with the depth, what a prefix is looked up in.
const MAX_DECLARATIONS: usize = 32;
/// Bytes of a namespace name: canonicalisation may repeat it on every element.
const MAX_NAMESPACE: usize = 512;

/// A well-formed document without DTD, inside all limits, with no ID twice.
#[derive(Debug)]
pub(super) struct Bounded<'a> {
    pub(super) tree: Document<'a>,
    /// Elements in document order.
    pub(super) elements: Vec<NodeId>,
    ids: HashMap<String, NodeId>,
}

/// Why a document was not read.
#[derive(Debug)]
pub(super) enum Unread {
    Malformed(String),
    DuplicateId(String),
}

impl<'a> Bounded<'a> {
    /// Reads a document.
    pub(super) fn parse(xml: &'a str) -> Result<Self, Unread> {
        bound_text(xml).map_err(Unread::Malformed)?;
        let tree = Parser::new()
            .with_forbid_dtd(true)
            .with_max_depth(MAX_DEPTH)
            .parse(xml)
            .map_err(|error| Unread::Malformed(error.to_string()))?;
        bound_declaration(&tree).map_err(Unread::Malformed)?;
        let mut bounded = Self { tree, elements: Vec::new(), ids: HashMap::new() };
        bounded.walk(bounded.tree.root())?;
        Ok(bounded)
    }

    /// The document's root element.
    pub(super) fn root(&self) -> Option<NodeId> {
        self.tree.document_element()
    }

    /// The element whose `ID` attribute (no namespace, in capitals, as SAML spells it) is this.
    pub(super) fn by_id(&self, id: &str) -> Option<NodeId> {
        let node = self.ids.get(id).copied()?;
        (self.attribute(node, "ID") == Some(id)).then_some(node)
    }

    /// Whether a node is the element of a namespace and local name.
    pub(super) fn is(&self, node: NodeId, namespace: &str, local: &str) -> bool {
        self.tree.element(node).is_some_and(|element| element.matches_name_ns(namespace, local))
    }

    /// An attribute without namespace.
    pub(super) fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        let found = self.tree.element(node)?.attributes.iter().find(|attribute| {
            attribute.name.namespace_uri.is_none() && attribute.name.local_name == name
        });
        found.map(|attribute| &*attribute.value)
    }

    /// The children that are elements.
    pub(super) fn child_elements(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.tree.children_iter(node).filter(|child| self.tree.element(*child).is_some())
    }

    fn walk(&mut self, node: NodeId) -> Result<(), Unread> {
        if let Some(NodeKind::Element(element)) = self.tree.node_kind(node) {
            bound_element(element).map_err(Unread::Malformed)?;
            for id in identifiers(element) {
                if self.ids.insert(id.clone(), node).is_some() {
                    return Err(Unread::DuplicateId(id));
                }
            }
            self.elements.push(node);
            if self.elements.len() > MAX_ELEMENTS {
                return Err(Unread::Malformed(format!("more than {MAX_ELEMENTS} elements")));
            }
        }
        let mut next = self.tree.first_child(node);
        while let Some(child) = next {
            self.walk(child)?;
            next = self.tree.next_sibling(child);
        }
        Ok(())
    }
}

/// What some reader takes for an ID: the usual spellings, and `xml:id`, which libxml2 registers by
/// itself. White space is dropped because attribute normalisation may drop it.
fn identifiers(element: &Element<'_>) -> Vec<String> {
    let is_id = |namespace: Option<&str>, name: &str| match namespace {
        None => matches!(name, "ID" | "Id" | "id"),
        Some(namespace) => namespace == XML && name == "id",
    };
    element
        .attributes
        .iter()
        .filter(|attribute| {
            is_id(attribute.name.namespace_uri.as_deref(), &attribute.name.local_name)
        })
        .map(|attribute| attribute.value.split_whitespace().collect())
        .filter(|id: &String| !id.is_empty())
        .collect()
}

/// Limits that have to hold before the parser runs, since it is quadratic in the attributes of one
/// tag. A tag cannot contain `<`, so it lies between one and the next.
fn bound_text(xml: &str) -> Result<(), String> {
    if xml.len() > MAX_BYTES {
        return Err(format!("{} bytes, more than {MAX_BYTES}", xml.len()));
    }
    for tag in xml.split('<') {
        if tag.len() > MAX_ATTRIBUTES
            && tag.bytes().filter(|byte| *byte == b'=').count() > MAX_ATTRIBUTES
        {
            return Err(format!("more than {MAX_ATTRIBUTES} attributes on one element"));
        }
        if tag.len() > MAX_DECLARATIONS * 5 && tag.matches("xmlns").count() > MAX_DECLARATIONS {
            return Err(format!("more than {MAX_DECLARATIONS} namespaces on one element"));
        }
    }
    Ok(())
}

/// The text is UTF-8 by type; a declaration that says otherwise would make readers of its bytes
/// see another document.
fn bound_declaration(tree: &Document<'_>) -> Result<(), String> {
    let Some(declaration) = &tree.xml_declaration else { return Ok(()) };
    if declaration.version != "1.0" {
        return Err(format!("XML {}, not 1.0", declaration.version));
    }
    match &declaration.encoding {
        Some(encoding) if !encoding.eq_ignore_ascii_case("UTF-8") => {
            Err(format!("declared as {encoding}, not UTF-8"))
        }
        _ => Ok(()),
    }
}

fn bound_element(element: &Element<'_>) -> Result<(), String> {
    for (prefix, name) in &element.namespace_declarations {
        if name.len() > MAX_NAMESPACE {
            return Err(format!(
                "the namespace of prefix `{prefix}` is over {MAX_NAMESPACE} bytes"
            ));
        }
        if !name.is_empty() && !is_absolute(name) {
            return Err(format!("the namespace of prefix `{prefix}` is not an absolute URI"));
        }
    }
    Ok(())
}

/// Whether a namespace name is an absolute URI. Canonicalisation must fail for a relative one (C14N
/// 1.0, section 1.3), some implementations do and others go on, and a verifier that takes the failure
/// for an empty text believes whatever has the digest of nothing.
fn is_absolute(name: &str) -> bool {
    let Some((scheme, rest)) = name.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let mut bytes = rest.bytes();
    while let Some(byte) = bytes.next() {
        let is_allowed = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte),
        };
        if !is_allowed {
            return false;
        }
    }
    is_scheme && !rest.is_empty() && rest.matches('#').count() <= 1
}
