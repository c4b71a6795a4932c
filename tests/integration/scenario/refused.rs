//! Every mistake in a file is reported at once, each with its place and a way out; the same file
//! without the mistakes is accepted.

use super::{profile, scenario, scenario_as, with_head};

const WRONG_SCENARIO: &str = r#"tittle      = "A user with a group is created"
title       = ""
requirement = "A new user MUST be created with the roles of the mapping that matches."
source      = 7
grade       = "statde"
profiles    = ["arize-[*"]
needs       = ["observ"]
twin        = "JIT/Example.toml"

[sp]
settings = { sync_user_role = true, enforce_saml = "yes" }
rules    = { existing_no_match = "apply-default" }

[[sp.mapping]]
id   = "researchers"
when = ["groups", "ml-team"]
org  = { research = "meber" }

[[sp.mapping]]
id     = "researchers"
when   = [["groups", "ml-ops"]]
spaces = { vision = "admin" }

[users.jane]
groups = "ml-team"
org    = "second"
email  = "jane@{domian}"

[[steps]]
login  = "jnae"
expect = ["creatd", "rejected NoRoleMach"]
grants = ["research member"]

[[steps]]
login  = "jane"
logout = "jane"

[[steps]]
change = { sp.mapping.reserchers.org.research = "member" }

[[steps]]
change = { sp.setings.jit = false, sp_users.jane = "gone", idp.main.sign_with = "nxt" }

[[steps]]
advance = "mapping_cach - 1s"
users   = 1

[[steps]]
advance = "60"

[[steps]]
logn = "jane"
"#;

const RIGHT_SCENARIO: &str = r#"title       = "A user with a group is created"
requirement = "A new user MUST be created with the roles of the mapping that matches."
source      = "facts T1"
grade       = "stated"
profiles    = ["arize-*"]
needs       = ["observe"]
twin        = "jit/other"

[sp]
settings = { sync_user_roles = true, enforce_saml = true }
rules    = { existing_no_match = "apply-defaults" }

[[sp.mapping]]
id   = "researchers"
when = [["groups", "ml-team"]]
org  = { research = "member" }

[[sp.mapping]]
id     = "operators"
when   = [["groups", "ml-ops"]]
spaces = { "research/vision" = "admin" }

[orgs.second]

[users.jane]
groups = ["ml-team"]
org    = "second"
email  = "jane@{domain}"

[[steps]]
login  = "jane"
expect = ["created", "rejected NoRoleMatch"]
grants = ["org research member"]

[[steps]]
login  = "jane"

[[steps]]
logout = "jane"

[[steps]]
change = { sp.mapping.researchers.org.research = "member" }

[[steps]]
change = { sp.settings.jit = false, sp_users.jane = "deleted", idp.main.sign_with = "next" }

[[steps]]
advance = "mapping_cache - 1s"

[[steps]]
advance = "60s"

[[steps]]
login = "jane"
users = 1
"#;

const WRONG_PROFILE: &str = r#"name           = "Arize EU"
entity_id      = " https://app.eu-west-1a.arize.com/"
acs            = "app.eu-west-1a.arize.com/auth/v2/saml"
name_id_format = "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress"
login_star     = "https://app.eu-west-1a.arize.com/auth/v2/login"

[timing]
settings_cache = 60
mapping_cache  = "-60s"
metadata_cach  = "60s"

[rules]
existing_no_match = "strp"
selectr           = "single"
invites           = "no"

[[app.attribute]]
name   = "groups"
format = "unspecifid"
groups = { start_with = "ml-" }

[[app.attribute]]
name = "team"

[target]
kind = "external"

[target.launch]
command = [".venv/bin/python", "serve.py", "{prt}"]

[target.resolve]
"app.eu-west-1a.arize.com" = "localhost:8443"

[target.configure]
kind = "htp"

[target.configure.vocabulary]
settings  = ["jitt"]
resources = ["teams"]
roles     = ["owner"]
statuses  = ["gone"]
pairs     = 1

[target.observe]
whoami = { url = "/whoami", method = "get" }

[target.outcome]
rejected = [{ status = 5000 }, {}]

[target.password_login]
url  = "https://app.eu-west-1a.arize.com/login"
form = { user = "{mail}" }
"#;

const RIGHT_PROFILE: &str = r#"name           = "arize-eu"
entity_id      = "https://app.eu-west-1a.arize.com/"
acs            = "https://app.eu-west-1a.arize.com/auth/v2/saml"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
login_start    = "https://app.eu-west-1a.arize.com/auth/v2/login"

[timing]
settings_cache = "60s"
mapping_cache  = "1m30s"
metadata_cache = "60s"

[rules]
existing_no_match = "strip"
selector          = "single"
invites           = false

[[app.attribute]]
name   = "groups"
format = "unspecified"
groups = { starts_with = "ml-" }

[[app.attribute]]
name    = "team"
literal = "{token}"

[target]
kind = "external"

[target.launch]
command = [".venv/bin/python", "serve.py", "{port}"]
ready   = "http://127.0.0.1:{port}/healthz"

[target.resolve]
"app.eu-west-1a.arize.com:443" = "127.0.0.1:8443"

