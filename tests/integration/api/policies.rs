//! Access policies: what they are over the API, and what they do to a login.

use http::Method;
use samlproof::serve::{Outcome, Refusal};
use serde_json::{Value, json};

use super::{Api, app};

pub(super) fn rule(name: &str, access: &str, groups: &[&str]) -> Value {
    json!({
        "name": name,
        "type": "ACCESS_POLICY",
        "conditions": {
            "people": { "groups": { "include": groups, "exclude": [] } },
            "network": { "connection": "ANYWHERE" },
            "riskScore": { "level": "ANY" },
            "userType": { "include": [], "exclude": [] },
        },
        "actions": { "appSignOn": {
            "access": access,
            "verificationMethod": { "factorMode": "2FA", "type": "ASSURANCE", "reauthenticateIn": "PT2H" },
        } },
    })
}

fn policy(name: &str) -> Value {
    json!({ "name": name, "description": "ours", "type": "ACCESS_POLICY", "status": "ACTIVE" })
}

/// An org with jane, who is in `contractors`, joe, who is not, and an app that everybody is assigned to.
struct Site {
    api: Api,
    jane: String,
    contractors: String,
    app: String,
}

impl Site {
    async fn new() -> Self {
        let api = Api::new();
        let (jane, _) = (api.user("jane").await, api.user("joe").await);
        let contractors = api.group("contractors").await;
        api.bare(Method::PUT, &format!("/api/v1/groups/{contractors}/users/{jane}")).await.is(204);
        let app = api.post("/api/v1/apps", app("A")).await.is(200).id();
        let groups = api.get("/api/v1/groups?q=Everyone").await.is(200);
        let everyone = groups.each("/id")[0].to_owned();
        api.bare(Method::PUT, &format!("/api/v1/apps/{app}/groups/{everyone}")).await.is(200);
        Self { api, jane, contractors, app }
    }

    async fn policy(&self, name: &str) -> String {
        self.api.post("/api/v1/policies", policy(name)).await.is(200).id()
    }

    async fn rule(&self, policy: &str, rule: Value) -> String {
        self.api.post(&format!("/api/v1/policies/{policy}/rules"), rule).await.is(200).id()
    }

    async fn assign(&self, policy: &str) {
        let path = format!("/api/v1/apps/{}/policies/{policy}", self.app);
        self.api.bare(Method::PUT, &path).await.is(204);
    }

    /// Who gets in: jane, joe.
    async fn enter(&self) -> [bool; 2] {
        let api = &self.api;
        let login = async |login| api.log_in(&self.app, login).await.is_ok();
        [login("jane@one.test").await, login("joe@one.test").await]
    }

