//! Keys, certificates and the folder they are kept in.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use samlproof::keys::{
    Certificate, CertificateProfile, DecryptionKey, Hash, KeyError, KeyKind, KeyStore, RsaPadding,
    SigningKey, StoreError, TlsAuthority, test_only,
};
use x509_parser::der_parser::asn1_rs::Tag;
use x509_parser::prelude::{FromDer, X509Certificate};

fn now() -> Timestamp {
    "2026-03-01T10:00:00.123Z".parse().unwrap()
}

fn made(kind: KeyKind) -> SigningKey {
    SigningKey::generate(kind, &CertificateProfile::okta("acme"), now()).unwrap()
}

#[test]
fn certificate_has_the_form_of_okta() {
    let key = made(KeyKind::Rsa2048);
    let (rest, certificate) = X509Certificate::from_der(key.certificate().der()).unwrap();
    assert!(rest.is_empty());
    assert_eq!(certificate.version().0, 2, "v3 is written as 2");
    assert!(certificate.extensions().is_empty());
    assert_eq!(certificate.signature_algorithm.algorithm.to_id_string(), "1.2.840.113549.1.1.11");
    assert_eq!(certificate.subject().as_raw(), certificate.issuer().as_raw());
    let name: Vec<_> = certificate
        .subject()
        .iter_attributes()
        .map(|part| {
            let value = part.attr_value();
            (part.attr_type().to_id_string(), value.tag(), part.as_str().unwrap().to_owned())
        })
        .collect();
    let part = |oid: &str, tag: Tag, value: &str| (oid.to_owned(), tag, value.to_owned());
    assert_eq!(
        name,
        [
            part("2.5.4.6", Tag::PrintableString, "US"),
            part("2.5.4.8", Tag::Utf8String, "California"),
            part("2.5.4.7", Tag::Utf8String, "San Francisco"),
            part("2.5.4.10", Tag::Utf8String, "Okta"),
            part("2.5.4.11", Tag::Utf8String, "SSOProvider"),
            part("2.5.4.3", Tag::Utf8String, "acme"),
            part("1.2.840.113549.1.9.1", Tag::Ia5String, "info@okta.com"),
        ]
    );
    let millis = u64::try_from(now().as_millisecond()).unwrap();
    assert_eq!(certificate.raw_serial(), &millis.to_be_bytes()[2..]);
    assert_eq!(certificate.validity().not_before.timestamp(), now().as_second() - 60);
    let end: Timestamp = "2036-03-01T10:00:00Z".parse().unwrap();
    assert_eq!(certificate.validity().not_after.timestamp(), end.as_second());
    let signed = certificate.tbs_certificate.as_ref();
    let signature = &certificate.signature_value.data;
    assert!(key.certificate().public_key().verify(Hash::Sha256, signed, signature));
    assert_eq!(key.certificate().common_name(), Some("acme"));
    assert_eq!(key.certificate().serial(), format!("{millis:012x}"));
}

#[test]
fn shorter_validity_can_be_asked_for() {
    let profile = CertificateProfile::okta("acme").valid_for(2);
    let key = SigningKey::generate(KeyKind::EcdsaP256, &profile, now()).unwrap();
    assert_eq!(key.certificate().not_after().to_string(), "2028-03-01T10:00:00Z");
    assert_eq!(key.certificate().not_before().to_string(), "2026-03-01T09:59:00Z");
}