[target.configure]
kind = "http"
url  = "http://127.0.0.1:{port}/config"

[target.configure.vocabulary]
settings  = ["jit"]
resources = ["team"]
roles     = ["member"]
statuses  = ["active"]

[target.observe]
whoami = { url = "https://app.eu-west-1a.arize.com/whoami", method = "GET" }

[target.outcome]
rejected = [{ status = 500 }, { body = "Permission Denied" }]

[target.password_login]
url  = "https://app.eu-west-1a.arize.com/login"
form = { user = "{email}" }
"#;

#[test]
fn all_mistakes_of_a_scenario_are_reported_at_once() {
    let errors = scenario(WRONG_SCENARIO).unwrap_err();
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(errors.render(false));
}

#[test]
fn the_scenario_without_the_mistakes_is_accepted() {
    scenario(RIGHT_SCENARIO).unwrap();
}

#[test]
fn all_mistakes_of_a_profile_are_reported_at_once() {
    let errors = profile(WRONG_PROFILE).unwrap_err();
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(errors.render(false));
}

#[test]
fn the_profile_without_the_mistakes_is_accepted() {
    profile(RIGHT_PROFILE).unwrap();
}

#[test]
fn text_that_is_not_toml_has_its_place() {
    let text = "title = \"never closed\nrequirement = = 1\n[sp\n";
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(scenario(text).unwrap_err().render(false));
}

#[test]
fn a_key_written_twice_is_reported_beside_other_mistakes() {
    let text = with_head("title = \"again\"\nstep = []\n");
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(scenario(&text).unwrap_err().render(false));
}

#[test]
fn an_empty_file_lacks_everything_that_is_needed() {
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(scenario("").unwrap_err().render(false));
}

/// Semantic mistakes, one a line: the steps, the words of the message, and the steps repaired.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("login = \"jane\"", "proves nothing", "login = \"jane\"\nexpect = \"created\""),
    (
        "probe = \"jane\"\nexpect = \"accepted\"",
        "not an outcome of this step",
        "probe = \"jane\"\nexpect = \"signed-in\"",
    ),
    (
        "login = \"jane\"\nexpect = \"server-error\"",
        "not an outcome",
        "login = \"jane\"\nexpect = \"rejected\"",
    ),
    (
        "login = \"jane\"\nexpect = [\"created\", \"created\"]",
        "said already",
        "login = \"jane\"\nexpect = [\"created\", \"updated\"]",
    ),
    (
        "logout = \"jane\"\nexpect = \"accepted\"",
        "nothing can be expected",
        "logout = \"jane\"\nusers = 1",
    ),
    (
        "login = [\"jane\", \"joe\"]\nbrowser = \"laptop\"\nusers = 1",
        "cannot share one browser",
        "login = [\"jane\", \"joe\"]\nbrowser = \"fresh\"\nusers = 1",
    ),
    ("login = []\nusers = 1", "nobody logs in", "login = [\"jane\"]\nusers = 1"),
    (
        "probe = \"jane\"\nbrowser = \"laptop\"\nexpect = \"signed-in\"",
        "no browser `laptop`",
        "probe = \"jane\"\nbrowser = \"joe\"\nexpect = \"signed-out\"",
    ),
    (
        "password_login = \"jane\"\nexpect = \"rejected\"",
        "has no password",
        "password_login = \"jane\"\npassword = \"x\"\nexpect = \"rejected\"",
    ),
    ("login = \"jim\"\nusers = 1", "no user `jim`", "login = \"joe\"\nusers = 1"),
    ("login = \"old\"\nusers = 1", "no user `old`", "password_login = \"old\"\nusers = 1"),
    (
        "login = \"jane\"\nentry = \"main\"\nusers = 1",
        "unknown key `entry`",
        "login = \"jane\"\nusers = 1",
    ),
    ("login = \"jane\"\nusers = -1", "cannot be -1", "login = \"jane\"\nusers = 0"),
    (
        "login = \"jane\"\ngrants = [\"account member\"]",
        "never listed",
        "login = \"jane\"\ngrants = [\"account admin\"]",
    ),
    (
        "login = \"jane\"\ngrants = [[\"account admin\"]]",
        "one set of roles to choose from",
        "login = \"jane\"\ngrants = [[\"account admin\"], []]",
    ),
    (
        "login = \"jane\"\ngrants = [[\"org a admin\", \"org b member\"], [\"org b member\", \"org a admin\"]]",
        "said already",
        "login = \"jane\"\ngrants = [[\"org a admin\", \"org b member\"], [\"org b admin\"]]",
    ),
    (
        "login = \"jane\"\ngrants = [[\"org a admin\"], \"org b admin\"]",
        "must be a list",
        "login = \"jane\"\ngrants = [[\"org a admin\"], [\"org b admin\"]]",
    ),
    (
        "login = \"jane\"\nsend = { key = \"othr\" }\nusers = 1",
        "cannot be `othr`",
        "login = \"jane\"\nsend = { key = \"other\" }\nusers = 1",
    ),
    (
        "login = \"jane\"\nsend = { age = \"ten minutes\" }\nusers = 1",
        "not a duration",
        "login = \"jane\"\nsend = { age = \"-10m\" }\nusers = 1",
    ),
    (
        "login = \"jane\"\nsend = { audience = \"{sp.entityid}\" }\nusers = 1",
        "unknown placeholder `{sp.entityid}`",
        "login = \"jane\"\nsend = { audience = \"{sp.entity_id.slash}\" }\nusers = 1",
    ),
    (
        "change = { users.jim.groups = [] }\nexpect = \"accepted\"",
        "no user `jim`",
        "change = { users.joe.groups = [] }\nexpect = \"accepted\"",
    ),
    (
        "change = { sp.mapping.new.org.research = \"member\" }\nexpect = \"accepted\"",
        "no mapping `new`",
        "change = { sp.mapping.new = { when = [[\"groups\", \"x\"]] } }\nexpect = \"accepted\"",
    ),
    (
        "change = { sp.mapping.m = \"gone\" }\nexpect = \"accepted\"",
        "cannot be `gone`",
        "change = { sp.mapping.m = \"removed\" }\nexpect = \"accepted\"",
    ),
    (
        "change = { entries.other.domains = [\"{domain}\"] }\nexpect = \"accepted\"",
        "no entry `other`",
        "change = { entries.main.domains = [\"x.{domain}\"] }\nexpect = \"accepted\"",
    ),
    (
        "change = { idp.second.metadata = \"down\" }\nexpect = \"accepted\"",
        "no org `second`",
        "change = { idp.main.metadata = \"down\" }\nexpect = \"accepted\"",
    ),
    (
        "change = { idp.main.publish = [] }\nexpect = \"accepted\"",
        "one key at least",
        "change = { idp.main.publish = [\"current\", \"next\"] }\nexpect = \"accepted\"",
    ),
    (
        "advance = \"-5s\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
        "neither a duration",
        "advance = \"5s\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
    ),
    (
        "advance = \"session - soon\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
        "not a wait",
        "advance = \"session + 1s\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
    ),
    (
        "advance = \"999999999h\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
        "not a duration",
        "advance = \"999h\"\n[[steps]]\nlogin = \"jane\"\nusers = 1",
    ),
    (
        "login = \"jane\"\nsend = { encryption = \"off\" }\nexpect = \"created\"",
        "`encryption` cannot be `off`",
        "login = \"jane\"\nsend = { encryption = \"none\" }\nexpect = \"rejected NotEncrypted\"",
    ),
];

