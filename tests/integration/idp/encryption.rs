//! `assertionEncryption`: signed, then encrypted, then signed again.

use samlproof::crypto::{self, AlgorithmPolicy, Engine};
use samlproof::idp::{App, AssertionEncryption, Encrypt, SignParts};
use samlproof::keys::{KeyError, test_only};
use samlproof::saml::{
    Assertion, EncryptionAlgorithm, KeyTransportAlgorithm, Response, SignatureVerdict, SignedKind,
};

use super::fixture::{Login, env, org, verified};

const JANE: &str = "jane@acme.example";

fn to_sp() -> AssertionEncryption {
    AssertionEncryption::new(test_only::decryption().certificate().clone()).unwrap()
}

fn encrypts(app: &mut App, encryption: AssertionEncryption) {
    app.sign_on.assertion_encryption = Some(encryption);
}

/// The assertion that the SP's key finds in a response, by the signature inside it.
fn inside(xml: &str) -> Assertion {
    let text = crypto::decrypt_assertion(xml, &test_only::decryption()).unwrap();
    let trusted = [test_only::signing("okta-1").unwrap().certificate().clone()];
    let policy = AlgorithmPolicy::modern();
    match crypto::verify_assertion(Engine::default(), &text, &trusted, &policy) {
        SignatureVerdict::Valid(parts) => Assertion::parse(&parts[0].canonical).unwrap(),
        SignatureVerdict::Invalid(fault) => panic!("{fault}"),
    }
}

#[test]
fn every_pair_of_algorithms_holds_what_would_have_been_sent_in_plain() {
    let env = env();
    let mut org = org(&env);
    for transport in KeyTransportAlgorithm::ALL {
        for content in EncryptionAlgorithm::ALL {
            encrypts(&mut org.apps[0], to_sp().with(transport, content));
            let issued = Login::of(&org, JANE).issue(&env);
            assert!(issued.xml.contains(transport.uri()) && issued.xml.contains(content.uri()));
            let response = Response::parse(&issued.xml).unwrap();
            assert_eq!((response.assertions.len(), response.encrypted), (0, 1));
            let parts = verified(&issued.xml, "okta-1");
            assert_eq!(
                parts.iter().map(|part| part.kind).collect::<Vec<_>>(),
                [SignedKind::Response]
            );
            let assertion = inside(&parts[0].canonical);
            assert_eq!(assertion.name_id.value, JANE);
            assert_eq!(assertion.attributes, issued.attributes);
            assert_eq!(assertion.id, issued.assertion_id);
        }
    }
    org.apps[0].sign_on.assertion_encryption = None;
    let plain = Response::parse(&Login::of(&org, JANE).issue(&env).xml).unwrap();
    assert_eq!((plain.assertions.len(), plain.encrypted), (1, 0));
}

#[test]
fn one_part_may_be_signed_alone() {
    let env = env();
    let mut org = org(&env);
    encrypts(&mut org.apps[0], to_sp());
    let mut login = Login::of(&org, JANE);
    login.overrides.sign = Some(SignParts::Assertion);
    assert_eq!(inside(&login.issue(&env).xml).name_id.value, JANE);
    login.overrides.sign = Some(SignParts::Response);
    let xml = login.issue(&env).xml;
    let text = crypto::decrypt_assertion(&xml, &test_only::decryption()).unwrap();
    assert!(!text.contains("Signature"), "{text}");
    assert_eq!(verified(&xml, "okta-1").len(), 1);
}

#[test]
fn one_response_is_encrypted_otherwise() {
    let env = env();
    let mut org = org(&env);
    let encrypted = |login: &Login<'_>| Response::parse(&login.issue(&env).xml).unwrap().encrypted;
    let mut login = Login::of(&org, JANE);
    assert_eq!(encrypted(&login), 0);
    login.overrides.encrypt = Encrypt::To(to_sp());
    assert_eq!(encrypted(&login), 1);
    encrypts(&mut org.apps[0], to_sp());
    let mut login = Login::of(&org, JANE);
    assert_eq!(encrypted(&login), 1);
    login.overrides.encrypt = Encrypt::Nothing;
    assert_eq!(encrypted(&login), 0);
    let other = test_only::signing("other").unwrap().certificate().clone();
    login.overrides.encrypt = Encrypt::To(AssertionEncryption::new(other).unwrap());
    let xml = login.issue(&env).xml;
    assert!(crypto::decrypt_assertion(&xml, &test_only::decryption()).is_err());
}

#[test]
fn x5c_is_base64_or_pem_of_an_rsa_certificate() {
    let key = test_only::decryption();
    for text in [key.certificate().to_base64(), key.certificate().to_okta_base64(), key.to_pem()] {
        assert_eq!(AssertionEncryption::from_x5c(&text).unwrap(), to_sp());
    }
    let ec = test_only::signing("ecdsa-p256").unwrap().certificate().to_pem();
    assert!(matches!(AssertionEncryption::from_x5c(&ec), Err(KeyError::CannotEncrypt)));
    assert!(AssertionEncryption::from_x5c("MIIC").is_err());
}
