//! Bodies that make no sense.

use std::sync::LazyLock;

use axum::body::Body;
use http::Method;
use proptest::prelude::*;
use samlproof::serve::OrgService;
use serde_json::{Value, json};

use super::{Api, app, user};

/// Every address that takes a body, with ids that are there.
async fn addresses(api: &Api) -> Vec<(Method, String)> {
    let user = api.user("jane").await;
    let group = api.group("g").await;
    let app = api.post("/api/v1/apps", app("A")).await.id();
    let rule = json!({
        "name": "r",
        "conditions": { "expression": { "value": "true" } },
        "actions": { "assignUserToGroups": { "groupIds": [group] } },
    });
    let rule = api.post("/api/v1/groups/rules", rule).await.is(200).id();
    let hook = super::hooks::hook("http://hook.test/");
    let hook = api.post("/api/v1/inlineHooks", hook).await.is(200).id();
    let claim = json!({ "name": "c", "expression": "user.profile.email" });
    let claim = api.post(&format!("/api/v1/apps/{app}/federated-claims"), claim).await.is(201).id();
    let policy = json!({ "name": "p", "type": "ACCESS_POLICY" });
    let policy = api.post("/api/v1/policies", policy).await.is(200).id();
    let catch_all = api.get(&format!("/api/v1/policies/{policy}/rules")).await.is(200);
    let catch_all = catch_all.each("/id")[0].to_owned();
    let id = |path: &str, name: &str| match name {
        "{hook}" => hook.clone(),
        "{claim}" => claim.clone(),
        "{policy}" => policy.clone(),
        "{rule}" if path.starts_with("/api/v1/policies") => catch_all.clone(),
        "{id}" => user.clone(),
        "{group}" => group.clone(),
        "{app}" => app.clone(),
        "{rule}" => rule.clone(),
        other => other.to_owned(),
    };
    let with_body = |path: &str| {
        !["lifecycle", "{kid}", "generate", "sessionCookieRedirect", "{app}/policies"]
            .iter()
            .any(|word| path.contains(word))
            && !path.ends_with("/users/{id}") | path.starts_with("/api/v1/users")
    };
    let endpoints = OrgService::api_endpoints().into_iter();
    let endpoints =
        endpoints.filter(|it| it.implemented && ["POST", "PUT", "PATCH"].contains(&it.method));
    endpoints
        .filter(|endpoint| with_body(endpoint.path))
        .map(|endpoint| {
            let path = endpoint.path;
            let path: Vec<String> = path.split('/').map(|part| id(path, part)).collect();
            (endpoint.method.parse().unwrap(), path.join("/"))
        })
        .collect()
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_e0000003_everywhere() {
    let api = Api::new();
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let lists = "[".repeat(200_000);
    let bodies: Vec<Vec<u8>> = vec![
        b"not json".to_vec(),
        b"{".to_vec(),
        b"{} {}".to_vec(),
        b"\"text\"".to_vec(),
        b"5".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        br#"{"profile": {"login": "\ud800"}}"#.to_vec(),
        br#"{"a": 1, "a": 2}"#.to_vec(),
        br#"{"profile": {"login": "a@b", "login": "c@d"}}"#.to_vec(),
        b"{\"a\": \"\xff\xfe\"}".to_vec(),
        b"{\"a\": 1e999}".to_vec(),
        b"{'a': 1}".to_vec(),
        b"{\"a\": NaN}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        deep.into_bytes(),
        lists.into_bytes(),
        format!("{}1{}", "{\"a\":".repeat(33), "}".repeat(33)).into_bytes(),
    ];
    let addresses = addresses(&api).await;
    assert!(addresses.len() >= 12, "{addresses:?}");
    for (method, path) in &addresses {
        for body in &bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let reply = api.send(method.clone(), path, body.clone()).await;
            assert_eq!(
                reply.body["errorCode"], "E0000003",
                "{method} {path} {shown} {}",
                reply.text
            );
            assert_eq!(reply.status, 400);
        }
        let huge = vec![b' '; (1 << 20) + 1];
        api.send(method.clone(), path, huge).await.fails(413, "E0000003");
    }
}

