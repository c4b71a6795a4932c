//! What an explanation says beside the decision: which knobs were asked, which mappings hit, what
//! could not be given.

use std::collections::BTreeSet;

use samlproof::sp::{
    AbsentAttribute, AccountRole, DefaultsCombine, Entry, ExistingNoMatch, NoMatchExisting,
    NoMatchNew, Resource, Rules, Settings, SyncWhen, Targets, User, explain,
};

use super::entry::{defaults, entry, groups, mapping, named, resource, role, says, user};

/// One mapping of the group `ml`, with these switches.
fn switched(sync: bool, with_defaults: bool, enforce: bool, rules: Rules) -> Entry {
    let settings = Settings {
        enforce_saml: enforce,
        sync_user_roles: sync,
        allow_login_with_defaults: with_defaults,
        ..Settings::default()
    };
    let mappings = vec![mapping("m", &[("groups", "ml")], &[("org o", "member")])];
    let defaults = with_defaults.then(|| defaults(&[("org lobby", "member")])).flatten();
    Entry { settings, mappings, defaults, rules, ..entry() }
}

fn member() -> User {
    user(AccountRole::Member, &[])
}

/// The row and the knobs that were asked.
fn asked(entry: &Entry, user: Option<&User>, said: &[&str]) -> String {
    let found = explain(entry, &named(entry), user, &groups(said));
    format!("{} {}", found.row, found.knobs.join(" "))
}

#[test]
fn where_the_documents_decide_no_knob_is_asked() {
    let rules = Rules::default();
    for (sync, with_defaults, known, said, row) in [
        (false, false, false, &["ml"][..], "T1 "),
        (false, true, false, &[], "T2 "),
        (false, false, false, &[], "T3 "),
        (true, false, true, &["ml"], "T4 "),
        (false, false, true, &["ml"], "T5 "),
        (false, true, true, &[], "T9 "),
        (true, false, true, &[], "T10 "),
    ] {
        let entry = switched(sync, with_defaults, false, rules.clone());
        assert_eq!(asked(&entry, known.then(member).as_ref(), said), row);
    }
    let enforced = switched(true, true, true, rules);
    assert_eq!(asked(&enforced, Some(&member()), &[]), "T6 ");
}

#[test]
fn a_knob_that_decided_is_named() {
    let new = |with_defaults, no_match_new| {
        let rules = Rules { no_match_new, ..Rules::default() };
        asked(&switched(false, with_defaults, false, rules), None, &["other"])
    };
    assert_eq!(new(true, NoMatchNew::Reject), "T2 no_match_new");
    assert_eq!(new(false, NoMatchNew::BareMember), "T3 no_match_new");

    let known = |(sync, with_defaults, enforce), rules| {
        asked(&switched(sync, with_defaults, enforce, rules), Some(&member()), &["other"])
    };
    assert_eq!(known((true, true, false), Rules::default()), "T7 existing_no_match");
    assert_eq!(
        known((false, true, true), Rules::default()),
        "T8 existing_no_match_enforced_sync_off"
    );
    let strips = NoMatchExisting::Strip;
    let rules = Rules { existing_no_match_defaults_off: strips, ..Rules::default() };
    assert_eq!(known((true, false, false), rules), "T10 existing_no_match_defaults_off");
    let rules = Rules { existing_no_match_sync_off: ExistingNoMatch::Reject, ..Rules::default() };
    assert_eq!(known((false, false, false), rules), "T11 existing_no_match_sync_off");
    let rules = Rules { sync: SyncWhen::Never, ..Rules::default() };
    assert_eq!(known((true, false, false), rules), "K8 sync");
}

#[test]
fn silence_is_a_knob_only_where_it_keeps_and_roles_are_synced() {
    let keeps = Rules { absent_attribute: AbsentAttribute::Keep, ..Rules::default() };
    let told = |sync, said: &[(&str, &[&str])]| {
        let entry = switched(sync, false, false, keeps.clone());
        explain(&entry, &named(&entry), Some(&member()), &says(said)).row
    };
    assert_eq!(told(true, &[]), "P22");
    assert_eq!(told(false, &[]), "T11", "without sync nothing is looked at");
    assert_eq!(told(true, &[("groups", &["other"])]), "T10", "something is said");
    let entry = switched(true, false, false, keeps.clone());
    let found = explain(&entry, &named(&entry), Some(&member()), &says(&[]));
    assert_eq!(found.knobs, ["absent_attribute"]);
    assert_eq!(explain(&entry, &named(&entry), None, &says(&[])).row, "T3", "of a new user");
}

#[test]
fn defaults_on_top_are_a_knob_where_a_mapping_matches() {
    let on_top = Rules { defaults_combine: DefaultsCombine::OnTop, ..Rules::default() };
    let entry = switched(true, true, false, on_top);
    assert_eq!(asked(&entry, None, &["ml"]), "T1 defaults_combine");
    assert_eq!(asked(&entry, None, &["other"]), "T2 ");
    let both = asked(&entry, Some(&member()), &["other"]);
    assert_eq!(both, "T7 existing_no_match", "no mapping matches");
}

#[test]
fn what_hit_and_what_could_not_be_given_is_told() {
    let mut entry = switched(true, true, false, Rules::default());
    entry.mappings.push(mapping("n", &[("groups", "ml")], &[("org z", "member")]));
    entry.mappings.push(mapping("k", &[("groups", "other")], &[("org k", "member")]));
    entry.mappings.push(mapping("p", &[("groups", "ml")], &[("org a", "member")]));
    entry.defaults = defaults(&[("org lobby", "member"), ("org a", "member")]);
    let existing: BTreeSet<Resource> = [resource("org o")].into();
    let found = explain(&entry, &existing, None, &groups(&["ml"]));
    let hits: Vec<&str> = found.hits.iter().map(|hit| hit.0.as_str()).collect();
    assert_eq!(hits, ["m", "n", "p"]);
    let dropped: Vec<String> = found.dropped.iter().map(ToString::to_string).collect();
    assert_eq!(dropped, ["org a", "org lobby", "org z"], "each once, sorted");
}

#[test]
fn a_target_that_is_missing_is_a_knob_only_of_a_login_that_writes() {
    let rules = Rules { targets: Targets::MustExist, ..Rules::default() };
    let mut entry = switched(false, false, false, rules);
    entry.mappings[0].roles.extend([(resource("org p"), role("member"))]);
    let told = |existing: &BTreeSet<Resource>, user: Option<&User>| {
        let found = explain(&entry, existing, user, &groups(&["ml"]));
        format!("{} {}", found.row, found.knobs.join(" "))
    };
    let one = BTreeSet::from([resource("org o")]);
    assert_eq!(told(&one, None), "P21 targets");
    assert_eq!(told(&named(&entry), None), "T1 ");
    assert_eq!(told(&one, Some(&member())), "T5 ", "nothing is written");
    assert_eq!(told(&BTreeSet::new(), None), "T3 ", "a hit that gives nothing is no match");
}
