//! Keys of an app: made, activated, cloned, and shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use samlproof::idp::{AppKey, KeyCredentialError, SignOn, metadata};
use samlproof::keys::{CertificateProfile, Hash, KeyKind, SigningKey, test_only};
use samlproof::saml::{AcsUrl, EntityId, IdpMetadata};

use super::fixture::{Login, env, now, org, verified};

#[test]
fn a_new_key_is_nobodys_until_the_app_names_it() {
    let env = env();
    let mut org = org(&env);
    let app = &mut org.apps[0];
    let kid = app.generate_key(2, &env).unwrap().kid.clone();
    assert_eq!(kid.len(), 43);
    assert_eq!(app.key_credential(&kid).unwrap().json_web_key(), None);
    app.keys[1].make(test_only::signing("okta-2").unwrap());
    let shown = |org: &samlproof::idp::Org| {
        IdpMetadata::parse(&metadata(org, &org.apps[0], None).unwrap()).unwrap().certificates
    };
    let okta = |name| vec![test_only::signing(name).unwrap().certificate().der().to_vec()];
    assert_eq!(shown(&org), okta("okta-1"));
    let before = Login::of(&org, "jane@acme.example").issue(&env);
    assert_eq!(verified(&before.xml, "okta-1").len(), 2);

    assert_eq!(org.apps[0].activate_key(&kid), Ok(true));
    assert_eq!(org.apps[0].activate_key(&kid), Ok(false));
    assert_eq!(shown(&org), okta("okta-2"));
    let after = Login::of(&org, "jane@acme.example").issue(&env);
    assert_eq!(verified(&after.xml, "okta-2").len(), 2);
    let unknown = org.apps[0].activate_key("nobody").unwrap_err();
    assert_eq!(unknown, KeyCredentialError::NoKey("nobody".into()));
    assert_eq!(shown(&org), okta("okta-2"));
}

#[test]
fn the_years_are_two_to_ten() {
    let env = env();
    let mut org = org(&env);
    for years in [i64::MIN, -1, 0, 1, 11, 258, i64::MAX] {
        let error = org.apps[0].generate_key(years, &env).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Validity years out of range. It should be 2 - 10 years.",
            "{years}"
        );
    }
    assert_eq!(org.apps[0].keys.len(), 1);
    for years in 2..=10 {
        let key = org.apps[0].generate_key(years, &env).unwrap();
        assert_eq!(i64::from(key.validity_years), years);
    }
}

#[test]
fn a_clone_is_the_same_key_elsewhere_once() {
    let env = env();
    let mut org = org(&env);
    let sign_on = SignOn::new(AcsUrl::new("https://two.example/acs"), EntityId::new("two"));
    org.add_app("Two", sign_on, test_only::signing("okta-2").unwrap(), &env);
    let [one, two] = [0, 1].map(|index| org.apps[index].id.clone());
    let kid = org.apps[0].keys[0].kid.clone();
    assert_eq!(org.clone_key(&one, &kid, &two).unwrap().kid, kid);
    assert_eq!(org.apps[1].active_key().unwrap().kid, org.apps[1].keys[0].kid);
    assert_ne!(org.apps[1].keys[0].kid, kid);
    let again = org.clone_key(&one, &kid, &two).unwrap_err();
    assert_eq!(
        again.to_string(),
        "Key already exists in the list of key credentials for the target app."
    );
    assert_eq!(org.clone_key(&one, &kid, &one).unwrap_err(), KeyCredentialError::Exists);
    for (source, kid, target, says) in [
        (
            "0oaNobody",
            kid.as_str(),
            two.as_str(),
            "Not found: Resource not found: 0oaNobody (AppInstance)",
        ),
        (&one, &kid, "0oaNobody", "Not found: Resource not found: 0oaNobody (AppInstance)"),
        (&one, "k", &two, "Not found: Resource not found: k (AppKeyCredential)"),
    ] {
        assert_eq!(org.clone_key(source, kid, target).unwrap_err().to_string(), says);
    }
    // The same certificate at both, as for SPs that share one trust.
    org.apps[1].activate_key(&kid).unwrap();
    let key = |index: usize| org.apps[index].signing_key().unwrap().certificate().clone();
    assert_eq!(key(0), key(1));
}

#[test]
fn a_key_is_shown_as_a_json_web_key() {
    let key = SigningKey::generate(
        KeyKind::Rsa2048,
        &CertificateProfile::okta("acme").valid_for(2),
        now(),
    )
    .unwrap();
    let mut credential = AppKey::pending(2, &env());
    credential.make(key.clone());
    let shown = serde_json::to_value(credential.json_web_key().unwrap()).unwrap();
    let certificate = key.certificate();
    let names: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = ["kty", "created", "lastUpdated", "expiresAt", "kid", "use", "x5c", "x5t#S256"];
    assert_eq!(names, [&wanted[..], &["e", "n"]].concat());
    assert_eq!(
        (&shown["kty"], &shown["use"], &shown["e"]),
        (&"RSA".into(), &"sig".into(), &"AQAB".into())
    );
    assert_eq!(shown["kid"], credential.kid);
    assert_eq!(shown["x5c"], serde_json::json!([certificate.to_base64()]));
    let sha256 = URL_SAFE_NO_PAD.encode(Hash::Sha256.of(certificate.der()));
    assert_eq!(shown["x5t#S256"], sha256);
    let modulus = URL_SAFE_NO_PAD.decode(shown["n"].as_str().unwrap()).unwrap();
    assert_eq!(modulus.len(), 256);
    assert!(certificate.der().windows(256).any(|window| window == modulus));
    assert!(shown["created"].as_str().unwrap().ends_with(".000Z"));
    assert_eq!(shown["expiresAt"].as_str().unwrap()[..4], *"2028", "{shown}");
}

#[test]
fn a_key_on_a_curve_is_shown_by_its_point() {
    let shown = |name| {
        let key = AppKey::from(test_only::signing(name).unwrap());
        serde_json::to_value(key.json_web_key().unwrap()).unwrap()
    };
    for (name, crv, length) in [("ecdsa-p256", "P-256", 43), ("ecdsa-p384", "P-384", 64)] {
        let key = shown(name);
        assert_eq!((&key["kty"], &key["crv"]), (&"EC".into(), &crv.into()));
        assert_eq!(key["x"].as_str().unwrap().len(), length);
        assert_eq!(key["y"].as_str().unwrap().len(), length);
    }
}
