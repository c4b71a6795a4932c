//! Text as it is written into XML: escaped the way canonical XML escapes it, so that a document
//! written with these is not changed by canonicalization (Canonical XML 1.0, section 2.3).

use std::borrow::Cow;

/// Character data: `&`, `<`, `>` and CR are escaped.
///
/// A character that XML 1.0 has no way to write becomes U+FFFD; ask [`unwritable`] first where that
/// matters.
pub fn text(raw: &str) -> Cow<'_, str> {
    escape(raw, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// The inside of a double-quoted attribute: `&`, `<`, `"`, TAB, LF and CR are escaped.
///
/// A character that XML 1.0 has no way to write becomes U+FFFD, as with [`text`].
pub fn attribute(raw: &str) -> Cow<'_, str> {
    escape(raw, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// An attribute with the blank in front of it.
pub(super) fn named(name: &str, value: &str) -> String {
    format!(r#" {name}="{}""#, attribute(value))
}

/// The first character that XML 1.0 cannot carry, not even escaped: most control characters.
pub fn unwritable(raw: &str) -> Option<char> {
    raw.chars().find(|c| !is_char(*c))
}

/// `Char` of XML 1.0; a Rust `char` is never a surrogate.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn escape(raw: &str, replacement: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let replacement = |c| replacement(c).or_else(|| (!is_char(c)).then_some("\u{FFFD}"));
    if !raw.chars().any(|c| replacement(c).is_some()) {
        return Cow::Borrowed(raw);
    }
    let mut escaped = String::with_capacity(raw.len() + 16);
    for c in raw.chars() {
        match replacement(c) {
            Some(text) => escaped.push_str(text),
            None => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}
