//! Users.

use http::Method;
use samlproof::idp::Lifecycle;
use serde_json::{Value, json};

use super::{Api, user};

#[tokio::test]
async fn a_user_is_made_shown_and_changed() {
    let api = Api::new();
    let group = api.group("ml-team").await;
    let mut body = user("jane");
    body["groupIds"] = json!([group]);
    let made = api.post("/api/v1/users?activate=true", body).await.is(200);
    let names: Vec<&String> = made.body.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "id",
            "status",
            "created",
            "activated",
            "statusChanged",
            "lastLogin",
            "lastUpdated",
            "passwordChanged",
            "type",
            "profile",
            "credentials",
            "_links"
        ]
    );
    assert_eq!(made.body["status"], "ACTIVE");
    assert_eq!(made.body["created"], "2026-03-04T05:06:07.000Z");
    assert_eq!(made.body["passwordChanged"], made.body["created"]);
    let profile: Vec<&String> = made.body["profile"].as_object().unwrap().keys().collect();
    let usual = ["firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"];
    assert_eq!(profile, usual);
    let id = made.id();
    assert!(id.starts_with("00u") && id.len() == 20);
    let groups = api.get(&format!("/api/v1/users/{id}/groups")).await;
    assert_eq!(groups.each("/profile/name"), ["Everyone", "ml-team"]);

    for path in [id.as_str(), "jane@one.test", "JANE%40one.test", "jane"] {
        assert_eq!(api.get(&format!("/api/v1/users/{path}")).await.is(200).id(), id);
    }
    let me = api.get("/api/v1/users/me").await.is(200);
    assert_ne!(me.id(), id);

    api.env.clock.advance(jiff::SignedDuration::from_secs(5));
    let part = json!({ "profile": { "title": "Dr", "login": "jd@one.test" } });
    let changed = api.post(&format!("/api/v1/users/{id}"), part).await.is(200);
    assert_eq!(changed.body["profile"]["title"], "Dr");
    assert_eq!(changed.body["profile"]["firstName"], "jane");
    assert_eq!(changed.body["profile"]["login"], "jd@one.test");
    assert_eq!(changed.body["lastUpdated"], "2026-03-04T05:06:12.000Z");
    let whole = json!({ "profile": user("jane")["profile"] });
    let replaced = api.put(&format!("/api/v1/users/{id}"), whole).await.is(200);
    assert_eq!(replaced.body["profile"].get("title"), None);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_user_is_said_at_once() {
    let api = Api::new();
    api.user("jane").await;
    let body = json!({
        "profile": {
            "login": "JANE@one.test", "email": 5, "firstName": " ", "notValid": 1, "title": {},
        },
        "credentials": { "password": "secret" },
        "groupIds": ["00gnone", 5],
    });
    let reply = api.post("/api/v1/users", body).await.fails(400, "E0000001");
    assert_eq!(reply.body["errorSummary"], "Api validation failed: newUser");
    assert_eq!(
        reply.causes(),
        [
            "Property name 'notValid' is not defined in profile",
            "title: a text, number, boolean or list is due, not an object",
            "lastName: The field cannot be left blank",
            "email: The field cannot be left blank",
            "login: An object with this field already exists in the current organization",
            "credentials.password: an object is due, not a text",
            "groupIds: texts are due, and nothing else",
            "groupIds: 00gnone is no group that people fill",
        ]
    );
    assert_eq!(api.get("/api/v1/users").await.each("/status").len(), 1, "nobody was added");
    let mut odd = user("x");
    odd["profile"]["login"] = json!("not an address");
    let reply = api.post("/api/v1/users", odd).await.fails(400, "E0000001");
    assert_eq!(reply.causes(), ["login: Username must be in the form of an email address"]);
}

