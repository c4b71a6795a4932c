//! Signatures of another form than the accepted one. Each row of each table differs in one thing from
//! a document that is accepted.

use samlproof::crypto::{canonicalize, sign_bytes};
use samlproof::saml::{SignatureAlgorithm, SignatureFault};

use super::fixture::{
    ASSERTION, RESPONSE, accepted, between, id, key, refused, refused_for_form, replaced,
    signed_assertion, unsigned,
};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE_LIST: &str = "<ec:InclusiveNamespaces PrefixList=\"xs\" xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";

/// The fixture with another SignedInfo and a SignatureValue that the trusted key really made over it:
/// so it is the form that is refused, not the key.
fn resigned(change: impl FnOnce(&str) -> String) -> String {
    let xml = signed_assertion();
    let signed_info = between(&xml, "<ds:SignedInfo>", "</ds:SignedInfo>");
    let changed = change(signed_info);
    let alone =
        changed.replacen("<ds:SignedInfo", &format!("<ds:SignedInfo xmlns:ds=\"{DSIG}\""), 1);
    let canonical = canonicalize(&alone, None, &[]).unwrap();
    let signature =
        sign_bytes(&key("okta-1"), SignatureAlgorithm::RsaSha256, canonical.as_bytes()).unwrap();
    let value = between(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let new_value = format!("<ds:SignatureValue>{}</ds:SignatureValue>", base64(&signature));
    xml.replace(signed_info, &changed).replace(value, &new_value)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn resigning_without_a_change_is_accepted() {
    let parts = accepted(&resigned(str::to_owned));
    assert_eq!(parts[0].id, id(ASSERTION));
    // White space between the elements is harmless and signed.
    accepted(&resigned(|info| info.replace("><ds:", ">\n  <ds:")));
}

#[test]
fn references_to_anything_but_the_parent_are_refused() {
    let own = format!("URI=\"#{ASSERTION}\"");
    for (name, other) in [
        ("a file", "URI=\"Cargo.toml\"".to_owned()),
        ("a file URI", "URI=\"file:///etc/hostname\"".to_owned()),
        ("a web address", "URI=\"http://127.0.0.1:9/\"".to_owned()),
        ("the whole document", "URI=\"\"".to_owned()),
        ("nothing", String::new()),
        ("an empty fragment", "URI=\"#\"".to_owned()),
        ("the response", format!("URI=\"#{RESPONSE}\"")),
        ("an XPointer to the root", "URI=\"#xpointer(/)\"".to_owned()),
        ("an XPointer to the parent", format!("URI=\"#xpointer(id('{ASSERTION}'))\"")),
        ("an encoded fragment", format!("URI=\"#%69{}\"", &ASSERTION[1..])),
        ("the parent, with a type", format!("{own} Type=\"{DSIG}Object\"")),
    ] {
        refused_for_form(name, &resigned(|info| replaced(info, &own, &other)));
    }
}

#[test]
fn other_numbers_of_references_are_refused() {
    let reference = |info: &str| between(info, "<ds:Reference ", "</ds:Reference>").to_owned();
    refused_for_form("none", &resigned(|info| replaced(info, &reference(info), "")));
    refused_for_form(
        "two",
        &resigned(|info| replaced(info, &reference(info), &reference(info).repeat(2))),
    );
    let to_response = |info: &str| reference(info).replace(ASSERTION, RESPONSE);
    refused_for_form(
        "a second to the response",
        &resigned(|info| {
            replaced(info, &reference(info), &format!("{}{}", reference(info), to_response(info)))
        }),
    );
}

#[test]
fn transforms_other_than_enveloped_and_exclusive_are_refused() {
    let enveloped = format!("<ds:Transform Algorithm=\"{DSIG}enveloped-signature\"/>");
    let exclusive =
        format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\">{INCLUSIVE_LIST}</ds:Transform>");
    let both = format!("{enveloped}{exclusive}");
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>not(ancestor-or-self::NameID)</ds:XPath></ds:Transform>";
    let xpath2 = "<ds:Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\"><f:XPath xmlns:f=\"http://www.w3.org/2002/06/xmldsig-filter2\" Filter=\"subtract\">//*</f:XPath></ds:Transform>";
    let xslt = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"><xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template match=\"/\"><xsl:copy-of select=\"document('file:///etc/passwd')\"/></xsl:template></xsl:stylesheet></ds:Transform>";
    let plain = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>");
    for (name, other) in [
        ("none", String::new()),
        ("enveloped alone", enveloped.clone()),
        ("exclusive alone", exclusive.clone()),
        ("the other order", format!("{exclusive}{enveloped}")),
        ("exclusive twice", format!("{enveloped}{exclusive}{plain}")),
        ("XPath in front", format!("{xpath}{exclusive}")),
        ("XPath besides", format!("{enveloped}{xpath}{exclusive}")),
        ("XPath filter 2", format!("{xpath2}{exclusive}")),
        ("XSLT in front", format!("{xslt}{exclusive}")),
        ("XSLT at the end", format!("{enveloped}{xslt}")),
        ("base64", format!("{enveloped}<ds:Transform Algorithm=\"{DSIG}base64\"/>")),
        (
            "inclusive",
            format!(
                "{enveloped}<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>"
            ),
        ),
        (
            "with comments",
            format!("{enveloped}<ds:Transform Algorithm=\"{EXCLUSIVE}WithComments\"/>"),
        ),
        ("a thousand", both.repeat(500)),
        (
            "two lists",
            format!(
                "{enveloped}<ds:Transform Algorithm=\"{EXCLUSIVE}\">{INCLUSIVE_LIST}{INCLUSIVE_LIST}</ds:Transform>"
            ),
        ),
        ("a list that is no list", both.replace("PrefixList=\"xs\"", "PrefixList=\"xs)\"")),
        (
            "a list too long",
            both.replace("PrefixList=\"xs\"", &format!("PrefixList=\"{}\"", "xs ".repeat(17))),
        ),
        ("a parameter of enveloped", both.replacen("/>", "><x/></ds:Transform>", 1)),
    ] {
        refused_for_form(name, &resigned(|info| replaced(info, &both, &other)));
    }
    // The twin: the same transforms, written out as start and end tags.
    accepted(&resigned(|info| {
        replaced(info, &enveloped, &enveloped.replace("/>", "></ds:Transform>"))
    }));
}

#[test]
fn algorithms_outside_the_list_are_refused() {
    let rsa = SignatureAlgorithm::RsaSha256.uri();
    let sha = "http://www.w3.org/2001/04/xmlenc#sha256";
    for other in [
        "",
        "none",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256",
    ] {
        let fault = refused(&resigned(|info| replaced(info, rsa, other)));
        assert_eq!(fault, SignatureFault::Algorithm(other.to_owned()));
    }
    for other in
        ["", "http://www.w3.org/2001/04/xmldsig-more#md5", "http://www.w3.org/2000/09/xmldsig#sha1"]
    {
        let fault = refused(&resigned(|info| replaced(info, sha, other)));
        assert_eq!(fault, SignatureFault::Algorithm(other.to_owned()));
    }
    let method = format!("<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/>");
    for other in [
        format!("{EXCLUSIVE}WithComments"),
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".into(),
    ] {
        let other_method = format!("<ds:CanonicalizationMethod Algorithm=\"{other}\"/>");
        let fault = refused(&resigned(|info| replaced(info, &method, &other_method)));
        assert_eq!(fault, SignatureFault::Algorithm(other));
    }
    // A key of the wrong family verifies nothing, whatever the method says.
    let ecdsa = SignatureAlgorithm::EcdsaSha256.uri();
    let fault = refused(&resigned(|info| replaced(info, rsa, ecdsa)));
    assert_eq!(fault, SignatureFault::Key(ASSERTION.into()));
}

#[test]
fn method_with_parameters_is_refused() {
    let rsa =
        format!("<ds:SignatureMethod Algorithm=\"{}\"/>", SignatureAlgorithm::RsaSha256.uri());
    let truncating =
        rsa.replace("/>", "><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>");
    refused_for_form("HMACOutputLength", &resigned(|info| replaced(info, &rsa, &truncating)));
}

#[test]
fn signed_info_with_more_than_it_may_have_is_refused() {
    let value = |info: &str| between(info, "<ds:DigestValue>", "</ds:DigestValue>").to_owned();
    let inner =
        |info: &str| value(info).replace("<ds:DigestValue>", "").replace("</ds:DigestValue>", "");
    refused_for_form(
        "a comment in the digest",
        &resigned(|info| replaced(info, &inner(info), &format!("<!--x-->{}", inner(info)))),
    );
    refused_for_form(
        "CDATA in the digest",
        &resigned(|info| replaced(info, &inner(info), &format!("<![CDATA[{}]]>", inner(info)))),
    );
    refused_for_form(
        "two digests",
        &resigned(|info| replaced(info, &value(info), &value(info).repeat(2))),
    );
    refused_for_form("no digest", &resigned(|info| replaced(info, &value(info), "")));
    refused_for_form("an empty digest", &resigned(|info| replaced(info, &inner(info), "")));
    refused_for_form("a short digest", &resigned(|info| replaced(info, &inner(info), "AAAA")));
    refused_for_form("no base64", &resigned(|info| replaced(info, &inner(info), "!!!!")));
    refused_for_form(
        "a comment",
        &resigned(|info| info.replacen("<ds:SignedInfo>", "<ds:SignedInfo><!--x-->", 1)),
    );
    refused_for_form(
        "an instruction",
        &resigned(|info| info.replacen("<ds:SignedInfo>", "<ds:SignedInfo><?x?>", 1)),
    );
    refused_for_form(
        "a word",
        &resigned(|info| info.replacen("<ds:SignedInfo>", "<ds:SignedInfo>word", 1)),
    );
    refused_for_form(
        "an attribute",
        &resigned(|info| info.replacen("<ds:DigestMethod ", "<ds:DigestMethod X=\"1\" ", 1)),
    );
}

#[test]
fn signatures_of_another_build_are_refused() {
    let xml = signed_assertion();
    let signature = between(&xml, "<ds:Signature ", "</ds:Signature>");
    let info = between(&xml, "<ds:SignedInfo>", "</ds:SignedInfo>");
    let value = between(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let object = "<ds:Object><x/></ds:Object></ds:Signature>";
    for (name, other) in [
        ("empty", format!("<ds:Signature xmlns:ds=\"{DSIG}\"/>")),
        ("two SignedInfo", replaced(signature, info, &info.repeat(2))),
        ("no SignedInfo", replaced(signature, info, "")),
        ("no value", replaced(signature, value, "")),
        ("an empty value", replaced(signature, value, "<ds:SignatureValue/>")),
        ("two values", replaced(signature, value, &value.repeat(2))),
        (
            "another order",
            replaced(&replaced(signature, info, ""), value, &format!("{value}{info}")),
        ),
        ("an Object", replaced(signature, "</ds:Signature>", object)),
        ("two signatures", signature.repeat(2)),
        (
            "a comment in the value",
            signature.replace("<ds:SignatureValue>", "<ds:SignatureValue><!--x-->"),
        ),
    ] {
        refused_for_form(name, &replaced(&xml, signature, &other));
    }
}

#[test]
fn unsigned_document_and_signature_of_another_namespace_are_missing_signatures() {
    assert_eq!(refused(&unsigned()), SignatureFault::Missing);
    let xml = signed_assertion().replace(DSIG, "http://www.w3.org/2000/09/xmldsig");
    assert_eq!(refused(&xml), SignatureFault::Missing);
}
