//! Making the tree.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};
use quick_xml::reader::NsReader;

use super::element::{Attribute, Element, Namespace, Node, Place, shortened};
use super::{ReadError, ReadErrorKind};
use crate::excerpt;
use crate::saml::xml;

/// The most that is read of a document. Real messages have less than a tenth of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub size: usize,
    /// Elements inside one another.
    pub depth: usize,
    /// Elements in all.
    pub elements: usize,
    /// Attributes of one element, namespace declarations among them.
    pub attributes: usize,
}

impl Limits {
    /// The limits of every reader in this module: 1 MiB, 64 deep, 50 000 elements, 64 attributes.
    pub const DOCUMENT: Self = Self { size: 1 << 20, depth: 64, elements: 50_000, attributes: 64 };
}

/// Reads a document whose root has the given name, and hands the root to `parse`.
pub(crate) fn read<T>(
    source: &str,
    namespace: Namespace,
    root: &'static str,
    parse: impl FnOnce(Place<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let element = Builder::new(source).read()?;
    let place = Place { source, element: &element };
    if !place.is(namespace, root) {
        let found = match place.name() {
            same if same == root => format!("{root} xmlns=\"another namespace\""),
            other => shortened(other),
        };
        return Err(place.error(ReadErrorKind::Root { expected: root, found }));
    }
    parse(place)
}

struct Builder<'a> {
    source: &'a str,
    reader: NsReader<&'a [u8]>,
    /// The elements that are open, outermost first.
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// Where the current event begins.
    offset: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut reader = NsReader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        Self { source, reader, open: vec![], root: None, elements: 0, offset: 0 }
    }

    fn read(mut self) -> Result<Element, ReadError> {
        let (size, limit) = (self.source.len(), Limits::DOCUMENT.size);
        if size > limit {
            return Err(self.error(ReadErrorKind::TooLarge { size, limit }));
        }
        if let Some((offset, c)) = self.source.char_indices().find(|(_, c)| !xml::is_char(*c)) {
            self.offset = offset;
            return Err(self.syntax(format!("the character U+{:04X}", u32::from(c))));
        }
        loop {
            self.offset = position(self.reader.buffer_position());
            let event = self.reader.read_event().map_err(|error| {
                let offset = position(self.reader.error_position());
                ReadError::at(
                    self.source,
                    offset,
                    ReadErrorKind::Syntax(excerpt::head(&error.to_string(), 300).into_owned()),
                )
            })?;
            if matches!(event, Event::Eof) {
                return self.finish();
            }
            self.take(&event)?;
        }
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(start) => self.start(start),
            Event::End(_) => self.end(),
            Event::Text(text) if text.contains("]]>") => {
                Err(self.syntax("the characters ]]> outside of a CDATA section"))
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(_) if self.open.is_empty() => {
                Err(self.syntax("a CDATA section outside of the root element"))
            }
            Event::CData(data) => self.text(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let c = self.reference(reference)?;
                self.text(c.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err(self.error(ReadErrorKind::Dtd)),
            Event::Decl(_) if self.offset > 0 => {
                Err(self.syntax("an XML declaration that is not at the beginning"))
            }
            Event::Decl(declaration) => match declaration.version() {
                Ok(version) if version == "1.0" => Ok(()),
                _ => Err(self.syntax("only XML 1.0 is read")),
            },
            Event::Comment(_) | Event::PI(_) | Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        let limits = Limits::DOCUMENT;
        self.elements += 1;
        if self.root.is_some() {
            return Err(self.syntax("a second root element"));
        }
        if self.open.len() == limits.depth {
            return Err(self.error(ReadErrorKind::TooDeep { limit: limits.depth }));
        }
        if self.elements > limits.elements {
            return Err(self.error(ReadErrorKind::TooManyElements { limit: limits.elements }));
        }
        let name = start.name();
        self.check_name(name)?;
        let resolved = self.reader.resolver().resolve_element(name).0;
        let element = Element {
            namespace: self.namespace(&resolved)?,
            local: name.local_name().as_ref().to_owned(),
            attributes: self.attributes(start)?,
            content: vec![],
            offset: self.offset,
        };
        self.open.push(element);
        Ok(())
    }

    fn attributes(&self, start: &BytesStart<'_>) -> Result<Vec<Attribute>, ReadError> {
        let limit = Limits::DOCUMENT.attributes;
        let mut seen: Vec<(ResolveResult<'_>, String)> = vec![];
        let mut attributes = vec![];
        for (index, attribute) in start.attributes().enumerate() {
            let attribute = attribute.map_err(|error| self.syntax(error.to_string()))?;
            if index == limit {
                return Err(self.error(ReadErrorKind::TooManyAttributes { limit }));
            }
            self.check_name(attribute.key)?;
            if attribute.value.contains('<') {
                return Err(self.syntax("the character < in an attribute"));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.syntax(error.to_string()))?;
            if let Some(c) = xml::unwritable(&value) {
                return Err(self.syntax(format!("a reference to U+{:04X}", u32::from(c))));
            }
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (resolved, local) = self.reader.resolver().resolve_attribute(attribute.key);
            let namespace = self.namespace(&resolved)?;
            let local = local.as_ref().to_owned();
            if seen.iter().any(|(other, name)| *other == resolved && *name == local) {
                return Err(self.syntax(format!("the attribute {} twice", shortened(&local))));
            }
            attributes.push(Attribute {
                namespace,
                local: local.clone(),
                value: value.into_owned(),
            });
            seen.push((resolved, local));
        }
        Ok(attributes)
    }

    fn end(&mut self) -> Result<(), ReadError> {
        // The reader refuses an end tag that closes nothing, so there is always one open.
        let Some(element) = self.open.pop() else {
            return Err(self.syntax("an end tag that closes nothing"));
        };
        match self.open.last_mut() {
            Some(parent) => parent.content.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), ReadError> {
        let Some(parent) = self.open.last_mut() else {
            let blank = text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            return if blank {
                Ok(())
            } else {
                Err(self.syntax("text outside of the root element"))
            };
        };
        match parent.content.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => parent.content.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        if self.open.is_empty() {
            return Err(self.syntax("a reference outside of the root element"));
        }
        let named = match reference.resolve_char_ref() {
            Ok(Some(c)) if xml::is_char(c) => return Ok(c),
            Ok(Some(c)) => {
                return Err(self.syntax(format!("a reference to U+{:04X}", u32::from(c))));
            }
            Ok(None) => &**reference,
            Err(error) => return Err(self.syntax(error.to_string())),
        };
        match named {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            other => Err(self.error(ReadErrorKind::Entity(shortened(other)))),
        }
    }

    fn finish(mut self) -> Result<Element, ReadError> {
        if let Some(element) = self.open.pop() {
            return Err(self.syntax(format!("<{}> is not closed", shortened(&element.local))));
        }
        let nothing = self.syntax("there is no element");
        self.root.take().ok_or(nothing)
    }

    fn namespace(&self, resolved: &ResolveResult<'_>) -> Result<Namespace, ReadError> {
        match resolved {
            ResolveResult::Unbound => Ok(Namespace::None),
            ResolveResult::Bound(uri) => Ok(Namespace::of(uri.as_ref())),
            ResolveResult::Unknown(prefix) => {
                Err(self.error(ReadErrorKind::Prefix(shortened(prefix))))
            }
        }
    }

    fn check_name(&self, name: QName<'_>) -> Result<(), ReadError> {
        let parts = name.as_ref().splitn(2, ':');
        let well_formed = parts.into_iter().all(is_name);
        if well_formed {
            Ok(())
        } else {
            Err(self.syntax(format!("{:?} is not a name", shortened(name.as_ref()))))
        }
    }

    fn syntax(&self, what: impl AsRef<str>) -> ReadError {
        self.error(ReadErrorKind::Syntax(excerpt::head(what.as_ref(), 300).into_owned()))
    }

    fn error(&self, kind: ReadErrorKind) -> ReadError {
        ReadError::at(self.source, self.offset, kind)
    }
}

/// Near enough an `NCName`: no colon, no punctuation that has a meaning, no digit in front.
fn is_name(part: &str) -> bool {
    let starts = |c: char| c.is_alphabetic() || c == '_';
    let continues = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || !c.is_ascii();
    part.starts_with(starts) && part.chars().all(continues)
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).expect("the source is in memory, so its length fits")
}
