//! The system log.

use http::{Method, Request};
use samlproof::serve::NextLogin;
use serde_json::json;

use super::{Api, app};

#[tokio::test]
async fn the_log_tells_what_was_done_and_to_what() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let group = api.group("ml-team").await;
    api.bare(Method::PUT, &format!("/api/v1/groups/{group}/users/{jane}")).await.is(204);
    let id = api.post("/api/v1/apps", app("One SP")).await.id();
    api.bare(Method::PUT, &format!("/api/v1/apps/{id}/groups/{group}")).await.is(200);
    let response = api.log_in(&id, "jane@one.test").await.unwrap();
    let log = api.get("/api/v1/logs").await.is(200);
    assert_eq!(
        log.each("/eventType"),
        [
            "user.lifecycle.create",
            "user.lifecycle.activate",
            "group.lifecycle.create",
            "group.user_membership.add",
            "application.lifecycle.create",
            "application.lifecycle.activate",
            "application.user_membership.add",
            "user.session.start",
            "policy.evaluate_sign_on",
            "user.authentication.sso",
        ]
    );
    let filter = "/api/v1/logs?filter=eventType%20eq%20%22user.authentication.sso%22";
    let sso = &api.get(filter).await.is(200).body[0];
    let names: Vec<&String> = sso.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "actor",
            "client",
            "device",
            "authenticationContext",
            "displayMessage",
            "eventType",
            "outcome",
            "published",
            "securityContext",
            "severity",
            "debugContext",
            "legacyEventType",
            "transaction",
            "uuid",
            "version",
            "request",
            "target"
        ]
    );
    let app = api.service.org().app_by_id(&id).unwrap().clone();
    assert_eq!(
        sso["debugContext"]["debugData"],
        json!({
            "audience": "http://sp.test",
            "subject": "jane@one.test",
            "signOnMode": "SAML 2.0",
            "authenticationClassRef":
                "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
            "authTime": "2026-03-04T05:06:07.089Z",
            "requestUri": app.sso_path(),
            "issuer": app.issuer(),
            "url": format!("{}{}", super::BASE, app.sso_path()),
            "initiationType": "IDP_INITIATED",
            "issuedAt": "2026-03-04T05:06:07.089Z",
            "expiryTime": "2026-03-04T05:11:07.089Z",
            "jti": response.assertions[0].id,
            "requestId": sso["debugContext"]["debugData"]["requestId"],
        })
    );
    assert_eq!(sso["actor"]["id"], jane.as_str());
    assert_eq!(sso["target"][0]["id"], id.as_str());
    assert_eq!(sso["target"][1]["type"], "AppUser");
    assert_eq!(sso["published"], "2026-03-04T05:06:07.089Z");
    let by_target = format!("/api/v1/logs?filter=target.id%20eq%20%22{id}%22");
    assert_eq!(api.get(&by_target).await.each("/eventType").len(), 5);
    assert_eq!(api.get("/api/v1/logs?q=single%20SIGN%20jane").await.each("/eventType").len(), 1);
}

