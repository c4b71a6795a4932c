//! Apps, and what a login at one then says.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use samlproof::idp::{AttributeSource, AttributeStatement, Pipeline, SingleLogout};
use samlproof::saml::{Response, decode_post};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Api, Reply, app, user};
use crate::serve::field;

impl Api {
    /// Signs in, and says the cookie.
    async fn sign_in(&self, login: &str) -> String {
        let form = format!("username={login}&password=right&fromURI=/app/UserHome");
        let request = Request::post("/login/login.htm");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let signed_in = self.raw(request.body(Body::from(form)).unwrap()).await.is(302);
        let cookies = signed_in.headers.get_all("set-cookie").iter();
        cookies
            .filter_map(|cookie| cookie.to_str().unwrap().split(';').next())
            .find(|cookie| cookie.starts_with("sid="))
            .unwrap()
            .to_owned()
    }

    /// The dashboard of a user.
    async fn home(&self, login: &str) -> String {
        let cookie = self.sign_in(login).await;
        let request = Request::get("/app/UserHome").header("cookie", cookie);
        self.raw(request.body(Body::empty()).unwrap()).await.is(200).text
    }

    /// Signs in and opens an app: what the org posts, or the page that it shows instead.
    pub(crate) async fn log_in(&self, app: &str, login: &str) -> Result<Response, Reply> {
        let cookie = self.sign_in(login).await;
        let org = self.service.org();
        let path = org.app_by_id(app).unwrap().sso_path();
        let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
        let page = self.raw(request).await;
        if page.status != 200 {
            return Err(page);
        }
        let xml = decode_post(&field(&page.text, "SAMLResponse")).unwrap();
        Ok(Response::parse(&xml).unwrap())
    }
}

#[tokio::test]
async fn an_app_looks_as_oktas_do() {
    let api = Api::new();
    let made = api.post("/api/v1/apps?activate=true", app("testAcc_574762019")).await.is(200);
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let body = &made.body;
    assert_eq!(body["name"], "acme_testacc574762019_1");
    assert_eq!(
        keys(body),
        [
            "id",
            "orn",
            "name",
            "label",
            "status",
            "lastUpdated",
            "created",
            "accessibility",
            "visibility",
            "features",
            "signOnMode",
            "credentials",
            "settings",
            "_links"
        ]
    );
    assert_eq!(
        keys(&body["settings"]),
        ["app", "notifications", "manualProvisioning", "implicitAssignment", "notes", "signOn"]
    );
    assert_eq!(
        keys(&body["settings"]["signOn"]),
        [
            "defaultRelayState",
            "ssoAcsUrl",
            "idpIssuer",
            "audience",
            "recipient",
            "destination",
            "subjectNameIdTemplate",
            "subjectNameIdFormat",
            "responseSigned",
            "assertionSigned",
            "signatureAlgorithm",
            "digestAlgorithm",
            "honorForceAuthn",
            "authnContextClassRef",
            "spIssuer",
            "requestCompressed",
            "attributeStatements",
            "inlineHooks",
            "assertionEncryption",
            "allowMultipleAcsEndpoints",
            "acsEndpoints",
            "samlSignedRequestEnabled",
            "slo"
        ]
    );
    assert_eq!(
        keys(&body["_links"]),
        [
            "help",
            "metadata",
            "uploadLogo",
            "appLinks",
            "profileEnrollment",
            "policies",
            "groups",
            "logo",
            "accessPolicy",
            "users",
            "deactivate"
        ]
    );
    assert_eq!(body["visibility"]["hide"], json!({ "iOS": false, "web": true }));
    assert_eq!(body["settings"]["notes"], json!({ "admin": "ours", "enduser": null }));
    let statements = &app("x")["settings"]["signOn"]["attributeStatements"];
    assert_eq!(&body["settings"]["signOn"]["attributeStatements"], statements);
    assert_eq!(body["credentials"]["signing"]["kid"].as_str().unwrap().len(), 43);
    assert_eq!(api.get(&format!("/api/v1/apps/{}", made.id())).await.body, made.body);

    // What an app says and what the org's model says are put back as they came.
    let again = api.put(&format!("/api/v1/apps/{}", made.id()), body.clone()).await.is(200);
    assert_eq!(again.body, made.body);
}