/// A right body of each kind, of which one part is something else: it is taken or refused as 400.
#[tokio::test]
async fn a_part_of_the_wrong_type_is_400_or_taken_but_never_a_fault_of_ours() {
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("\u{0}\u{202e}"),
        json!("${"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!({ "a": { "b": [] } }),
        json!("a".repeat(100_000)),
    ];
    let api = Api::new();
    api.user("known").await;
    let claims = api.post("/api/v1/apps", app("B")).await.is(200).id();
    let claims = format!("/api/v1/apps/{claims}/federated-claims");
    let policy = api.get("/api/v1/policies?type=ACCESS_POLICY").await.each("/id")[0].to_owned();
    let rules = format!("/api/v1/policies/{policy}/rules");
    let mut refused = 0;
    for (path, body) in [
        (&*claims, json!({ "name": "n", "expression": "user.profile.email" })),
        ("/api/v1/policies", json!({ "name": "n", "type": "ACCESS_POLICY", "description": "d" })),
        (&*rules, super::policies::rule("n", "DENY", &["x"])),
        ("/api/v1/users", user("x")),
        ("/api/v1/groups", json!({ "profile": { "name": "n", "description": "d" } })),
        ("/api/v1/apps", app("A")),
        (
            "/api/v1/groups/rules",
            json!({
                "type": "group_rule", "name": "n",
                "conditions": { "expression": { "type": "urn:okta:expression:1.0", "value": "true" } },
                "actions": { "assignUserToGroups": { "groupIds": ["x"] } },
            }),
        ),
    ] {
        for place in places(&body) {
            for value in &strange {
                let mut wrong = body.clone();
                *wrong.pointer_mut(&place).unwrap() = value.clone();
                let reply = api.post(path, wrong).await;
                let code = reply.status.as_u16();
                assert!(
                    [200, 201, 400, 501].contains(&code),
                    "{path} {place} {value}: {}",
                    reply.text
                );
                refused += usize::from(code == 400);
            }
        }
    }
    assert!(refused > 300, "{refused}");
}

/// Where values stand in a body.
fn places(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        _ => vec![],
    };
    let below = inner.into_iter().flat_map(|(name, value)| {
        places(value).into_iter().map(move |place| format!("/{name}{place}"))
    });
    std::iter::once(String::new()).chain(below).collect()
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any bytes in any body, and any text in any query: an answer in Okta's form, and no other.
    #[test]
    fn any_bytes_and_any_query(
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "[\\[\\]{}\":,0-9a-z\\\\ ]{0,80}".prop_map(String::into_bytes),
        ],
        query in "(q|filter|search|limit|after|since|sortBy)=[ -~]{0,60}",
    ) {
        let api = Api::new();
        RUNTIME.block_on(async {
            for path in ["/api/v1/users", "/api/v1/apps", "/api/v1/groups", "/api/v1/groups/rules"] {
                let reply = api.send(Method::POST, path, Body::from(body.clone())).await;
                assert!(reply.status == 400, "{path} {}", reply.text);
                assert!(reply.body["errorCode"].is_string());
                let encoded: String = query
                    .bytes()
                    .map(|byte| match byte {
                        b'=' => "=".to_owned(),
                        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                        byte => format!("%{byte:02X}"),
                    })
                    .collect();
                let reply = api.get(&format!("{path}?{encoded}")).await;
                assert!([200, 400].contains(&reply.status.as_u16()), "{path} {query} {}", reply.text);
            }
            let reply = api.get(&format!("/api/v1/logs?{}", query.replace(|c: char| !c.is_ascii_alphanumeric() && c != '=', "+"))).await;
            assert!([200, 400].contains(&reply.status.as_u16()), "{query} {}", reply.text);
        });
    }
}
