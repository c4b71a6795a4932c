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
    // White space that is all there is in an element, so far. What stands between elements is left out:
    // the indent would double it.
    let (mut begun, mut blank) = (false, None);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Text(text) if text.trim_ascii().is_empty() => blank = begun.then_some(text),
            event => {
                if let (Event::End(_), Some(text)) = (&event, blank.take()) {
                    writer.write_event(Event::Text(text)).ok()?;
                }
                begun = matches!(event, Event::Start(_));
                writer.write_event(event).ok()?;
            }
        }
    }
    String::from_utf8(writer.into_inner()).ok()
}