#[tokio::test]
async fn a_login_carries_what_was_configured() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let joe = api.user("joe").await;
    let group = api.group("ml-team").await;
    api.bare(Method::PUT, &format!("/api/v1/groups/{group}/users/{jane}")).await.is(204);
    let id = api.post("/api/v1/apps", app("One SP")).await.is(200).id();
    let refused = api.log_in(&id, "jane@one.test").await.unwrap_err();
    assert_eq!(refused.status, 403);

    let path = format!("/api/v1/apps/{id}");
    let assigned = api.bare(Method::PUT, &format!("{path}/groups/{group}")).await.is(200);
    assert_eq!(assigned.body["priority"], 0);
    let response = api.log_in(&id, "jane@one.test").await.unwrap();
    let assertion = &response.assertions[0];
    assert_eq!(assertion.attributes.values("groups").collect::<Vec<_>>(), ["ml-team"]);
    assert_eq!(assertion.attributes.values("email").collect::<Vec<_>>(), ["jane@one.test"]);
    assert_eq!(api.log_in(&id, "joe@one.test").await.unwrap_err().status, 403);

    let body = json!({ "id": joe, "scope": "USER", "credentials": { "userName": "JJ" } });
    let made = api.post(&format!("{path}/users"), body).await.is(200);
    assert_eq!(made.body["credentials"]["userName"], "JJ");
    let response = api.log_in(&id, "joe@one.test").await.unwrap();
    // The template of this app is the login of today, not the app's name for him.
    assert_eq!(response.assertions[0].name_id.value, "joe@one.test");
    let users = api.get(&format!("{path}/users")).await.is(200);
    assert_eq!(users.each("/scope"), ["GROUP", "USER"]);
    let links = api.get(&format!("/api/v1/users/{joe}/appLinks")).await;
    assert_eq!(links.each("/label"), ["One SP"]);
    let found = format!("/api/v1/apps?filter=user.id%20eq%20%22{joe}%22&expand=user/{joe}");
    let found = api.get(&found).await.is(200);
    assert_eq!(found.each("/_embedded/user/credentials/userName"), ["JJ"]);

    let one = format!("{path}/users/{joe}");
    let renamed = json!({ "credentials": { "userName": "joe2" } });
    let renamed = api.post(&one, renamed).await.is(200);
    assert_eq!(renamed.body["credentials"]["userName"], "joe2");
    api.bare(Method::DELETE, &one).await.is(204);
    api.get(&one).await.fails(404, "E0000007");
    let by_group = format!("{path}/users/{jane}");
    api.bare(Method::DELETE, &by_group).await.fails(400, "E0000001");
    api.bare(Method::DELETE, &format!("{path}/groups/{group}")).await.is(204);
    assert_eq!(api.log_in(&id, "jane@one.test").await.unwrap_err().status, 403);
}

