//! The SAML assertion inline hook, with a service that answers over HTTP.

use std::time::Duration;

use jiff::SignedDuration;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::idp::{InlineHook, InlineHookStatus};
use samlproof::keys::test_only;
use samlproof::saml::{AttributeValue, EntityId, NameIdFormat, SignatureVerdict};
use samlproof::serve::{EventOutcome, EventType};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{ACS, Browser, Posted, Started, posted, request, values};

/// An org whose app asks the hook at this server, and a browser that is signed in.
async fn hooked(server: &MockServer) -> (Started, Browser) {
    let uri = format!("{}/saml", server.uri());
    let started = Started::with(|org, env| {
        let hook = InlineHook {
            headers: vec![("X-Tenant".into(), "acme".into())],
            auth: Some(("Authorization".into(), "secret".into())),
            timeout: Duration::from_millis(500),
            ..InlineHook::new("cal1", "Claims", uri, env.clock.now())
        };
        org.put_inline_hook(hook);
    })
    .await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    started.service.update(|org| org.apps[0].sign_on.inline_hooks = vec!["cal1".into()]);
    (started, browser)
}

async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/saml")).respond_with(answer).mount(&server).await;
    server
}

fn patch(operations: Value) -> Value {
    json!({ "commands": [{ "type": "com.okta.assertion.patch", "value": operations }] })
}

fn claim(format: &str, values: &[&str]) -> Value {
    let values: Vec<Value> = values
        .iter()
        .map(|value| json!({ "attributes": { "xsi:type": "xs:string" }, "value": value }))
        .collect();
    let format = format!("urn:oasis:names:tc:SAML:2.0:attrname-format:{format}");
    json!({ "attributes": { "NameFormat": format }, "attributeValues": values })
}

async fn login(started: &Started, browser: &Browser) -> Posted {
    let posted = posted(&browser.follow(&started.start(&request("_h"), None)).await);
    let trusted = [test_only::signing("okta-1").unwrap().certificate().clone()];
    let verdict = verify(Engine::Native, &posted.xml, &trusted, &AlgorithmPolicy::modern());
    assert!(matches!(verdict, SignatureVerdict::Valid(parts) if parts.len() == 2));
    posted
}

/// The assertion as it is without a hook.
fn assert_original(posted: &Posted, what: &str) {
    assert_eq!(values(posted, "email"), ["jane@one.test"], "{what}");
    assert_eq!(values(posted, "groups"), ["ml-team"], "{what}");
    assert_eq!(posted.response.assertions[0].attributes.0.len(), 2, "{what}");
    assert_eq!(posted.response.assertions[0].name_id.value, "jane@one.test", "{what}");
}

#[tokio::test]
async fn commands_are_applied_before_the_assertion_is_signed() {
    let uri = "http:~1~1schemas.test~1claims~1role";
    let answer = patch(json!([
        { "op": "replace", "path": "/claims/groups/attributeValues/0/value", "value": "R&D" },
        { "op": "replace", "path": "/authentication/authnContext",
          "value": { "authnContextClassRef": "urn:other" } },
        { "op": "replace", "path": "/subject/nameId", "value": "Jane@one.test" },
        { "op": "replace", "path": "/subject/nameFormat", "value": NameIdFormat::EMAIL_ADDRESS },
        { "op": "replace", "path": "/conditions/audienceRestriction", "value": ["a", "b"] },
        { "op": "replace", "path": "/lifetime/expiration", "value": 60 },
        { "op": "add", "path": "/claims/patient", "value": claim("basic", &["1", "2"]) },
        { "op": "add", "path": "/claims/groups/attributeValues/-",
          "value": { "attributes": { "xsi:type": "xs:string" }, "value": "more" } },
        { "op": "add", "path": format!("/claims/{uri}"), "value": claim("uri", &["admin"]) },
    ]));
    let mut answer = answer;
    let more = patch(json!([
        { "op": "replace", "path": "/authentication/sessionIndex", "value": "real" }
    ]));
    answer["commands"].as_array_mut().unwrap().push(more["commands"][0].clone());
    let server = answering(ResponseTemplate::new(200).set_body_json(answer)).await;
    let (started, browser) = hooked(&server).await;
    let posted = login(&started, &browser).await;
    let assertion = &posted.response.assertions[0];
    assert_eq!(values(&posted, "email"), ["jane@one.test"]);
    assert_eq!(values(&posted, "groups"), ["R&D", "more"]);
    assert_eq!(values(&posted, "patient"), ["1", "2"]);
    assert_eq!(values(&posted, "http://schemas.test/claims/role"), ["admin"]);
    let names: Vec<&str> = assertion.attributes.0.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["email", "groups", "patient", "http://schemas.test/claims/role"]);
    let patient = &assertion.attributes.0[2];
    let basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
    assert_eq!(patient.name_format.as_deref(), Some(basic));
    assert_eq!(patient.values[0], AttributeValue::Text("1".into()));
    assert_eq!(assertion.name_id.value, "Jane@one.test");
    assert_eq!(assertion.name_id.format, Some(NameIdFormat::email_address()));
    let statement = assertion.authn_statement.as_ref().unwrap();
    assert_eq!(statement.session_index.as_deref(), Some("real"));
    assert_eq!(statement.class_ref.as_deref(), Some("urn:other"));
    let conditions = assertion.conditions.as_ref().unwrap();
    assert_eq!(conditions.audience_restrictions, [["a", "b"].map(EntityId::new)]);
    let until = Some(started.env.clock.now() + SignedDuration::from_secs(60));
    assert_eq!(conditions.not_on_or_after, until);
}

