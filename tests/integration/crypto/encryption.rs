//! Assertions that are encrypted: every pair of algorithms there and back, by this crate and by the
//! xmlsec1 program.

use std::process::Command;
use std::sync::OnceLock;

use proptest::prelude::*;
use samlproof::crypto::{
    AlgorithmPolicy, DecryptError, EncryptError, EncryptionProfile, Engine, canonicalize,
    decrypt_assertion, encrypt_assertion, encrypted_assertion, sign_enveloped, verify,
    verify_assertion,
};
use samlproof::keys::{DecryptionKey, test_only};
use samlproof::saml::{
    Assertion, EncryptionAlgorithm, KeyTransportAlgorithm, Response, SignatureFault,
    SignatureVerdict, SignedKind,
};

use super::fixture::{
    ASSERTION, RESPONSE, between, id, key, profile, replaced, signed_assertion, unsigned,
};

/// The key to which everything here is encrypted.
pub(super) fn sp_key() -> &'static DecryptionKey {
    static KEY: OnceLock<DecryptionKey> = OnceLock::new();
    KEY.get_or_init(test_only::decryption)
}

/// Every pair of algorithms.
pub(super) fn profiles() -> impl Iterator<Item = EncryptionProfile> {
    KeyTransportAlgorithm::ALL.into_iter().flat_map(|key_transport| {
        EncryptionAlgorithm::ALL
            .into_iter()
            .map(move |content| EncryptionProfile { key_transport, content })
    })
}

/// The fixture with its assertion, signed or not, encrypted to the SP.
pub(super) fn encrypted(xml: &str, profile: EncryptionProfile) -> String {
    encrypt_assertion(xml, &id(ASSERTION), sp_key().certificate(), profile).unwrap()
}

/// A response around whatever was encrypted.
pub(super) fn around(encrypted: &str) -> String {
    let xml = unsigned();
    xml.replace(between(&xml, "<saml2:Assertion", "</saml2:Assertion>"), encrypted)
}

fn assertion_of(xml: &str) -> &str {
    between(xml, "<saml2:Assertion", "</saml2:Assertion>")
}

fn valid(verdict: SignatureVerdict) -> Vec<(SignedKind, String)> {
    match verdict {
        SignatureVerdict::Valid(parts) => {
            parts.into_iter().map(|part| (part.kind, part.canonical)).collect()
        }
        SignatureVerdict::Invalid(fault) => panic!("{fault}"),
    }
}

#[test]
fn every_pair_of_algorithms_there_and_back() {
    let signed = signed_assertion();
    for profile in profiles() {
        let xml = encrypted(&signed, profile);
        assert!(!xml.contains("jane@example.test"), "{profile:?}");
        assert!(xml.contains(profile.content.uri()) && xml.contains(profile.key_transport.uri()));
        assert_ne!(xml, encrypted(&signed, profile), "another key and another vector each time");
        let response = Response::parse(&xml).unwrap();
        assert_eq!((response.assertions.len(), response.encrypted), (0, 1));
        let text = decrypt_assertion(&xml, sp_key()).unwrap();
        assert_eq!(text, assertion_of(&signed), "{profile:?}");
    }
}

#[test]
fn signed_then_encrypted_then_signed_is_verified_by_every_engine() {
    let okta = key("okta-1");
    let trusted = [okta.certificate().clone()];
    let policy = AlgorithmPolicy::modern();
    let xml = encrypted(&signed_assertion(), EncryptionProfile::default());
    for signer in Engine::ALL {
        let xml = sign_enveloped(*signer, &xml, &id(RESPONSE), &okta, &profile(&okta)).unwrap();
        for engine in Engine::ALL {
            let parts = valid(verify(*engine, &xml, &trusted, &policy));
            let [(SignedKind::Response, canonical)] = parts.as_slice() else { panic!("{parts:?}") };
            let text = decrypt_assertion(canonical, sp_key()).unwrap();
            let parts = valid(verify_assertion(*engine, &text, &trusted, &policy));
            let [(SignedKind::Assertion, canonical)] = parts.as_slice() else {
                panic!("{parts:?}")
            };
            assert_eq!(Assertion::parse(canonical).unwrap().name_id.value, "jane@example.test");
            let stranger = [key("other").certificate().clone()];
            let verdict = verify_assertion(*engine, &text, &stranger, &policy);
            assert!(matches!(verdict, SignatureVerdict::Invalid(SignatureFault::Key(_))));
            let changed = replaced(&text, "jane@", "kane@");
            let verdict = verify_assertion(*engine, &changed, &trusted, &policy);
            assert!(matches!(verdict, SignatureVerdict::Invalid(SignatureFault::Digest(_))));
        }
    }
}