    async fn shown_policy(&self) -> String {
        let app = self.api.get(&format!("/api/v1/apps/{}", self.app)).await.is(200);
        let link = app.body["_links"]["accessPolicy"]["href"].as_str().unwrap();
        link.rsplit('/').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn an_org_has_one_policy_of_its_own_that_lets_everybody_in() {
    let site = Site::new().await;
    let list = site.api.get("/api/v1/policies?type=ACCESS_POLICY").await.is(200);
    assert_eq!(list.body.as_array().unwrap().len(), 1);
    assert_eq!(list.body[0]["system"], true);
    let own = list.body[0]["id"].as_str().unwrap();
    assert_eq!(site.shown_policy().await, own);
    let rules = site.api.get(&format!("/api/v1/policies/{own}/rules")).await.is(200);
    assert_eq!(rules.each("/name"), ["Catch-all Rule"]);
    assert_eq!(rules.body[0]["actions"]["appSignOn"]["access"], "ALLOW");
    assert_eq!((&rules.body[0]["system"], &rules.body[0]["priority"]), (&json!(true), &json!(99)));
    assert_eq!(site.enter().await, [true, true]);
}

#[tokio::test]
async fn whom_a_rule_denies_has_no_response_and_the_log_says_so() {
    let site = Site::new().await;
    let policy = site.policy("No contractors").await;
    let denying = site.rule(&policy, rule("Out", "DENY", &[&site.contractors])).await;
    // An app that does not have the policy does not mind it.
    assert_eq!(site.enter().await, [true, true]);
    site.assign(&policy).await;
    assert_eq!(site.shown_policy().await, policy);
    assert_eq!(site.enter().await, [false, true]);
    let page = site.api.log_in(&site.app, "jane@one.test").await.unwrap_err().is(403);
    assert!(page.text.contains("You do not have permission to perform the requested action."));
    let refused = site.api.service.attempts().pop().unwrap();
    let why = Refusal::Denied { policy: "No contractors".into(), rule: "Out".into() };
    assert_eq!(refused.outcome, Outcome::Refused(why));

    let logged = async |event: &str| {
        let path =
            format!("/api/v1/logs?filter=eventType%20eq%20%22{event}%22&sortOrder=DESCENDING");
        site.api.get(&path).await.is(200).body
    };
    let evaluated = logged("policy.evaluate_sign_on").await;
    assert_eq!(evaluated[0]["outcome"]["result"], "DENY");
    assert_eq!(evaluated[0]["target"][0]["id"], policy.as_str());
    assert_eq!(evaluated[0]["target"][1]["id"], denying.as_str());
    assert_eq!(evaluated[1]["outcome"]["result"], "ALLOW");
    let denied = logged("application.policy.sign_on.deny_access").await;
    assert_eq!(denied.as_array().unwrap().len(), 2);
    assert_eq!(denied[0]["actor"]["id"], site.jane.as_str());
    assert_eq!(denied[0]["outcome"]["result"], "FAILURE");

    // A rule that is not active is not looked at.
    let path = format!("/api/v1/policies/{policy}/rules/{denying}");
    site.api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(204);
    assert_eq!(site.enter().await, [true, true]);
    site.api.bare(Method::POST, &format!("{path}/lifecycle/activate")).await.is(204);
    assert_eq!(site.enter().await, [false, true]);
    site.api.bare(Method::DELETE, &path).await.is(204);
    assert_eq!(site.enter().await, [true, true]);
}

#[tokio::test]
async fn the_first_rule_that_fits_counts_and_the_catch_all_is_the_last() {
    let site = Site::new().await;
    let policy = site.policy("Staff").await;
    site.assign(&policy).await;
    let rules = format!("/api/v1/policies/{policy}/rules");
    let catch_all = site.api.get(&rules).await.is(200).each("/id")[0].to_owned();
    let closed = json!({
        "name": "Catch-all Rule", "type": "ACCESS_POLICY",
        "actions": { "appSignOn": { "access": "DENY" } },
    });
    site.api.put(&format!("{rules}/{catch_all}"), closed).await.is(200);
    assert_eq!(site.enter().await, [false, false]);
    let open = site.rule(&policy, rule("In", "ALLOW", &[&site.contractors])).await;
    assert_eq!(site.enter().await, [true, false]);
    // One before it counts first.
    let mut first = rule("Out", "DENY", &[&site.contractors]);
    first["priority"] = json!(0);
    let out = site.rule(&policy, first).await;
    assert_eq!(site.enter().await, [false, false]);
    assert_eq!(site.api.get(&rules).await.is(200).each("/name"), ["Out", "In", "Catch-all Rule"]);
    let mut moved = rule("In", "ALLOW", &[&site.contractors]);
    moved["priority"] = json!(0);
    let moved = site.api.put(&format!("{rules}/{open}"), moved).await.is(200);
    assert_eq!(moved.body["priority"], 0);
    let kept = &moved.body["actions"]["appSignOn"]["verificationMethod"];
    assert_eq!(kept["reauthenticateIn"], "PT2H");
    assert_eq!(site.enter().await, [true, false]);
    // Whoever is excluded is not meant, whatever the groups say.
    let mut excluding = rule("In", "ALLOW", &[&site.contractors]);
    excluding["conditions"]["people"]["users"] = json!({ "exclude": [site.jane] });
    site.api.put(&format!("{rules}/{open}"), excluding).await.is(200);
    assert_eq!(site.enter().await, [false, false]);
    site.api.bare(Method::DELETE, &format!("{rules}/{out}")).await.is(204);
    assert_eq!(site.enter().await, [false, false], "the catch-all");
}

#[tokio::test]
async fn a_rule_for_a_group_that_is_gone_is_for_nobody() {
    let site = Site::new().await;
    let policy = site.policy("No contractors").await;
    site.rule(&policy, rule("Out", "DENY", &[&site.contractors])).await;
    site.assign(&policy).await;
    site.api.bare(Method::DELETE, &format!("/api/v1/groups/{}", site.contractors)).await.is(204);
    assert_eq!(site.enter().await, [true, true]);
    // What GET shows can be put back; a new rule cannot name the group.
    let rules = format!("/api/v1/policies/{policy}/rules");
    let shown = site.api.get(&rules).await.is(200).body[0].clone();
    let path = format!("{rules}/{}", shown["id"].as_str().unwrap());
    assert_eq!(
        site.api.put(&path, shown.clone()).await.is(200).body["conditions"],
        shown["conditions"]
    );
    assert_eq!(site.enter().await, [true, true]);
    let new = rule("New", "DENY", &[&site.contractors]);
    site.api.post(&rules, new).await.fails(400, "E0000001");
}

#[tokio::test]
async fn a_policy_that_is_deleted_leaves_its_apps_to_the_orgs_own() {
    let site = Site::new().await;
    let own = site.shown_policy().await;
    let closed = site.policy("Nobody").await;
    site.rule(&closed, rule("Out", "DENY", &[])).await;
    site.assign(&closed).await;
    assert_eq!(site.enter().await, [false, false]);
    let path = format!("/api/v1/policies/{closed}");
    let renamed = site.api.put(&path, policy("Nobody at all")).await.is(200);
    assert_eq!(
        (&renamed.body["name"], &renamed.body["system"]),
        (&json!("Nobody at all"), &json!(false))
    );
    site.api.bare(Method::DELETE, &path).await.is(204);
    site.api.get(&path).await.fails(404, "E0000007");
    assert_eq!(site.shown_policy().await, own);
    assert_eq!(site.enter().await, [true, true]);
    site.api.bare(Method::DELETE, &format!("/api/v1/policies/{own}")).await.fails(400, "E0000001");
}

#[tokio::test]
async fn what_cannot_be_is_said_whole_and_changes_nothing() {
    let site = Site::new().await;
    let policy_id = site.policy("P").await;
    let api = &site.api;
    api.post("/api/v1/policies", policy("P")).await.fails(400, "E0000001");
    api.post("/api/v1/policies", json!({ "name": "x", "type": "PASSWORD" }))
        .await
        .fails(501, "E0000060");
    api.get("/api/v1/policies?type=PASSWORD").await.fails(501, "E0000060");
    api.get("/api/v1/policies/rstNobody").await.fails(404, "E0000007");
    let rules = format!("/api/v1/policies/{policy_id}/rules");
    let wrong = json!({
        "name": "Catch-all Rule",
        "priority": -1,
        "status": "OFF",
        "conditions": { "people": {
            "users": { "include": ["00uNobody"] },
            "groups": { "exclude": ["00gNobody"] },
        } },
        "actions": { "appSignOn": { "access": "MAYBE" } },
    });
    let reply = api.post(&rules, wrong).await.fails(400, "E0000001");
    assert_eq!(
        reply.causes(),
        [
            "name: An object with this field already exists",
            "status: \"OFF\" is none of ACTIVE, INACTIVE",
            "priority: 0 to 4294967295 is due",
            "conditions.people.users.include: there is no 00uNobody among the users",
            "conditions.people.groups.exclude: there is no 00gNobody among the groups",
            "actions.appSignOn.access: \"MAYBE\" is none of ALLOW, DENY",
        ]
    );
    // A condition that would be left out would let in whom it should not.
    let mut zones = rule("Z", "ALLOW", &[]);
    zones["conditions"]["network"] = json!({ "connection": "ZONE", "include": ["nzo1"] });
    let reply = api.post(&rules, zones).await.fails(501, "E0000060");
    assert!(reply.text.contains("network conditions"), "{}", reply.text);
    for (part, name) in [
        (json!({ "groups": { "incl": ["00g"] } }), "incl"),
        (json!({ "roles": { "include": ["x"] } }), "roles"),
        (json!({ "users": { "include": [], "type": "x" } }), "type"),
    ] {
        let mut unknown = rule("U", "DENY", &[]);
        unknown["conditions"]["people"] = part;
        let reply = api.post(&rules, unknown).await.fails(501, "E0000060");
        assert!(reply.text.contains(&format!("{name} conditions")), "{}", reply.text);
    }
    let mut open = rule("Open", "ALLOW", &[]);
    open["conditions"]["platform"] =
        json!({ "include": [{ "type": "ANY", "os": { "type": "ANY" } }] });
    let open = api.post(&rules, open).await.is(200).id();
    api.bare(Method::DELETE, &format!("{rules}/{open}")).await.is(204);
    let catch_all = api.get(&rules).await.is(200).each("/id")[0].to_owned();
    api.bare(Method::DELETE, &format!("{rules}/{catch_all}")).await.fails(400, "E0000001");
    let off = format!("{rules}/{catch_all}/lifecycle/deactivate");
    api.bare(Method::POST, &off).await.fails(400, "E0000001");
    let narrowed = rule("Catch-all Rule", "DENY", &[&site.contractors]);
    api.put(&format!("{rules}/{catch_all}"), narrowed).await.fails(400, "E0000001");
    api.get(&format!("{rules}/rulNobody")).await.fails(404, "E0000007");
    assert_eq!(api.get(&rules).await.is(200).each("/name"), ["Catch-all Rule"]);
    site.assign(&policy_id).await;
    assert_eq!(site.enter().await, [true, true]);
}

#[tokio::test]
async fn where_an_app_sends_people_on_an_error_is_kept_until_it_is_not_said() {
    let api = Api::new();
    let mut body = app("A");
    body["accessibility"]["errorRedirectUrl"] = json!("https://help.test/sso?from=okta");
    let made = api.post("/api/v1/apps", body.clone()).await.is(200);
    assert_eq!(made.body["accessibility"]["errorRedirectUrl"], "https://help.test/sso?from=okta");
    let path = format!("/api/v1/apps/{}", made.id());
    for wrong in
        ["help.test", "javascript:alert(1)", "https://help.test/é", "https://help.test/\r\nX: y"]
    {
        body["accessibility"]["errorRedirectUrl"] = json!(wrong);
        api.put(&path, body.clone()).await.fails(400, "E0000001");
    }
    let kept = api.get(&path).await.is(200);
    assert_eq!(kept.body["accessibility"]["errorRedirectUrl"], "https://help.test/sso?from=okta");
    body["accessibility"]["errorRedirectUrl"] = Value::Null;
    let replaced = api.put(&path, body).await.is(200);
    assert_eq!(replaced.body["accessibility"]["errorRedirectUrl"], Value::Null);
}