#[test]
fn every_kind_is_made_and_read_again() {
    for kind in [KeyKind::Rsa2048, KeyKind::EcdsaP256, KeyKind::EcdsaP384] {
        let key = made(kind);
        assert_eq!(key.kind(), kind);
        let again = SigningKey::from_pem(key.key_pem(), &key.certificate().to_pem()).unwrap();
        assert_eq!(again.kind(), kind);
        assert_eq!(again.certificate(), key.certificate());
        let signature = again.sign(kind.algorithm(), Hash::Sha256, b"x").unwrap();
        assert!(key.certificate().public_key().verify(Hash::Sha256, b"x", &signature));
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("rsa-1024".parse::<KeyKind>().is_err());
}

#[test]
fn certificate_texts_have_their_widths_and_read_back() {
    let certificate = test_only::signing("okta-1").unwrap().certificate().clone();
    let okta = certificate.to_okta_base64();
    assert!(okta.lines().rev().skip(1).all(|line| line.len() == 76));
    assert!(!okta.ends_with('\n') && !okta.contains('\r'));
    assert_eq!(okta.replace('\n', ""), certificate.to_base64());
    assert_eq!(Certificate::from_base64(&okta).unwrap(), certificate);
    assert_eq!(Certificate::from_pem(&certificate.to_pem()).unwrap(), certificate);
    assert_eq!(certificate.to_pem(), include_str!("../../certs/okta-1.crt"));
    assert_eq!(certificate.thumbprint().len(), 43);
    assert!(!format!("{:?}", test_only::signing("okta-1").unwrap()).contains("PRIVATE"));
}

#[test]
fn unusable_texts_are_named() {
    let key = test_only::signing("okta-1").unwrap();
    let other = test_only::signing("other").unwrap();
    let certificate = key.certificate().to_pem();
    let fault =
        |key_pem: &str, certificate: &str| SigningKey::from_pem(key_pem, certificate).unwrap_err();
    assert!(matches!(fault("", &certificate), KeyError::NoPrivateKey));
    assert!(matches!(fault(key.key_pem(), ""), KeyError::NoCertificate));
    assert!(matches!(fault(other.key_pem(), &certificate), KeyError::Mismatch));
    let ec = test_only::signing("ecdsa-p256").unwrap();
    assert!(matches!(fault(ec.key_pem(), &certificate), KeyError::Mismatch));
    let damaged = key.key_pem().replacen("MII", "AAA", 1);
    assert!(matches!(fault(&damaged, &certificate), KeyError::PrivateKey));
    let mut der = key.certificate().der().to_vec();
    der.push(0);
    assert!(matches!(Certificate::from_der(&der), Err(KeyError::Certificate(_))));
    assert!(matches!(Certificate::from_der(&[]), Err(KeyError::Certificate(_))));
    assert!(matches!(Certificate::from_base64("?"), Err(KeyError::Certificate(_))));
}

#[test]
fn published_keys_are_usable() {
    for name in test_only::NAMES {
        let key = test_only::signing(name).unwrap();
        assert!(key.certificate().subject().contains("OU=SSOProvider"), "{name}");
    }
    assert!(test_only::signing("okta-3").is_none());
    assert!(test_only::tls_authority().server_identity(&["app.arize.com", "127.0.0.1"]).is_ok());
}

#[test]
fn what_is_encrypted_to_a_certificate_is_decrypted_by_its_key_alone() {
    let key = test_only::decryption();
    let profile = CertificateProfile::okta("sp");
    let other = DecryptionKey::generate(KeyKind::Rsa2048, &profile, now()).unwrap();
    let again = DecryptionKey::from_pem(&other.to_pem(), &other.to_pem()).unwrap();
    for padding in [RsaPadding::OaepSha1, RsaPadding::Pkcs1] {
        for (of, not_of) in [(&key, &other), (&other, &key)] {
            let encrypted = of.certificate().public_key().encrypt(padding, b"secret").unwrap();
            assert_eq!(of.decrypt(padding, &encrypted).as_deref(), Some(&b"secret"[..]));
            assert_ne!(not_of.decrypt(padding, &encrypted).as_deref(), Some(&b"secret"[..]));
        }
        let encrypted = other.certificate().public_key().encrypt(padding, b"secret").unwrap();
        assert_eq!(again.decrypt(padding, &encrypted).as_deref(), Some(&b"secret"[..]));
        assert_eq!(again.decrypt(padding, &encrypted[1..]), None);
        let too_long = key.certificate().public_key().encrypt(padding, &[0; 256]);
        assert!(matches!(too_long, Err(KeyError::CannotEncrypt)));
    }
}

#[test]
fn curves_encrypt_nothing() {
    let ec = test_only::signing("ecdsa-p256").unwrap();
    let public = ec.certificate().public_key();
    assert!(!public.can_encrypt());
    assert!(matches!(public.encrypt(RsaPadding::OaepSha1, b"x"), Err(KeyError::CannotEncrypt)));
    let read = DecryptionKey::from_pem(ec.key_pem(), &ec.certificate().to_pem());
    assert!(matches!(read, Err(KeyError::CannotEncrypt)));
    let made = DecryptionKey::generate(KeyKind::EcdsaP256, &CertificateProfile::okta("sp"), now());
    assert!(matches!(made, Err(KeyError::CannotEncrypt)));
    assert!(test_only::signing("rsa-4096").unwrap().certificate().public_key().can_encrypt());
}

#[test]
fn key_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = || KeyStore::new(folder.path().join("org"), "signing");
    assert!(store().load().unwrap().is_none());
    let profile = CertificateProfile::okta("acme");
    let first = store().load_or_make(KeyKind::EcdsaP256, &profile, now()).unwrap();
    let later = now() + jiff::SignedDuration::from_hours(1);
    let second = store().load_or_make(KeyKind::EcdsaP256, &profile, later).unwrap();
    assert_eq!(second.certificate(), first.certificate());
    assert_eq!(second.key_pem(), first.key_pem());
    assert!(matches!(
        store().make(KeyKind::EcdsaP256, &profile, later),
        Err(StoreError::Exists { .. })
    ));
}

