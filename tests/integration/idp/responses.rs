//! Whole responses, byte for byte.
//!
//! Each is a snapshot, each verifies with the app's certificate, and each reads back to what was
//! meant.

use jiff::SignedDuration;
use proptest::prelude::*;
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{AttributeStatement, IssueError, Issued, Org, SignParts};
use samlproof::keys::test_only;
use samlproof::saml::{
    AcsUrl, Assertion, AttributeValue, AuthnStatement, Conditions, DigestAlgorithm, EntityId,
    MessageId, NameId, NameIdFormat, Response, SignatureAlgorithm, SignedKind, Status,
    SubjectConfirmation,
};

use crate::saml::text::writable;

use super::fixture::{ACS, AUDIENCE, Login, believed, env, now, org, verified};

fn login(org: &Org, parts: SignParts, sp_initiated: bool) -> Login<'_> {
    let mut login = Login::of(org, "jane@acme.example");
    login.overrides.sign = Some(parts);
    if !sp_initiated {
        login.request = None;
    }
    login
}

/// What Jane's response is meant to say.
fn meant(org: &Org, issued: &Issued, sp_initiated: bool) -> Response {
    let five_minutes = SignedDuration::from_mins(5);
    let request = sp_initiated.then(|| MessageId::new("_request-1"));
    let issuer = org.apps[0].issuer();
    let session_index = match &request {
        Some(id) => id.as_str().to_owned(),
        None => session_index(&issued.xml),
    };
    let confirmation = SubjectConfirmation {
        method: SubjectConfirmation::BEARER.into(),
        recipient: Some(AcsUrl::new(ACS)),
        in_response_to: request.clone(),
        not_before: None,
        not_on_or_after: Some(now() + five_minutes),
    };
    let assertion = Assertion {
        id: issued.assertion_id.clone(),
        issue_instant: now(),
        issuer: issuer.clone(),
        name_id: NameId {
            format: Some(NameIdFormat::email_address()),
            value: "jane@acme.example".into(),
        },
        confirmations: vec![confirmation],
        conditions: Some(Conditions {
            not_before: Some(now() - five_minutes),
            not_on_or_after: Some(now() + five_minutes),
            audience_restrictions: vec![vec![EntityId::new(AUDIENCE)]],
            ..Conditions::default()
        }),
        authn_statement: Some(AuthnStatement {
            authn_instant: now() - SignedDuration::from_mins(90),
            session_index: Some(session_index),
            session_not_on_or_after: None,
            class_ref: Some(org.apps[0].sign_on.authn_context_class_ref.clone()),
        }),
        attributes: issued.attributes.clone(),
    };
    Response {
        id: issued.response_id.clone(),
        in_response_to: request,
        destination: Some(AcsUrl::new(ACS)),
        issue_instant: now(),
        issuer: Some(issuer),
        status: Status { code: Status::SUCCESS.into(), sub_code: None, message: None },
        assertions: vec![assertion],
        encrypted: 0,
    }
}

fn session_index(xml: &str) -> String {
    let (_, rest) = xml.split_once("SessionIndex=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Issues, holds the snapshot, verifies, reads back.
fn holds(name: &str, parts: SignParts, attributes: bool, sp_initiated: bool) {
    let env = env();
    let mut org = org(&env);
    if !attributes {
        org.apps[0].sign_on.attribute_statements.clear();
    }
    let issued = login(&org, parts, sp_initiated).issue(&env);
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(name, issued.xml);
    });
    let meant = meant(&org, &issued, sp_initiated);
    assert_eq!(Response::parse(&issued.xml).unwrap(), meant);
    let (response, assertion) = believed(&issued.xml);
    assert_eq!(response, parts.response().then(|| meant.clone()));
    assert_eq!(assertion, parts.assertion().then(|| meant.assertions[0].clone()));
    assert_eq!(issued.attributes.0.is_empty(), !attributes);
    assert_eq!(issued.acs.as_str(), ACS);
    assert_eq!(issued.issued_at, now());
}

