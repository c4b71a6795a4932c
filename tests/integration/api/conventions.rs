//! What holds for every call.

use axum::body::Body;
use http::{Method, Request};
use samlproof::serve::OrgService;
use serde_json::json;

use super::{Api, app};

#[tokio::test]
async fn the_token_is_taken_with_a_space_and_without_and_no_other_is() {
    let api = Api::new();
    let with = |value: Option<&str>| {
        let mut request = Request::builder().uri("/api/v1/users");
        if let Some(value) = value {
            request = request.header("authorization", value);
        }
        request.body(Body::empty()).unwrap()
    };
    let token = samlproof::idp::Org::API_TOKEN;
    assert_eq!(token.len(), 42);
    for right in [format!("SSWS {token}"), format!("SSWS{token}")] {
        api.raw(with(Some(&right))).await.is(200);
    }
    let bearer = format!("Bearer {token}");
    for wrong in [None, Some("SSWS"), Some("SSWS 00wrong"), Some(bearer.as_str()), Some(token)] {
        let reply = api.raw(with(wrong)).await.fails(401, "E0000011");
        assert_eq!(reply.body["errorSummary"], "Invalid token provided");
    }
    api.service.update(|org| org.api_token.clear());
    api.raw(with(Some("SSWS "))).await.fails(401, "E0000011");
}

#[tokio::test]
async fn errors_have_oktas_codes() {
    let api = Api::new();
    let reply = api.get("/api/v1/apps/0oanone").await.fails(404, "E0000007");
    let summary = "Not found: Resource not found: 0oanone (AppInstance)";
    assert_eq!(reply.body["errorSummary"], summary);
    api.get("/api/v1/nothing/here").await.fails(404, "E0000008");
    api.get("/api").await.fails(404, "E0000008");
    api.bare(Method::PATCH, "/api/v1/users").await.fails(405, "E0000022");
    api.bare(Method::DELETE, "/api/v1/logs").await.fails(405, "E0000022");
    let reply = api.get("/api/v1/org").await.fails(501, "E0000060");
    assert!(reply.body["errorSummary"].as_str().unwrap().ends_with("implement GET /api/v1/org"));
    let mut oidc = app("A");
    oidc["signOnMode"] = json!("OPENID_CONNECT");
    let reply = api.post("/api/v1/apps", oidc).await.fails(501, "E0000060");
    assert!(reply.text.contains("apps of signOnMode OPENID_CONNECT"), "{}", reply.text);
}

#[tokio::test]
async fn every_answer_tells_the_rate_limit_and_a_real_one_holds() {
    let api = Api::new();
    for _ in 0..3 {
        let reply = api.get("/api/v1/users").await.is(200);
        assert_eq!(reply.header("x-rate-limit-limit"), "600");
        assert_eq!(reply.headers.get_all("x-okta-request-id").iter().count(), 1);
    }
    api.service.limit_rate(Some(2));
    let reset = (api.env.clock.now().as_second() + 61).to_string();
    for remaining in ["1", "0"] {
        let reply = api.get("/api/v1/users").await.is(200);
        assert_eq!(reply.header("x-rate-limit-limit"), "2");
        assert_eq!(reply.header("x-rate-limit-remaining"), remaining);
        assert_eq!(reply.header("x-rate-limit-reset"), reset);
    }
    let reply = api.get("/api/v1/users").await.fails(429, "E0000047");
    assert_eq!(reply.header("x-rate-limit-remaining"), "0");
    // However it is written, it is the same kind; another kind is counted on its own.
    api.get("/api/v1/%75sers/me").await.fails(429, "E0000047");
    assert_eq!(api.get("/api/v1/groups").await.is(200).header("x-rate-limit-remaining"), "1");
    api.get("/.well-known/okta-organization").await.is(200);
    api.env.clock.advance(jiff::SignedDuration::from_secs(60));
    api.get("/api/v1/users").await.is(200);
}

#[tokio::test]
async fn pages_lead_on_and_next_is_the_last_link() {
    let api = Api::new();
    for number in 0..5 {
        api.user(&format!("u{number}")).await;
    }
    let mut seen = vec![];
    let mut path = "/api/v1/users?limit=2&search=status%20eq%20%22ACTIVE%22".to_owned();
    loop {
        let reply = api.get(&path).await.is(200);
        seen.extend(reply.each("/profile/login").into_iter().map(str::to_owned));
        let links: Vec<_> = reply.headers.get_all("link").iter().collect();
        let Some(next) = reply.next() else {
            assert_eq!(links.len(), 1);
            break;
        };
        assert_eq!(links.len(), 2);
        let last = reply.each("/id").pop().unwrap().to_owned();
        assert!(next.contains(&format!("after={last}")) && next.contains("limit=2"), "{next}");
        path = next;
    }
    assert_eq!(seen, ["u0@one.test", "u1@one.test", "u2@one.test", "u3@one.test", "u4@one.test"]);
    for bad in ["limit=0", "limit=many", "after=00unone"] {
        api.get(&format!("/api/v1/users?{bad}")).await.fails(400, "E0000001");
    }
}

#[tokio::test]
async fn whoever_deletes_page_by_page_finds_the_next_page() {
    let api = Api::new();
    for number in 0..7 {
        api.group(&format!("g{number}")).await;
    }
    let mut path = "/api/v1/groups?limit=2&filter=type%20eq%20%22OKTA_GROUP%22".to_owned();
    let mut deleted = 0;
    loop {
        let reply = api.get(&path).await.is(200);
        for id in reply.each("/id") {
            api.bare(Method::DELETE, &format!("/api/v1/groups/{id}")).await.is(204);
            deleted += 1;
        }
        let Some(next) = reply.next() else { break };
        path = next;
    }
    assert_eq!(deleted, 7);
    assert_eq!(api.get("/api/v1/groups").await.each("/profile/name"), ["Everyone"]);
}

