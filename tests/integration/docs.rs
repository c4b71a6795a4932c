//! The documents say what there is.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Request, StatusCode};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{AppDraft, GroupFilter, OrgDraft, UserDraft};
use samlproof::keys::test_only;
use samlproof::scenario::{ParseErrors, Source, parse_org};
use samlproof::serve::{NextLogin, OrgService};
use serde_json::{Value, json};
use tower::ServiceExt;

const ORG_FILE: &str = include_str!("../../docs/org-file.md");
const CONTROL_API: &str = include_str!("../../docs/control-api.md");

fn parsed(text: &str) -> Result<OrgDraft, ParseErrors> {
    parse_org(&Source::new("org.toml", text))
}

fn block<'a>(document: &'a str, language: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// The keys that the parser names when it finds one that there is not.
fn known(with_a_wrong_key: &str) -> BTreeSet<String> {
    let errors = parsed(with_a_wrong_key).unwrap_err().render(false);
    let (_, rest) = errors.split_once("unknown key `zzz`").unwrap_or_else(|| panic!("{errors}"));
    let line = rest.lines().find(|line| line.contains("known: ")).unwrap();
    assert!(!line.contains('…'), "the list is cut off: {line}");
    line.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn is_key(text: &str) -> bool {
    text.trim().chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
}

/// The example with what is commented out in it, as the tables that it has at a place: `apps.attribute`.
fn tables<'a>(root: &'a toml::Table, place: &str) -> Vec<&'a toml::Table> {
    let mut found = vec![root];
    for part in place.split('.').filter(|part| !part.is_empty()) {
        let inside = found.into_iter().filter_map(|table| table.get(part));
        found = inside
            .flat_map(|value| match value {
                toml::Value::Array(items) => items.iter().collect(),
                other => vec![other],
            })
            .filter_map(toml::Value::as_table)
            .collect();
    }
    found
}

#[test]
fn the_example_of_an_org_file_is_one_and_names_every_key_in_its_place() {
    let example = block(ORG_FILE, "toml");
    let org = parsed(example).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    assert_eq!((org.users.len(), org.apps.len()), (1, 1));
    // What needs a certificate is commented out; it is told all the same.
    let whole: String = example
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.split('=').next().is_some_and(is_key) => {
                format!("{setting}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    let root: toml::Table = whole.parse().unwrap();
    let app =
        "subdomain = \"a\"\n[[apps]]\nlabel = \"A\"\nacs = \"https://a.test\"\nentity_id = \"a\"\n";
    let inside = |key: &str, table: &str| format!("{app}{key} = {table}\n");
    for (place, text) in [
        ("", "subdomain = \"a\"\nzzz = 1\n".to_owned()),
        ("apps", format!("{app}zzz = 1\n")),
        (
            "apps.attribute",
            format!("{app}[[apps.attribute]]\nname = \"n\"\nliteral = \"l\"\nzzz = 1\n"),
        ),
        ("apps.access_rules", inside("access_rules", "[{ access = \"deny\", zzz = 1 }]")),
        ("apps.assertion_encryption", inside("assertion_encryption", "{ x5c = \"M\", zzz = 1 }")),
        (
            "apps.acs_endpoints",
            inside("acs_endpoints", "[{ url = \"https://a.test\", index = 1, zzz = 1 }]"),
        ),
        ("apps.slo", inside("slo", "{ issuer = \"a\", logout_url = \"https://a.test\", zzz = 1 }")),
        (
            "apps.participate_slo",
            inside("participate_slo", "{ logout_request_url = \"https://a.test\", zzz = 1 }"),
        ),
        ("apps.inline_hook", inside("inline_hook", "{ url = \"http://a.test\", zzz = 1 }")),
        (
            "apps.inline_hook.auth",
            inside(
                "inline_hook",
                "{ url = \"http://a.test\", auth = { secret = \"s\", zzz = 1 } }",
            ),
        ),
    ] {
        let there = tables(&root, place);
        for key in known(&text) {
            assert!(there.iter().any(|table| table.contains_key(&key)), "{key} in `{place}`");
        }
    }
    // Of a user the base attributes are told by their first and last.
    let of_user = known("subdomain = \"a\"\n[users.x]\nemail = \"x@a.test\"\nzzz = 1\n");
    for key in ["email", "login", "password", "groups", "status", "profile", "firstName"] {
        let there = tables(&root, "users.jane");
        assert!(of_user.contains(key) && there[0].contains_key(key), "{key}");
    }
}

#[tokio::test]
async fn the_example_of_the_control_api_is_taken_and_names_every_field() {
    let env = Env::fixed("2026-03-04T05:06:07Z".parse().unwrap(), "docs");
    let mut org = samlproof::idp::Org::new("acme", "http://127.0.0.1:1", &env);
    UserDraft::new("jane@example.com").add_to(&mut org);
    AppDraft::new("My SP", "https://sp.example/acs", "https://sp.example")
        .groups("groups", GroupFilter::starts_with("ml-"))
        .add_to(&mut org, test_only::signing("okta-1").unwrap());
    let service = OrgService::new(org, env, Engine::Native);
    let post = async |body: String| {
        let request = Request::post("/_samlproof/api/next-logins");
        let request = request.header("content-type", "application/json");
        let answer =
            service.router().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let example = block(CONTROL_API, "json");
    let (status, shown) = post(example.to_owned()).await;
    assert_eq!(status, StatusCode::CREATED, "{shown}");
    let example: serde_json::Map<String, Value> = serde_json::from_str(example).unwrap();
    let (_, refused) = post(json!({ "zzz": 1 }).to_string()).await;
    let refused = refused["errors"][0].as_str().unwrap().to_owned();
    let fields: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
    assert!(fields.len() > 15, "{refused}");
    for field in fields {
        assert!(example.contains_key(field), "{field}");
    }
    let (_, refused) = post(json!({ "error": "zzz" }).to_string()).await;
    let refused = refused["errors"][0].as_str().unwrap().to_owned();
    for page in refused.split('`').skip(3).step_by(2) {
        assert!(CONTROL_API.contains(&format!("`{page}`")), "{page}");
    }
    let longest = NextLogin::MAX_DELAY.as_millis().to_string();
    assert!(CONTROL_API.replace(',', "").contains(&format!("`delay_ms` is {longest} at most")));
}
