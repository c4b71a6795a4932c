//! Huge documents are refused before they cost anything, and those just inside the limits are not.

use samlproof::crypto::canonicalize;
use samlproof::saml::SignatureFault;

use super::fixture::{accepted, between, refused, replaced, signed_assertion};

fn unreadable(document: &str) {
    let fault = refused(document);
    assert!(matches!(fault, SignatureFault::Unreadable(_)), "{fault:?}");
}

/// The signed fixture with something in an unsigned place.
fn holding(filler: &str) -> String {
    let xml = signed_assertion();
    replaced(
        &xml,
        "<saml2p:Status ",
        &format!("<saml2p:Extensions>{filler}</saml2p:Extensions><saml2p:Status "),
    )
}

#[test]
fn size_is_bounded() {
    let room = (1 << 20) - holding("").len();
    accepted(&holding(&"x".repeat(room)));
    unreadable(&holding(&"x".repeat(room + 1)));
    unreadable(&"<".repeat(50 << 20));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    accepted(&holding(&nested(62)));
    unreadable(&holding(&nested(63)));
    unreadable(&nested(100_000));
    unreadable(&"<a>".repeat(300_000));
}

#[test]
fn number_of_elements_is_bounded() {
    accepted(&holding(&"<a/>".repeat(40_000)));
    unreadable(&holding(&"<a/>".repeat(50_001)));
}

#[test]
fn attributes_and_namespaces_of_an_element_are_bounded() {
    let attributes = |count: usize| {
        let list: String = (0..count).map(|index| format!(" a{index}=''")).collect();
        format!("<a{list}/>")
    };
    accepted(&holding(&attributes(1000)));
    unreadable(&holding(&attributes(1025)));
    unreadable(&attributes(90_000));
    let namespaces = |count: usize| {
        let list: String = (0..count).map(|index| format!(" xmlns:n{index}='u:{index}'")).collect();
        format!("<a{list}/>")
    };
    accepted(&holding(&namespaces(32)));
    unreadable(&holding(&namespaces(33)));
    unreadable(&holding(&namespaces(20_000)));
}

#[test]
fn namespace_names_are_bounded_since_canonicalisation_repeats_them() {
    let amplified = |length: usize, count: usize| {
        format!("<a xmlns:p='u:{}'>{}</a>", "u".repeat(length - 2), "<p:b/>".repeat(count))
    };
    assert!(canonicalize(&amplified(512, 1000), None, &[]).is_ok());
    unreadable(&holding(&amplified(513, 1)));
    unreadable(&amplified(500_000, 80_000));
    // Inside every single limit, and still too long.
    assert!(canonicalize(&amplified(512, 40_000), None, &[]).is_err());
}

#[test]
fn number_of_signatures_is_bounded() {
    let xml = signed_assertion();
    let assertion = between(&xml, "<saml2:Assertion ", "</saml2:Assertion>");
    let many: String = (0..20)
        .map(|index| assertion.replace(super::fixture::ASSERTION, &format!("id{index}")))
        .collect();
    assert!(matches!(refused(&replaced(&xml, assertion, &many)), SignatureFault::Form(_)));
}