/// What is answered 501 stands in the documentation, and nothing else does.
#[test]
fn the_documentation_lists_what_is_not_implemented() {
    const LIST: &str = include_str!("../../../docs/okta-api.md");
    let lines = |implemented: bool| -> Vec<String> {
        let of = OrgService::api_endpoints().into_iter();
        let of = of.filter(|endpoint| endpoint.implemented == implemented);
        let method = |method: &'static str| if method == "*" { "any" } else { method };
        of.map(|endpoint| format!("- {} `{}`", method(endpoint.method), endpoint.path)).collect()
    };
    let (here, absent) = LIST.split_once("## Not implemented").unwrap();
    let listed = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect()
    };
    let rewrite = std::env::var_os("SAMLPROOF_WRITE_API_LIST").is_some();
    if rewrite {
        let (head, _) = here.split_once("## Implemented").unwrap();
        let (intro, _) = absent.split_once("\n- ").unwrap_or((absent, ""));
        let text = format!(
            "{head}## Implemented\n\n{}\n\n## Not implemented{}\n\n{}\n",
            lines(true).join("\n"),
            intro.trim_end(),
            lines(false).join("\n")
        );
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/okta-api.md"), text).unwrap();
        return;
    }
    let remedy = "SAMLPROOF_WRITE_API_LIST=1 writes docs/okta-api.md anew";
    assert_eq!(listed(here), lines(true), "{remedy}");
    assert_eq!(listed(absent), lines(false), "{remedy}");
}

/// Every address of the table is reached: those that are there, and those that say 501.
#[tokio::test]
async fn every_address_of_the_table_is_reached() {
    let api = Api::new();
    for endpoint in OrgService::api_endpoints() {
        let path: String = endpoint
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let method = if endpoint.method == "*" { "PATCH" } else { endpoint.method };
        // Where anything may follow, nothing may as well.
        let bare =
            endpoint.path.strip_suffix("/{*}").map(|_| path.trim_end_matches("/x").to_owned());
        for path in [Some(path), bare].into_iter().flatten() {
            let reply = api.send(method.parse().unwrap(), &path, "{}").await;
            let code = reply.body["errorCode"].as_str().unwrap_or_default();
            // A path that has a row of its own answers that.
            if code == "E0000022" && endpoint.method == "*" {
                continue;
            }
            assert_eq!(
                code == "E0000060",
                !endpoint.implemented,
                "{path} {endpoint:?} {}",
                reply.text
            );
            assert!(
                !["E0000008", "E0000009", "E0000022"].contains(&code),
                "{path} {endpoint:?} {code}"
            );
        }
    }
}

#[tokio::test]
async fn every_list_has_its_page_size_and_its_most() {
    let api = Api::new();
    let (jane, group) = (api.user("jane").await, api.group("g").await);
    let id = api.post("/api/v1/apps", app("A")).await.id();
    for (path, usual) in [
        ("/api/v1/users", 200),
        ("/api/v1/groups", 200),
        ("/api/v1/apps", 200),
        ("/api/v1/groups/rules", 50),
        ("/api/v1/logs", 100),
        (&*format!("/api/v1/apps/{id}/users"), 50),
        (&format!("/api/v1/apps/{id}/groups"), 20),
        (&format!("/api/v1/groups/{group}/users"), 1000),
        (&format!("/api/v1/groups/{group}/apps"), 20),
        (&format!("/api/v1/users/{jane}/groups"), 200),
    ] {
        let reply = api.get(path).await.is(200);
        let own = reply.headers.get("link").unwrap().to_str().unwrap();
        assert!(own.contains(&format!("limit={usual}>; rel=\"self\"")), "{path} {own}");
    }
    // Of many a page has as many as it may, whatever more is asked for.
    api.service.update(|org| {
        for number in 0..250 {
            org.add_group(&format!("g{number}"), &api.env);
        }
        let ids: Vec<String> = org.groups.iter().map(|group| group.id.clone()).collect();
        org.apps[0].assign_to_groups(ids);
    });
    let path = format!("/api/v1/apps/{id}/groups");
    for (query, count) in [
        ("", 20),
        ("?limit=30", 30),
        ("?limit=-1", 200),
        ("?limit=99999", 200),
        ("?limit=200", 200),
    ] {
        let reply = api.get(&format!("{path}{query}")).await.is(200);
        assert_eq!(reply.each("/id").len(), count, "{query}");
        assert!(reply.next().is_some(), "{query}");
    }
}

#[tokio::test]
async fn the_links_of_a_page_say_its_limit_once() {
    let api = Api::new();
    for name in 0..3 {
        api.group(&format!("g{name}")).await;
    }
    for (query, limit) in [("", 200), ("?limit=", 200), ("?limit=2", 2)] {
        let reply = api.get(&format!("/api/v1/groups{query}")).await.is(200);
        let links: Vec<&str> =
            reply.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
        assert_eq!(
            links[0],
            format!("<{}/api/v1/groups?limit={limit}>; rel=\"self\"", super::BASE)
        );
        assert_eq!(links.len(), if limit == 2 { 2 } else { 1 });
        for link in links {
            assert_eq!(link.matches("limit=").count(), 1, "{link}");
        }
    }
}
