//! An Okta-shaped response (facts/okta.md 3.1), and short ways to sign and verify it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use samlproof::crypto::{AlgorithmPolicy, Engine, SignatureProfile, sign_enveloped, verify};
use samlproof::keys::{Certificate, SigningKey, test_only};
use samlproof::saml::{MessageId, SignatureFault, SignatureVerdict, SignedPart};

pub(super) const RESPONSE: &str = "id52738491027364510293847561";
pub(super) const ASSERTION: &str = "id52738491027364519988776655";
pub(super) const ACS: &str = "https://app.arize.com/auth/v2/saml";
pub(super) const AUDIENCE: &str = "https://app.arize.com";
pub(super) const ISSUER: &str = "http://www.okta.com/exk1fcia6d6EMsf331d8";
pub(super) const REQUEST: &str = "id-request-1";
/// The instant at which the response was issued.
pub(super) const NOW: &str = "2026-01-02T03:04:05.678Z";

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    Assertion,
    Response,
    Both,
}

impl Signed {
    pub(super) const ALL: [Self; 3] = [Self::Assertion, Self::Response, Self::Both];
}

/// An unsigned response on one line, about 4 KB with twenty groups; signed on both levels 8 KB.
pub(super) fn unsigned() -> String {
    let groups: String = (0..16)
        .map(|index| {
            format!(
                "<saml2:AttributeValue xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
                 xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                 xsi:type=\"xs:string\">team-{index} &amp; gäste</saml2:AttributeValue>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <saml2p:Response Destination=\"{ACS}\" ID=\"{RESPONSE}\" InResponseTo=\"{REQUEST}\" IssueInstant=\"{NOW}\" Version=\"2.0\" \
         xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\
         <saml2:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{ISSUER}</saml2:Issuer>\
         <saml2p:Status xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\"><saml2p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></saml2p:Status>\
         <saml2:Assertion ID=\"{ASSERTION}\" IssueInstant=\"{NOW}\" Version=\"2.0\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\
         <saml2:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{ISSUER}</saml2:Issuer>\
         <saml2:Subject xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">jane@example.test</saml2:NameID>\
         <saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml2:SubjectConfirmationData InResponseTo=\"{REQUEST}\" NotOnOrAfter=\"2026-01-02T03:09:05.678Z\" Recipient=\"{ACS}\"/></saml2:SubjectConfirmation></saml2:Subject>\
         <saml2:Conditions NotBefore=\"2026-01-02T02:59:05.678Z\" NotOnOrAfter=\"2026-01-02T03:09:05.678Z\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:AudienceRestriction><saml2:Audience>{AUDIENCE}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>\
         <saml2:AuthnStatement AuthnInstant=\"{NOW}\" SessionIndex=\"{REQUEST}\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>\
         <saml2:AttributeStatement xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:Attribute Name=\"groups\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">{groups}</saml2:Attribute></saml2:AttributeStatement>\
         </saml2:Assertion></saml2p:Response>"
    )
}

/// A published key, read once: reading checks it, which takes longer than a signature.
pub(super) fn key(name: &str) -> SigningKey {
    static KEYS: Mutex<BTreeMap<String, SigningKey>> = Mutex::new(BTreeMap::new());
    let mut keys = KEYS.lock().unwrap();
    keys.entry(name.to_owned()).or_insert_with(|| test_only::signing(name).unwrap()).clone()
}

pub(super) fn id(text: &str) -> MessageId {
    MessageId::new(text)
}

/// The profile of a key, with the prefix that Okta lists.
pub(super) fn profile(key: &SigningKey) -> SignatureProfile {
    SignatureProfile::for_key(key).with_prefixes(["xs"])
}

/// A document signed as asked, the assertion first.
pub(super) fn sign(
    engine: Engine,
    xml: &str,
    what: Signed,
    key: &SigningKey,
    profile: &SignatureProfile,
) -> String {
    let mut xml = xml.to_owned();
    if what != Signed::Response {
        xml = sign_enveloped(engine, &xml, &id(ASSERTION), key, profile).unwrap();
    }
    if what != Signed::Assertion {
        xml = sign_enveloped(engine, &xml, &id(RESPONSE), key, profile).unwrap();
    }
    xml
}

/// The fixture, its assertion signed with `okta-1`.
pub(super) fn signed_assertion() -> String {
    let key = key("okta-1");
    sign(Engine::Native, &unsigned(), Signed::Assertion, &key, &profile(&key))
}

/// Verified with one pinned certificate and the modern policy.
pub(super) fn verified(engine: Engine, xml: &str, pinned: &Certificate) -> SignatureVerdict {
    verify(engine, xml, std::slice::from_ref(pinned), &AlgorithmPolicy::modern())
}

/// The parts of a document that every engine accepts with `okta-1`, and on which all agree.
pub(super) fn accepted(xml: &str) -> Vec<SignedPart> {
    let certificate = key("okta-1").certificate().clone();
    let mut agreed = None;
    for engine in Engine::ALL {
        let SignatureVerdict::Valid(parts) = verified(*engine, xml, &certificate) else {
            panic!("{engine} refuses: {:?}", verified(*engine, xml, &certificate));
        };
        assert_eq!(agreed.get_or_insert(parts.clone()), &parts, "{engine} differs");
    }
    agreed.unwrap()
}

/// The fault of a document that every engine refuses with `okta-1`, and on which all agree.
pub(super) fn refused(xml: &str) -> SignatureFault {
    let certificate = key("okta-1").certificate().clone();
    let mut agreed = None;
    for engine in Engine::ALL {
        let SignatureVerdict::Invalid(fault) = verified(*engine, xml, &certificate) else {
            panic!("{engine} accepts {xml}");
        };
        assert_eq!(agreed.get_or_insert(fault.clone()), &fault, "{engine} differs");
    }
    agreed.unwrap()
}

/// Refused for its form or an algorithm, by every engine.
pub(super) fn refused_for_form(name: &str, xml: &str) {
    let fault = refused(xml);
    assert!(
        matches!(fault, SignatureFault::Form(_) | SignatureFault::Algorithm(_)),
        "{name}: {fault:?}"
    );
}

/// Replaces the one occurrence of a text.
pub(super) fn replaced(xml: &str, from: &str, to: &str) -> String {
    assert_eq!(xml.matches(from).count(), 1, "{from} should occur once");
    xml.replace(from, to)
}

/// The text from the first `from` to the end of the first `to` behind it.
pub(super) fn between<'a>(xml: &'a str, from: &str, to: &str) -> &'a str {
    let start = xml.find(from).unwrap();
    let end = start + xml[start..].find(to).unwrap() + to.len();
    &xml[start..end]
}
