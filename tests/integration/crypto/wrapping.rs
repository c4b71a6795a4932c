//! Documents that try to be believed by what stands around a signature, or around what it signs. Each
//! has a twin that is accepted.

use samlproof::crypto::Engine;
use samlproof::saml::SignatureFault;

use super::fixture::{
    ASSERTION, RESPONSE, Signed, accepted, between, key, profile, refused, refused_for_form,
    replaced, sign, signed_assertion, unsigned,
};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

#[test]
fn signatures_in_other_places_are_refused() {
    let xml = signed_assertion();
    let signature = between(&xml, "<ds:Signature ", "</ds:Signature>").to_owned();
    let without = replaced(&xml, &signature, "");
    for (name, before) in [
        ("in the Status", "<saml2p:StatusCode "),
        ("in the Subject", "<saml2:NameID "),
        ("in the NameID's text", "jane@example.test"),
        ("in the AttributeStatement", "<saml2:Attribute "),
    ] {
        refused_for_form(name, &replaced(&without, before, &format!("{signature}{before}")));
    }
    // In the response, but naming the assertion.
    let hoisted = replaced(&without, "<saml2p:Status ", &format!("{signature}<saml2p:Status "));
    refused_for_form("hoisted into the response", &hoisted);
    // Twins: at the end of the assertion the enveloped transform removes it just as well.
    let last = replaced(&without, "</saml2:Assertion>", &format!("{signature}</saml2:Assertion>"));
    accepted(&last);
    let root = without
        .replace("<saml2p:Response ", "<saml2p:ArtifactResponse ")
        .replace("</saml2p:Response>", "</saml2p:ArtifactResponse>");
    let root = replaced(&root, "</saml2:Assertion>", &format!("{signature}</saml2:Assertion>"));
    refused_for_form("in a document of another kind", &root);
}

/// An assertion by somebody else.
fn evil(id: &str) -> String {
    let xml = unsigned();
    between(&xml, "<saml2:Assertion ", "</saml2:Assertion>")
        .replace("jane@example.test", "admin@example.test")
        .replace(ASSERTION, id)
}

#[test]
fn wrapped_assertions_are_refused_or_leave_only_what_was_signed() {
    let xml = signed_assertion();
    let original = between(&xml, "<saml2:Assertion ", "</saml2:Assertion>").to_owned();
    let within = |opening: &str, closing: &str| {
        let (start, end) = evil("id1")
            .split_once("<saml2:Subject ")
            .map(|(start, end)| (start.to_owned(), format!("<saml2:Subject {end}")))
            .unwrap();
        format!("{start}{opening}{original}{closing}{end}")
    };
    for (name, wrapped) in [
        (
            "in Extensions",
            format!("<saml2p:Extensions>{original}</saml2p:Extensions>{}", evil("id1")),
        ),
        ("in Advice", within("<saml2:Advice>", "</saml2:Advice>")),
        ("in an Object", within(&format!("<ds:Object xmlns:ds=\"{DSIG}\">"), "</ds:Object>")),
        ("in an evil assertion", within("", "")),
        (
            "in a response inside",
            format!("<saml2p:Response>{original}</saml2p:Response>{}", evil("id1")),
        ),
    ] {
        refused_for_form(name, &replaced(&xml, &original, &wrapped));
    }
    for wrapped in [format!("{}{original}", evil("id1")), format!("{original}{}", evil("id1"))] {
        let parts = accepted(&replaced(&xml, &original, &wrapped));
        assert_eq!(parts.len(), 1);
        assert!(parts[0].canonical.contains("jane@example.test"));
        assert!(!parts[0].canonical.contains("admin@example.test"));
    }
}

#[test]
fn wrapped_responses_are_refused() {
    let okta = key("okta-1");
    let xml = sign(Engine::Native, &unsigned(), Signed::Response, &okta, &profile(&okta));
    accepted(&xml);
    let (declaration, original) = xml.split_once("?>").unwrap();
    let outer = |inner: &str| {
        let shell = unsigned().replace(RESPONSE, "id2").replace(ASSERTION, "id1");
        let shell = shell.split_once("?>").unwrap().1.to_owned();
        format!(
            "{declaration}?>{}",
            replaced(&shell, "<saml2p:Status ", &format!("{inner}<saml2p:Status "))
        )
    };
    refused_for_form(
        "in Extensions",
        &outer(&format!("<saml2p:Extensions>{original}</saml2p:Extensions>")),
    );
    let signature = between(original, "<ds:Signature ", "</ds:Signature>");
    refused_for_form("its signature alone", &outer(signature));
    let detached = replaced(original, signature, "");
    let holding = signature
        .replace("</ds:Signature>", &format!("<ds:Object>{detached}</ds:Object></ds:Signature>"));
    refused_for_form("in its own signature", &outer(&holding));
}