macro_rules! shapes {
    ($($name:ident: $parts:ident, $attributes:literal, $sp_initiated:literal;)*) => {
        $(#[test]
        fn $name() {
            holds(stringify!($name), SignParts::$parts, $attributes, $sp_initiated);
        })*
    };
}

shapes! {
    both_signed_with_attributes_sp_initiated: Both, true, true;
    both_signed_with_attributes_idp_initiated: Both, true, false;
    both_signed_bare_sp_initiated: Both, false, true;
    both_signed_bare_idp_initiated: Both, false, false;
    assertion_signed_with_attributes_sp_initiated: Assertion, true, true;
    assertion_signed_with_attributes_idp_initiated: Assertion, true, false;
    assertion_signed_bare_sp_initiated: Assertion, false, true;
    assertion_signed_bare_idp_initiated: Assertion, false, false;
    response_signed_with_attributes_sp_initiated: Response, true, true;
    response_signed_with_attributes_idp_initiated: Response, true, false;
    response_signed_bare_sp_initiated: Response, false, true;
    response_signed_bare_idp_initiated: Response, false, false;
}

#[test]
fn the_app_says_what_is_signed() {
    let env = env();
    let mut org = org(&env);
    for (response, assertion) in [(true, true), (true, false), (false, true)] {
        org.apps[0].sign_on.response_signed = response;
        org.apps[0].sign_on.assertion_signed = assertion;
        let parts = verified(&Login::of(&org, "jane@acme.example").issue(&env).xml, "okta-1");
        let has = |kind| parts.iter().any(|part| part.kind == kind);
        assert_eq!((has(SignedKind::Response), has(SignedKind::Assertion)), (response, assertion));
    }
}

#[test]
fn nothing_signed_is_the_same_document_without_signatures() {
    let org = org(&env());
    let unsigned = login(&org, SignParts::Nothing, true).issue(&env()).xml;
    assert!(!unsigned.contains("Signature"));
    let read = Response::parse(&unsigned).unwrap();
    let signed = Response::parse(&login(&org, SignParts::Both, true).issue(&env()).xml).unwrap();
    assert_eq!(read, signed);
}

#[test]
fn signature_and_digest_are_chosen_independently() {
    let env = env();
    let mut org = org(&env);
    org.apps[0].sign_on.signature_algorithm = SignatureAlgorithm::RsaSha512;
    org.apps[0].sign_on.digest_algorithm = DigestAlgorithm::Sha1;
    let parts = verified(&Login::of(&org, "jane@acme.example").issue(&env).xml, "okta-1");
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.signature == SignatureAlgorithm::RsaSha512));
    assert!(parts.iter().all(|part| part.digest == DigestAlgorithm::Sha1));
}

#[test]
fn the_same_env_and_key_give_the_same_bytes() {
    let once = || {
        let env = env();
        let org = org(&env);
        let first = Login::of(&org, "jane@acme.example").issue(&env);
        let second = Login::of(&org, "jane@acme.example").issue(&env);
        (first.xml, second.xml)
    };
    let (first, second) = once();
    assert_eq!(once(), (first.clone(), second.clone()));
    assert_ne!(first, second, "ids are never used twice");
}

#[test]
fn every_engine_writes_the_same_bytes() {
    let org = org(&env());
    for parts in [SignParts::Both, SignParts::Assertion, SignParts::Response] {
        let login = login(&org, parts, true);
        let usual = login.issue(&env());
        for engine in Engine::ALL {
            assert_eq!(login.issue_with(*engine, &env()).unwrap(), usual, "{engine}, {parts:?}");
        }
    }
}

#[test]
fn the_clock_moves_every_instant_but_the_session() {
    let env = env();
    let org = org(&env);
    env.clock.advance(SignedDuration::from_secs(100));
    let read = Response::parse(&Login::of(&org, "jane@acme.example").issue(&env).xml).unwrap();
    let later = now() + SignedDuration::from_secs(100);
    assert_eq!(read.issue_instant, later);
    let statement = read.assertions[0].authn_statement.as_ref().unwrap();
    assert_eq!(statement.authn_instant, now() - SignedDuration::from_mins(90));
}