#[tokio::test]
async fn what_is_undone_is_told_as_well() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let group = api.group("ml-team").await;
    let id = api.post("/api/v1/apps", app("One SP")).await.id();
    let member = format!("/api/v1/groups/{group}/users/{jane}");
    let (app, user) = (format!("/api/v1/apps/{id}"), format!("/api/v1/users/{jane}"));
    api.bare(Method::PUT, &member).await.is(204);
    api.post(&format!("{app}/users"), json!({ "id": jane })).await.is(200);
    let before = api.get("/api/v1/logs").await.is(200);
    let generate = format!("{app}/credentials/keys/generate?validityYears=2");
    let kid = api.bare(Method::POST, &generate).await.is(201).body["kid"].clone();
    let twin = api.post("/api/v1/apps", super::app("Twin")).await.id();
    let (keys, kid) = (format!("{app}/credentials/keys"), kid.as_str().unwrap());
    api.bare(Method::POST, &format!("{keys}/{kid}/clone?targetAid={twin}")).await.is(201);
    api.put(&app, super::app("One SP")).await.is(200);
    api.bare(Method::DELETE, &format!("{app}/users/{jane}")).await.is(204);
    api.bare(Method::DELETE, &member).await.is(204);
    api.bare(Method::POST, &format!("{app}/lifecycle/deactivate")).await.is(200);
    api.bare(Method::DELETE, &app).await.is(204);
    api.post(&user, json!({ "profile": { "nickName": "J" } })).await.is(200);
    api.bare(Method::POST, &format!("{user}/lifecycle/suspend")).await.is(200);
    api.bare(Method::POST, &format!("{user}/lifecycle/unsuspend")).await.is(200);
    api.bare(Method::POST, &format!("{user}/lifecycle/deactivate")).await.is(200);
    api.bare(Method::DELETE, &user).await.is(204);
    api.bare(Method::DELETE, &format!("/api/v1/groups/{group}")).await.is(204);
    let log = api.get(&before.next().unwrap()).await.is(200);
    assert_eq!(
        log.each("/eventType"),
        [
            "app.keys.generate",
            "application.lifecycle.create",
            "application.lifecycle.activate",
            "app.keys.clone",
            "application.lifecycle.update",
            "application.user_membership.remove",
            "group.user_membership.remove",
            "application.lifecycle.deactivate",
            "application.lifecycle.delete",
            "user.account.update_profile",
            "user.lifecycle.suspend",
            "user.lifecycle.unsuspend",
            "user.lifecycle.deactivate",
            "user.lifecycle.delete.initiated",
            "group.lifecycle.delete",
        ]
    );
}