#[tokio::test]
async fn a_user_is_staged_provisioned_or_active_and_goes_in_two_steps() {
    let api = Api::new();
    let without = |name: &str| {
        let mut body = user(name);
        body.as_object_mut().unwrap().remove("credentials");
        body
    };
    let staged = api.post("/api/v1/users?activate=false", user("a")).await.is(200);
    assert_eq!(
        (&staged.body["status"], &staged.body["activated"]),
        (&json!("STAGED"), &Value::Null)
    );
    let mut federated = without("b");
    federated["credentials"] =
        json!({ "provider": { "type": "FEDERATION", "name": "FEDERATION" } });
    let refused = api.post("/api/v1/users?provider=true", federated).await.fails(501, "E0000060");
    assert!(refused.text.contains("users of the provider FEDERATION"), "{}", refused.text);
    let provisioned = api.post("/api/v1/users", without("b")).await.is(200);
    assert_eq!(provisioned.body["status"], "PROVISIONED");
    assert_eq!(provisioned.body["credentials"].get("password"), None);

    let id = staged.id();
    let lifecycle = |operation: &str| format!("/api/v1/users/{id}/lifecycle/{operation}");
    let activated = api.bare(Method::POST, &lifecycle("activate?sendEmail=false")).await.is(200);
    assert!(activated.body["activationUrl"].is_string());
    api.bare(Method::POST, &lifecycle("activate")).await.fails(403, "E0000016");
    api.bare(Method::POST, &lifecycle("suspend")).await.is(200);
    api.bare(Method::POST, &lifecycle("suspend")).await.fails(400, "E0000001");
    api.bare(Method::POST, &lifecycle("unsuspend")).await.is(200);
    let now = api.env.clock.now();
    api.service.update(|org| {
        org.user_by_login_mut("a@one.test").unwrap().apply(Lifecycle::LockOut, now).unwrap();
    });
    api.bare(Method::POST, &lifecycle("unlock")).await.is(200);
    let expired = api.bare(Method::POST, &lifecycle("expire_password")).await.is(200);
    assert_eq!(expired.body["status"], "PASSWORD_EXPIRED");
    let reset = api.bare(Method::POST, &lifecycle("reset_password?sendEmail=false")).await.is(200);
    assert!(reset.body["resetPasswordUrl"].is_string());
    assert_eq!(api.get(&format!("/api/v1/users/{id}")).await.body["status"], "RECOVERY");

    // Somebody without a password yet may be sent the link again, and has none that could expire.
    let other =
        |operation: &str| format!("/api/v1/users/{}/lifecycle/{operation}", provisioned.id());
    api.bare(Method::POST, &other("reactivate")).await.is(200);
    let staged = api.post("/api/v1/users?activate=false", user("c")).await.is(200).id();
    let expire = format!("/api/v1/users/{staged}/lifecycle/expire_password");
    api.bare(Method::POST, &expire).await.fails(403, "E0000038");
    let reactivate = format!("/api/v1/users/{staged}/lifecycle/reactivate");
    api.bare(Method::POST, &reactivate).await.fails(403, "E0000038");
    for _ in 0..2 {
        api.bare(Method::DELETE, &format!("/api/v1/users/{staged}")).await.is(204);
    }

    let path = format!("/api/v1/users/{id}");
    api.bare(Method::DELETE, &path).await.is(204);
    assert_eq!(api.get(&path).await.body["status"], "DEPROVISIONED");
    assert_eq!(api.get("/api/v1/users").await.each("/profile/firstName"), ["b"]);
    let gone = "/api/v1/users?filter=status%20eq%20%22DEPROVISIONED%22";
    assert_eq!(api.get(gone).await.each("/profile/firstName"), ["a"]);
    api.bare(Method::DELETE, &path).await.is(204);
    api.get(&path).await.fails(404, "E0000007");
    api.bare(Method::DELETE, &path).await.fails(404, "E0000007");
}

