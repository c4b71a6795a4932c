//! What the syntax means.

use samlproof::saml::AttributeValue;
use samlproof::scenario::{Change, ExpectWord, Initiated, SendKey, StepAction, Wait};
use samlproof::sp::{Encryption, OutcomeClass, Reason, Resource, Role, TargetKind, UserStatus};

use super::{profile, scenario, with_head};

fn org(name: &str) -> Resource {
    Resource::Org(name.into())
}

fn role(name: &str) -> Role {
    Role::try_from(name.to_owned()).unwrap()
}

#[test]
fn roles_are_read_from_their_tables() {
    let text = with_head(
        r#"
[sp]
resources   = ["team ml"]
group_teams = { attribute = "department", auto_create = true }
[[sp.mapping]]
id            = "all"
when          = [["groups", "a"], ["groups", "b"]]
account_admin = true
org           = { research = "member" }
spaces        = { "research/vision" = "read-only" }
custom        = { "research/text" = "data-reader" }
projects      = { checkout = "read-write" }
teams         = { ml = "admin" }
[sp.defaults]
org = { lobby = "annotator" }
[users.jane]
[sp_users.joe]
status = "inactive"
org    = { research = "admin" }
[[steps]]
login  = "jane"
grants = ["team ml admin", "project checkout read-write", "org research member"]
"#,
    );
    let scenario = scenario(&text).unwrap();
    let entry = &scenario.entries["main"];
    let space = |name: &str| Resource::Space { org: "research".into(), space: name.into() };
    assert_eq!(
        entry.mappings[0].roles,
        [
            (org("research"), role("member")),
            (space("vision"), role("read-only")),
            (space("text"), role("custom:data-reader")),
            (Resource::Project("checkout".into()), role("member")),
            (Resource::Team("ml".into()), role("admin")),
        ]
    );
    assert!(entry.mappings[0].account_admin);
    assert_eq!(entry.defaults, [(org("lobby"), role("annotator"))]);
    assert_eq!(entry.group_teams, Some(("department".into(), true)));
    assert_eq!(entry.resources, [Resource::Team("ml".into())]);
    let joe = &scenario.sp_users["joe"];
    assert_eq!((joe.status, joe.roles.len()), (UserStatus::Inactive, 1));
    // Sorted, and in the words that snapshots use.
    let grants = scenario.steps[0].grants.as_ref().unwrap();
    assert_eq!(grants, &[["org research member", "project checkout member", "team ml admin"]]);
}

#[test]
fn steps_are_read_with_all_they_can_say() {
    let text = with_head(
        r#"
[users.jane]
[users.joe]
[[steps]]
login     = ["jane", "joe"]
initiated = "idp"
browser   = "fresh"
send      = { audience = "{sp.entity_id.slash}", key = "other", attributes = { groups = [""], none = [], nil = { nil = true } }, omit = ["token"], age = "10m" }
expect    = ["rejected BadAudience", "redirected-to-idp"]
users     = 0
sessions  = 0
session   = []
[[steps]]
advance = "mapping_cache - 1s"
"#,
    );
    let scenario = scenario(&text).unwrap();
    let [login, advance] = scenario.steps.as_slice() else { panic!("two steps") };
    let StepAction::Login { people, initiated, send, .. } = &login.action else {
        panic!("a login")
    };
    assert_eq!(people, &["jane", "joe"]);
    assert_eq!(*initiated, Some(Initiated::Idp));
    assert_eq!(send.key, SendKey::Other);
    assert_eq!(send.age, Some("10m".parse().unwrap()));
    assert_eq!(send.attributes["groups"], [AttributeValue::Text(String::new())]);
    assert_eq!(send.attributes["none"], []);
    assert_eq!(send.attributes["nil"], [AttributeValue::Nil]);
    assert_eq!(
        login.expect,
        [
            ExpectWord::RejectedFor(Reason::BadAudience),
            ExpectWord::Class(OutcomeClass::RedirectedToIdp)
        ]
    );
    assert_eq!(
        (login.users, login.sessions, login.session.as_deref()),
        (Some(0), Some(0), Some(&[][..]))
    );
    assert_eq!(&text[login.span.clone()], "login");
    assert_eq!(text.lines().nth(login.line - 1), Some("login     = [\"jane\", \"joe\"]"));
    let StepAction::Advance(Wait { from, offset }) = advance.action else { panic!("a wait") };
    assert!(from.is_some());
    assert_eq!(offset, "-1s".parse().unwrap());
}

