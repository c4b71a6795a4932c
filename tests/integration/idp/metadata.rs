//! The metadata's byte form.

use samlproof::idp::{AppKey, MetadataError, SingleLogout, metadata};
use samlproof::keys::test_only;
use samlproof::saml::{Binding, EntityId, IdpMetadata, NameIdFormat};

use super::fixture::{env, org};

#[test]
fn the_bytes_are_oktas() {
    let org = org(&env());
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(metadata(&org, &org.apps[0], None).unwrap());
    });
}

#[test]
fn it_reads_back_to_what_the_app_is() {
    let org = org(&env());
    let app = &org.apps[0];
    let read = IdpMetadata::parse(&metadata(&org, app, None).unwrap()).unwrap();
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
        IdpMetadata::parse(&metadata(org, &org.apps[0], None).unwrap()).unwrap().certificates
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
        let read = IdpMetadata::parse(&metadata(&org, &org.apps[0], None).unwrap()).unwrap();
        let read: Vec<_> = read.name_id_formats.iter().map(NameIdFormat::as_str).collect();
        assert_eq!(read, list);
    }
}

#[test]
fn logout_stands_between_the_key_and_the_formats_where_it_is_on() {
    let mut org = org(&env());
    let without = metadata(&org, &org.apps[0], None).unwrap();
    org.apps[0].sign_on.slo = Some(SingleLogout {
        issuer: EntityId::new("https://sp.example"),
        logout_url: "https://sp.example/slo".into(),
    });
    let with = metadata(&org, &org.apps[0], None).unwrap();
    let location = format!("https://acme.okta.com{}", org.apps[0].slo_path());
    let service = |binding| {
        format!(
            r#"<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{location}"/>"#
        )
    };
    let logout = [service("HTTP-POST"), service("HTTP-Redirect")].concat();
    let place = format!("</md:KeyDescriptor>{logout}<md:NameIDFormat>");
    assert!(with.contains(&place), "{with}");
    assert_eq!(with.replace(&logout, ""), without);
}

#[test]
fn the_key_that_is_asked_for_is_the_only_one() {
    let mut org = org(&env());
    org.apps[0].keys.push(test_only::signing("okta-2").unwrap().into());
    org.apps[0].keys.push(AppKey::pending(2, &env()));
    let [one, two, pending] = [0, 1, 2].map(|index| org.apps[0].keys[index].clone());
    for key in [one, two] {
        let xml = metadata(&org, &org.apps[0], Some(&key.kid)).unwrap();
        let certificates = IdpMetadata::parse(&xml).unwrap().certificates;
        assert_eq!(certificates, [key.key().unwrap().certificate().der()]);
    }
    let asked = |kid: &str| metadata(&org, &org.apps[0], Some(kid)).unwrap_err();
    assert!(matches!(asked("nobody"), MetadataError::NoKey { kid, .. } if kid == "nobody"));
    assert!(matches!(asked(&pending.kid), MetadataError::Pending { .. }));
}