#[tokio::test]
async fn users_are_found() {
    let api = Api::new();
    for name in ["jane", "janet", "joe"] {
        api.user(name).await;
        api.env.clock.advance(jiff::SignedDuration::from_secs(60));
    }
    api.service.update(|org| org.users[2].set("department", "R&D"));
    let find = async |query: &str| {
        let query = query.replace(' ', "%20").replace('"', "%22").replace('&', "%26");
        let reply = api.get(&format!("/api/v1/users?{query}")).await.is(200);
        reply.each("/profile/firstName").join(" ")
    };
    for (query, found) in [
        ("q=jan", "jane janet"),
        ("q=doe", "jane janet joe"),
        ("q=net", ""),
        (r#"search=profile.email eq "JANE@one.test""#, "jane"),
        (r#"search=profile.email ne "jane@one.test""#, "janet joe"),
        (r#"search=profile.login sw "jan" and not (profile.login co "net")"#, "jane"),
        (r#"search=profile.department eq "R&D" or profile.login ew "t@one.test""#, "janet joe"),
        (r#"search=profile.department pr"#, "joe"),
        (r#"filter=created gt "2026-03-04T05:06:10.000Z""#, "janet joe"),
        (r#"filter=created lt "2026-03-04T05:06:10Z" and status eq "ACTIVE""#, "jane"),
        (r#"search=status eq "ACTIVE"&sortBy=profile.login&sortOrder=desc"#, "joe janet jane"),
        (r#"search=profile.nosuch eq "x""#, ""),
    ] {
        let query = query.replace("&sort", "\u{1}sort");
        let query = query.replace('&', "%26").replace('\u{1}', "&");
        let path = query.replace(' ', "%20").replace('"', "%22");
        let reply = api.get(&format!("/api/v1/users?{path}")).await.is(200);
        assert_eq!(reply.each("/profile/firstName").join(" "), found, "{query}");
    }
    assert_eq!(find("q=joe").await, "joe");
    for bad in
        ["search=profile.email", "filter=status eq", "filter=(status eq \"A\"", "search=x zz \"y\""]
    {
        let path = bad.replace(' ', "%20").replace('"', "%22");
        let reply = api.get(&format!("/api/v1/users?{path}")).await.fails(400, "E0000031");
        assert!(reply.causes()[0].starts_with("column "), "{}", reply.text);
    }
    // Many brackets beside each other are not deep, and those of a text are none.
    let many = ["(profile.login%20eq%20%22((((((((((((((((((((%22)"; 40].join("%20or%20");
    api.get(&format!("/api/v1/users?search={many}")).await.is(200);
    let (open, close) = ("(".repeat(16), ")".repeat(16));
    api.get(&format!("/api/v1/users?search={open}status%20pr{close}")).await.is(200);
    let deep = format!("search=({open}status%20pr{close})");
    let reply = api.get(&format!("/api/v1/users?{deep}")).await.fails(400, "E0000031");
    assert!(reply.causes()[0].contains("too deep"), "{}", reply.text);
    let deep = format!("search={}status%20pr", "(".repeat(5000));
    api.get(&format!("/api/v1/users?{deep}")).await.fails(400, "E0000031");
}

#[tokio::test]
async fn a_password_may_have_to_be_changed_at_the_next_login() {
    let api = Api::new();
    let made = api.post("/api/v1/users?nextLogin=changePassword", user("jane")).await.is(200);
    assert_eq!(made.body["status"], "PASSWORD_EXPIRED");
    assert_eq!(api.user("joe").await.len(), 20);
    let joe = api.get("/api/v1/users/joe").await.is(200);
    assert_eq!(joe.body["status"], "ACTIVE");
    api.post("/api/v1/users?nextLogin=other", user("x")).await.fails(400, "E0000001");
    let mut without = user("ann");
    without.as_object_mut().unwrap().remove("credentials");
    let ann = api.post("/api/v1/users?nextLogin=changePassword", without).await.is(200);
    assert_eq!(ann.body["status"], "PROVISIONED");
    assert!(ann.body["_links"]["resetFactors"]["href"].is_string(), "{}", ann.text);
}

#[tokio::test]
async fn who_is_in_everyone_is_nobodys_choice() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let everyone = api.get("/api/v1/groups").await.each("/id")[0].to_owned();
    let path = format!("/api/v1/groups/{everyone}/users/{jane}");
    for method in [Method::PUT, Method::DELETE] {
        let reply = api.bare(method, &path).await.fails(400, "E0000001");
        let cause =
            format!("the group {everyone} is of type BUILT_IN: nobody chooses who is in it");
        assert_eq!(reply.causes(), [cause]);
    }
}
