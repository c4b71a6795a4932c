//! `settings.signOn`: all that an app can say of it, and that it counts.

use http::Method;
use samlproof::idp::{AssertionEncryption, ParticipateSlo, SingleLogout};
use samlproof::keys::test_only;
use samlproof::saml::{AcsUrl, Binding, EncryptionAlgorithm, EntityId, KeyTransportAlgorithm};
use serde_json::{Value, json};

use super::{Api, app};

/// An app that leaves nothing as it usually is.
fn unusual() -> Value {
    let encryption = test_only::decryption();
    let signing = test_only::signing("okta-2").unwrap();
    let mut body = app("A");
    let all = json!({
        "defaultRelayState": "/home",
        "idpIssuer": "https://idp.test/${org.externalKey}",
        "subjectNameIdFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "responseSigned": false,
        "signatureAlgorithm": "RSA_SHA1",
        "digestAlgorithm": "SHA1",
        "honorForceAuthn": false,
        "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
        "requestCompressed": true,
        "allowMultipleAcsEndpoints": true,
        "acsEndpoints": [{ "url": "http://sp.test/two", "index": 2 }],
        "assertionEncryption": {
            "enabled": true,
            "keyTransportAlgorithm": "RSA_15",
            "encryptionAlgorithm": "AES128_CBC",
            "x5c": [encryption.certificate().to_base64()],
        },
        "spCertificate": { "x5c": [signing.certificate().to_base64()] },
        "samlSignedRequestEnabled": true,
        "slo": { "enabled": true, "issuer": "urn:sp", "logoutUrl": "http://sp.test/slo" },
        "participateSlo": {
            "enabled": true,
            "logoutRequestUrl": "http://sp.test/out",
            "sessionIndexRequired": true,
            "bindingType": "REDIRECT",
        },
        "samlAssertionLifetimeSeconds": 900,
        "ssoAcsUrlOverride": "http://sp.test/over",
        "recipientOverride": "http://sp.test/over/r",
        "destinationOverride": "http://sp.test/over/d",
        "audienceOverride": "urn:over",
    });
    let on = body["settings"]["signOn"].as_object_mut().unwrap();
    on.extend(all.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn what_is_said_of_it_is_in_force_and_comes_back() {
    let api = Api::new();
    let made = api.post("/api/v1/apps", unusual()).await.is(200);
    let on = api.service.org().apps[0].sign_on.clone();
    let acs = |url: &str| Some(AcsUrl::new(url));
    assert_eq!(on.default_relay_state, "/home");
    assert_eq!(on.idp_issuer, "https://idp.test/${org.externalKey}");
    assert!(!on.response_signed && on.assertion_signed && !on.honor_force_authn);
    assert_eq!(on.authn_context_class_ref, "urn:oasis:names:tc:SAML:2.0:ac:classes:X509");
    assert!(on.request_compressed && on.allow_multiple_acs_endpoints);
    assert_eq!((on.acs_endpoints[0].index, on.acs_endpoints.len()), (2, 1));
    let encryption = AssertionEncryption::new(test_only::decryption().certificate().clone());
    let encryption =
        encryption.unwrap().with(KeyTransportAlgorithm::Rsa15, EncryptionAlgorithm::Aes128Cbc);
    assert_eq!(on.assertion_encryption, Some(encryption));
    let signing = test_only::signing("okta-2").unwrap();
    assert_eq!(on.sp_certificate.as_ref(), Some(signing.certificate()));
    assert!(on.saml_signed_request_enabled);
    let logout_url = "http://sp.test/slo".to_owned();
    assert_eq!(on.slo, Some(SingleLogout { issuer: EntityId::new("urn:sp"), logout_url }));
    assert_eq!(on.sp_issuer.as_deref(), Some("urn:sp"), "that of `slo`");
    let participate = ParticipateSlo {
        logout_request_url: "http://sp.test/out".into(),
        session_index_required: true,
        binding: Binding::HttpRedirect,
    };
    assert_eq!(on.participate_slo, Some(participate));
    assert_eq!(on.saml_assertion_lifetime_seconds, Some(900));
    assert_eq!(on.sso_acs_url_override, acs("http://sp.test/over"));
    assert_eq!(on.recipient_override, acs("http://sp.test/over/r"));
    assert_eq!(on.destination_override, acs("http://sp.test/over/d"));
    assert_eq!(on.audience_override, Some(EntityId::new("urn:over")));

    // All of it is shown as it was said, but for the certificate, which Okta folds.
    let (said, mut shown) = (unusual(), made.body["settings"]["signOn"].clone());
    let folded = shown["spCertificate"]["x5c"][0].as_str().unwrap().to_owned();
    assert!(folded.lines().all(|line| line.len() <= 76) && folded.contains("\r\n"), "{folded}");
    shown["spCertificate"]["x5c"][0] = folded.replace("\r\n", "").into();
    for (name, value) in said["settings"]["signOn"].as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }

    // What was shown says the same again, and what is not said again is over.
    let path = format!("/api/v1/apps/{}", made.id());
    assert_eq!(api.put(&path, made.body.clone()).await.is(200).body, made.body);
    assert_eq!(api.service.org().apps[0].sign_on, on);
    api.put(&path, app("A")).await.is(200);
    let usual = api.service.org().apps[0].sign_on.clone();
    assert_eq!((usual.slo, usual.sp_certificate, usual.audience_override), (None, None, None));
    assert_eq!(usual.assertion_encryption, None);
    api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(200);
}
