//! Keys of an app.

use http::Method;
use samlproof::keys::Certificate;
use serde_json::json;

use super::{Api, app};

#[tokio::test]
async fn a_key_is_made_named_and_signs() {
    let api = Api::new();
    api.user("jane").await;
    let made = api.post("/api/v1/apps", app("A")).await;
    let path = format!("/api/v1/apps/{}", made.id());
    let old = made.body["credentials"]["signing"]["kid"].as_str().unwrap().to_owned();
    let everyone = api.get("/api/v1/groups").await.each("/id")[0].to_owned();
    api.bare(Method::PUT, &format!("{path}/groups/{everyone}")).await.is(200);

    let generate = format!("{path}/credentials/keys/generate?validityYears=3");
    let key = api.bare(Method::POST, &generate).await.is(201);
    let names: Vec<&String> = key.body.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["kty", "created", "lastUpdated", "expiresAt", "kid", "use", "x5c", "x5t#S256", "e", "n"]
    );
    assert_eq!(key.body["expiresAt"], "2029-03-04T05:06:07.000Z");
    let kid = key.body["kid"].as_str().unwrap();
    for years in ["1", "11", "ten"] {
        let bad = format!("{path}/credentials/keys/generate?validityYears={years}");
        let reply = api.bare(Method::POST, &bad).await.fails(400, "E0000001");
        assert_eq!(reply.body["errorSummary"], "Api validation failed: generateKey");
        assert_eq!(reply.causes(), ["Validity years out of range. It should be 2 - 10 years."]);
    }
    let keys = api.get(&format!("{path}/credentials/keys")).await.is(200);
    assert_eq!(keys.each("/kid"), [old.as_str(), kid]);
    assert_eq!(api.get(&format!("{path}/credentials/keys/{kid}")).await.body, key.body);
    api.get(&format!("{path}/credentials/keys/none")).await.fails(404, "E0000007");

    // It signs nothing until the app names it; Okta's own body for that has no settings.
    let certificate = |reply: &super::Reply| {
        let (_, rest) = reply.text.split_once("<ds:X509Certificate>").unwrap();
        Certificate::from_base64(rest.split_once('<').unwrap().0).unwrap()
    };
    let wanted = Certificate::from_base64(key.body["x5c"][0].as_str().unwrap()).unwrap();
    let active = api.get(&format!("{path}/sso/saml/metadata")).await.is(200);
    assert_eq!(active.header("content-type"), "application/xml;charset=ISO-8859-1");
    assert_ne!(certificate(&active), wanted);
    let asked = api.get(&format!("{path}/sso/saml/metadata?kid={kid}")).await.is(200);
    assert_eq!(certificate(&asked), wanted);
    let body = json!({
        "name": made.body["name"],
        "label": "A",
        "signOnMode": "SAML_2_0",
        "credentials": { "signing": { "kid": kid } },
    });
    let changed = api.put(&path, body).await.is(200);
    assert_eq!(changed.body["credentials"]["signing"]["kid"], kid);
    assert_eq!(changed.body["settings"], made.body["settings"]);
    let active = api.get(&format!("{path}/sso/saml/metadata")).await;
    assert_eq!(certificate(&active), wanted);
    api.log_in(&made.id(), "jane@one.test").await.unwrap();
    let sent = api.service.sent().pop().unwrap();
    assert!(sent.issued.xml.contains(&wanted.to_okta_base64()));

    let mut unknown = app("A");
    unknown["credentials"]["signing"] = json!({ "kid": "none" });
    let reply = api.put(&path, unknown).await.fails(400, "E0000001");
    assert_eq!(reply.causes(), ["credentials.signing.kid: the app has no key none"]);
}

#[tokio::test]
async fn a_key_is_shared_by_cloning() {
    let api = Api::new();
    let [one, two] =
        [api.post("/api/v1/apps", app("A")).await, api.post("/api/v1/apps", app("B")).await];
    let kid = one.body["credentials"]["signing"]["kid"].as_str().unwrap();
    let path = format!("/api/v1/apps/{}/credentials/keys/{kid}/clone", one.id());
    let target = format!("{path}?targetAid={}", two.id());
    let cloned = api.bare(Method::POST, &target).await.is(201);
    assert_eq!(cloned.body["kid"], kid);
    let reply = api.bare(Method::POST, &target).await.fails(400, "E0000001");
    let cause = "Key already exists in the list of key credentials for the target app.";
    assert_eq!(reply.causes(), [cause]);
    api.bare(Method::POST, &path).await.fails(400, "E0000001");
    api.bare(Method::POST, &format!("{path}?targetAid=0oanone")).await.fails(404, "E0000007");
    let keys = api.get(&format!("/api/v1/apps/{}/credentials/keys", two.id())).await;
    assert_eq!(keys.each("/kid").len(), 2);
}
