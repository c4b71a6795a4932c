//! What a test may do otherwise than Okta would. Each override is held beside a login without it.

use jiff::SignedDuration;
use samlproof::idp::{IssueError, Overrides};
use samlproof::keys::test_only;
use samlproof::saml::{
    AcsUrl, Attribute, AttributeValue, EntityId, MessageId, NameIdFormat, Response,
};

use super::fixture::{ACS, AUDIENCE, Login, env, now, org, verified};

/// Jane's response as read, with the overrides and without.
fn both(overrides: Overrides) -> (Response, Response) {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    let usual = Response::parse(&login.issue(&env()).xml).unwrap();
    login.overrides = overrides;
    (Response::parse(&login.issue(&env()).xml).unwrap(), usual)
}

#[test]
fn texts_are_replaced_one_at_a_time() {
    let (changed, mut usual) = both(Overrides {
        audience: Some(EntityId::new("https://sp.example")),
        ..Overrides::default()
    });
    let conditions = usual.assertions[0].conditions.as_mut().unwrap();
    assert_eq!(conditions.audience_restrictions, [[EntityId::new(AUDIENCE)]]);
    conditions.audience_restrictions = vec![vec![EntityId::new("https://sp.example")]];
    assert_eq!(changed, usual);

    let other = AcsUrl::new("https://other.example/acs");
    let (changed, mut usual) =
        both(Overrides { recipient: Some(other.clone()), ..Overrides::default() });
    usual.assertions[0].confirmations[0].recipient = Some(other.clone());
    assert_eq!(changed, usual);

    let (changed, mut usual) =
        both(Overrides { destination: Some(other.clone()), ..Overrides::default() });
    usual.destination = Some(other);
    assert_eq!(changed, usual);

    let issuer = EntityId::new("http://www.okta.com/other");
    let (changed, mut usual) =
        both(Overrides { issuer: Some(issuer.clone()), ..Overrides::default() });
    usual.issuer = Some(issuer.clone());
    usual.assertions[0].issuer = issuer;
    assert_eq!(changed, usual);

    let (changed, mut usual) =
        both(Overrides { name_id: Some("Jane".into()), ..Overrides::default() });
    usual.assertions[0].name_id.value = "Jane".into();
    assert_eq!(changed, usual);
    assert_eq!(changed.assertions[0].name_id.format, Some(NameIdFormat::email_address()));
}

#[test]
fn a_response_with_another_destination_is_still_posted_to_the_acs() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    login.overrides.destination = Some(AcsUrl::new("https://other.example/acs"));
    assert_eq!(login.issue(&env()).acs.as_str(), ACS);
}

#[test]
fn attributes_are_replaced_in_place_added_behind_or_left_out() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    let text = |text: &str| AttributeValue::Text(text.into());
    login.overrides.attributes.insert("token".into(), vec![text("wrong")]);
    login.overrides.attributes.insert("department".into(), vec![]);
    login.overrides.attributes.insert("added".into(), vec![text(""), AttributeValue::Nil]);
    login.overrides.omit.insert("groups".into());
    let issued = login.issue(&env());
    let sent: Vec<_> = issued
        .attributes
        .0
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.values.clone()))
        .collect();
    assert_eq!(
        sent,
        [
            ("email", vec![text("jane@acme.example")]),
            ("token", vec![text("wrong")]),
            ("department", vec![]),
            ("added", vec![text(""), AttributeValue::Nil]),
        ]
    );
    let format = issued.attributes.0[1].name_format.as_deref().unwrap();
    assert!(format.ends_with(":uri"), "a replaced attribute keeps its format");
    let read = Response::parse(&issued.xml).unwrap();
    assert_eq!(read.assertions[0].attributes, issued.attributes);
    assert_eq!(verified(&issued.xml, "okta-1").len(), 2);
    let usual = Login::of(&org, "jane@acme.example").issue(&env());
    assert_eq!(usual.attributes.0.len(), 4);
    assert_eq!(usual.attributes.first("token"), Some("t0ken"));
}

#[test]
fn leaving_out_wins_over_replacing() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    login.overrides.attributes.insert("token".into(), vec![AttributeValue::Nil]);
    login.overrides.omit.insert("token".into());
    assert_eq!(login.issue(&env()).attributes.values("token").count(), 0);
}