#[tokio::test]
async fn the_service_is_told_what_okta_tells() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/saml"))
        .and(header("authorization", "secret"))
        .and(header("x-tenant", "acme"))
        .and(header("accept", "application/json"))
        .and(header("content-type", "application/json"))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&server)
        .await;
    let (started, browser) = hooked(&server).await;
    assert_original(&login(&started, &browser).await, "an empty answer");
    let asked = &server.received_requests().await.unwrap()[0];
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let app = &started.service.org().apps[0];
    assert_eq!(body["eventType"], "com.okta.saml.tokens.transform");
    assert_eq!(body["source"], started.sso());
    let assertion = &body["data"]["assertion"];
    assert_eq!(
        assertion["subject"],
        json!({
            "nameId": "jane@one.test",
            "nameFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            "confirmation": {
                "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer",
                "data": { "recipient": ACS },
            },
        })
    );
    assert_eq!(assertion["authentication"]["sessionIndex"], "_h");
    assert_eq!(assertion["conditions"], json!({ "audienceRestriction": ["https://sp.test"] }));
    assert_eq!(assertion["claims"]["groups"], claim("unspecified", &["ml-team"]));
    assert_eq!(assertion["lifetime"], json!({ "expiration": 300 }));
    let context = &body["data"]["context"];
    let issuer = json!({ "id": app.id, "name": "One SP", "uri": app.issuer().as_str() });
    assert_eq!(context["protocol"], json!({ "type": "SAML2.0", "issuer": issuer }));
    assert_eq!(context["user"]["profile"]["login"], "jane@one.test");
    assert_eq!(context["session"]["userId"], started.service.org().users[0].id);
    assert_eq!(context["request"]["method"], "GET");
}

#[tokio::test]
async fn an_answer_that_cannot_be_followed_changes_nothing() {
    let good = json!({ "op": "replace", "path": "/subject/nameId", "value": "other" });
    let op = |op: &str, path: &str, value: Value| {
        patch(json!([good.clone(), { "op": op, "path": path, "value": value }]))
    };
    let text = |body: &str| ResponseTemplate::new(200).set_body_string(body);
    let ok = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    for (what, answer) in [
        ("no JSON", text("<html>")),
        ("a list", text("[]")),
        ("commands that are none", ok(json!({ "commands": 7 }))),
        ("another command", ok(json!({ "commands": [{ "type": "com.okta.x", "value": [] }] }))),
        ("no op", ok(op("", "/subject/nameId", json!("x")))),
        ("another op", ok(op("remove", "/claims/groups", json!(null)))),
        ("a new subject", ok(op("add", "/subject/nameId2", json!("x")))),
        ("a path to nowhere", ok(op("replace", "/claims/nobody/attributeValues", json!([])))),
        ("a path that cannot be changed", ok(op("replace", "/context/user", json!({})))),
        ("no path", ok(op("replace", "", json!({})))),
        (
            "a place behind the end",
            ok(op("replace", "/claims/groups/attributeValues/9", json!({}))),
        ),
        ("a NameID that is no text", ok(op("replace", "/subject/nameId", json!(7)))),
        ("a claim that is none", ok(op("add", "/claims/x", json!("text")))),
        ("an endless lifetime", ok(op("replace", "/lifetime/expiration", json!(i64::MAX)))),
        ("what XML cannot carry", ok(op("replace", "/subject/nameId", json!("a\u{0}b")))),
        (
            "an error",
            ok(
                json!({ "error": { "errorSummary": "no" }, "commands": patch(json!([good]))["commands"] }),
            ),
        ),
        ("404", ResponseTemplate::new(404).set_body_json(patch(json!([good])))),
        ("500", ResponseTemplate::new(500).set_body_json(patch(json!([good])))),
        ("a redirect", ResponseTemplate::new(302).insert_header("location", "/elsewhere")),
        ("too much", text(&" ".repeat(1 << 20))),
    ] {
        let server = answering(answer).await;
        let (started, browser) = hooked(&server).await;
        assert_original(&login(&started, &browser).await, what);
        let log = started.service.logged();
        let hooks: Vec<_> =
            log.iter().filter(|it| it.event.kind == EventType::InlineHookExecuted).collect();
        assert_eq!(hooks.len(), 1, "{what}");
        assert_eq!(hooks[0].event.outcome, EventOutcome::Failure, "{what}");
    }
    // The one operation that they all have in common is a good one.
    let server = answering(ok(patch(json!([good])))).await;
    let (started, browser) = hooked(&server).await;
    let posted = login(&started, &browser).await;
    assert_eq!(posted.response.assertions[0].name_id.value, "other");
    assert!(
        !started.service.logged().iter().any(|it| it.event.kind == EventType::InlineHookExecuted)
    );
}

