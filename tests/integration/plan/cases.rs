//! What a case holds.

use std::collections::BTreeSet;

use samlproof::plan::{Action, IdpEdit, PlanError, Selection, plan, resolve};
use samlproof::scenario::{Catalogue, Initiated};
use samlproof::sp::{MetadataSource, Role, UserStatus};

use super::{case, embedded_profile, external};
use crate::scenario::{scenario_as, with_head};

#[test]
fn every_embedded_scenario_plans_on_every_profile_it_names() {
    let catalogue = Catalogue::embedded().unwrap();
    let plan = plan(&catalogue, &Selection::default()).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(plan.skipped.is_empty(), "{:?}", plan.skipped);
    let ids: BTreeSet<_> = plan.cases.iter().map(|case| &case.id).collect();
    assert_eq!(ids.len(), catalogue.scenarios.len());
    let domains: BTreeSet<_> = plan.cases.iter().map(|case| case.seed.clone()).collect();
    assert_eq!(domains.len(), plan.cases.len(), "each case has names of its own");
}

#[test]
fn a_scenario_on_us_and_on_eu() {
    let catalogue = Catalogue::embedded().unwrap();
    let warm =
        catalogue.scenarios.iter().find(|s| s.scenario.id.0 == "cache/warm-mapping").unwrap();
    for name in ["arize-us", "arize-eu"] {
        let case = resolve(&warm.scenario, embedded_profile(name), "seed").unwrap();
        let _snapshots = crate::shared_snapshots();
        insta::assert_debug_snapshot!(format!("warm-mapping on {name}"), case);
    }
}

#[test]
fn names_are_a_function_of_the_seed() {
    let scenario = scenario_as("jit/example", &with_head(STEP)).unwrap();
    let profile = embedded_profile("arize-us");
    let one = resolve(&scenario, profile.clone(), "one").unwrap();
    assert_eq!(one, resolve(&scenario, profile.clone(), "one").unwrap());
    let two = resolve(&scenario, profile, "two").unwrap();
    assert_ne!(one.people["jane"].email, two.people["jane"].email);
    let eu = resolve(&scenario, embedded_profile("arize-eu"), "one").unwrap();
    assert_ne!(one.people["jane"].email, eu.people["jane"].email);
}

/// What the documents leave open is expected of an SP whose profile says so itself.
#[test]
fn an_undefined_rule_is_judged_where_the_profile_states_it() {
    let head = with_head("").replace("\"stated\"", "\"undefined\"");
    let text = |decided: &str| {
        format!(
            "{head}{decided}\n[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\nusers = 1\n"
        )
    };
    let of = |decided: &str, rules: &str| {
        let scenario = scenario_as("jit/example", &text(decided)).unwrap();
        let profile = external(&format!("{BOTH}[rules]\n{rules}\n"));
        let step = resolve(&scenario, profile, "seed").unwrap().steps.remove(0);
        (step.expect.len(), step.users)
    };
    let (judged, recorded) = ((1, Some(1)), (0, None));
    let trims = "decided_by = { white_space = \"trim\" }";
    assert_eq!(of(trims, "white_space = \"trim\""), judged);
    assert_eq!(of(trims, "white_space = \"exact\""), recorded);
    assert_eq!(of(trims, ""), recorded);
    // That it is the default says nothing of somebody else's SP.
    let exact = "decided_by = { white_space = \"exact\" }";
    assert_eq!(of(exact, ""), recorded);
    assert_eq!(of(exact, "white_space = \"exact\""), judged);
    let two = "decided_by = { white_space = \"exact\", last_admin = \"keep\" }";
    assert_eq!(of(two, "white_space = \"exact\""), recorded);
    assert_eq!(of(two, "white_space = \"exact\"\nlast_admin = \"keep\""), judged);
    // Without the key it is as it was: what a scenario states is judged everywhere.
    assert_eq!(of("", ""), judged);
}

const BOTH: &str = "observe = { whoami = { url = \"https://shop.example/me\" }, state = { command = [\"./state\"] } }\n";

const STEP: &str = "[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n";

