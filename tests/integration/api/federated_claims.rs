//! Federated claims.

use http::Method;
use serde_json::json;

use super::{Api, app};

#[tokio::test]
async fn a_claim_is_sent_beside_the_attribute_statements() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let id = api.post("/api/v1/apps", app("A")).await.is(200).id();
    api.post(&format!("/api/v1/apps/{id}/users"), json!({ "id": jane })).await.is(200);
    let claims = format!("/api/v1/apps/{id}/federated-claims");
    let body = json!({ "name": "mail", "expression": "user.profile.email" });
    let made = api.post(&claims, body).await.is(201);
    assert!(made.id().starts_with("ofc"), "{}", made.text);
    assert_eq!(made.body["expression"], "user.profile.email", "as it was written");
    let sent = async |name: &str| {
        let response = api.log_in(&id, "jane@one.test").await.unwrap();
        let values = response.assertions[0].attributes.values(name).map(str::to_owned);
        values.collect::<Vec<_>>()
    };
    assert_eq!(sent("mail").await, ["jane@one.test"]);

    let path = format!("{claims}/{}", made.id());
    let body = json!({
        "name": "who",
        "expression": "String.toUpperCase(user.profile.firstName) + ' ' + appuser.profile.userName",
    });
    let changed = api.put(&path, body).await.is(200);
    assert_eq!(changed.body["created"], made.body["created"]);
    assert_eq!(
        (sent("mail").await, sent("who").await),
        (vec![], vec!["JANE jane@one.test".into()])
    );
    assert_eq!(api.get(&claims).await.is(200).each("/name"), ["who"]);
    api.bare(Method::DELETE, &path).await.is(204);
    api.get(&path).await.fails(404, "E0000007");
    assert!(sent("who").await.is_empty());
}

#[tokio::test]
async fn a_claim_that_cannot_be_is_refused_whole() {
    let api = Api::new();
    let id = api.post("/api/v1/apps", app("A")).await.is(200).id();
    let claims = format!("/api/v1/apps/{id}/federated-claims");
    // A statement of the app has that name.
    let taken = api.get(&format!("/api/v1/apps/{id}")).await.is(200);
    let taken = taken.body["settings"]["signOn"]["attributeStatements"][0]["name"].clone();
    let wrong = json!({ "name": taken, "expression": "user.profile.nothing" });
    let reply = api.post(&claims, wrong).await.fails(400, "E0000001");
    assert_eq!(reply.causes().len(), 2, "{}", reply.text);
    assert_eq!(
        reply.causes()[1],
        "expression: Invalid property user.nothing in expression user.profile.nothing"
    );
    for expression in
        ["user.profile", "user.profile.email.domain", "", "user.(", "source.profile.login"]
    {
        let body = json!({ "name": "x", "expression": expression });
        api.post(&claims, body).await.fails(400, "E0000001");
    }
    assert_eq!(api.get(&claims).await.is(200).body, json!([]));
    // Names are shared the other way round, too.
    let body = json!({ "name": "mail", "expression": "user.profile.email" });
    api.post(&claims, body).await.is(201);
    let mut again = app("A");
    again["settings"]["signOn"]["attributeStatements"][0]["name"] = json!("mail");
    let reply = api.put(&format!("/api/v1/apps/{id}"), again).await.fails(400, "E0000001");
    assert!(reply.causes()[0].contains("two statements of the name \"mail\""), "{}", reply.text);
    // An attribute statement knows no such names.
    let mut classic = app("B");
    classic["settings"]["signOn"]["attributeStatements"][0]["values"] =
        json!(["user.profile.email"]);
    api.post("/api/v1/apps", classic).await.fails(400, "E0000001");
}
