//! The core truth table: new/existing × SAML-only × sync × defaults × match, all 32 cells.

use samlproof::sp::{AccountRole, Entry, ExistingNoMatch, NoMatchExisting, Rules, Settings};

use super::entry::{defaults, entry, groups, mapping, ruling, user};

const MAPPED: &str = "org research member, space research/vision member";
const DEFAULT: &str = "org lobby read-only, space lobby/front read-only";

/// What the outcome column may hold.
#[derive(Clone, Copy)]
enum Cell {
    CreateMapped,
    CreateDefault,
    UpdateMapped,
    UpdateDefault,
    Unchanged,
    NoRoleMatch,
}
use Cell::{CreateDefault, CreateMapped, NoRoleMatch, Unchanged, UpdateDefault, UpdateMapped};

/// Row, new user, enforce, sync, defaults, match → outcome. Written from facts 1a under the knobs
/// that the Arize reference declares.
#[rustfmt::skip]
const TABLE: [(&str, bool, bool, bool, bool, bool, Cell); 32] = [
    ("T1",  true,  false, false, false, true,  CreateMapped),
    ("T1",  true,  false, false, true,  true,  CreateMapped),
    ("T1",  true,  false, true,  false, true,  CreateMapped),
    ("T1",  true,  false, true,  true,  true,  CreateMapped),
    ("T1",  true,  true,  false, false, true,  CreateMapped),
    ("T1",  true,  true,  false, true,  true,  CreateMapped),
    ("T1",  true,  true,  true,  false, true,  CreateMapped),
    ("T1",  true,  true,  true,  true,  true,  CreateMapped),
    ("T2",  true,  false, false, true,  false, CreateDefault),
    ("T2",  true,  false, true,  true,  false, CreateDefault),
    ("T2",  true,  true,  false, true,  false, CreateDefault),
    ("T2",  true,  true,  true,  true,  false, CreateDefault),
    ("T3",  true,  false, false, false, false, NoRoleMatch),
    ("T3",  true,  false, true,  false, false, NoRoleMatch),
    ("T3",  true,  true,  false, false, false, NoRoleMatch),
    ("T3",  true,  true,  true,  false, false, NoRoleMatch),
    ("T4",  false, false, true,  false, true,  UpdateMapped),
    ("T4",  false, false, true,  true,  true,  UpdateMapped),
    ("T4",  false, true,  true,  false, true,  UpdateMapped),
    ("T4",  false, true,  true,  true,  true,  UpdateMapped),
    ("T5",  false, false, false, false, true,  Unchanged),
    ("T5",  false, false, false, true,  true,  Unchanged),
    ("T5",  false, true,  false, false, true,  Unchanged),
    ("T5",  false, true,  false, true,  true,  Unchanged),
    ("T6",  false, true,  true,  true,  false, UpdateDefault),
    ("T7",  false, false, true,  true,  false, UpdateDefault),
    ("T8",  false, true,  false, true,  false, Unchanged),
    ("T9",  false, false, false, true,  false, Unchanged),
    ("T10", false, false, true,  false, false, NoRoleMatch),
    ("T10", false, true,  true,  false, false, NoRoleMatch),
    ("T11", false, false, false, false, false, Unchanged),
    ("T11", false, true,  false, false, false, Unchanged),
];

fn cell(enforce: bool, sync: bool, with_defaults: bool) -> Entry {
    Entry {
        settings: Settings {
            enforce_saml: enforce,
            sync_user_roles: sync,
            allow_login_with_defaults: with_defaults,
            ..Settings::default()
        },
        mappings: vec![mapping(
            "ml",
            &[("groups", "ml")],
            &[("org research", "member"), ("space research/vision", "member")],
        )],
        defaults: with_defaults
            .then(|| defaults(&[("org lobby", "read-only"), ("space lobby/front", "read-only")]))
            .flatten(),
        ..entry()
    }
}

#[test]
fn all_32_cells_decide_as_written() {
    let mut inputs = std::collections::BTreeSet::new();
    for (row, new, enforce, sync, with_defaults, matched, outcome) in TABLE {
        inputs.insert((new, enforce, sync, with_defaults, matched));
        let held = user(AccountRole::Member, &[("org old", "admin")]);
        let said = if matched { groups(&["ml"]) } else { groups(&["other"]) };
        let expected = match outcome {
            CreateMapped => format!("{row} create: {MAPPED}"),
            CreateDefault => format!("{row} create: {DEFAULT}"),
            UpdateMapped => format!("{row} update: {MAPPED}"),
            UpdateDefault => format!("{row} update: {DEFAULT}"),
            Unchanged => format!("{row} unchanged"),
            NoRoleMatch => format!("{row} reject NoRoleMatch"),
        };
        let found = ruling(&cell(enforce, sync, with_defaults), (!new).then_some(&held), &said);
        assert_eq!(
            found, expected,
            "new {new}, enforce {enforce}, sync {sync}, defaults {with_defaults}, match {matched}"
        );
    }
    assert_eq!(inputs.len(), 32, "every cell once");
}

#[test]
fn t7_knob_says_what_an_existing_user_without_a_match_gets() {
    let held = user(AccountRole::Member, &[("org old", "admin")]);
    for (knob, expected) in [
        (NoMatchExisting::Unchanged, "T7 unchanged".to_owned()),
        (NoMatchExisting::ApplyDefaults, format!("T7 update: {DEFAULT}")),
        (NoMatchExisting::DefaultsIfNoMembership, "T7 unchanged".into()),
        (NoMatchExisting::Strip, "T7 update: ".into()),
        (NoMatchExisting::Reject, "T7 reject NoRoleMatch".into()),
    ] {
        let rules = Rules { existing_no_match: knob, ..Rules::default() };
        let entry = Entry { rules, ..cell(false, true, true) };
        assert_eq!(ruling(&entry, Some(&held), &groups(&[])), expected, "{knob:?}");
    }
}

#[test]
fn t8_gives_the_defaults_only_to_those_who_have_nothing() {
    let entry = cell(true, false, true);
    let with = user(AccountRole::Member, &[("org old", "admin")]);
    let without = user(AccountRole::Member, &[]);
    assert_eq!(ruling(&entry, Some(&with), &groups(&[])), "T8 unchanged");
    assert_eq!(ruling(&entry, Some(&without), &groups(&[])), format!("T8 update: {DEFAULT}"));
    let boss = user(AccountRole::Admin, &[]);
    let kept = format!("T8 update: account admin, {DEFAULT}");
    assert_eq!(ruling(&entry, Some(&boss), &groups(&[])), kept, "nothing is taken with sync off");
}

#[test]
fn t8_knob_may_apply_the_defaults_to_everybody() {
    let rules = Rules {
        existing_no_match_enforced_sync_off: NoMatchExisting::ApplyDefaults,
        ..Rules::default()
    };
    let entry = Entry { rules, ..cell(true, false, true) };
    let held = user(AccountRole::Member, &[("org old", "admin")]);
    assert_eq!(ruling(&entry, Some(&held), &groups(&[])), format!("T8 update: {DEFAULT}"));
}

#[test]
fn t11_knob_may_refuse() {
    let held = user(AccountRole::Member, &[("org old", "admin")]);
    let rules = Rules { existing_no_match_sync_off: ExistingNoMatch::Reject, ..Rules::default() };
    let entry = Entry { rules, ..cell(false, false, false) };
    assert_eq!(ruling(&entry, Some(&held), &groups(&[])), "T11 reject NoRoleMatch");
    assert_eq!(ruling(&entry, Some(&held), &groups(&["ml"])), "T5 unchanged");
}