#[test]
fn an_attribute_without_a_value_is_left_out_and_a_statement_without_attributes_too() {
    let env = env();
    let mut org = org(&env);
    let kim = Login::of(&org, "kim@acme.example").issue(&env);
    let names: Vec<_> = kim.attributes.0.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["email", "token"], "no department, and no group that passes");
    let jane = Login::of(&org, "jane@acme.example").issue(&env);
    assert_eq!(jane.attributes.0.len(), 4);
    let department = AttributeStatement::expression("department", "user.department");
    org.apps[0].sign_on.attribute_statements = vec![department];
    let kim = Login::of(&org, "kim@acme.example").issue(&env);
    assert!(!kim.xml.contains("AttributeStatement") && !kim.xml.contains("InclusiveNamespaces"));
    let jane = Login::of(&org, "jane@acme.example").issue(&env);
    assert!(jane.xml.contains("AttributeStatement") && jane.xml.contains("InclusiveNamespaces"));
}

#[test]
fn odd_characters_arrive_as_they_were() {
    let env = env();
    let mut org = org(&env);
    let odd = "R&D <b>\"'\r\n\t]]> 😀 \u{85} &amp;";
    org.user_by_login_mut("jane@acme.example").unwrap().set("department", odd);
    let issued = Login::of(&org, "jane@acme.example").issue(&env);
    assert!(issued.xml.contains("R&amp;D &lt;b&gt;\"'&#xD;\n\t]]&gt; 😀"));
    let (_, assertion) = believed(&issued.xml);
    assert_eq!(assertion.unwrap().attributes.first("department"), Some(odd));
}

#[test]
fn a_character_that_xml_cannot_carry_is_an_error_and_not_another_character() {
    let env = env();
    let mut org = org(&env);
    org.user_by_login_mut("jane@acme.example").unwrap().set("department", "a\u{0}b");
    let error = Login::of(&org, "jane@acme.example").try_issue(&env).unwrap_err();
    assert!(
        matches!(&error, IssueError::Character { character: '\u{0}', place } if place == "department")
    );
    assert_eq!(error.to_string(), "department holds the character '\\0', which XML cannot carry");
    assert!(Login::of(&org, "kim@acme.example").try_issue(&env).is_ok());
}

#[test]
fn an_app_that_signs_with_a_key_it_does_not_have_is_an_error() {
    let env = env();
    let mut org = org(&env);
    org.apps[0].signing = 1;
    let error = Login::of(&org, "jane@acme.example").try_issue(&env).unwrap_err();
    assert_eq!(error.to_string(), "the app acme_arizeax_1 has no key number 1: it has 1");
    org.apps[0].keys.push(test_only::signing("okta-2").unwrap().into());
    let issued = Login::of(&org, "jane@acme.example").issue(&env);
    assert_eq!(verified(&issued.xml, "okta-2").len(), 2);
}

#[test]
fn a_listed_acs_is_followed_and_another_is_not() {
    let env = env();
    let mut org = org(&env);
    let second = AcsUrl::new("https://sp.example/second");
    org.apps[0].sign_on.allow_acs_endpoints([second.clone()]);
    let mut login = Login::of(&org, "jane@acme.example");
    login.request.as_mut().unwrap().acs_url = Some(second.clone());
    let issued = login.issue(&env);
    let read = Response::parse(&issued.xml).unwrap();
    assert_eq!((issued.acs, read.destination), (second.clone(), Some(second.clone())));
    assert_eq!(read.assertions[0].confirmations[0].recipient, Some(second));
    login.request.as_mut().unwrap().acs_url = Some(AcsUrl::new("https://sp.example/second/"));
    let issued = login.issue(&env);
    assert_eq!(issued.acs.as_str(), ACS);
    assert_eq!(Response::parse(&issued.xml).unwrap().destination, Some(AcsUrl::new(ACS)));
}

