//! Rows K: k6 Cloud, where a login provisions once and never again.

use std::collections::BTreeSet;

use samlproof::saml::Attributes;
use samlproof::sp::{AccountRole, Entry, GroupTeams, Resource, Rules, Settings, SyncWhen};

use super::entry::{defaults, entry, mapping, resource, ruling_among, says, user};

const PERSON: [&str; 4] = ["user.email", "user.username", "user.first_name", "user.last_name"];

fn k6(auto_create: bool) -> Entry {
    Entry {
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        defaults: defaults(&[("project Default", "read-write")]),
        token: Some("t0ken".into()),
        group_teams: Some(GroupTeams { attribute: "department".into(), auto_create }),
        rules: Rules {
            sync: SyncWhen::Never,
            required_attributes: PERSON.iter().map(|name| (*name).into()).collect(),
            ignored_groups: vec!["Everyone".into()],
            ..Rules::default()
        },
        ..entry()
    }
}

fn departments(values: &[&str]) -> Attributes {
    let mut all = says(&PERSON.map(|name| (name, &["x"][..])));
    all.0.extend(says(&[("department", values)]).0);
    all
}

fn existing() -> BTreeSet<Resource> {
    ["project Default", "team qa"].map(resource).into()
}

fn new_user(entry: &Entry, attributes: &Attributes) -> String {
    ruling_among(entry, &existing(), None, attributes)
}

#[test]
fn k1_each_required_attribute_is_required() {
    for name in PERSON {
        let mut without = departments(&[]);
        without.0.retain(|attribute| attribute.name != name);
        assert_eq!(new_user(&k6(false), &without), "K1 reject MissingAttribute", "{name}");
    }
    let whole = new_user(&k6(false), &departments(&[]));
    assert_eq!(whole, "T2 create: project Default member");
}

#[test]
fn k4_a_new_user_without_groups_starts_in_the_default_project() {
    let mut silent = departments(&[]);
    silent.0.retain(|attribute| attribute.name != "department");
    assert_eq!(new_user(&k6(false), &silent), "T2 create: project Default member");
}

#[test]
fn k6_to_k8_an_existing_user_is_never_provisioned_again() {
    for held in [&[][..], &[("project Default", "read-only")]] {
        for enforce in [false, true] {
            for sync in [false, true] {
                let mut entry = k6(true);
                entry.settings.enforce_saml = enforce;
                entry.settings.sync_user_roles = sync;
                let held = user(AccountRole::Member, held);
                for said in [departments(&[]), departments(&["qa"]), departments(&["new"])] {
                    let found = ruling_among(&entry, &existing(), Some(&held), &said);
                    assert_eq!(found, "K8 unchanged");
                }
            }
        }
    }
}

#[test]
fn k9_a_group_joins_the_team_of_its_name_and_gets_no_defaults() {
    let found = new_user(&k6(false), &departments(&["qa"]));
    assert_eq!(found, "T1 create: team qa read-only");
}

#[test]
fn k10_a_missing_team_is_created_with_its_project() {
    let found = new_user(&k6(true), &departments(&["qa", "perf", "perf"]));
    assert_eq!(found, "T1 create: team perf read-only, team qa read-only +team perf +project perf");
}

#[test]
fn k11_without_auto_create_a_missing_team_is_no_team() {
    let found = new_user(&k6(false), &departments(&["perf"]));
    assert_eq!(found, "T2 create: project Default member");
}

#[test]
fn k13_everyone_is_nobody() {
    let found = new_user(&k6(true), &departments(&["Everyone"]));
    assert_eq!(found, "T2 create: project Default member");
    let found = new_user(&k6(true), &departments(&["Everyone", "qa"]));
    assert_eq!(found, "T1 create: team qa read-only");
}

#[test]
fn k16_of_a_teams_levels_the_higher_wins() {
    let lead = mapping("lead", &[("department", "lead")], &[("team qa", "admin")]);
    let entry = Entry { mappings: vec![lead], ..k6(false) };
    let both = new_user(&entry, &departments(&["qa", "lead"]));
    assert_eq!(both, "T1 create: team qa admin");
    assert_eq!(new_user(&entry, &departments(&["qa"])), "T1 create: team qa read-only");
}