#[tokio::test]
async fn whoever_comes_or_goes_by_way_of_a_group_is_told_too() {
    let api = Api::new();
    let (jane, group) = (api.user("jane").await, api.group("ml-team").await);
    let id = api.post("/api/v1/apps", app("One SP")).await.id();
    api.bare(Method::PUT, &format!("/api/v1/apps/{id}/groups/{group}")).await.is(200);
    let mut next = api.get("/api/v1/logs").await.is(200).next().unwrap();
    let mut told = async || {
        let log = api.get(&next).await.is(200);
        next = log.next().unwrap();
        let names = log.body.as_array().unwrap().iter().map(|event| {
            let targets = event["target"].as_array().unwrap().iter();
            let targets: Vec<_> =
                targets.map(|one| one["displayName"].as_str().unwrap_or_default()).collect();
            format!("{} {}", event["eventType"].as_str().unwrap(), targets.join(", "))
        });
        names.collect::<Vec<_>>()
    };
    let member = format!("/api/v1/groups/{group}/users/{jane}");
    let came = |name: &str| {
        [
            format!("group.user_membership.add {name}, ml-team"),
            format!("application.user_membership.add {name}, One SP"),
        ]
    };
    api.bare(Method::PUT, &member).await.is(204);
    assert_eq!(told().await, came("jane Doe"));
    // Who is in already does not come again.
    api.bare(Method::PUT, &member).await.is(204);
    assert_eq!(told().await, Vec::<String>::new());
    api.bare(Method::DELETE, &member).await.is(204);
    let went = came("jane Doe").map(|text| text.replace(".add", ".remove"));
    assert_eq!(told().await, went);

    // By a rule, from the beginning, and by being deactivated.
    let rule = json!({
        "type": "group_rule",
        "name": "R",
        "conditions": {
            "expression": { "type": "urn:okta:expression:1.0", "value": "user.firstName == 'jane'" },
        },
        "actions": { "assignUserToGroups": { "groupIds": [group] } },
    });
    let rule = api.post("/api/v1/groups/rules", rule).await.is(200).id();
    let activate = format!("/api/v1/groups/rules/{rule}/lifecycle/activate");
    api.bare(Method::POST, &activate).await.is(204);
    assert_eq!(told().await, came("jane Doe"));
    let mut joe = super::user("joe");
    joe["groupIds"] = json!([group]);
    let joe = api.post("/api/v1/users", joe).await.is(200).id();
    let [in_group, at_app] = came("joe Doe");
    let made = ["user.lifecycle.create joe Doe", "user.lifecycle.activate joe Doe"];
    assert_eq!(told().await, [made[0], made[1], &*in_group, &*at_app]);
    api.bare(Method::POST, &format!("/api/v1/users/{joe}/lifecycle/deactivate")).await.is(200);
    let left = at_app.replace(".add", ".remove");
    assert_eq!(told().await, ["user.lifecycle.deactivate joe Doe", &*left]);
    // What is refused changes nothing, and nobody is told.
    api.bare(Method::PUT, &format!("/api/v1/groups/{group}/users/nobody"))
        .await
        .fails(404, "E0000007");
    assert_eq!(told().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_log_says_what_was_sent_and_not_what_usually_is() {
    let api = Api::new();
    let jane = api.user("jane").await;
    let id = api.post("/api/v1/apps", app("One SP")).await.id();
    api.post(&format!("/api/v1/apps/{id}/users"), json!({ "id": jane })).await.is(200);
    let wish = NextLogin::new().audience("urn:other").issuer("urn:evil").expired();
    api.service.set_next_login(wish);
    api.log_in(&id, "jane@one.test").await.unwrap();
    let filter = "/api/v1/logs?filter=eventType%20eq%20%22user.authentication.sso%22";
    let log = api.get(filter).await.is(200);
    let data = &log.body[0]["debugContext"]["debugData"];
    assert_eq!((&data["audience"], &data["issuer"]), (&json!("urn:other"), &json!("urn:evil")));
    assert!(data["expiryTime"].as_str().unwrap() < "2026-03-04T05:06", "{data}");
}

#[tokio::test]
async fn who_calls_is_in_the_log() {
    let api = Api::new();
    let request = Request::delete("/api/v1/users/nobody").header("authorization", "SSWS wrong");
    api.raw(request.body(axum::body::Body::empty()).unwrap()).await.fails(401, "E0000011");
    assert!(api.service.logged().is_empty(), "a refused call is none of the log's");
    let request = Request::post("/api/v1/authn").header("user-agent", "saml2aws/2");
    let body = json!({ "username": "nobody", "password": "x" }).to_string();
    api.raw(request.body(body.into()).unwrap()).await.fails(401, "E0000004");
    let client = &api.get("/api/v1/logs").await.is(200).body[0]["client"].clone();
    assert_eq!(client["userAgent"]["rawUserAgent"], "saml2aws/2");
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_waited_for() {
    let api = Api::new();
    for number in 0..5 {
        api.group(&format!("g{number}")).await;
        api.env.clock.advance(jiff::SignedDuration::from_secs(60));
    }
    let mut names = vec![];
    let mut path = "/api/v1/logs?limit=2".to_owned();
    for _ in 0..3 {
        let reply = api.get(&path).await.is(200);
        names.extend(reply.each("/target/0/displayName").into_iter().map(str::to_owned));
        path = reply.next().expect("next is always there");
    }
    assert_eq!(names, ["g0", "g1", "g2", "g3", "g4"]);
    // There is nothing more, and whoever waits goes on from here.
    let waiting = api.get(&path).await.is(200);
    assert!(waiting.each("/uuid").is_empty());
    api.group("g5").await;
    let more = api.get(&waiting.next().unwrap()).await;
    assert_eq!(more.each("/target/0/displayName"), ["g5"]);

    let backwards = api.get("/api/v1/logs?sortOrder=DESCENDING&limit=4").await;
    assert_eq!(backwards.each("/target/0/displayName"), ["g5", "g4", "g3", "g2"]);
    let rest = api.get(&backwards.next().unwrap()).await;
    assert_eq!(rest.each("/target/0/displayName"), ["g1", "g0"]);
    assert_eq!(rest.next(), None);
    let between = "since=2026-03-04T05:07:00Z&until=2026-03-04T05:09:00.000Z";
    let between = api.get(&format!("/api/v1/logs?{between}")).await;
    assert_eq!(between.each("/target/0/displayName"), ["g1", "g2"]);
    assert_eq!(between.next(), None);
    for bad in ["since=yesterday", "sortOrder=UP", "after=x", "limit=-5"] {
        api.get(&format!("/api/v1/logs?{bad}")).await.fails(400, "E0000001");
    }
}
