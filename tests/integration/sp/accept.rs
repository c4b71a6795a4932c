//! Every check on a response, each with the response that passes it.

use jiff::{SignedDuration, Timestamp};
use samlproof::saml::{
    AcsUrl, Assertion, Attributes, Conditions, DigestAlgorithm, EntityId, MessageId, NameId,
    NameIdFormat, SignatureAlgorithm, SignatureFault, SignatureVerdict, SignedKind, SignedPart,
    Status, SubjectConfirmation,
};
use samlproof::sp::{
    CheckName, CheckResult, Encryption, Expected, Reason, Received, Wrapper, accept, refusal,
};

const ACS: &str = "https://app.arize.com/auth/v2/saml";
const SP: &str = "https://app.arize.com";
const IDP: &str = "http://www.okta.com/exk1";

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn id(text: &str) -> MessageId {
    MessageId::new(text)
}

fn expected() -> Expected {
    Expected {
        encryption: Encryption::None,
        issuer: EntityId::new(IDP),
        audience: EntityId::new(SP),
        acs: AcsUrl::new(ACS),
        name_id_format: Some(NameIdFormat::email_address()),
        outstanding: vec![id("req1"), id("req2")],
        idp_initiated: true,
        skew_seconds: 60,
        seen: vec![id("used")],
    }
}

fn bearer() -> SubjectConfirmation {
    SubjectConfirmation {
        method: SubjectConfirmation::BEARER.into(),
        recipient: Some(AcsUrl::new(ACS)),
        in_response_to: None,
        not_before: None,
        not_on_or_after: Some(after(300)),
    }
}

pub(super) fn assertion() -> Assertion {
    Assertion {
        id: id("a1"),
        issue_instant: now(),
        issuer: EntityId::new(IDP),
        name_id: NameId {
            format: Some(NameIdFormat::email_address()),
            value: "jane@example.com".into(),
        },
        confirmations: vec![bearer()],
        conditions: Some(Conditions {
            not_before: Some(after(-300)),
            not_on_or_after: Some(after(300)),
            audience_restrictions: vec![vec![EntityId::new(SP)]],
            ..Conditions::default()
        }),
        authn_statement: None,
        attributes: Attributes::default(),
    }
}

fn received() -> Received {
    Received {
        wrapper: Wrapper {
            signed: true,
            id: id("r1"),
            in_response_to: None,
            destination: Some(AcsUrl::new(ACS)),
            issuer: Some(EntityId::new(IDP)),
            status: Status { code: Status::SUCCESS.into(), sub_code: None, message: None },
            assertion_count: 1,
            encrypted_count: 0,
        },
        assertions: vec![assertion()],
    }
}

fn part(kind: SignedKind, on: &str) -> SignedPart {
    SignedPart {
        kind,
        id: id(on),
        canonical: String::new(),
        signature: SignatureAlgorithm::RsaSha256,
        digest: DigestAlgorithm::Sha256,
        trusted: 0,
    }
}

fn both() -> SignatureVerdict {
    let parts = [part(SignedKind::Response, "r1"), part(SignedKind::Assertion, "a1")];
    SignatureVerdict::Valid(parts.into())
}

/// The refusal of the good response after a change, with the detail of the failed check.
fn after_change(change: impl FnOnce(&mut Expected, &mut Received)) -> Option<(Reason, String)> {
    let (mut expected, mut received) = (expected(), received());
    change(&mut expected, &mut received);
    let checks = accept(&expected, &received, both(), now());
    refusal(&checks).map(|(reason, check)| match &check.result {
        CheckResult::Failed(_, detail) => (reason, detail.clone()),
        CheckResult::Passed => panic!("a refusal is a failed check"),
    })
}

fn reason(change: impl FnOnce(&mut Expected, &mut Received)) -> Option<Reason> {
    after_change(change).map(|(reason, _)| reason)
}

fn conditions(received: &mut Received) -> &mut Conditions {
    received.assertions[0].conditions.as_mut().unwrap()
}

fn confirmation(received: &mut Received) -> &mut SubjectConfirmation {
    &mut received.assertions[0].confirmations[0]
}

#[test]
fn a_good_response_passes_every_check() {
    let checks = accept(&expected(), &received(), both(), now());
    assert_eq!(refusal(&checks), None);
    let names: Vec<CheckName> = checks.iter().map(|check| check.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted, "the checks run in the order in which they decide");
    assert_eq!(names.len(), 14);
}

