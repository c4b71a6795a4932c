//! Both engines finish the same document and judge it alike.

use samlproof::crypto::{
    AlgorithmPolicy, Engine, SignError, SignatureProfile, UnknownEngine, sign_enveloped, verify,
};
use samlproof::keys::KeyAlgorithm;
use samlproof::saml::{
    DigestAlgorithm, SignatureAlgorithm, SignatureFault, SignatureVerdict, SignedKind,
};

use super::fixture::{
    ASSERTION, RESPONSE, Signed, accepted, between, id, key, profile, refused, replaced, sign,
    signed_assertion, unsigned, verified,
};

const RSA_KEYS: [&str; 4] = ["okta-1", "okta-2", "rsa-3072", "rsa-4096"];
const EC_KEYS: [&str; 2] = ["ecdsa-p256", "ecdsa-p384"];
const DIGESTS: [DigestAlgorithm; 3] =
    [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

fn algorithms(key: &str) -> [SignatureAlgorithm; 3] {
    match super::fixture::key(key).kind().algorithm() {
        KeyAlgorithm::Rsa => [
            SignatureAlgorithm::RsaSha256,
            SignatureAlgorithm::RsaSha384,
            SignatureAlgorithm::RsaSha512,
        ],
        KeyAlgorithm::Ecdsa => [
            SignatureAlgorithm::EcdsaSha256,
            SignatureAlgorithm::EcdsaSha384,
            SignatureAlgorithm::EcdsaSha512,
        ],
    }
}

/// Every profile for the key, each digest with each signature hash.
fn profiles(key: &str) -> Vec<SignatureProfile> {
    let with = |signature, digest| SignatureProfile {
        signature,
        digest,
        inclusive_prefixes: vec!["xs".into()],
    };
    algorithms(key)
        .into_iter()
        .flat_map(|signature| DIGESTS.map(|digest| with(signature, digest)))
        .collect()
}

#[test]
fn engines_finish_the_same_bytes_for_every_rsa_key_and_hash() {
    for name in RSA_KEYS {
        for profile in profiles(name) {
            for what in Signed::ALL {
                let sign = |engine: Engine| sign(engine, &unsigned(), what, &key(name), &profile);
                let native = sign(Engine::Native);
                for engine in Engine::ALL {
                    assert_eq!(sign(*engine), native, "{engine}, {name}, {profile:?}, {what:?}");
                }
            }
        }
    }
}

#[test]
fn each_engine_verifies_what_each_signed() {
    for name in RSA_KEYS.into_iter().chain(EC_KEYS) {
        for profile in profiles(name) {
            for signer in Engine::ALL {
                let xml = sign(*signer, &unsigned(), Signed::Both, &key(name), &profile);
                for judge in Engine::ALL {
                    let verdict = verified(*judge, &xml, key(name).certificate());
                    let SignatureVerdict::Valid(parts) = verdict else {
                        panic!("{judge} refuses {signer}: {name}, {profile:?}: {verdict:?}");
                    };
                    let kinds: Vec<_> = parts.iter().map(|part| part.kind).collect();
                    assert_eq!(kinds, [SignedKind::Response, SignedKind::Assertion]);
                    assert!(parts.iter().all(|part| part.signature == profile.signature));
                    assert!(parts.iter().all(|part| part.digest == profile.digest));
                }
            }
        }
    }
}

#[test]
fn signed_bytes_come_back_without_the_signature_and_nothing_else_is_touched() {
    let xml = signed_assertion();
    let parts = accepted(&xml);
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].id, id(ASSERTION));
    assert!(parts[0].canonical.starts_with("<saml2:Assertion xmlns:saml2="));
    assert!(parts[0].canonical.ends_with("</saml2:Assertion>"));
    assert!(parts[0].canonical.contains("jane@example.test"));
    assert!(!parts[0].canonical.contains("ds:Signature"));
    let signature = between(&xml, "<ds:Signature ", "</ds:Signature>");
    assert_eq!(replaced(&xml, signature, ""), unsigned());
}

#[test]
fn signed_response_covers_the_signature_of_its_assertion() {
    let key = key("okta-1");
    let xml = sign(Engine::Native, &unsigned(), Signed::Both, &key, &profile(&key));
    let parts = accepted(&xml);
    assert_eq!(parts[0].canonical.matches("<ds:Signature ").count(), 1);
    assert_eq!(parts[1].canonical.matches("<ds:Signature ").count(), 0);
}

