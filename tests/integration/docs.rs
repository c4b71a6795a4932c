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

#[test]
fn the_example_of_an_org_file_is_one_and_names_every_key() {
    let example = block(ORG_FILE, "toml");
    let org = parsed(example).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    assert_eq!((org.users.len(), org.apps.len()), (1, 1));
    let app =
        "subdomain = \"a\"\n[[apps]]\nlabel = \"A\"\nacs = \"https://a.test\"\nentity_id = \"a\"\n";
    let user = "subdomain = \"a\"\n[users.x]\nemail = \"x@a.test\"\nzzz = 1\n";
    for (place, text) in [
        ("the file", "subdomain = \"a\"\nzzz = 1\n".to_owned()),
        ("an app", format!("{app}zzz = 1\n")),
        (
            "an attribute",
            format!("{app}[[apps.attribute]]\nname = \"n\"\nliteral = \"l\"\nzzz = 1\n"),
        ),
        ("a rule", format!("{app}access_rules = [{{ access = \"deny\", zzz = 1 }}]\n")),
        ("encryption", format!("{app}assertion_encryption = {{ x5c = \"M\", zzz = 1 }}\n")),
        (
            "an endpoint",
            format!("{app}acs_endpoints = [{{ url = \"https://a.test\", index = 1, zzz = 1 }}]\n"),
        ),
        (
            "slo",
            format!("{app}slo = {{ issuer = \"a\", logout_url = \"https://a.test\", zzz = 1 }}\n"),
        ),
        (
            "participate_slo",
            format!(
                "{app}participate_slo = {{ logout_request_url = \"https://a.test\", zzz = 1 }}\n"
            ),
        ),
        ("a hook", format!("{app}inline_hook = {{ url = \"http://a.test\", zzz = 1 }}\n")),
    ] {
        for key in known(&text) {
            let named = |line: &str| {
                line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == key)
            };
            assert!(example.lines().any(named), "{key} of {place}");
        }
    }
    // Of a user the base attributes are told by their first and last.
    let of_user = known(user);
    for key in ["email", "login", "password", "groups", "status", "profile", "firstName"] {
        assert!(of_user.contains(key) && example.contains(key), "{key}");
    }
}