#[test]
fn an_assertion_on_its_own_and_a_response_are_not_taken_for_each_other() {
    let trusted = [key("okta-1").certificate().clone()];
    let policy = AlgorithmPolicy::modern();
    let response = signed_assertion();
    let assertion = assertion_of(&response);
    for engine in Engine::ALL {
        let form = |verdict| {
            assert!(matches!(verdict, SignatureVerdict::Invalid(SignatureFault::Form(_))));
        };
        form(verify_assertion(*engine, &response, &trusted, &policy));
        form(verify(*engine, assertion, &trusted, &policy));
        // The signed one as a child of another.
        let open =
            "<saml2:Assertion xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"a\">";
        let nested = format!("{open}{assertion}</saml2:Assertion>");
        form(verify_assertion(*engine, &nested, &trusted, &policy));
        valid(verify_assertion(*engine, assertion, &trusted, &policy));
        valid(verify(*engine, &response, &trusted, &policy));
    }
}

/// A document whose assertion has its namespaces from around it, as other IdPs write.
#[test]
fn what_is_decrypted_declares_its_own_namespaces() {
    let okta = key("okta-1");
    let outer = replaced(
        &unsigned(),
        "<saml2p:Response ",
        "<saml2p:Response xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"urn:around:&amp;it\" ",
    );
    let assertion = assertion_of(&outer);
    let bare = assertion
        .replace(" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"", "")
        .replace(" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"", "")
        .replace(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", "");
    let xml = outer.replace(assertion, &bare);
    let signed =
        sign_enveloped(Engine::Native, &xml, &id(ASSERTION), &okta, &profile(&okta)).unwrap();
    let text = decrypt_assertion(&encrypted(&signed, EncryptionProfile::default()), sp_key());
    let text = text.unwrap();
    assert!(text.contains(" xmlns=\"urn:around:&amp;it\""), "{text}");
    assert!(!text.contains("xmlns:saml2p"), "nothing it does not need: {text}");
    let trusted = [okta.certificate().clone()];
    let before = valid(verify(Engine::Native, &signed, &trusted, &AlgorithmPolicy::modern()));
    for engine in Engine::ALL {
        let after = verify_assertion(*engine, &text, &trusted, &AlgorithmPolicy::modern());
        assert_eq!(valid(after), before, "{engine}");
    }
}

#[test]
fn what_cannot_be_encrypted_is_named() {
    let to = |xml: &str, what: &str, of: &str| {
        let certificate = key(of).certificate().clone();
        encrypt_assertion(xml, &id(what), &certificate, EncryptionProfile::default()).unwrap_err()
    };
    let xml = unsigned();
    assert!(matches!(to(&xml, RESPONSE, "okta-1"), EncryptError::NoAssertion(_)));
    assert!(matches!(to(&xml, "none", "okta-1"), EncryptError::NoAssertion(_)));
    assert!(matches!(to("<a", ASSERTION, "okta-1"), EncryptError::Unreadable(_)));
    assert!(matches!(to(&xml, ASSERTION, "ecdsa-p256"), EncryptError::Key(_)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of any length, so with every length of padding.
    #[test]
    fn any_text_comes_back(text in "[ a-zé&&[^<&]]{0,70}", pair in 0usize..6) {
        let profile = profiles().nth(pair).unwrap();
        let assertion = format!(
            "<saml2:Assertion xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">{text}</saml2:Assertion>"
        );
        let element =
            encrypted_assertion(assertion.as_bytes(), sp_key().certificate(), profile).unwrap();
        prop_assert_eq!(decrypt_assertion(&around(&element), sp_key()), Ok(assertion));
    }

    /// Whatever is posted: an answer, and no panic.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), pair in 0usize..6) {
        let profile = profiles().nth(pair).unwrap();
        let element = encrypted_assertion(&bytes, sp_key().certificate(), profile).unwrap();
        let found = decrypt_assertion(&around(&element), sp_key());
        prop_assert_eq!(found, Err(DecryptError::Failed));
    }
}

/// Whether the program is there.
fn has_xmlsec1() -> bool {
    let there = Command::new("xmlsec1").arg("--version").output().is_ok();
    if !there {
        let remedy = "install Debian's xmlsec1, or run tests/run";
        crate::left_out("there is no xmlsec1 program", remedy);
    }
    there
}

#[test]
fn xmlsec1_program_decrypts_what_is_encrypted_here() {
    if !has_xmlsec1() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let decrypted = |xml: &str, key: &str| {
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (document, key) = (file("response.xml", xml), file("key.pem", key));
        let output = Command::new("xmlsec1")
            .args(["--decrypt", "--privkey-pem"])
            .args([key, document])
            .output()
            .unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    };
    let signed = signed_assertion();
    let meant = canonicalize(&signed, Some(&id(ASSERTION)), &[]).unwrap();
    let own = sp_key().to_pem();
    let other = key("other").to_pem();
    for profile in profiles() {
        let xml = encrypted(&signed, profile);
        let found = decrypted(&xml, &own).unwrap_or_else(|| panic!("{profile:?} is refused"));
        assert_eq!(canonicalize(&found, Some(&id(ASSERTION)), &[]).unwrap(), meant);
        assert_eq!(decrypted(&xml, &other), None, "{profile:?}");
    }
}

/// What the program fills in: the same form, with KeyName and line breaks.
fn template(profile: EncryptionProfile) -> String {
    format!(
        "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
         Type=\"http://www.w3.org/2001/04/xmlenc#Element\">\n\
         <xenc:EncryptionMethod Algorithm=\"{}\"/>\n\
         <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey>\
         <xenc:EncryptionMethod Algorithm=\"{}\"/><ds:KeyInfo><ds:KeyName/></ds:KeyInfo>\
         <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\n\
         <xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>",
        profile.content.uri(),
        profile.key_transport.uri(),
    )
}

#[test]
fn what_the_xmlsec1_program_encrypts_is_decrypted_here() {
    if !has_xmlsec1() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let signed = signed_assertion();
    std::fs::write(file("response.xml"), &signed).unwrap();
    std::fs::write(file("sp.crt"), sp_key().certificate().to_pem()).unwrap();
    for profile in profiles() {
        std::fs::write(file("template.xml"), template(profile)).unwrap();
        let bits = profile.content.key_length() * 8;
        let output = Command::new("xmlsec1")
            .args(["--encrypt", "--session-key", &format!("aes-{bits}")])
            .args(["--node-name", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
            .arg("--pubkey-cert-pem")
            .arg(file("sp.crt"))
            .arg("--xml-data")
            .args([file("response.xml"), file("template.xml")])
            .output()
            .unwrap();
        assert!(output.status.success(), "{profile:?}: {output:?}");
        let xml = String::from_utf8(output.stdout).unwrap();
        let data = between(&xml, "<xenc:EncryptedData", "</xenc:EncryptedData>");
        let open =
            "<saml2:EncryptedAssertion xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">";
        let xml = xml.replace(data, &format!("{open}{data}</saml2:EncryptedAssertion>"));
        let text = decrypt_assertion(&xml, sp_key()).unwrap();
        let trusted = [key("okta-1").certificate().clone()];
        for engine in Engine::ALL {
            let verdict = verify_assertion(*engine, &text, &trusted, &AlgorithmPolicy::modern());
            assert_eq!(valid(verdict).len(), 1, "{profile:?}");
        }
    }
}