#[test]
fn another_key_signs_and_the_apps_key_then_does_not_verify() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    login.overrides.signing_key = test_only::signing("other");
    let issued = login.issue(&env());
    assert_eq!(verified(&issued.xml, "other").len(), 2);
    let usual = Login::of(&org, "jane@acme.example").issue(&env());
    assert_eq!(verified(&usual.xml, "okta-1").len(), 2);
    assert_eq!(Response::parse(&issued.xml).unwrap(), Response::parse(&usual.xml).unwrap());
}

#[test]
fn an_age_shifts_every_instant() {
    for minutes in [10, -10] {
        let age = SignedDuration::from_mins(minutes);
        let (changed, mut usual) = both(Overrides { age, ..Overrides::default() });
        usual.issue_instant -= age;
        let assertion = &mut usual.assertions[0];
        assertion.issue_instant -= age;
        let conditions = assertion.conditions.as_mut().unwrap();
        for instant in [
            &mut assertion.confirmations[0].not_on_or_after,
            &mut conditions.not_before,
            &mut conditions.not_on_or_after,
        ] {
            *instant = instant.map(|instant| instant - age);
        }
        assertion.authn_statement.as_mut().unwrap().authn_instant -= age;
        assert_eq!(changed, usual);
        assert_eq!(changed.issue_instant, now() - age);
    }
}

#[test]
fn an_age_beyond_all_years_is_an_error() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    for age in
        [SignedDuration::MAX, SignedDuration::MIN, SignedDuration::from_hours(24 * 365 * 2100)]
    {
        login.overrides.age = age;
        assert!(matches!(login.try_issue(&env()), Err(IssueError::Age { .. })), "{age}");
    }
    login.overrides.age = SignedDuration::from_hours(24 * 365 * 1000);
    assert!(login.try_issue(&env()).is_ok());
}

#[test]
fn a_session_index_tells_who_began_the_login() {
    let org = org(&env());
    let mut login = Login::of(&org, "jane@acme.example");
    let index = |login: &Login<'_>| {
        let read = Response::parse(&login.issue(&env()).xml).unwrap();
        read.assertions[0].authn_statement.clone().unwrap().session_index.unwrap()
    };
    assert_eq!(index(&login), "_request-1");
    login.request = None;
    let own = index(&login);
    let (millis, number) = own.strip_prefix("id").unwrap().split_once('.').unwrap();
    assert_eq!(millis.parse::<i64>().unwrap(), now().as_millisecond());
    assert!(number.parse::<u64>().unwrap() < 1 << 31);
}

#[test]
fn restrictions_formats_requests_and_elements_are_sent_as_given() {
    let ids = |ids: &[&str]| ids.iter().map(|id| EntityId::new(*id)).collect::<Vec<_>>();
    let restrictions = vec![ids(&[AUDIENCE]), ids(&["https://a.example", "https://b.example"])];
    let (changed, mut usual) = both(Overrides {
        audience_restrictions: Some(restrictions.clone()),
        ..Overrides::default()
    });
    usual.assertions[0].conditions.as_mut().unwrap().audience_restrictions = restrictions;
    assert_eq!(changed, usual);

    let format = NameIdFormat::new("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
    let (changed, mut usual) =
        both(Overrides { name_id_format: Some(format.clone()), ..Overrides::default() });
    usual.assertions[0].name_id.format = Some(format);
    assert_eq!(changed, usual);

    let request = MessageId::new("id-other");
    let (changed, mut usual) =
        both(Overrides { in_response_to: Some(request.clone()), ..Overrides::default() });
    usual.in_response_to = Some(request.clone());
    usual.assertions[0].confirmations[0].in_response_to = Some(request);
    assert_eq!(changed, usual);

    let element = Attribute {
        name: "groups".into(),
        friendly_name: Some("Groups & more".into()),
        name_format: None,
        values: vec![AttributeValue::Text("x".into())],
    };
    let (changed, mut usual) = both(Overrides {
        elements: vec![element.clone(), element.clone()],
        ..Overrides::default()
    });
    usual.assertions[0].attributes.0.extend([element.clone(), element]);
    assert_eq!(changed, usual);
}
