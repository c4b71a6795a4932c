//! Readers that nobody here wrote.

use std::process::Command;

use gamlastan::core::protocol::response::{Response, ResponseRef};
use gamlastan::crypto::keys::loader;
use gamlastan::crypto::{KeyUsage, KeysManager, SamlVerifier, VerifyResult};
use gamlastan::profiles::sso::sp::process_response_with_verified_signatures;
use gamlastan::security::{InMemoryReplayCache, SecurityConfig};
use gamlastan::xml::{parse_saml, parse_secure};
use samlproof::crypto::Engine;
use samlproof::keys::SigningKey;

use super::fixture::{
    ACS, ASSERTION, AUDIENCE, ISSUER, NOW, REQUEST, RESPONSE, Signed, key, profile, replaced, sign,
    unsigned,
};

const KEYS: [&str; 5] = ["okta-1", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"];

/// What gamlastan's SP profile makes of a document: who logs in, and the first group.
fn login(xml: &str, pinned: &SigningKey) -> Result<(String, Vec<String>), String> {
    let mut trusted =
        loader::load_pem_auto(pinned.certificate().to_pem().as_bytes(), None).unwrap();
    trusted.usage = KeyUsage::Verify;
    let mut keys = KeysManager::new();
    keys.add_key(trusted);
    let mut verified = Vec::new();
    let tree = parse_secure(xml).map_err(|error| error.to_string())?;
    let results =
        SamlVerifier::new(keys).verify_all_enveloped(xml).map_err(|error| error.to_string())?;
    for result in results {
        match result {
            VerifyResult::Valid { references, .. } => {
                verified
                    .extend(references.into_iter().map(|reference| reference.uri.replace('#', "")));
            }
            VerifyResult::Invalid { reason } => return Err(reason),
        }
    }
    let response: ResponseRef<'_> = parse_saml(&tree).map_err(|error| error.to_string())?;
    let response: Response = response.to_owned();
    let config = SecurityConfig {
        require_signed_assertions: verified.iter().any(|id| id == ASSERTION),
        require_signed_responses: verified.iter().any(|id| id == RESPONSE),
        ..SecurityConfig::default()
    };
    let ids: Vec<&str> = verified.iter().map(String::as_str).collect();
    let login = process_response_with_verified_signatures(
        &response,
        &config,
        &InMemoryReplayCache::new(),
        AUDIENCE,
        ACS,
        Some(REQUEST),
        ISSUER,
        &ids,
        NOW.parse().unwrap(),
    )
    .map_err(|error| error.to_string())?;
    let values = login.attributes.iter().map(|attribute| format!("{attribute:?}")).collect();
    Ok((login.name_id, values))
}

#[test]
fn gamlastan_accepts_what_is_signed_here() {
    for name in KEYS {
        for what in Signed::ALL {
            for engine in Engine::ALL {
                let key = key(name);
                let xml = sign(*engine, &unsigned(), what, &key, &profile(&key));
                let (name_id, attributes) =
                    login(&xml, &key).unwrap_or_else(|error| panic!("{name}, {what:?}: {error}"));
                assert_eq!(name_id, "jane@example.test");
                assert!(attributes.concat().contains("team-0 & gäste"), "{attributes:?}");
            }
        }
    }
}

#[test]
fn gamlastan_refuses_another_key_and_changed_content() {
    let key = key("okta-1");
    let xml = sign(Engine::Native, &unsigned(), Signed::Both, &key, &profile(&key));
    assert!(login(&xml, &key).is_ok());
    assert!(login(&xml, &super::fixture::key("other")).is_err());
    assert!(login(&replaced(&xml, "jane@", "kane@"), &key).is_err());
}

/// Whether the `xmlsec1` program finds that the signature of an element holds.
fn xmlsec1(xml: &str, pinned: &SigningKey, element: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("response.xml");
    let certificate = folder.path().join("pinned.crt");
    std::fs::write(&document, xml).unwrap();
    std::fs::write(&certificate, pinned.certificate().to_pem()).unwrap();
    Command::new("xmlsec1")
        .arg("--verify")
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
        .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response"])
        .arg("--node-xpath")
        .arg(format!("//*[@ID='{element}']/*[local-name()='Signature']"))
        .arg("--pubkey-cert-pem")
        .args([&certificate, &document])
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn xmlsec1_program_accepts_what_is_signed_here() {
    if Command::new("xmlsec1").arg("--version").output().is_err() {
        crate::left_out(
            "there is no xmlsec1 program",
            "install Debian's xmlsec1, or run tests/run",
        );
        return;
    }
    for name in KEYS {
        let key = key(name);
        let xml = sign(Engine::Native, &unsigned(), Signed::Both, &key, &profile(&key));
        assert!(xmlsec1(&xml, &key, ASSERTION), "{name}");
        assert!(xmlsec1(&xml, &key, RESPONSE), "{name}");
        assert!(!xmlsec1(&xml, &super::fixture::key("other"), ASSERTION), "{name}");
        assert!(!xmlsec1(&replaced(&xml, "jane@", "kane@"), &key, ASSERTION), "{name}");
    }
}
