//! Values of attributes, encoded as Okta's pages do.

use std::fmt::Write;

/// An attribute's value: everything but ASCII letters, digits and `,.-_` by number, as OWASP
/// recommends (facts/okta.md 1.4).
pub(in crate::serve) fn encode_attribute(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ',' | '.' | '-' | '_' => encoded.push(character),
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            other => {
                // Writing into a String does not fail.
                let _ = write!(encoded, "&#x{:x};", u32::from(other));
            }
        }
    }
    encoded
}
