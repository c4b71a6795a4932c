//! What an SP refuses to store.

use samlproof::sp::{
    AccountRole, Configuration, EmailDomain, Entry, EntryName, MetadataSource, Roles, SeedUser,
    Selector, Settings, UserStatus, problems,
};

use super::entry::{defaults, entry, mapping, named};

/// The rows of the problems of one entry.
fn rows(entry: Entry) -> Vec<&'static str> {
    let resources = named(&entry).into_iter().collect();
    let configuration =
        Configuration { entries: vec![entry], resources, ..Configuration::default() };
    problems(&configuration).into_iter().map(|problem| problem.row).collect()
}

fn good() -> Entry {
    let roles = [("org o", "member"), ("space o/s", "member")];
    Entry { mappings: vec![mapping("m", &[("groups", "a")], &roles)], ..entry() }
}

fn with(change: impl FnOnce(&mut Entry)) -> Vec<&'static str> {
    let mut entry = good();
    change(&mut entry);
    rows(entry)
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_whole_entry_has_no_problems() {
    assert_eq!(rows(good()), NOTHING);
}

#[test]
fn each_problem_is_found() {
    assert_eq!(with(|entry| entry.mappings[0].when.clear()), ["P2"]);
    assert_eq!(with(|entry| entry.domains.clear()), ["D24"]);
    assert_eq!(with(|entry| entry.domains[0].domain = "a b".into()), ["D11"]);
    assert_eq!(with(|entry| entry.metadata = MetadataSource::Xml(" ".into())), ["D21"]);
    assert_eq!(with(|entry| entry.mappings.clear()), ["D22, D23"]);
    assert_eq!(with(|entry| entry.mappings.push(entry.mappings[0].clone())), ["P20"]);
}

#[test]
fn d22_the_switch_and_the_values_go_together() {
    let both = || defaults(&[("org o", "member"), ("space o/s", "member")]);
    let on = Settings { allow_login_with_defaults: true, ..Settings::default() };
    assert_eq!(with(|entry| entry.settings = on.clone()), ["D22"]);
    assert_eq!(with(|entry| entry.defaults = both()), ["D22"]);
    let whole = |given| {
        let settings = on.clone();
        with(move |entry| {
            entry.settings = settings;
            entry.defaults = given;
        })
    };
    assert_eq!(whole(both()), NOTHING);
    assert_eq!(whole(defaults(&[("org o", "member")])), ["D22"]);
    assert_eq!(whole(defaults(&[("space o/s", "member")])), ["D22"]);
    assert_eq!(whole(defaults(&[("project p", "member")])), NOTHING);
}

#[test]
fn p14_and_p16_roles_that_exclude_each_other() {
    let given = |second: &[(&str, &str)]| {
        let second = mapping("n", &[("groups", "b")], second);
        with(move |entry| entry.mappings.push(second))
    };
    assert_eq!(given(&[("org o", "member"), ("space o/s", "custom:x")]), ["P14"]);
    assert_eq!(given(&[("org o", "member"), ("space o/s", "admin")]), NOTHING);
    assert_eq!(given(&[("org p", "admin"), ("space p/s", "member")]), ["P16"]);
    assert_eq!(given(&[("org p", "admin"), ("space q/s", "member")]), NOTHING);
    assert_eq!(given(&[("org p", "custom:x")]), ["0"]);
    assert_eq!(given(&[("org p", "member"), ("org p", "admin")]), ["P14"]);
}

#[test]
fn d6_a_domain_belongs_to_one_entry_of_the_system() {
    let other = |domain: &str| Entry {
        name: EntryName("other".into()),
        account: "elsewhere".into(),
        domains: vec![EmailDomain { domain: domain.into(), validated: true }],
        ..good()
    };
    let of = |other: Entry| {
        let resources = named(&other).into_iter().collect();
        let entries = vec![good(), other];
        problems(&Configuration { entries, resources, ..Configuration::default() })
    };
    let found = of(other("EXAMPLE.com"));
    assert_eq!(found[0].to_string(), "entry other: the domain `example.com` is taken (D6)");
    assert_eq!(of(other("other.example")), []);
}

#[test]
fn k2_a_token_is_there_where_it_picks_the_entry_and_picks_one_alone() {
    let with_token = |token: Option<&str>| {
        let selector = Selector::Token;
        with(|entry| {
            entry.token = token.map(str::to_owned);
            entry.domains.clear();
            entry.rules.selector = selector;
        })
    };
    assert_eq!(with_token(Some("t0ken")), NOTHING);
    assert_eq!(with_token(Some(" ")), ["K2"]);
    assert_eq!(with_token(None), ["K2"]);
    assert_eq!(with(|entry| entry.token = None), NOTHING, "where domains pick it, none is needed");
    let entry = |name: &str, domain: &str, token: &str| Entry {
        name: EntryName(name.into()),
        domains: vec![EmailDomain { domain: domain.into(), validated: true }],
        token: Some(token.into()),
        ..good()
    };
    let told = |one, other| {
        let entries = vec![entry("one", "one.test", one), entry("two", "two.test", other)];
        let resources = named(&good()).into_iter().collect();
        let given = Configuration { entries, resources, ..Configuration::default() };
        problems(&given).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told("a", "b"), [""; 0]);
    assert_eq!(told("a", "a"), ["entry two: another entry has the same token (K2)"]);
}

#[test]
fn k25_a_default_project_of_the_organizations_own_does_instead_of_defaults() {
    let with_project = |project: Option<&str>| {
        with(|entry| {
            entry.settings.allow_login_with_defaults = true;
            entry.rules.default_project = project.map(str::to_owned);
        })
    };
    assert_eq!(with_project(Some("Default project")), NOTHING);
    assert_eq!(with_project(None), ["D22"]);
}

#[test]
fn a_problem_names_its_place() {
    let mut bad = good();
    bad.mappings[0].when.clear();
    let resources = named(&bad).into_iter().collect();
    let given = Configuration { entries: vec![bad], resources, ..Configuration::default() };
    let told: Vec<String> = problems(&given).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["entry main, mapping m: a mapping needs at least one attribute pair (P2)"]);
}

#[test]
fn all_problems_are_told_at_once() {
    let user = |email: &str| SeedUser {
        email: email.into(),
        password: None,
        account: "acme".into(),
        status: UserStatus::Active,
        roles: Roles { account: AccountRole::Member, ..Roles::default() },
    };
    let mut bad = good();
    bad.mappings[0].when.clear();
    bad.metadata = MetadataSource::Url(String::new());
    let configuration = Configuration {
        entries: vec![bad.clone(), bad],
        users: vec![user("jane@example.com"), user("JANE@example.com"), user("jane")],
        ..Configuration::default()
    };
    let mut rows: Vec<&str> = problems(&configuration).iter().map(|found| found.row).collect();
    rows.sort_unstable();
    assert_eq!(rows, ["0", "D13", "D14", "D21", "D21", "D6", "P2", "P2"]);
}