#[test]
fn every_check_is_told_even_after_one_has_failed() {
    let mut received = received();
    conditions(&mut received).audience_restrictions = vec![vec![EntityId::new("x")]];
    confirmation(&mut received).recipient = None;
    let fault = SignatureVerdict::Invalid(SignatureFault::Missing);
    let checks = accept(&expected(), &received, fault, now());
    let failed: Vec<CheckName> = checks
        .iter()
        .filter(|check| check.result != CheckResult::Passed)
        .map(|check| check.name)
        .collect();
    assert_eq!(failed, [CheckName::Signature, CheckName::Confirmation, CheckName::Audience]);
    assert_eq!(refusal(&checks).map(|(reason, _)| reason), Some(Reason::BadSignature));
}

#[test]
fn signature_must_hold_and_cover_the_assertion() {
    let verdict = |verdict| {
        let checks = accept(&expected(), &received(), verdict, now());
        refusal(&checks).map(|(reason, _)| reason)
    };
    assert_eq!(verdict(both()), None);
    let only = |kind, on| SignatureVerdict::Valid(vec![part(kind, on)]);
    assert_eq!(verdict(only(SignedKind::Assertion, "a1")), None);
    assert_eq!(verdict(only(SignedKind::Response, "r1")), None);
    assert_eq!(verdict(only(SignedKind::Assertion, "a2")), Some(Reason::BadSignature));
    assert_eq!(verdict(only(SignedKind::Response, "r2")), Some(Reason::BadSignature));
    assert_eq!(verdict(only(SignedKind::Assertion, "r1")), Some(Reason::BadSignature));
    let fault = SignatureFault::Unreadable("DTD".into());
    assert_eq!(verdict(SignatureVerdict::Invalid(fault)), Some(Reason::Unreadable));
}

#[test]
fn status_must_be_success() {
    let found = after_change(|_, received| {
        received.wrapper.status = Status {
            code: "urn:oasis:names:tc:SAML:2.0:status:Responder".into(),
            sub_code: Some("urn:oasis:names:tc:SAML:2.0:status:AuthnFailed".into()),
            message: None,
        };
        received.assertions.clear();
    });
    let (reason, detail) = found.unwrap();
    assert_eq!(reason, Reason::BadStatus);
    assert!(detail.ends_with("status:AuthnFailed"), "{detail}");
}

#[test]
fn there_is_exactly_one_assertion() {
    assert_eq!(reason(|_, received| received.assertions.clear()), Some(Reason::Unreadable));
    assert_eq!(
        reason(|_, received| received.assertions.push(assertion())),
        Some(Reason::Ambiguous)
    );
    assert_eq!(
        reason(|_, received| received.wrapper.assertion_count = 2),
        Some(Reason::Ambiguous),
        "an unsigned one beside the signed one"
    );
}

#[test]
fn an_assertion_is_encrypted_as_agreed() {
    let with = |agreed, encrypted| {
        reason(|expected, received| {
            expected.encryption = agreed;
            received.wrapper.encrypted_count = usize::from(encrypted);
        })
    };
    assert_eq!(with(Encryption::None, false), None);
    assert_eq!(with(Encryption::None, true), Some(Reason::Undecipherable));
    assert_eq!(with(Encryption::Optional, false), None);
    assert_eq!(with(Encryption::Optional, true), None);
    assert_eq!(with(Encryption::Required, false), Some(Reason::NotEncrypted));
    assert_eq!(with(Encryption::Required, true), None);
}

#[test]
fn issuers_are_the_idp_byte_for_byte() {
    let slash = || EntityId::new(format!("{IDP}/"));
    let found = reason(|_, received| received.assertions[0].issuer = slash());
    assert_eq!(found, Some(Reason::BadIssuer));
    let found = reason(|_, received| received.wrapper.issuer = Some(slash()));
    assert_eq!(found, Some(Reason::BadIssuer));
    assert_eq!(reason(|_, received| received.wrapper.issuer = None), None);
}

