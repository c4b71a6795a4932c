//! XML with line breaks, to be looked at and never to be verified.

use quick_xml::events::Event;
use quick_xml::{Reader, Writer};

/// The document with an element a line; as it is where it cannot be read.
pub(super) fn pretty(xml: &str) -> String {
    indented(xml).unwrap_or_else(|| xml.to_owned())
}

fn indented(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            // What stood between elements would be doubled by the indent.
            Event::Text(text) if text.trim_ascii().is_empty() => {}
            event => writer.write_event(event).ok()?,
        }
    }
    String::from_utf8(writer.into_inner()).ok()
}