const PEOPLE: &str = r#"
[[sp.mapping]]
id   = "m"
when = [["groups", "ml-team"]]
org  = { research = "member" }

[users.jane]
[users.joe]
[sp_users.old]
password = "secret"
"#;

#[test]
fn every_semantic_mistake_is_reported_and_its_repair_accepted() {
    for (wrong, words, right) in MISTAKES {
        let text = with_head(&format!("{PEOPLE}\n[[steps]]\n{wrong}\n"));
        let errors = scenario(&text).expect_err(wrong);
        assert_eq!(errors.problems.len(), 1, "{wrong}\n{errors}");
        assert!(errors.problems[0].message.contains(words), "{wrong}\n{errors}");
        let text = with_head(&format!("{PEOPLE}\n[[steps]]\n{right}\n"));
        scenario(&text).unwrap_or_else(|errors| panic!("{right}\n{errors}"));
    }
}

#[test]
fn what_decides_is_a_rule_a_value_and_of_something_undefined() {
    let head = with_head("").replace("\"stated\"", "\"undefined\"");
    let step = "[users.jane]\n[[steps]]\nlogin = \"jane\"\n";
    let judged = format!("{step}expect = \"created\"\n");
    let right = "decided_by = { last_admin = \"demote\" }\n";
    scenario(&format!("{head}{right}{judged}")).unwrap();
    scenario(&format!("{head}{step}")).unwrap();
    for (text, words) in [
        (format!("{}{right}{judged}", with_head("")), "no rule of a profile decides this"),
        (format!("{head}decided_by = {{ last_admins = \"keep\" }}\n{judged}"), "there is no rule"),
        (format!("{head}decided_by = {{ last_admin = \"kept\" }}\n{judged}"), "cannot be `kept`"),
        (format!("{head}{right}{step}"), "proves nothing"),
    ] {
        let errors = scenario(&text).unwrap_err();
        assert_eq!(errors.problems.len(), 1, "{text}\n{errors}");
        assert!(errors.problems[0].message.contains(words), "{text}\n{errors}");
    }
}

#[test]
fn a_scenario_is_not_its_own_twin() {
    let steps = "[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n";
    let text = with_head(&format!("twin = \"jit/example\"\n{steps}"));
    assert!(scenario(&text).unwrap_err().problems[0].message.contains("own twin"));
    scenario_as("jit/another", &text).unwrap();
}

#[test]
fn columns_count_characters() {
    let text = with_head(
        "covers = [\"é\", 7]\n[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n",
    );
    let errors = scenario(&text).unwrap_err();
    assert_eq!(errors.problems[0].line_column(&errors.source), (5, 16));
}