#[test]
fn the_lifetime_of_an_assertion_is_the_apps() {
    let env = env();
    let mut org = org(&env);
    for (asked, seconds) in [(None, 300), (Some(3600), 3600), (Some(1), 1)] {
        org.apps[0].sign_on.saml_assertion_lifetime_seconds = asked;
        let issued = Login::of(&org, "jane@acme.example").issue(&env);
        let assertion = &Response::parse(&issued.xml).unwrap().assertions[0];
        let until = Some(now() + SignedDuration::from_secs(seconds));
        assert_eq!(assertion.confirmations[0].not_on_or_after, until);
        let conditions = assertion.conditions.as_ref().unwrap();
        assert_eq!(conditions.not_on_or_after, until);
        assert_eq!(conditions.not_before, Some(now() - SignedDuration::from_mins(5)));
    }
}

#[test]
fn overrides_of_a_catalogue_app_go_before_the_usual() {
    let env = env();
    let mut org = org(&env);
    let sign_on = &mut org.apps[0].sign_on;
    sign_on.sso_acs_url_override = Some(AcsUrl::new("https://sp.example/o/acs"));
    sign_on.recipient_override = Some(AcsUrl::new("https://sp.example/o/recipient"));
    sign_on.destination_override = Some(AcsUrl::new("https://sp.example/o/destination"));
    sign_on.audience_override = Some(EntityId::new("https://sp.example/o"));
    let issued = Login::of(&org, "jane@acme.example").issue(&env);
    let read = Response::parse(&issued.xml).unwrap();
    let assertion = &read.assertions[0];
    let said =
        [Some(issued.acs), assertion.confirmations[0].recipient.clone(), read.destination.clone()];
    let said = said.map(|url| url.unwrap().to_string());
    assert_eq!(
        said,
        ["acs", "recipient", "destination"].map(|it| format!("https://sp.example/o/{it}"))
    );
    let audiences = &assertion.conditions.as_ref().unwrap().audience_restrictions;
    assert_eq!(*audiences, [[EntityId::new("https://sp.example/o")]]);
}

#[test]
fn sha1_is_signed_where_the_app_says_so() {
    let env = env();
    let mut org = org(&env);
    org.apps[0].sign_on.signature_algorithm = SignatureAlgorithm::RsaSha1;
    org.apps[0].sign_on.digest_algorithm = DigestAlgorithm::Sha1;
    let issued = Login::of(&org, "jane@acme.example").issue(&env);
    let parts = verified(&issued.xml, "okta-1");
    assert_eq!(parts.len(), 2);
    for part in parts {
        assert_eq!(part.signature, SignatureAlgorithm::RsaSha1);
        assert_eq!(part.digest, DigestAlgorithm::Sha1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_attribute_arrives_as_it_was(
        values in prop::collection::vec(writable(), 0..4),
        name in writable(),
        login_text in writable(),
    ) {
        let env = Env::fixed(now(), "any");
        let org = org(&env);
        let mut login = Login::of(&org, "jane@acme.example");
        let values: Vec<_> = values.into_iter().map(AttributeValue::Text).collect();
        login.overrides.attributes.insert(name.clone(), values.clone());
        login.overrides.name_id = Some(login_text.clone());
        let issued = login.issue(&env);
        let (response, assertion) = believed(&issued.xml);
        let (response, assertion) = (response.unwrap(), assertion.unwrap());
        prop_assert_eq!(&response.assertions[0], &assertion);
        prop_assert_eq!(&assertion.attributes, &issued.attributes);
        prop_assert_eq!(&assertion.name_id.value, &login_text);
        let read = assertion.attributes.0.iter().find(|attribute| attribute.name == name).unwrap();
        prop_assert_eq!(&read.values, &values);
    }
}
