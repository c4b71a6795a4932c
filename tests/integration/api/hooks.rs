//! Inline hooks.

use http::Method;
use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Api, app};

pub(super) fn hook(uri: &str) -> Value {
    json!({
        "name": "Token",
        "type": "com.okta.saml.tokens.transform",
        "version": "1.0.0",
        "channel": {
            "type": "HTTP",
            "version": "1.0.0",
            "config": {
                "uri": uri,
                "headers": [{ "key": "X-Who", "value": "samlproof" }],
                "authScheme": { "type": "HEADER", "key": "Authorization", "value": "s3cret" },
            },
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_is_registered_and_named_by_an_app_changes_its_assertions() {
    let outside = MockServer::start().await;
    let commands = json!({ "commands": [{
        "type": "com.okta.assertion.patch",
        "value": [{ "op": "add", "path": "/claims/token", "value": {
            "attributes": { "NameFormat": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic" },
            "attributeValues": [{ "attributes": { "xsi:type": "xs:string" }, "value": "t0k" }],
        } }],
    }] });
    Mock::given(method("POST"))
        .and(path("/hook"))
        .and(header("authorization", "s3cret"))
        .and(header("x-who", "samlproof"))
        .and(body_string_contains("jane@one.test"))
        .respond_with(ResponseTemplate::new(200).set_body_json(commands))
        .expect(1)
        .mount(&outside)
        .await;
    let api = Api::new();
    let jane = api.user("jane").await;
    let made = api.post("/api/v1/inlineHooks", hook(&format!("{}/hook", outside.uri()))).await;
    let made = made.is(200);
    assert_eq!(made.body["status"], "ACTIVE");
    assert!(!made.text.contains("s3cret"), "{}", made.text);
    let mut wanted = app("A");
    wanted["settings"]["signOn"]["inlineHooks"] = json!([{ "id": made.id() }]);
    let id = api.post("/api/v1/apps", wanted).await.is(200).id();
    api.post(&format!("/api/v1/apps/{id}/users"), json!({ "id": jane })).await.is(200);
    let response = api.log_in(&id, "jane@one.test").await.unwrap();
    let assertion = &response.assertions[0];
    assert_eq!(assertion.attributes.values("token").collect::<Vec<_>>(), ["t0k"]);

    // One that is not active is not asked.
    let one = format!("/api/v1/inlineHooks/{}", made.id());
    api.bare(Method::POST, &format!("{one}/lifecycle/deactivate")).await.is(200);
    let response = api.log_in(&id, "jane@one.test").await.unwrap();
    assert_eq!(response.assertions[0].attributes.values("token").count(), 0);
}

#[tokio::test]
async fn a_hook_is_shown_changed_and_deleted() {
    let api = Api::new();
    let id = api.post("/api/v1/inlineHooks", hook("http://hook.test/")).await.is(200).id();
    assert!(id.starts_with("cal"));
    let one = format!("/api/v1/inlineHooks/{id}");
    let mut other = hook("http://hook.test/other");
    other["channel"]["config"]["authScheme"].as_object_mut().unwrap().remove("value");
    let changed = api.put(&one, other).await.is(200);
    assert_eq!(changed.body["channel"]["config"]["uri"], "http://hook.test/other");
    let secret = api.service.org().inline_hooks[0].auth.clone().unwrap().1;
    assert_eq!(secret, "s3cret", "a secret that is left out stays");
    assert_eq!(api.get("/api/v1/inlineHooks").await.each("/id"), [id.as_str()]);
    api.bare(Method::DELETE, &one).await.fails(400, "E0000001");
    api.bare(Method::POST, &format!("{one}/lifecycle/deactivate")).await.is(200);
    let active = api.bare(Method::POST, &format!("{one}/lifecycle/activate")).await.is(200);
    assert_eq!(active.body["status"], "ACTIVE");
    api.bare(Method::POST, &format!("{one}/lifecycle/deactivate")).await.is(200);
    api.bare(Method::DELETE, &one).await.is(204);
    api.get(&one).await.fails(404, "E0000007");
    let mut bad = hook("ftp://x");
    bad["name"] = json!(" ");
    bad["channel"]["config"]["headers"] = json!([{ "key": "a b", "value": "\n" }]);
    let reply = api.post("/api/v1/inlineHooks", bad).await.fails(400, "E0000001");
    assert_eq!(reply.causes().len(), 4, "{}", reply.text);
    let mut password = hook("http://hook.test/");
    password["type"] = json!("com.okta.user.credential.password.import");
    api.post("/api/v1/inlineHooks", password).await.fails(501, "E0000060");
}