#[tokio::test]
async fn a_service_that_is_slow_or_ill_is_asked_twice_and_no_more() {
    let changed = patch(json!([{ "op": "replace", "path": "/subject/nameId", "value": "late" }]));
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(20));
    for (what, answer, asked) in [
        ("slow", slow.set_body_json(&changed), 2),
        ("ill", ResponseTemplate::new(503).set_body_json(&changed), 2),
        ("refusing", ResponseTemplate::new(403).set_body_json(&changed), 1),
        ("redirecting", ResponseTemplate::new(307).insert_header("location", "/saml"), 1),
    ] {
        let server = answering(answer).await;
        let (started, browser) = hooked(&server).await;
        assert_original(&login(&started, &browser).await, what);
        assert_eq!(server.received_requests().await.unwrap().len(), asked, "{what}");
    }
    // Better the second time.
    let server = MockServer::start().await;
    let ill = Mock::given(method("POST")).respond_with(ResponseTemplate::new(500));
    ill.up_to_n_times(1).mount(&server).await;
    let well = ResponseTemplate::new(200).set_body_json(&changed);
    Mock::given(method("POST")).respond_with(well).mount(&server).await;
    let (started, browser) = hooked(&server).await;
    let posted = login(&started, &browser).await;
    assert_eq!(posted.response.assertions[0].name_id.value, "late");
}

#[tokio::test]
async fn a_hook_that_is_inactive_gone_or_unreachable_keeps_nobody_out() {
    let server = answering(ResponseTemplate::new(500)).await;
    let (started, browser) = hooked(&server).await;
    started.service.update(|org| org.inline_hooks[0].status = InlineHookStatus::Inactive);
    assert_original(&login(&started, &browser).await, "inactive");
    started.service.update(|org| {
        org.inline_hooks[0].status = InlineHookStatus::Active;
        org.apps[0].sign_on.inline_hooks = vec!["calNobody".into()];
    });
    assert_original(&login(&started, &browser).await, "gone");
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
    for uri in ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "ftp://x", "nonsense"] {
        started.service.update(|org| {
            org.inline_hooks[0].uri = uri.to_owned();
            org.apps[0].sign_on.inline_hooks = vec!["cal1".into()];
        });
        assert_original(&login(&started, &browser).await, uri);
    }
    assert_eq!(InlineHook::TIMEOUT, Duration::from_secs(3));
}

#[tokio::test]
async fn others_log_in_while_a_hook_is_waited_for() {
    let slow = ResponseTemplate::new(204).set_delay(Duration::from_secs(20));
    let server = answering(slow).await;
    let (started, browser) = hooked(&server).await;
    started.service.update(|org| org.inline_hooks[0].timeout = Duration::from_secs(60));
    let waiting = started.start(&request("_slow"), None);
    tokio::select! {
        _ = browser.open(&waiting) => panic!("the hook was not waited for"),
        () = async {
            while server.received_requests().await.unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            // The org can be changed and serves somebody else meanwhile.
            started.service.update(|org| org.apps[0].sign_on.inline_hooks.clear());
            let other = started.browser();
            let page = other.log_in(&started.embed(), "jane@one.test", "right").await;
            assert_original(&posted(&page), "another browser");
        } => {}
    }
}
