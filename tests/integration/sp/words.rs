//! How roles, outcomes and states are written, and what is read back.

use samlproof::saml::{EntityId, Response, Status};
use samlproof::sp::{
    AccountRole, Author, Configuration, GrantSource, Outcome, OutcomeClass, Resource, Role, Roles,
    State, Wrapper,
};
use serde_json::json;

use super::entry::{holder, user};

#[test]
fn a_resource_is_read_back_as_it_is_written() {
    for text in
        ["org research", "space research/vision", "project web", "team ml", "org a/b", "team a b"]
    {
        let read: Resource = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(serde_json::to_value(read).unwrap(), json!(text));
    }
}

#[test]
fn what_names_no_resource_is_refused() {
    for text in
        ["", "org", "org ", "space a", "space /b", "space a/", "space /", "project ", "user x"]
    {
        let refused = Resource::try_from(text.to_owned()).unwrap_err();
        assert!(refused.contains("`org X`"), "{text:?}: {refused}");
    }
}

#[test]
fn a_role_is_read_back_as_it_is_written() {
    for text in ["annotator", "read-only", "member", "admin", "custom:auditor", "custom:a b"] {
        let read: Role = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json!(text));
    }
    let of_k6: Role = serde_json::from_value(json!("read-write")).unwrap();
    assert_eq!(of_k6.to_string(), "member");
    for text in ["", "custom:", "custom", "Admin", "owner"] {
        let refused = Role::try_from(text.to_owned()).unwrap_err();
        assert!(refused.contains("custom:NAME"), "{text:?}: {refused}");
    }
}

#[test]
fn grants_are_written_as_a_list_and_read_back() {
    let held = [("org o", "member"), ("space o/s", "admin")];
    let roles = holder(AccountRole::Admin, &held, GrantSource::Saml("m".into())).roles;
    let written = serde_json::to_value(&roles).unwrap();
    assert_eq!(written["grants"][1]["resource"], "space o/s");
    assert_eq!(written["grants"][1]["role"], "admin");
    assert_eq!(serde_json::from_value::<Roles>(written).unwrap(), roles);
}

#[test]
fn an_outcome_is_one_line_and_says_whether_somebody_is_in() {
    use OutcomeClass::{
        Accepted, Created, RedirectedToIdp, Rejected, ServerError, Unchanged, Updated,
    };
    for (class, text, accepted) in [
        (Created, "created", true),
        (Updated, "updated", true),
        (Unchanged, "unchanged", true),
        (Accepted, "accepted", true),
        (Rejected, "rejected", false),
        (RedirectedToIdp, "redirected-to-idp", false),
        (ServerError, "server-error", false),
    ] {
        assert_eq!(class.to_string(), text);
        assert_eq!(class.is_accepted(), accepted, "{text}");
        assert_eq!(Outcome { class, reason: None }.to_string(), text);
        let because = Outcome { class, reason: Some("NoRoleMatch".into()) };
        assert_eq!(because.to_string(), format!("{text} NoRoleMatch"));
    }
}

#[test]
fn d14_an_address_is_looked_up_whatever_its_case() {
    let other =
        samlproof::sp::User { email: "joe@example.com".into(), ..user(AccountRole::Member, &[]) };
    let jane = samlproof::sp::User { email: "Jane@example.com".into(), ..other.clone() };
    let state = State { users: vec![other, jane.clone()], ..State::default() };
    assert_eq!(state.users_of("jane@EXAMPLE.com").collect::<Vec<_>>(), [&jane]);
    assert_eq!(state.users_of("jane@example.org").count(), 0);
}

#[test]
fn only_a_customer_says_who_hands_a_configuration_over() {
    let written =
        |by| serde_json::to_value(Configuration { by, ..Configuration::default() }).unwrap();
    assert_eq!(written(Author::Staff).get("by"), None);
    assert_eq!(written(Author::Customer)["by"], "customer");
}

#[test]
fn a_wrapper_counts_the_assertions_that_are_encrypted_too() {
    let assertion = super::accept::assertion();
    let response =
        Response { assertions: vec![assertion.clone(), assertion], encrypted: 3, ..response() };
    let wrapper = Wrapper::of(&response, true);
    assert_eq!((wrapper.assertion_count, wrapper.encrypted_count), (5, 3));
}

fn response() -> Response {
    Response {
        id: samlproof::saml::MessageId::new("r1"),
        issue_instant: "2026-01-02T03:04:05Z".parse().unwrap(),
        in_response_to: None,
        destination: None,
        issuer: Some(EntityId::new("http://www.okta.com/exk1")),
        status: Status { code: Status::SUCCESS.into(), sub_code: None, message: None },
        assertions: vec![],
        encrypted: 0,
    }
}