#[test]
fn destination_is_compared_signed_or_not_and_required_when_signed() {
    let other = || Some(AcsUrl::new(format!("{ACS}/")));
    assert_eq!(
        after_change(|_, received| received.wrapper.destination = other()),
        Some((Reason::BadDestination, format!("expected Destination `{ACS}`, found `{ACS}/`")))
    );
    let unsigned = reason(|_, received| {
        received.wrapper.signed = false;
        received.wrapper.destination = other();
    });
    assert_eq!(unsigned, Some(Reason::BadDestination));
    let absent = |signed| {
        reason(move |_, received| {
            received.wrapper.signed = signed;
            received.wrapper.destination = None;
        })
    };
    assert_eq!(absent(true), Some(Reason::BadDestination));
    assert_eq!(absent(false), None);
}

#[test]
fn a_bearer_confirmation_must_hold() {
    let with =
        |change: fn(&mut SubjectConfirmation)| reason(|_, received| change(confirmation(received)));
    assert_eq!(with(|_| {}), None);
    let other = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";
    assert_eq!(with(|c| c.not_before = Some(after(-1))), Some(Reason::BadConfirmation));
    assert_eq!(with(|c| c.not_on_or_after = None), Some(Reason::BadConfirmation));
    assert_eq!(with(|c| c.recipient = None), Some(Reason::BadRecipient));
    assert_eq!(with(|c| c.recipient = Some(AcsUrl::new(SP))), Some(Reason::BadRecipient));
    let method = reason(|_, received| confirmation(received).method = other.into());
    assert_eq!(method, Some(Reason::BadConfirmation));
    let none = reason(|_, received| received.assertions[0].confirmations.clear());
    assert_eq!(none, Some(Reason::BadConfirmation));
}

#[test]
fn any_confirmation_that_holds_is_enough_and_the_nearest_gives_the_reason() {
    let wrong = SubjectConfirmation { recipient: None, ..bearer() };
    let late = SubjectConfirmation { not_on_or_after: Some(after(-61)), ..bearer() };
    let set = |all: Vec<SubjectConfirmation>| {
        reason(move |_, received| received.assertions[0].confirmations = all)
    };
    assert_eq!(set(vec![wrong.clone(), bearer()]), None);
    assert_eq!(set(vec![wrong, late]), Some(Reason::Expired));
}

#[test]
fn of_two_confirmations_that_came_equally_far_the_first_gives_the_reason() {
    let to = |url: &str| SubjectConfirmation { recipient: Some(AcsUrl::new(url)), ..bearer() };
    let found = after_change(|_, received| {
        received.assertions[0].confirmations = vec![to("https://one.test"), to("https://two.test")];
    });
    let (reason, detail) = found.unwrap();
    assert_eq!(reason, Reason::BadRecipient);
    assert!(detail.contains("https://one.test") && !detail.contains("two"), "{detail}");
}

#[test]
fn every_check_says_where_its_rule_is_written() {
    let checks = accept(&expected(), &received(), both(), now());
    let rules: Vec<(CheckName, &str)> =
        checks.iter().map(|check| (check.name, check.rule)).collect();
    assert_eq!(
        rules,
        [
            (CheckName::Signature, "P 4.1.4.3"),
            (CheckName::Status, "C 3.2.2.2"),
            (CheckName::OneAssertion, "P 4.1.4.2"),
            (CheckName::Encryption, "C 2.3.4"),
            (CheckName::ResponseIssuer, "P 4.1.4.2"),
            (CheckName::AssertionIssuer, "P 4.1.4.2"),
            (CheckName::Destination, "B 3.5.5.2"),
            (CheckName::Confirmation, "P 4.1.4.2, P 4.1.4.3"),
            (CheckName::Window, "C 2.5.1.2"),
            (CheckName::Audience, "C 2.5.1.4, P 4.1.4.2"),
            (CheckName::UnknownCondition, "C 2.5.1.1"),
            (CheckName::NameIdFormat, "C 8.3"),
            (CheckName::Replay, "P 4.1.4.5"),
            (CheckName::InResponseTo, "P 4.1.4.3, P 4.1.5"),
        ]
    );
}

#[test]
fn the_window_ends_where_the_skew_ends() {
    let window = |start: i64, end: i64| {
        reason(move |_, received| {
            conditions(received).not_before = Some(after(start));
            conditions(received).not_on_or_after = Some(after(end));
        })
    };
    assert_eq!(window(-300, -59), None);
    assert_eq!(window(-300, -60), Some(Reason::Expired), "NotOnOrAfter is exclusive");
    assert_eq!(window(60, 300), None);
    assert_eq!(window(61, 300), Some(Reason::NotYetValid));
    let confirmed =
        |end| reason(move |_, received| confirmation(received).not_on_or_after = Some(after(end)));
    assert_eq!(confirmed(-59), None);
    assert_eq!(confirmed(-60), Some(Reason::Expired));
}

