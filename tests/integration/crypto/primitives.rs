//! The steps of a signature on their own.

use samlproof::crypto::{CanonicalError, canonicalize, digest, sign_bytes, verify_bytes};
use samlproof::keys::KeyAlgorithm;
use samlproof::saml::{DigestAlgorithm, SignatureAlgorithm};

use super::fixture::{id, key};

#[test]
fn exclusive_form_has_the_namespaces_that_are_used_or_listed() {
    let xml = "<r xmlns:a=\"u:a\" xmlns:b=\"u:b\" xmlns=\"u:d\"><a:e ID=\"x\" z='1' b:y=\"2\" a=\"&lt;&#13;\"><f/><!--c--></a:e></r>";
    let plain = canonicalize(xml, Some(&id("x")), &[]).unwrap();
    assert_eq!(
        plain,
        "<a:e xmlns:a=\"u:a\" xmlns:b=\"u:b\" ID=\"x\" a=\"&lt;&#xD;\" z=\"1\" b:y=\"2\"><f xmlns=\"u:d\"></f></a:e>"
    );
    let listed =
        canonicalize("<r xmlns:a=\"u:a\"><e ID=\"x\"/></r>", Some(&id("x")), &["a".into()]);
    assert_eq!(listed.unwrap(), "<e xmlns:a=\"u:a\" ID=\"x\"></e>");
    let whole = canonicalize("<?xml version=\"1.0\"?>\n<r xmlns:a='u:a'\n>\r\n</r>\n", None, &[]);
    assert_eq!(whole.unwrap(), "<r>\n</r>");
}

#[test]
fn what_cannot_be_canonicalised_is_named() {
    let missing = canonicalize("<a/>", Some(&id("x")), &[]);
    assert_eq!(missing, Err(CanonicalError::NoSuchId(id("x"))));
    let twice = canonicalize("<a ID='x'><b ID='x'/></a>", None, &[]);
    assert_eq!(twice, Err(CanonicalError::DuplicateId("x".into())));
    assert!(matches!(canonicalize("<a", None, &[]), Err(CanonicalError::Unreadable(_))));
}

#[test]
fn digests_are_those_of_the_empty_string() {
    use base64::Engine as _;
    let of_nothing =
        |algorithm| base64::engine::general_purpose::STANDARD.encode(digest(algorithm, b""));
    assert_eq!(of_nothing(DigestAlgorithm::Sha1), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    assert_eq!(of_nothing(DigestAlgorithm::Sha256), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert!(of_nothing(DigestAlgorithm::Sha384).starts_with("OLBgp1Gs"));
    assert!(of_nothing(DigestAlgorithm::Sha512).starts_with("z4PhNX7v"));
}

#[test]
fn every_key_makes_what_its_certificate_verifies() {
    for name in samlproof::keys::test_only::NAMES {
        let key = key(name);
        for algorithm in SignatureAlgorithm::ALL {
            let is_ecdsa = algorithm.uri().contains("#ecdsa");
            let fits = is_ecdsa == (key.kind().algorithm() == KeyAlgorithm::Ecdsa);
            let made = sign_bytes(&key, algorithm, b"message");
            if !fits {
                assert!(made.is_err(), "{name}, {algorithm:?}");
                continue;
            }
            let signature = made.unwrap();
            let holds = |message: &[u8], signature: &[u8]| {
                verify_bytes(key.certificate(), algorithm, message, signature)
            };
            assert!(holds(b"message", &signature), "{name}, {algorithm:?}");
            assert!(!holds(b"massage", &signature));
            assert!(!holds(b"message", &[]));
            assert!(!holds(b"message", &signature[1..]));
            // r = s = 0, which some verifiers took for a signature by anybody.
            assert!(!holds(b"message", &vec![0; signature.len()]));
        }
    }
}
