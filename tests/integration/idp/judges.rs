//! The SP profile of a reader that nobody here wrote takes what the org issues.

use gamlastan::core::protocol::response::{Response, ResponseRef};
use gamlastan::crypto::keys::loader;
use gamlastan::crypto::{KeyUsage, KeysManager, SamlVerifier, VerifyResult};
use gamlastan::profiles::sso::sp::process_response_with_verified_signatures;
use gamlastan::security::{InMemoryReplayCache, SecurityConfig};
use gamlastan::xml::{parse_saml, parse_secure};
use jiff::SignedDuration;
use samlproof::idp::{Issued, Org, Overrides, SignParts};
use samlproof::keys::test_only;
use samlproof::saml::EntityId;

use super::fixture::{ACS, AUDIENCE, Login, env, now, org};

/// Who logs in, and the attributes in its own words.
fn judged(org: &Org, issued: &Issued, request: Option<&str>) -> Result<(String, String), String> {
    let certificate = org.apps[0].signing_key().unwrap().certificate().to_pem();
    let mut trusted = loader::load_pem_auto(certificate.as_bytes(), None).unwrap();
    trusted.usage = KeyUsage::Verify;
    let mut keys = KeysManager::new();
    keys.add_key(trusted);
    let tree = parse_secure(&issued.xml).map_err(|error| error.to_string())?;
    let mut verified = vec![];
    let results = SamlVerifier::new(keys).verify_all_enveloped(&issued.xml);
    for result in results.map_err(|error| error.to_string())? {
        match result {
            VerifyResult::Valid { references, .. } => {
                verified.extend(references.into_iter().map(|found| found.uri.replace('#', "")));
            }
            VerifyResult::Invalid { reason } => return Err(reason),
        }
    }
    let response: ResponseRef<'_> = parse_saml(&tree).map_err(|error| error.to_string())?;
    let response: Response = response.to_owned();
    let signed = |id: &str| verified.iter().any(|found| found == id);
    let config = SecurityConfig {
        require_signed_assertions: signed(issued.assertion_id.as_str()),
        require_signed_responses: signed(issued.response_id.as_str()),
        ..SecurityConfig::default()
    };
    let login = process_response_with_verified_signatures(
        &response,
        &config,
        &InMemoryReplayCache::new(),
        AUDIENCE,
        ACS,
        request,
        org.apps[0].issuer().as_str(),
        &verified.iter().map(String::as_str).collect::<Vec<_>>(),
        now().to_string().parse().unwrap(),
    )
    .map_err(|error| error.to_string())?;
    Ok((login.name_id, format!("{:?}", login.attributes)))
}

#[test]
fn gamlastan_takes_every_shape_of_response() {
    let org = org(&env());
    for parts in [SignParts::Both, SignParts::Response, SignParts::Assertion] {
        let mut login = Login::of(&org, "jane@acme.example");
        login.overrides.sign = Some(parts);
        let issued = login.issue(&env());
        let (name_id, attributes) = judged(&org, &issued, Some("_request-1")).unwrap();
        assert_eq!(name_id, "jane@acme.example", "{parts:?}");
        for value in ["R&D", "t0ken", "ml-leads", "ml-team"] {
            assert!(attributes.contains(value), "{parts:?}: {attributes}");
        }
        assert!(!attributes.contains("sales"));
    }
}

#[test]
fn gamlastan_refuses_what_is_overridden() {
    let org = org(&env());
    let overrides = [
        Overrides { audience: Some(EntityId::new("https://sp.example")), ..Overrides::default() },
        Overrides { signing_key: test_only::signing("other"), ..Overrides::default() },
        Overrides { age: SignedDuration::from_hours(1), ..Overrides::default() },
        Overrides { issuer: Some(EntityId::new("other")), ..Overrides::default() },
    ];
    for overrides in overrides {
        let mut login = Login::of(&org, "jane@acme.example");
        login.overrides = overrides;
        let issued = login.issue(&env());
        assert!(judged(&org, &issued, Some("_request-1")).is_err(), "{:?}", login.overrides);
    }
    let usual = Login::of(&org, "jane@acme.example").issue(&env());
    assert!(judged(&org, &usual, Some("_request-2")).is_err());
    assert!(judged(&org, &usual, Some("_request-1")).is_ok());
}