#[test]
fn people_have_an_address_and_an_okta_profile() {
    let case = case(
        r#"
[orgs.second]
[entries.second]
[users.jane]
profile = { department = "ml", lastName = "Doe" }
[users.eve]
org = "second"
[users.tom]
org   = "second"
email = "Tom@{domain}"
[sp_users.old]
password = "secret"
[[steps]]
login  = "jane"
expect = "created"
"#,
        "arize-us",
    );
    let main = &case.configuration.entries[0].domains[0].domain;
    let second = &case.configuration.entries[1].domains[0].domain;
    assert_ne!(main, second);
    assert_eq!(case.people["jane"].email, format!("jane@{main}"));
    assert_eq!(case.people["eve"].email, format!("eve@{second}"));
    assert_eq!(case.people["tom"].email, format!("Tom@{main}"));
    assert_eq!(case.people["old"].sp_password.as_deref(), Some("secret"));
    let jane = &case.people["jane"].profile;
    assert_eq!(
        (&*jane["firstName"], &*jane["lastName"], &*jane["department"]),
        ("Jane", "Doe", "ml")
    );
    assert_eq!(jane["login"], case.people["jane"].email);
    // What is shown in snapshots, longest first.
    let mut shown = case.people["eve"].email.clone();
    for (text, alias) in &case.aliases {
        shown = shown.replace(text, alias);
    }
    assert_eq!(shown, "eve@{domain.second}");
    let url = MetadataSource::Url("{idp.second.metadata_url}".into());
    assert_eq!(case.configuration.entries[1].metadata, url);
    assert_eq!(
        case.orgs.iter().map(|org| org.name.as_str()).collect::<Vec<_>>(),
        ["main", "second"]
    );
}

#[test]
fn what_is_named_exists_with_its_parent() {
    let case = case(
        r#"
[sp]
resources = ["team ml"]
[sp.defaults]
spaces = { "lobby/desk" = "member" }
[[sp.mapping]]
id     = "m"
when   = [["groups", "a"]]
custom = { "research/vision" = "reader" }
[sp_users.old]
projects = { checkout = "member" }
[users.jane]
[[steps]]
login  = "jane"
expect = "created"
"#,
        "arize-us",
    );
    let resources: Vec<_> = case.configuration.resources.iter().map(ToString::to_string).collect();
    assert_eq!(
        resources,
        [
            "org lobby",
            "org research",
            "space lobby/desk",
            "space research/vision",
            "project checkout",
            "team ml"
        ]
    );
    assert!(case.configures);
}

#[test]
fn a_token_is_made_where_the_sp_selects_by_one() {
    let case = case(STEP, "k6-cloud");
    let entry = &case.configuration.entries[0];
    let token = entry.token.as_ref().unwrap();
    assert!(entry.domains.is_empty());
    assert!(format!("{:?}", case.orgs[0].attributes).contains(token.as_str()));
    assert!(case.aliases.contains(&(token.clone(), "{token}".into())));
    assert!(!case.configures);
    assert_eq!(super::case(STEP, "arize-us").configuration.entries[0].token, None);
}

#[test]
fn rules_of_an_entry_override_those_of_the_profile() {
    let rules = "[sp]\nrules = { existing_no_match = \"strip\", skew_seconds = 5 }\n";
    let with = case(&format!("{rules}{STEP}"), "arize-us");
    let rules = &with.configuration.entries[0].rules;
    let json = serde_json::to_value(rules).unwrap();
    assert_eq!((json["existing_no_match"].as_str(), rules.skew_seconds), (Some("strip"), 5));
    assert_eq!(case(STEP, "arize-us").configuration.entries[0].rules, with.profile.rules);
}