#[test]
fn rotation_keeps_the_old_key_under_its_serial() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::new(folder.path(), "signing");
    assert!(matches!(store.rotate(None, now()), Err(StoreError::Absent { .. })));
    let old = store.make(KeyKind::EcdsaP384, &CertificateProfile::okta("acme"), now()).unwrap();
    let later = now() + jiff::SignedDuration::from_secs(1);
    let rotation = store.rotate(None, later).unwrap();
    assert_eq!(rotation.old.certificate(), old.certificate());
    assert_eq!(rotation.new.kind(), KeyKind::EcdsaP384);
    assert_eq!(rotation.new.certificate().common_name(), Some("acme"));
    assert_eq!(store.load().unwrap().unwrap().certificate(), rotation.new.certificate());
    let kept = KeyStore::new(folder.path(), format!("signing-{}", old.certificate().serial()));
    assert_eq!(kept.path(), rotation.kept);
    assert_eq!(kept.load().unwrap().unwrap().certificate(), old.certificate());
    let public = fs::read_to_string(store.certificate_path()).unwrap();
    assert_eq!(public, rotation.new.certificate().to_pem());
    assert_eq!(names(folder.path()).len(), 4, "no temporary file stays");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
#[cfg(unix)]
fn private_keys_are_readable_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::new(folder.path(), "signing");
    store.make(KeyKind::EcdsaP256, &CertificateProfile::okta("acme"), now()).unwrap();
    store.rotate(Some("other"), now()).unwrap();
    let mut private = 0;
    for name in names(folder.path()) {
        let path = folder.path().join(&name);
        let holds_key = fs::read_to_string(&path).unwrap().contains("PRIVATE KEY");
        assert_eq!(holds_key, name.ends_with(".pem"));
        if holds_key {
            private += 1;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
    assert_eq!(private, 2);
}

#[test]
fn damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::new(folder.path(), "signing");
    fs::write(store.path(), "nothing").unwrap();
    let error = store.load().unwrap_err().to_string();
    assert!(error.contains("signing.pem"), "{error}");
    assert!(matches!(
        store.load_or_make(KeyKind::Rsa2048, &CertificateProfile::okta("a"), now()),
        Err(StoreError::Content { .. })
    ));
}

#[test]
fn many_that_start_at_once_get_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let certificates: Vec<Certificate> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    KeyStore::new(folder.path(), "signing")
                        .load_or_make(KeyKind::EcdsaP256, &CertificateProfile::okta("a"), now())
                        .unwrap()
                        .certificate()
                        .clone()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(certificates.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn authority_vouches_for_names_and_addresses() {
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    let made = TlsAuthority::new(Timestamp::now()).unwrap();
    let read = TlsAuthority::from_pem(&made.to_pem()).unwrap();
    assert_eq!(read.certificate(), made.certificate());
    let identity = read.server_identity(&["app.arize.com", "127.0.0.1"]).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(made.certificate().der().to_vec())).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        rustls::client::WebPkiServerVerifier::builder_with_provider(roots.into(), provider)
            .build()
            .unwrap();
    let verify = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let (leaf, others) = identity.chain.split_first().unwrap();
        verifier.verify_server_cert(leaf, others, &name, &[], UnixTime::now()).is_ok()
    };
    assert!(verify("app.arize.com"));
    assert!(verify("127.0.0.1"));
    assert!(!verify("app.example.com"));
    assert!(matches!(read.server_identity(&["not a host"]), Err(KeyError::HostName(_))));
    assert_eq!(identity.chain_pem().matches("BEGIN CERTIFICATE").count(), 2);
}
