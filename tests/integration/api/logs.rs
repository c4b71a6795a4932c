//! The system log.

use http::Method;

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
    let data = &sso["debugContext"]["debugData"];
    assert_eq!(data["jti"], response.assertions[0].id.as_str());
    assert_eq!(data["audience"], "http://sp.test");
    assert_eq!(data["subject"], "jane@one.test");
    assert_eq!(data["initiationType"], "IDP_INITIATED");
    assert_eq!(sso["actor"]["id"], jane.as_str());
    assert_eq!(sso["target"][0]["id"], id.as_str());
    assert_eq!(sso["target"][1]["type"], "AppUser");
    assert_eq!(sso["published"], "2026-03-04T05:06:07.089Z");
    let by_target = format!("/api/v1/logs?filter=target.id%20eq%20%22{id}%22");
    assert_eq!(api.get(&by_target).await.each("/eventType").len(), 5);
    assert_eq!(api.get("/api/v1/logs?q=single%20SIGN%20jane").await.each("/eventType").len(), 1);
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