#[test]
fn signature_has_the_byte_form_of_okta() {
    let xml = signed_assertion();
    let signature = between(&xml, "<ds:Signature ", "</ds:Signature>");
    let value = |tag: &str| {
        let element = between(signature, &format!("<ds:{tag}>"), &format!("</ds:{tag}>"));
        element.replace(&format!("<ds:{tag}>"), "").replace(&format!("</ds:{tag}>"), "")
    };
    let (digest, value) = (value("DigestValue"), value("SignatureValue"));
    assert_eq!((digest.len(), value.len()), (44, 344), "on one line");
    let certificate = key("okta-1").certificate().to_okta_base64();
    assert_eq!(
        signature,
        format!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
             <ds:Reference URI=\"#{ASSERTION}\"><ds:Transforms>\
             <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
             <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">\
             <ec:InclusiveNamespaces PrefixList=\"xs\" xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
             </ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
             <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>\
             <ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>\
             <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
             </ds:Signature>"
        )
    );
    let without = SignatureProfile::default();
    let xml = sign(Engine::Native, &unsigned(), Signed::Assertion, &key("okta-1"), &without);
    assert!(!xml.contains("InclusiveNamespaces"));
    assert!(xml.contains(
        "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>"
    ));
    accepted(&xml);
}

#[test]
fn flipped_content_is_refused() {
    let xml = signed_assertion();
    let changed = replaced(&xml, "jane@example.test", "kane@example.test");
    assert_eq!(refused(&changed), SignatureFault::Digest(ASSERTION.into()));
}

#[test]
fn flipped_digest_value_and_signature_value_are_refused() {
    let xml = signed_assertion();
    for (tag, fault) in [
        ("<ds:DigestValue>", SignatureFault::Digest(ASSERTION.into())),
        ("<ds:SignatureValue>", SignatureFault::Key(ASSERTION.into())),
    ] {
        let at = xml.find(tag).unwrap() + tag.len();
        let flipped = if xml.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = format!("{}{flipped}{}", &xml[..at], &xml[at + 1..]);
        assert_eq!(refused(&changed), fault);
    }
}

#[test]
fn another_key_is_refused_even_if_its_certificate_is_in_key_info() {
    let other = key("other");
    let xml = sign(Engine::Native, &unsigned(), Signed::Assertion, &other, &profile(&other));
    assert_eq!(refused(&xml), SignatureFault::Key(ASSERTION.into()));
    for engine in Engine::ALL {
        // The twin: the same document, with that key pinned.
        assert!(matches!(verified(*engine, &xml, other.certificate()), SignatureVerdict::Valid(_)));
    }
}

#[test]
fn key_info_is_not_read() {
    let xml = signed_assertion();
    let key_info = between(&xml, "<ds:KeyInfo>", "</ds:KeyInfo>").to_owned();
    let forged = "<ds:KeyInfo><ds:RetrievalMethod URI=\"file:///etc/passwd\"/></ds:KeyInfo>";
    accepted(&replaced(&xml, &key_info, ""));
    accepted(&replaced(&xml, &key_info, forged));
    let other = key("other").certificate().to_okta_base64();
    accepted(&replaced(&xml, &key("okta-1").certificate().to_okta_base64(), &other));
}

#[test]
fn second_pinned_key_is_found_and_named() {
    let xml = signed_assertion();
    let trusted = ["other", "ecdsa-p256", "okta-1"].map(|name| key(name).certificate().clone());
    for engine in Engine::ALL {
        let verdict = verify(*engine, &xml, &trusted, &AlgorithmPolicy::modern());
        let SignatureVerdict::Valid(parts) = verdict else { panic!("{engine}: {verdict:?}") };
        assert_eq!(parts[0].trusted, 2);
        assert!(matches!(
            verify(*engine, &xml, &[], &AlgorithmPolicy::modern()),
            SignatureVerdict::Invalid(SignatureFault::Key(_))
        ));
    }
}

#[test]
fn one_bad_signature_of_two_makes_the_document_invalid() {
    let (good, bad) = (key("okta-1"), key("other"));
    let inner = sign_enveloped(Engine::Native, &unsigned(), &id(ASSERTION), &bad, &profile(&bad));
    let xml =
        sign_enveloped(Engine::Native, &inner.unwrap(), &id(RESPONSE), &good, &profile(&good));
    assert_eq!(refused(&xml.unwrap()), SignatureFault::Key(ASSERTION.into()));
    let inner = sign_enveloped(Engine::Native, &unsigned(), &id(ASSERTION), &good, &profile(&good));
    let xml = sign_enveloped(Engine::Native, &inner.unwrap(), &id(RESPONSE), &bad, &profile(&bad));
    assert_eq!(refused(&xml.unwrap()), SignatureFault::Key(RESPONSE.into()));
}

