//! The metadata's byte form.

use samlproof::idp::metadata;
use samlproof::keys::test_only;
use samlproof::saml::{Binding, IdpMetadata, NameIdFormat};

use super::fixture::{env, org};

#[test]
fn the_bytes_are_oktas() {
    let org = org(&env());
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(metadata(&org, &org.apps[0]));
    });
}

#[test]
fn it_reads_back_to_what_the_app_is() {
    let org = org(&env());
    let app = &org.apps[0];
    let read = IdpMetadata::parse(&metadata(&org, app)).unwrap();
    let location = format!("https://acme.okta.com{}", app.sso_path());
    assert_eq!(read.entity_id, app.issuer());
    assert_eq!(read.sso_location(&Binding::HttpPost), Some(location.as_str()));
    assert_eq!(read.sso_location(&Binding::HttpRedirect), Some(location.as_str()));
    assert_eq!(read.certificates, [app.signing_key().unwrap().certificate().der()]);
    assert!(!read.want_signed);
    assert_eq!(read.valid_until, None);
}

#[test]
fn the_published_keys_are_shown_whichever_signs() {
    let mut org = org(&env());
    org.apps[0].keys.push(test_only::signing("okta-2").unwrap().into());
    org.apps[0].signing = 1;
    let shown = |org: &samlproof::idp::Org| {
        IdpMetadata::parse(&metadata(org, &org.apps[0])).unwrap().certificates
    };
    let ders: Vec<_> = org.apps[0]
        .keys
        .iter()
        .map(|key| key.key().unwrap().certificate().der().to_vec())
        .collect();
    assert_eq!(shown(&org), ders[..1]);
    org.apps[0].published = vec![1, 0];
    assert_eq!(shown(&org), [ders[1].clone(), ders[0].clone()]);
    org.apps[0].published = vec![];
    assert_eq!(shown(&org), [] as [Vec<u8>; 0]);
}

#[test]
fn the_formats_follow_the_apps() {
    let mut org = org(&env());
    let (email, unspecified) = (NameIdFormat::EMAIL_ADDRESS, NameIdFormat::UNSPECIFIED);
    let (persistent, transient) = (NameIdFormat::PERSISTENT, NameIdFormat::TRANSIENT);
    for (format, list) in [
        (email, vec![email]),
        (unspecified, vec![unspecified, email]),
        (persistent, vec![email, persistent]),
        (transient, vec![email, transient]),
    ] {
        org.apps[0].sign_on.subject_name_id_format = NameIdFormat::new(format);
        let read = IdpMetadata::parse(&metadata(&org, &org.apps[0])).unwrap();
        let read: Vec<_> = read.name_id_formats.iter().map(NameIdFormat::as_str).collect();
        assert_eq!(read, list);
    }
}
