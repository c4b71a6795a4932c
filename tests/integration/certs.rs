//! `samlproof certs`, as a user runs it.

use std::path::Path;
use std::process::{Command, Output};

use samlproof::keys::{KeyKind, KeyStore, TlsAuthority};

fn certs(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samlproof"))
        .arg("certs")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn signing_key_is_made_kept_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let make = [
        "signing",
        "--out",
        "keys",
        "--name",
        "okta-1",
        "--kind",
        "ecdsa-p256",
        "--subdomain",
        "acme",
    ];
    let made = certs(&make, folder.path());
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let store = KeyStore::new(folder.path().join("keys"), "okta-1");
    let first = store.load().unwrap().unwrap();
    assert_eq!(first.kind(), KeyKind::EcdsaP256);
    let again = certs(&make, folder.path());
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("okta-1.pem exists"));
    assert_eq!(store.load().unwrap().unwrap().certificate(), first.certificate());
    let rotated = certs(&["rotate", "keys", "--name", "okta-1"], folder.path());
    assert_eq!(rotated.status.code(), Some(0), "{rotated:?}");
    let second = store.load().unwrap().unwrap();
    assert_ne!(second.certificate(), first.certificate());
    let forced = certs(&[&make[..], &["--force"]].concat(), folder.path());
    assert_eq!(forced.status.code(), Some(0));
    assert_ne!(store.load().unwrap().unwrap().certificate(), second.certificate());
}

#[test]
fn authority_is_made() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(certs(&["ca", "--out", "."], folder.path()).status.code(), Some(0));
    let pem = std::fs::read_to_string(folder.path().join("tls-ca.pem")).unwrap();
    assert!(TlsAuthority::from_pem(&pem).is_ok());
    assert_eq!(certs(&["ca", "--out", "."], folder.path()).status.code(), Some(2));
}

#[test]
fn wrong_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["signing"][..],
        &["signing", "--out", ".", "--kind", "rsa-1024"],
        &["signing", "--out", ".", "--name", "../x"],
        &["rotate", "."],
    ] {
        assert_eq!(certs(arguments, folder.path()).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(folder.path().join("signing.pem"), "nothing").unwrap();
    assert_eq!(certs(&["rotate", "."], folder.path()).status.code(), Some(3));
}