#[test]
fn a_negative_skew_is_no_skew() {
    let at = |end| {
        reason(move |expected, received| {
            expected.skew_seconds = -600;
            conditions(received).not_on_or_after = Some(after(end));
        })
    };
    assert_eq!(at(1), None);
    assert_eq!(at(0), Some(Reason::Expired));
}

#[test]
fn audiences_are_and_across_restrictions_and_or_inside_one() {
    let set = |all: &[&[&str]]| {
        let all: Vec<Vec<EntityId>> =
            all.iter().map(|any| any.iter().map(|one| EntityId::new(*one)).collect()).collect();
        reason(move |_, received| conditions(received).audience_restrictions = all)
    };
    assert_eq!(set(&[&["x", SP]]), None);
    assert_eq!(set(&[&[SP], &[SP]]), None);
    assert_eq!(set(&[&[SP], &["x"]]), Some(Reason::BadAudience));
    assert_eq!(set(&[&["https://app.arize.com/"]]), Some(Reason::BadAudience));
    assert_eq!(set(&[&["https://APP.arize.com"]]), Some(Reason::BadAudience));
    assert_eq!(set(&[&[]]), Some(Reason::BadAudience));
    assert_eq!(set(&[]), Some(Reason::BadAudience));
    let none = reason(|_, received| received.assertions[0].conditions = None);
    assert_eq!(none, Some(Reason::BadAudience));
}

#[test]
fn an_unknown_condition_is_not_passed_over() {
    let unknown = reason(|_, received| conditions(received).unknown = vec!["x:Odd".into()]);
    assert_eq!(unknown, Some(Reason::UnknownCondition));
    assert_eq!(reason(|_, received| conditions(received).one_time_use = true), None);
}

#[test]
fn name_id_format_is_the_one_asked_for() {
    let set = |wanted: Option<NameIdFormat>, found: Option<&str>| {
        let found = found.map(NameIdFormat::new);
        reason(move |expected, received| {
            expected.name_id_format = wanted;
            received.assertions[0].name_id.format = found;
        })
    };
    let email = || Some(NameIdFormat::email_address());
    assert_eq!(set(email(), Some(NameIdFormat::EMAIL_ADDRESS)), None);
    assert_eq!(set(None, Some(NameIdFormat::PERSISTENT)), None);
    assert_eq!(set(None, None), None);
    assert_eq!(set(email(), None), Some(Reason::BadNameIdFormat));
    assert_eq!(set(email(), Some(NameIdFormat::PERSISTENT)), Some(Reason::BadNameIdFormat));
    let twin = "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress";
    assert_eq!(set(email(), Some(twin)), Some(Reason::BadNameIdFormat));
}

#[test]
fn in_response_to_names_a_request_of_this_browser() {
    let set = |wrapper: Option<&str>, said: Option<&str>, unsolicited: bool| {
        let (wrapper, said) = (wrapper.map(id), said.map(id));
        reason(move |expected, received| {
            expected.idp_initiated = unsolicited;
            received.wrapper.in_response_to = wrapper;
            confirmation(received).in_response_to = said;
        })
    };
    for unsolicited in [true, false] {
        assert_eq!(set(Some("req2"), Some("req2"), unsolicited), None);
        let refused = Some(Reason::InResponseTo);
        assert_eq!(set(Some("other"), Some("other"), unsolicited), refused);
        assert_eq!(set(Some("req1"), Some("req2"), unsolicited), refused);
        assert_eq!(set(Some("req1"), None, unsolicited), refused, "on the wrapper alone");
        assert_eq!(set(None, Some("other"), unsolicited), refused, "cut from the wrapper");
        assert_eq!(set(None, Some("req1"), unsolicited), None);
    }
    assert_eq!(set(None, None, true), None);
    assert_eq!(set(None, None, false), Some(Reason::UnsolicitedNotAllowed));
}

#[test]
fn an_assertion_is_used_once() {
    let used = reason(|_, received| received.assertions[0].id = id("used"));
    assert_eq!(used, Some(Reason::Replay));
    assert_eq!(reason(|_, received| received.assertions[0].id = id("fresh")), None);
}
