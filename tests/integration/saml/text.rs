//! Escaping, and strategies for text that other tests use.

use proptest::prelude::*;
use samlproof::saml::xml;

/// Any text that XML 1.0 can carry.
pub(crate) fn writable() -> impl Strategy<Value = String> {
    let favourites = prop::sample::select(vec![
        "&", "<", ">", "\"", "'", "\r", "\n", "\r\n", "\t", " ", "]]>", "<!--", "&amp;", "😀", "ß",
        "\u{85}",
    ]);
    let part = prop_oneof![
        favourites.prop_map(str::to_owned),
        any::<String>().prop_map(|text| text
            .chars()
            .filter(|c| xml::unwritable(&c.to_string()).is_none())
            .collect()),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

#[test]
fn text_is_escaped_as_canonical_xml_escapes_it() {
    assert_eq!(xml::text("R&D <b> \"q\" \r\n\t😀"), "R&amp;D &lt;b&gt; \"q\" &#xD;\n\t😀");
    assert_eq!(xml::text("plain"), "plain");
}

#[test]
fn attributes_are_escaped_as_canonical_xml_escapes_them() {
    assert_eq!(
        xml::attribute("R&D <b> \"q\" \r\n\t"),
        "R&amp;D &lt;b> &quot;q&quot; &#xD;&#xA;&#x9;"
    );
}

#[test]
fn what_xml_cannot_carry_is_found_and_never_written() {
    assert_eq!(xml::unwritable("a\u{0}b"), Some('\u{0}'));
    assert_eq!(xml::unwritable("a\u{FFFE}"), Some('\u{FFFE}'));
    assert_eq!(xml::unwritable("a\tb\r\n\u{E000}\u{10FFFF}"), None);
    assert_eq!(xml::text("a\u{0}b"), "a\u{FFFD}b");
}
