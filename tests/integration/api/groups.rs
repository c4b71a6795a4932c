//! Groups and group rules.

use http::Method;
use serde_json::{Value, json};

use super::Api;

#[tokio::test]
async fn a_group_is_made_shown_changed_and_deleted() {
    let api = Api::new();
    let id = api.group("ml-team").await;
    let path = format!("/api/v1/groups/{id}");
    let made = api.get(&path).await.is(200);
    let names: Vec<&String> = made.body.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "id",
            "created",
            "lastUpdated",
            "lastMembershipUpdated",
            "objectClass",
            "type",
            "profile",
            "_links"
        ]
    );
    let jane = api.user("jane").await;
    api.env.clock.advance(jiff::SignedDuration::from_secs(5));
    api.bare(Method::PUT, &format!("{path}/users/{jane}")).await.is(204);
    assert_eq!(api.get(&format!("{path}/users?limit=200")).await.each("/id"), [jane.as_str()]);
    let changed = api.get(&path).await;
    assert_eq!(changed.body["lastMembershipUpdated"], "2026-03-04T05:06:12.000Z");
    assert_eq!(changed.body["lastUpdated"], "2026-03-04T05:06:07.000Z");
    let body = json!({ "profile": { "name": "ML", "description": "renamed" } });
    api.put(&path, body).await.is(200);
    let groups = api.get(&format!("/api/v1/users/{jane}/groups")).await;
    assert_eq!(groups.each("/profile/name"), ["Everyone", "ML"]);
    api.bare(Method::DELETE, &format!("{path}/users/{jane}")).await.is(204);
    assert!(api.get(&format!("{path}/users")).await.each("/id").is_empty());
    api.bare(Method::DELETE, &path).await.is(204);
    api.get(&path).await.fails(404, "E0000007");
}

#[tokio::test]
async fn groups_are_found_and_everyone_is_left_alone() {
    let api = Api::new();
    let ml = api.group("ml-team").await;
    api.group("ml-leads").await;
    let everyone = api.get("/api/v1/groups?filter=type%20eq%20%22BUILT_IN%22").await;
    assert_eq!(everyone.each("/profile/name"), ["Everyone"]);
    let found = api.get("/api/v1/groups?q=ML-t").await;
    assert_eq!(found.each("/id"), [ml.as_str()]);
    let search = "/api/v1/groups?search=profile.name%20eq%20%22ml-leads%22";
    assert_eq!(api.get(search).await.each("/profile/name"), ["ml-leads"]);

    let everyone = everyone.each("/id")[0].to_owned();
    let path = format!("/api/v1/groups/{everyone}");
    api.bare(Method::DELETE, &path).await.fails(400, "E0000001");
    api.put(&path, json!({ "profile": { "name": "All" } })).await.fails(400, "E0000001");
    let twice = json!({ "profile": { "name": "ml-team", "color": "red", "description": 1 } });
    let reply = api.post("/api/v1/groups", twice).await.fails(400, "E0000001");
    assert_eq!(reply.causes().len(), 3, "{}", reply.text);
}

fn rule(name: &str, condition: &str, group: &str) -> Value {
    json!({
        "type": "group_rule",
        "name": name,
        "conditions": {
            "expression": { "type": "urn:okta:expression:1.0", "value": condition },
            "people": { "users": { "exclude": [] } },
        },
        "actions": { "assignUserToGroups": { "groupIds": [group] } },
    })
}

#[tokio::test]
async fn a_rule_fills_its_group_once_it_is_active() {
    let api = Api::new();
    let jane = api.user("jane").await;
    api.service.update(|org| org.users[0].set("department", "ml"));
    let group = api.group("ml-team").await;
    let written = r#"user.department=="ml""#;
    let made = api.post("/api/v1/groups/rules", rule("ML", written, &group)).await.is(200);
    assert_eq!(made.body["status"], "INACTIVE");
    assert_eq!(made.body["conditions"]["expression"]["value"], written, "as it was written");
    let path = format!("/api/v1/groups/rules/{}", made.id());
    let members = format!("/api/v1/groups/{group}/users");
    assert!(api.get(&members).await.each("/id").is_empty());
    api.bare(Method::POST, &format!("{path}/lifecycle/activate")).await.is(204);
    assert_eq!(api.get(&members).await.each("/id"), [jane.as_str()]);
    assert_eq!(api.get(&path).await.body["status"], "ACTIVE");

    api.put(&path, rule("ML", "true", &group)).await.fails(400, "E0000001");
    api.bare(Method::DELETE, &path).await.fails(400, "E0000001");
    api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(204);
    api.put(&path, rule("ML 2", "user.department == \"x\"", &group)).await.is(200);
    assert_eq!(api.get("/api/v1/groups/rules").await.each("/name"), ["ML 2"]);
    api.bare(Method::DELETE, &format!("{path}?removeUsers=true")).await.is(202);
    api.get(&path).await.fails(404, "E0000007");
}

#[tokio::test]
async fn whom_a_rule_leaves_out_and_whom_it_leaves_behind() {
    let api = Api::new();
    let (jane, joe) = (api.user("jane").await, api.user("joe").await);
    api.service.update(|org| org.users.iter_mut().for_each(|user| user.set("department", "ml")));
    for (query, left) in [("", vec![joe.as_str()]), ("?removeUsers=true", vec![])] {
        let group = api.group(&format!("ml{}", query.len())).await;
        let mut body = rule("ML", "user.department == \"ml\"", &group);
        body["conditions"]["people"]["users"]["exclude"] = json!([jane]);
        let made = api.post("/api/v1/groups/rules", body).await.is(200);
        let exclude = made.body.pointer("/conditions/people/users/exclude");
        assert_eq!(exclude, Some(&json!([jane])));
        let path = format!("/api/v1/groups/rules/{}", made.id());
        let members = format!("/api/v1/groups/{group}/users");
        api.bare(Method::POST, &format!("{path}/lifecycle/activate")).await.is(204);
        assert_eq!(api.get(&members).await.each("/id"), [joe.as_str()]);
        api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(204);
        api.bare(Method::DELETE, &format!("{path}{query}")).await.is(202);
        assert_eq!(api.get(&members).await.each("/id"), left, "{query}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_rule_is_said_at_once() {
    let api = Api::new();
    let mut bad = rule("", "user.nam == 1 +", "x");
    bad["type"] = json!("other");
    bad["actions"]["assignUserToGroups"]["groupIds"] = json!([]);
    let reply = api.post("/api/v1/groups/rules", bad).await.fails(400, "E0000001");
    let fields: Vec<&str> =
        reply.causes().into_iter().map(|cause| cause.split_once(':').unwrap().0).collect();
    assert_eq!(
        fields,
        ["type", "name", "conditions.expression.value", "actions.assignUserToGroups.groupIds"]
    );
    let reply = api.post("/api/v1/groups/rules", rule("R", "user.nam == 1", "00gnone")).await;
    let cause =
        "conditions.expression.value: Invalid property user.nam in expression user.nam == 1";
    let group = "actions.assignUserToGroups.groupIds: there is no group 00gnone";
    assert_eq!(reply.fails(400, "E0000001").causes(), [cause, group]);
}