#[test]
fn rsa_sha1_is_refused_unless_asked_for() {
    let xml = include_str!("../../fixtures/signature/rsa-sha1.xml").trim_end();
    let uri = SignatureAlgorithm::RsaSha1.uri().to_owned();
    assert_eq!(refused(xml), SignatureFault::Algorithm(uri));
    let trusted = [key("okta-1").certificate().clone()];
    for engine in Engine::ALL {
        let verdict = verify(*engine, xml, &trusted, &AlgorithmPolicy::danger_with_sha1());
        let SignatureVerdict::Valid(parts) = verdict else { panic!("{engine}: {verdict:?}") };
        assert_eq!(parts[0].signature, SignatureAlgorithm::RsaSha1);
        assert_eq!(parts[0].digest, DigestAlgorithm::Sha1);
    }
}

/// How `rsa-sha1.xml` was made, by libxmlsec1 at first.
#[test]
fn every_engine_makes_the_sha1_fixture() {
    let profile = SignatureProfile {
        signature: SignatureAlgorithm::RsaSha1,
        digest: DigestAlgorithm::Sha1,
        inclusive_prefixes: vec!["xs".into()],
    };
    for engine in Engine::ALL {
        let xml = sign(*engine, &unsigned(), Signed::Assertion, &key("okta-1"), &profile);
        assert_eq!(xml, include_str!("../../fixtures/signature/rsa-sha1.xml").trim_end());
    }
}

#[test]
fn sha1_digest_under_a_modern_signature_is_refused_unless_asked_for() {
    let profile = SignatureProfile { digest: DigestAlgorithm::Sha1, ..profile(&key("okta-1")) };
    let xml = sign(Engine::Native, &unsigned(), Signed::Assertion, &key("okta-1"), &profile);
    assert_eq!(refused(&xml), SignatureFault::Algorithm(DigestAlgorithm::Sha1.uri().to_owned()));
    let trusted = [key("okta-1").certificate().clone()];
    for engine in Engine::ALL {
        let verdict = verify(*engine, &xml, &trusted, &AlgorithmPolicy::danger_with_sha1());
        assert!(matches!(verdict, SignatureVerdict::Valid(_)), "{engine}: {verdict:?}");
    }
}

#[test]
fn what_cannot_be_signed_is_named() {
    let okta = key("okta-1");
    let profile = SignatureProfile::default();
    for engine in Engine::ALL {
        let sign = |xml: &str, id_text: &str, profile: &SignatureProfile| {
            sign_enveloped(*engine, xml, &id(id_text), &okta, profile).unwrap_err()
        };
        assert!(matches!(sign(&unsigned(), "missing", &profile), SignError::NoSuchId(_)));
        assert!(matches!(sign(&unsigned(), "a'b", &profile), SignError::OddId(_)));
        assert!(matches!(sign("<a", "a", &profile), SignError::Unreadable(_)));
        assert!(matches!(sign("<a ID='x'/>", "x", &profile), SignError::NoIssuer(_)));
        assert!(matches!(
            sign("<a ID='x'><b ID='x'/></a>", "x", &profile),
            SignError::DuplicateId(_)
        ));
        assert!(matches!(
            sign(&signed_assertion(), ASSERTION, &profile),
            SignError::AlreadySigned(_)
        ));
        let odd = profile.clone().with_prefixes(["x\"/>"]);
        assert!(matches!(sign(&unsigned(), ASSERTION, &odd), SignError::OddPrefixes(_)));
        let ecdsa =
            SignatureProfile { signature: SignatureAlgorithm::EcdsaSha256, ..profile.clone() };
        assert!(matches!(sign(&unsigned(), ASSERTION, &ecdsa), SignError::Key(_)));
    }
}

#[test]
fn engines_have_names() {
    for engine in Engine::ALL {
        assert_eq!(engine.name().parse(), Ok(*engine));
    }
    assert_eq!("gpg".parse::<Engine>(), Err(UnknownEngine::Unknown("gpg".into())));
    if cfg!(not(feature = "xmlsec")) {
        assert_eq!("xmlsec".parse::<Engine>(), Err(UnknownEngine::NotBuilt));
    }
}
