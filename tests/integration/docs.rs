//! The documents say what there is.

use std::collections::BTreeSet;

use samlproof::idp::OrgDraft;
use samlproof::scenario::{ParseErrors, Source, parse_org};

const ORG_FILE: &str = include_str!("../../docs/org-file.md");

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