#[test]
fn changes_are_paths() {
    let text = with_head(
        r#"
[[sp.mapping]]
id   = "m"
when = [["groups", "a"]]
org  = { research = "member" }
[entries.other]
[users.jane]
[[steps]]
change = { sp.mapping.m.org.research = "none", sp.settings.jit = false, sp.defaults = {}, entries.other.domains = ["x.{domain.other}"] }
[[steps]]
change = { users.jane.groups = ["b"], users.jane.profile.department = "c", sp_users.jane.status = "inactive" }
[[steps]]
change = { sp.mapping.m = "removed", idp.main.publish = ["current", "next"], idp.main.metadata = "down" }
expect = "accepted"
"#,
    );
    let scenario = scenario(&text).unwrap();
    let changes: Vec<&Vec<Change>> = scenario
        .steps
        .iter()
        .map(|step| match &step.action {
            StepAction::Change(changes) => changes,
            other => panic!("{other:?}"),
        })
        .collect();
    let _snapshots = crate::shared_snapshots();
    insta::assert_debug_snapshot!(changes);
}

#[test]
fn an_external_profile_is_read_whole() {
    let text = r#"
name           = "shop"
entity_id      = "http://127.0.0.1:{port}/saml"
acs            = "http://127.0.0.1:{port}/saml/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

[timing]
session = "1h"

[target]
kind = "external"
[target.launch]
command      = ["./serve"]
env          = { METADATA = "{idp.metadata_url}" }
ready        = "http://127.0.0.1:{port}/"
ready_within = "1m30s"
idp          = "http"
[target.tls]
ca = "ca.pem"
[target.configure]
kind    = "command"
command = ["./configure", "{config}"]
[target.configure.vocabulary]
settings         = ["jit"]
attributes       = ["groups"]
resources        = ["team", "project"]
roles            = ["member", "custom:reader"]
statuses         = ["active"]
account_admin    = false
one_role_a_value = true
[target.observe]
whoami = { url = "http://127.0.0.1:{port}/me" }
state  = { url = "http://127.0.0.1:{port}/state", headers = { Authorization = "Bearer x" } }
[target.outcome]
rejected      = [{ status = 500, body = "Permission Denied" }]
reason_header = "x-reason"
[target.logout]
url = "http://127.0.0.1:{port}/logout"
[target.reset_link]
url    = "http://127.0.0.1:{port}/reset?email={email}"
method = "POST"
[target.invite]
url = "http://127.0.0.1:{port}/invite?email={email}"
[target.api_key]
issue = { url = "http://127.0.0.1:{port}/keys?email={email}", method = "POST" }
call  = { url = "http://127.0.0.1:{port}/api", headers = { Authorization = "Bearer {key}" } }
"#;
    let profile = profile(text).unwrap();
    assert_eq!(profile.family, "shop");
    assert!(matches!(profile.target, TargetKind::External(_)));
    let _snapshots = crate::shared_snapshots();
    insta::assert_debug_snapshot!(profile.target);
}

#[test]
fn a_profile_that_takes_encrypted_assertions_has_metadata_with_its_certificate() {
    let with = |lines: &str, rule: &str| {
        profile(&format!(
            "name = \"a\"\nentity_id = \"https://a.test\"\nacs = \"https://a.test/acs\"\n{lines}\
             name_id_format = \"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"\n\
             [rules]\nencryption = \"{rule}\"\n[target]\nkind = \"reference\"\n"
        ))
    };
    let metadata = "metadata = \"https://a.test/metadata\"\n";
    for (rule, meant) in [
        ("none", Encryption::None),
        ("optional", Encryption::Optional),
        ("required", Encryption::Required),
    ] {
        assert_eq!(with(metadata, rule).unwrap().rules.encryption, meant);
    }
    assert!(with("", "none").is_ok());
    for rule in ["optional", "required"] {
        let errors = with("", rule).unwrap_err();
        assert_eq!(errors.problems.len(), 1, "{errors}");
        assert_eq!(errors.problems[0].message, "`encryption` needs `metadata`");
    }
}