#[tokio::test]
async fn groups_of_an_app_have_priorities_and_profiles() {
    let api = Api::new();
    let id = api.post("/api/v1/apps", app("A")).await.id();
    let schema = format!("/api/v1/meta/schemas/apps/{id}/default");
    let role =
        json!({ "definitions": { "custom": { "properties": { "role": { "type": "string" } } } } });
    let shown = api.post(&schema, role).await.is(200);
    assert_eq!(shown.body["definitions"]["custom"]["properties"]["role"]["type"], "string");
    let mut groups = vec![];
    for name in ["a", "b"] {
        let group = api.group(name).await;
        api.bare(Method::PUT, &format!("/api/v1/apps/{id}/groups/{group}")).await.is(200);
        groups.push(group);
    }
    let one = format!("/api/v1/apps/{id}/groups/{}", groups[1]);
    assert_eq!(api.get(&one).await.body["priority"], 1);
    let body = json!({ "priority": 5, "profile": { "role": "admin" } });
    assert_eq!(api.put(&one, body).await.is(200).body["profile"], json!({ "role": "admin" }));
    let patch = json!([
        { "op": "replace", "path": "/priority", "value": 0 },
        { "op": "replace", "path": "/profile/role", "value": "viewer" },
    ]);
    let patched = api.send(Method::PATCH, &one, patch.to_string()).await.is(200);
    assert_eq!(patched.body["priority"], 0);
    assert_eq!(patched.body["profile"], json!({ "role": "viewer" }));
    for bad in [
        json!({ "op": "move", "path": "/x" }),
        json!({ "op": "add", "path": "/priority", "value": -1 }),
    ] {
        let bad = json!([bad]).to_string();
        api.send(Method::PATCH, &one, bad).await.fails(400, "E0000001");
    }
    // Priorities are one group's each: the other has moved on. No body leaves one where it is.
    let list = format!("/api/v1/apps/{id}/groups");
    let priorities = async || {
        let list = api.get(&list).await.is(200);
        let items = list.body.as_array().unwrap().iter();
        items.map(|item| item["priority"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(api.get(&list).await.each("/id"), [groups[1].as_str(), &groups[0]]);
    assert_eq!(priorities().await, [0, 1]);
    let other = format!("{list}/{}", groups[0]);
    assert_eq!(api.bare(Method::PUT, &other).await.is(200).body["priority"], 1);
    // The profile of the first group is that of its members, in their assertions too.
    let jane = api.user("jane").await;
    for group in &groups {
        api.bare(Method::PUT, &format!("/api/v1/groups/{group}/users/{jane}")).await.is(204);
    }
    let mut with_role = app("A");
    with_role["settings"]["signOn"]["attributeStatements"] =
        json!([{ "type": "EXPRESSION", "name": "role", "values": ["appuser.role"] }]);
    api.put(&format!("/api/v1/apps/{id}"), with_role).await.is(200);
    let role = async || {
        let response = api.log_in(&id, "jane@one.test").await.unwrap();
        let values = response.assertions[0].attributes.values("role").map(str::to_owned);
        values.collect::<Vec<_>>()
    };
    assert_eq!(role().await, ["viewer"]);
    let path = format!("/api/v1/apps/{id}/users");
    let body = json!({ "id": jane, "scope": "USER", "profile": { "role": "mine" } });
    let own = api.post(&path, body).await.is(200);
    assert_eq!(own.body["profile"], json!({ "role": "mine" }));
    assert_eq!(role().await, ["mine"]);
    api.bare(Method::DELETE, &format!("{path}/{jane}")).await.is(204);
    assert_eq!(role().await, ["viewer"]);
    let shown = api.get(&format!("/api/v1/apps/{id}/users/{jane}")).await.is(200);
    assert_eq!(shown.body["profile"], json!({ "role": "viewer" }));
    let body = json!({ "priority": 0, "profile": { "role": "owner" } });
    api.put(&other, body).await.is(200);
    assert_eq!(priorities().await, [0, 1]);
    assert_eq!(role().await, ["owner"]);
    api.bare(Method::DELETE, &other).await.is(204);
    assert_eq!(role().await, ["viewer"]);
    api.put(&other, json!({ "priority": 7 })).await.is(200);
    let unknown = json!({ "profile": { "nosuch": 1 } });
    api.put(&one, unknown).await.fails(400, "E0000001");
    assert_eq!(api.get(&format!("/api/v1/apps/{id}/groups")).await.each("/id").len(), 2);
}

#[tokio::test]
async fn an_app_is_deleted_only_when_it_is_inactive() {
    let api = Api::new();
    let id = api.post("/api/v1/apps?activate=false", app("A")).await.id();
    let path = format!("/api/v1/apps/{id}");
    assert_eq!(api.get(&path).await.body["status"], "INACTIVE");
    assert!(api.get(&path).await.body["_links"]["activate"].is_object());
    let activated = api.bare(Method::POST, &format!("{path}/lifecycle/activate")).await.is(200);
    assert_eq!(activated.text, "{}");
    api.bare(Method::DELETE, &path).await.fails(403, "E0000056");
    api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(200);
    let inactive = "/api/v1/apps?filter=status%20eq%20%22INACTIVE%22";
    assert_eq!(api.get(inactive).await.each("/id"), [id.as_str()]);
    api.bare(Method::DELETE, &path).await.is(204);
    api.get(&path).await.fails(404, "E0000007");
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_app_is_said_at_once() {
    let api = Api::new();
    let mut bad = app("");
    let on = &mut bad["settings"]["signOn"];
    on["ssoAcsUrl"] = json!("javascript:alert(1)");
    on["audience"] = Value::Null;
    on["subjectNameIdTemplate"] = json!("${user.nam}");
    on["subjectNameIdFormat"] = json!("email");
    on["idpIssuer"] = json!("http://idp/${user.login}");
    on["responseSigned"] = json!(false);
    on["assertionSigned"] = json!(false);
    on["signatureAlgorithm"] = json!("MD5");
    on["acsEndpoints"] = json!([{ "url": "x", "index": -1 }, 5]);
    on["assertionEncryption"] = json!({ "enabled": true, "x5c": ["nonsense"] });
    on["samlSignedRequestEnabled"] = json!(true);
    on["slo"] = json!({ "enabled": true });
    on["attributeStatements"] = json!([
        { "type": "EXPRESSION", "name": "a", "values": ["user.nosuch"] },
        { "type": "EXPRESSION", "name": "slip", "values": ["usr.email"] },
        { "type": "EXPRESSION", "name": "a", "values": ["String.toLower(user.login)"] },
        { "type": "EXPRESSION", "name": "a", "values": ["x"], "namespace": "basic" },
        { "type": "EXPRESSION", "name": "a", "values": ["y"] },
        { "type": "GROUP", "name": "g", "filterType": "REGEX", "filterValue": "(" },
        { "type": "CLAIM", "name": "c" },
    ]);
    on["inlineHooks"] = json!([{ "id": "calnone" }, { "id": "calnone2" }]);
    let reply = api.post("/api/v1/apps", bad).await.fails(400, "E0000001");
    let text = reply.causes().join("\n");
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(text);
    assert!(api.get("/api/v1/apps").await.each("/id").is_empty());
}

#[tokio::test]
async fn policies_discovery_and_mappings_are_there() {
    let api = Api::new();
    let id = api.post("/api/v1/apps", app("A")).await.id();
    let policies = api.get("/api/v1/policies?type=ACCESS_POLICY").await.is(200);
    let system = policies.body.as_array().unwrap().iter().filter(|policy| policy["system"] == true);
    assert_eq!(system.count(), 1);
    let policy = policies.each("/id")[0].to_owned();
    api.bare(Method::PUT, &format!("/api/v1/apps/{id}/policies/{policy}")).await.is(204);
    api.bare(Method::PUT, &format!("/api/v1/apps/{id}/policies/rstnone"))
        .await
        .fails(404, "E0000007");
    api.get(&format!("/api/v1/policies/{policy}")).await.is(200);
    api.get("/api/v1/policies?type=PASSWORD").await.fails(501, "E0000060");

    let organization = async || {
        let request = Request::get("/.well-known/okta-organization").body(Body::empty()).unwrap();
        api.raw(request).await.is(200)
    };
    assert_eq!(organization().await.id(), api.service.org().id);
    assert_eq!(organization().await.body["pipeline"], "v1");
    api.service.update(|org| org.features.pipeline = Pipeline::Identity);
    assert_eq!(organization().await.body["pipeline"], "idx");
    assert_eq!(api.get("/api/v1/mappings").await.is(200).each("/id").len(), 2);
    let schema = api.get("/api/v1/meta/schemas/user/default").await.is(200);
    assert!(schema.body["definitions"]["base"]["properties"]["login"].is_object());
    let said = |name: &str| {
        let property =
            json!({ "title": "A title", "type": "array", "items": { "type": "number" } });
        json!({ "definitions": { "custom": { "properties": { (name): property } } } })
    };
    api.post("/api/v1/meta/schemas/user/default", said("token")).await.is(200);
    let schema = api.get("/api/v1/meta/schemas/user/default").await;
    let shown = &schema.body["definitions"]["custom"]["properties"]["token"];
    assert_eq!((&shown["title"], &shown["type"]), (&json!("A title"), &json!("array")));
    for name in ["login", "1st", "a b"] {
        let path = "/api/v1/meta/schemas/user/default";
        api.post(path, said(name)).await.fails(400, "E0000001");
    }
    let jane = api.user("jane").await;
    let token = json!({ "profile": { "token": "t0k" } });
    api.post(&format!("/api/v1/users/{jane}"), token).await.is(200);
}

#[tokio::test]
async fn what_a_get_shows_can_be_put_back_and_changes_nothing() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let mut body = app("A");
    body["settings"]["signOn"]["slo"] = json!({ "enabled": false });
    let id = api.post("/api/v1/apps", body).await.is(200).id();
    api.post(&format!("/api/v1/apps/{id}/users"), json!({ "id": jane })).await.is(200);
    // Literals that came by another way than the API: a token of the catalogue, an org file.
    let literals = [
        "user.email",
        "String.len(\"abc\")",
        "\"x",
        "\"x\"",
        "5",
        "plain",
        "it's",
        "a \"b\" c",
        "",
    ];
    api.service.update(|org| {
        let statements = literals.iter().enumerate().map(|(number, text)| AttributeStatement {
            name: format!("a{number}"),
            format: Default::default(),
            source: AttributeSource::Literal((*text).to_owned()),
        });
        org.apps[0].sign_on.attribute_statements = statements.collect();
        org.apps[0].kept.clear();
    });
    let sent = async || {
        let response = api.log_in(&id, "jane@one.test").await.unwrap();
        let attributes = response.assertions[0].attributes.0.iter();
        attributes.map(|one| one.values[0].text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected: Vec<&str> = literals.into_iter().filter(|text| !text.is_empty()).collect();
    assert_eq!(sent().await, expected);
    let path = format!("/api/v1/apps/{id}");
    let shown = api.get(&path).await.is(200);
    let back = api.put(&path, shown.body.clone()).await.is(200);
    assert_eq!(back.body["settings"], shown.body["settings"]);
    assert_eq!(sent().await, expected);
}

#[tokio::test]
async fn a_put_replaces_the_settings_whole_unless_it_says_nothing_of_them() {
    let api = Api::new();
    let mut body = app("A");
    body["settings"]["implicitAssignment"] = json!(true);
    let made = api.post("/api/v1/apps", body.clone()).await.is(200);
    assert_eq!(made.body["settings"]["notes"]["admin"], "ours");
    let path = format!("/api/v1/apps/{}", made.id());
    let label = json!({ "name": made.body["name"], "label": "B", "signOnMode": "SAML_2_0" });
    let relabelled = api.put(&path, label).await.is(200);
    assert_eq!(relabelled.body["settings"], made.body["settings"]);
    body["settings"].as_object_mut().unwrap().retain(|name, _| name == "signOn");
    let replaced = api.put(&path, body).await.is(200);
    assert_eq!(replaced.body["settings"]["notes"]["admin"], Value::Null);
    assert_eq!(replaced.body["settings"]["implicitAssignment"], false);
}

#[tokio::test]
async fn the_links_of_an_app_lead_somewhere() {
    let api = Api::new();
    let mut body = app("R&D <app>");
    body["settings"]["signOn"]["slo"] = json!({ "enabled": false });
    let made = api.post("/api/v1/apps", body).await.is(200);
    let path = |url: &Value| url.as_str().unwrap().strip_prefix(super::BASE).unwrap().to_owned();
    let links = &made.body["_links"];
    let open = async |path: &str| api.raw(Request::get(path).body(Body::empty()).unwrap()).await;
    let help = open(&path(&links["help"]["href"])).await.is(200);
    let app = api.service.org().apps[0].clone();
    for part in
        [&*app.sso_path(), app.issuer().as_str(), &app.metadata_path(), "R&#38;D &#60;app&#62;"]
    {
        assert!(help.text.contains(part), "{part} in {}", help.text);
    }
    let pem = app.signing_key().unwrap().certificate().to_pem();
    assert!(help.text.contains(pem.trim()), "{}", help.text);
    let file = open(&format!("/admin/org/security/{}/cert", app.id)).await.is(200);
    assert_eq!(file.text, pem);
    open("/admin/org/security/0oaNobody/cert").await.is(404);
    // Of an app that people cannot use nothing is there.
    let deactivate = format!("/api/v1/apps/{}/lifecycle/deactivate", app.id);
    api.bare(Method::POST, &deactivate).await.is(200);
    open(&path(&links["help"]["href"])).await.is(404);
    open(&format!("/admin/org/security/{}/cert", app.id)).await.is(404);
    open(&format!("/app/other/{}/setup/help/SAML_2_0/instructions", app.id)).await.is(404);
    let group = api.group("g").await;
    let group = api.get(&format!("/api/v1/groups/{group}")).await.is(200);
    for logo in [&links["logo"][0]["href"], &group.body["_links"]["logo"][1]["href"]] {
        let response = api.service.router();
        let request = Request::get(path(logo)).body(Body::empty()).unwrap();
        let response = response.oneshot(request).await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()["content-type"]),
            (StatusCode::OK, &"image/png".parse().unwrap())
        );
    }
    api.get(&path(&links["profileEnrollment"]["href"])).await.fails(501, "E0000060");
    api.get(&path(&links["accessPolicy"]["href"])).await.is(200);
    let orn = format!("orn:okta:idp:{}:apps:{}:{}", api.service.org().id, app.name, app.id);
    assert_eq!(made.body["orn"], orn);
    let tile = &links["appLinks"][0];
    assert_eq!(tile["name"], format!("{}_link", app.name));
    assert_eq!(path(&tile["href"]), app.embed_path());
    assert!(api.get(&path(&links["users"]["href"])).await.is(200).each("/id").is_empty());
    assert!(api.get(&path(&links["groups"]["href"])).await.is(200).each("/id").is_empty());
    let activate = made.body["_links"]["deactivate"]["href"].as_str().unwrap();
    let activate = activate.replace("deactivate", "activate");
    api.bare(Method::POST, &path(&json!(activate))).await.is(200);
    let metadata = api.get(&path(&links["metadata"]["href"])).await.is(200);
    assert!(metadata.text.contains(&format!("entityID=\"{}\"", app.issuer())));
    api.bare(Method::POST, &path(&links["deactivate"]["href"])).await.is(200);
    let inactive = api.get(&format!("/api/v1/apps/{}", app.id)).await.is(200);
    assert_eq!(inactive.body["status"], "INACTIVE");
}

#[tokio::test]
async fn apps_are_found_by_their_people_and_names() {
    let api = Api::new();
    let (jane, group) = (api.user("jane").await, api.group("ml-team").await);
    let one = api.post("/api/v1/apps", app("One SP")).await.id();
    let other = api.post("/api/v1/apps", app("Other SP")).await.id();
    let found = async |query: &str| {
        let reply = api.get(&format!("/api/v1/{query}")).await.is(200);
        reply.each("/id").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (by_user, by_group) = (
        format!("apps?filter=user.id%20eq%20%22{jane}%22"),
        format!("apps?filter=group.id%20eq%20%22{group}%22"),
    );
    let of_group = format!("groups/{group}/apps");
    for query in [&by_user, &by_group, &of_group] {
        assert!(found(query).await.is_empty(), "{query}");
    }
    let body = json!({ "id": jane });
    api.post(&format!("/api/v1/apps/{other}/users"), body).await.is(200);
    api.bare(Method::PUT, &format!("/api/v1/apps/{one}/groups/{group}")).await.is(200);
    assert_eq!(found(&by_user).await, [other.as_str()]);
    assert_eq!(found(&by_group).await, [one.as_str()]);
    assert_eq!(found(&of_group).await, [one.as_str()]);
    // By the beginning of the label, or of the name that the org made of it.
    assert_eq!(found("apps?q=other").await, [other.as_str()]);
    assert_eq!(found("apps?q=ACME_onesp").await, [one.as_str()]);
    assert!(found("apps?q=sp").await.is_empty());
}

#[tokio::test]
async fn a_hidden_app_has_no_tile_and_works() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let mut body = app("A");
    for hidden in [true, false] {
        body["label"] = json!(format!("A {hidden}"));
        body["visibility"]["hide"]["web"] = json!(hidden);
        let id = api.post("/api/v1/apps", body.clone()).await.is(200).id();
        api.post(&format!("/api/v1/apps/{id}/users"), json!({ "id": jane })).await.is(200);
        api.log_in(&id, "jane@one.test").await.unwrap();
    }
    let links = api.get(&format!("/api/v1/users/{jane}/appLinks")).await.is(200);
    let hidden: Vec<bool> = links
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["hidden"].as_bool().unwrap())
        .collect();
    assert_eq!(hidden, [true, false]);
    let home = api.home("jane@one.test").await;
    assert!(home.contains("A false") && !home.contains("A true"), "{home}");
}

#[tokio::test]
async fn what_would_end_every_login_is_refused_when_it_is_saved() {
    let api = Api::new();
    for (place, value) in [
        ("/settings/signOn/subjectNameIdTemplate", json!("")),
        ("/settings/signOn/attributeStatements/0/values", json!(["access.scope"])),
    ] {
        let mut body = app("A");
        *body.pointer_mut(place).unwrap() = value;
        let reply = api.post("/api/v1/apps", body).await.fails(400, "E0000001");
        assert_eq!(reply.causes().len(), 1, "{}", reply.text);
    }
    for text in ["a\u{0}b", "\u{1}", "\u{fffe}"] {
        let mut body = app("A");
        body["settings"]["signOn"]["audience"] = json!(text);
        let reply = api.post("/api/v1/apps", body).await.fails(400, "E0000003");
        assert!(reply.causes()[0].contains("XML cannot carry"), "{}", reply.text);
        let mut body = user("x");
        body["profile"]["lastName"] = json!(text);
        api.post("/api/v1/users", body).await.fails(400, "E0000003");
    }
    let mut body = user("x");
    body["profile"]["lastName"] = json!("tab\tand \u{1f600}");
    api.post("/api/v1/users", body).await.is(200);
    let mut long = user("y");
    long["profile"]["firstName"] = json!("x".repeat(100_000));
    let reply = api.post("/api/v1/users", long).await.fails(400, "E0000001");
    assert_eq!(reply.causes(), ["firstName: it has more than 16384 characters"]);
}

#[tokio::test]
async fn apps_are_found_by_whether_single_logout_is_on() {
    let api = Api::new();
    let without = api.post("/api/v1/apps", app("A")).await.is(200).id();
    let with = api.post("/api/v1/apps", app("B")).await.is(200).id();
    api.service.update(|org| {
        org.apps[0].sign_on.slo = None;
        org.apps[1].sign_on.slo = Some(SingleLogout {
            issuer: samlproof::saml::EntityId::new("http://sp.test"),
            logout_url: "http://sp.test/slo".to_owned(),
        });
    });
    for (enabled, id) in [("true", with), ("false", without)] {
        let path = format!("/api/v1/apps?filter=settings.slo.enabled%20eq%20{enabled}");
        assert_eq!(api.get(&path).await.is(200).each("/id"), [id]);
    }
}