#[test]
fn repeated_ids_are_refused_in_every_spelling() {
    let xml = signed_assertion();
    for attribute in ["ID", "Id", "id", "xml:id"] {
        for value in [ASSERTION, RESPONSE] {
            let repeated = format!("<saml2p:StatusCode {attribute}=\"{value}\" ");
            let document = replaced(&xml, "<saml2p:StatusCode ", &repeated);
            assert_eq!(refused(&document), SignatureFault::DuplicateId(value.into()));
        }
        let fresh = format!("<saml2p:StatusCode {attribute}=\"fresh\" ");
        accepted(&replaced(&xml, "<saml2p:StatusCode ", &fresh));
    }
    let spaced = format!("<saml2p:StatusCode xml:id=\" {ASSERTION} \" ");
    let document = replaced(&xml, "<saml2p:StatusCode ", &spaced);
    assert_eq!(refused(&document), SignatureFault::DuplicateId(ASSERTION.into()));
    let twice =
        replaced(&xml, "</saml2:Assertion>", &format!("</saml2:Assertion>{}", evil(ASSERTION)));
    assert_eq!(refused(&twice), SignatureFault::DuplicateId(ASSERTION.into()));
}

#[test]
fn document_types_are_refused() {
    let xml = signed_assertion();
    for doctype in [
        "<!DOCTYPE r>",
        "<!DOCTYPE r SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>",
        "<!DOCTYPE r [<!ATTLIST saml2p:StatusCode ID ID #FIXED \"x\">]>",
    ] {
        let document = xml.replacen("?>", &format!("?>{doctype}"), 1);
        assert!(matches!(refused(&document), SignatureFault::Unreadable(_)), "{doctype}");
    }
    let harmless = xml.replacen("?>", "?><!-- <!DOCTYPE r> -->", 1);
    accepted(&harmless);
}

#[test]
fn relative_namespaces_are_refused_since_they_have_no_canonical_form() {
    let xml = signed_assertion();
    let with = |namespace: &str| {
        replaced(&xml, "<saml2p:StatusCode ", &format!("<saml2p:StatusCode xmlns:n='{namespace}' "))
    };
    for relative in
        ["1", "a/b", "//host", "#x", ":a", "1:a", "a:", "a:b c", "a:%zz", "a:é", "a:b#c#d"]
    {
        let fault = refused(&with(relative));
        assert!(matches!(fault, SignatureFault::Unreadable(_)), "{relative}: {fault:?}");
    }
    for absolute in ["urn:a", "http://example.com/a?b=c#d", "a:%41"] {
        accepted(&with(absolute));
    }
}

#[test]
fn documents_that_are_not_xml_are_refused() {
    for document in [
        "",
        " ",
        "<",
        "<a>",
        "<a/><b/>",
        "a<a/>",
        "<a>&b;</a>",
        "<a b='<'/>",
        "<a b='1' b='2'/>",
        "<x:a/>",
        "<a\u{0}/>",
    ] {
        let fault = refused(document);
        assert!(matches!(fault, SignatureFault::Unreadable(_)), "{document}: {fault:?}");
    }
    let xml = signed_assertion();
    for (from, to) in
        [("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\""), ("version=\"1.0\"", "version=\"1.1\"")]
    {
        assert!(matches!(refused(&replaced(&xml, from, to)), SignatureFault::Unreadable(_)));
    }
    accepted(&replaced(&xml, "encoding=\"UTF-8\"", "encoding=\"utf-8\""));
    accepted(&xml.replacen("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "", 1));
}

#[test]
fn comments_and_cdata_do_not_change_what_is_read() {
    let xml = signed_assertion();
    let plain = accepted(&xml);
    for split in
        ["jane@example<!--x-->.test", "jane@example<![CDATA[.test]]>", "jane@example&#x2e;test"]
    {
        assert_eq!(accepted(&replaced(&xml, "jane@example.test", split)), plain);
    }
    let instruction = replaced(&xml, "jane@example.test", "jane@example<?x?>.test");
    assert_eq!(refused(&instruction), SignatureFault::Digest(ASSERTION.into()));
}