#[test]
fn changes_carry_on() {
    let case = case(
        r#"
[[sp.mapping]]
id   = "a"
when = [["groups", "a"]]
org  = { research = "member", sales = "member" }
[[sp.mapping]]
id   = "b"
when = [["groups", "b"]]
org  = { research = "admin" }
[users.jane]
[sp_users.old]
org = { research = "member" }
[[steps]]
change = { sp.mapping.a.org.research = "read-only", sp.mapping.a.org.sales = "none" }
[[steps]]
change = { sp.mapping.a = "removed", users.jane.groups = ["b"] }
[[steps]]
change = { sp.mapping.a = { when = [["groups", "c"]], org = { field = "member" } }, sp_users.old.status = "inactive" }
[[steps]]
change = { users.jane.profile.department = "x", sp_users.old = "deleted" }
[[steps]]
change = { users.jane.groups = [] }
[[steps]]
login  = "jane"
expect = "created"
"#,
        "arize-us",
    );
    let change = |index: usize| match &case.steps[index].action {
        Action::Change { sp, idp } => (sp.clone(), idp.clone()),
        other => panic!("{other:?}"),
    };
    let ids = |index| {
        let entries = change(index).0.unwrap().entries;
        entries[0].mappings.iter().map(|mapping| mapping.id.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(0), ["a", "b"], "edited in place");
    let edited = &change(0).0.unwrap().entries[0].mappings[0];
    assert_eq!(edited.roles.len(), 1);
    assert_eq!(edited.roles[0].1, Role::try_from("read-only".to_owned()).unwrap());
    assert_eq!(ids(1), ["b"]);
    assert_eq!(change(1).1, [IdpEdit::Groups { person: "jane".into(), groups: vec!["b".into()] }]);
    assert_eq!(ids(2), ["b", "a"], "added again at the end");
    let third = change(2).0.unwrap();
    assert!(third.resources.iter().any(|resource| resource.to_string() == "org field"));
    assert_eq!((third.users.len(), third.users[0].status), (1, UserStatus::Inactive));
    assert_eq!(third.users[0].roles.grants.len(), 1, "what was given stays");
    let fourth = change(3).0.unwrap();
    assert_eq!(fourth.deleted_users, [case.people["old"].email.clone()]);
    assert_eq!(ids(3), ["b", "a"]);
    assert_eq!(change(4).0, None, "nothing changes at the SP");
    assert_eq!(case.configuration.entries[0].mappings[0].roles.len(), 2, "the beginning stays");
}

#[test]
fn browsers_are_one_for_each_person_unless_said() {
    let case = case(
        r#"
[users.jane]
[[steps]]
login  = ["jane", "jane"]
users  = 1
[[steps]]
login   = ["jane", "jane"]
browser = "fresh"
[[steps]]
login   = "jane"
browser = "laptop"
"#,
        "arize-us",
    );
    let browsers: Vec<Vec<String>> = case
        .steps
        .iter()
        .map(|step| match &step.action {
            Action::Login { people, .. } => {
                people.iter().map(|(_, browser)| browser.clone()).collect()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected: [&[&str]; 3] = [&["jane", "jane-2"], &["fresh-2", "fresh-2-2"], &["laptop"]];
    assert_eq!(browsers, expected);
}

#[test]
fn steps_are_resolved_and_told_in_one_line() {
    let case = case(
        r#"
[[sp.mapping]]
id   = "m"
when = [["groups", "a"]]
[users.jane]
[users.joe]
[sp_users.old]
password = "secret"
[[steps]]
login     = "jane"
initiated = "idp"
send      = { audience = "{sp.entity_id.slash}", name_id = "x@{domain}", key = "other", attributes = { groups = ["", "{domain}"] }, omit = ["token"], age = "-10m" }
expect    = "rejected"
[[steps]]
login = ["jane", "joe"]
browser = "fresh"
[[steps]]
password_login = "old"
[[steps]]
change = { sp.mapping.m = { when = [["groups", "b"]], account_admin = true, org.research = "member" }, sp.settings.jit = false, sp.domains = ["x.{domain}"], idp.main.publish = ["current", "next"], idp.main.metadata = "down", sp_users.old = { status = "inactive", password = "other" } }
[[steps]]
advance = "mapping_cache - 1s"
[[steps]]
password_login = "old"
[[steps]]
api_key = "jane"
[[steps]]
logout = "jane"
"#,
        "arize-eu",
    );
    let texts: Vec<_> = case
        .steps
        .iter()
        .map(|step| format!("{} (line {}): {}\n", step.number, step.line, step.text))
        .map(|line| line.replace(&case.configuration.entries[0].domains[0].domain, "{domain}"))
        .collect();
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(texts.concat());
    let Action::Login { send, initiated, .. } = &case.steps[0].action else { panic!("a login") };
    assert_eq!(send.audience.as_deref(), Some("https://app.eu-west-1a.arize.com"));
    assert_eq!((*initiated, send.age), (Initiated::Idp, "-10m".parse().unwrap()));
    let Action::Login { initiated, .. } = &case.steps[1].action else { panic!("a login") };
    assert_eq!(*initiated, Initiated::Sp);
    assert_eq!(case.steps[4].action, Action::Advance("59s".parse().unwrap()));
    let passwords: Vec<_> = [2, 5]
        .map(|index| match &case.steps[index].action {
            Action::PasswordLogin { password, .. } => password.clone(),
            other => panic!("{other:?}"),
        })
        .into();
    assert_eq!(passwords, ["secret", "other"]);
}

#[test]
fn two_people_of_an_org_cannot_share_an_address() {
    let text = |second: &str| {
        with_head(&format!(
            "[users.jane]\n[users.twin]\nemail = \"{second}\"\n[[steps]]\nlogin = \"jane\"\nusers = 1\n"
        ))
    };
    let resolve = |second| {
        let scenario = scenario_as("jit/example", &text(second)).unwrap();
        resolve(&scenario, embedded_profile("arize-us"), "seed")
    };
    let errors = resolve("Jane@{domain}").unwrap_err();
    assert!(matches!(errors.errors[0], PlanError::SharedAddress { .. }), "{errors}");
    resolve("twin@{domain}").unwrap();
}
