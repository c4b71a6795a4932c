//! Rows P: which mappings match, and what several of them give together.

use std::collections::BTreeSet;

use samlproof::saml::{Attribute, AttributeValue, Attributes};
use samlproof::sp::{
    AbsentAttribute, AccountRole, Configuration, Decision, DefaultsCombine, EmptyConditions, Entry,
    GrantSource, Multi, RepeatedAttribute, Resource, RoleMapping, Rules, Settings, WhiteSpace,
    decide, problems,
};

use super::entry::{
    admin, attribute, defaults, entry, groups, mapping, named, resource, ruling, ruling_among,
    says, synced, user,
};

const NO_MATCH: &str = "T3 reject NoRoleMatch";

/// What a new user gets from these mappings.
fn new_user(mappings: Vec<RoleMapping>, attributes: &Attributes) -> String {
    ruling(&Entry { mappings, ..entry() }, None, attributes)
}

fn ml() -> Vec<RoleMapping> {
    vec![mapping("ml", &[("groups", "ml")], &[("org research", "member")])]
}

const ML: &str = "T1 create: org research member";

#[test]
fn p1_all_pairs_of_a_mapping_must_match() {
    let both = || {
        let when = [("groups", "ml"), ("department", "vision")];
        vec![mapping("both", &when, &[("org research", "member")])]
    };
    let one = says(&[("groups", &["ml"]), ("department", &["sales"])]);
    let two = says(&[("groups", &["ml"]), ("department", &["vision"])]);
    assert_eq!(new_user(both(), &one), NO_MATCH);
    assert_eq!(new_user(both(), &two), ML);
}

#[test]
fn p2_a_mapping_without_pairs_matches_nobody() {
    let empty = vec![mapping("empty", &[], &[("org research", "member")])];
    assert_eq!(new_user(empty, &groups(&["ml"])), NO_MATCH);
    assert_eq!(new_user(ml(), &groups(&["ml"])), ML);
}

#[test]
fn p3_any_value_in_any_position_matches() {
    for values in [["ml", "x", "y"], ["x", "ml", "y"], ["x", "y", "ml"]] {
        assert_eq!(new_user(ml(), &groups(&values)), ML);
    }
    assert_eq!(new_user(ml(), &groups(&["x", "y", "z"])), NO_MATCH);
    assert_eq!(new_user(ml(), &groups(&["x,ml"])), NO_MATCH, "values are not split");
    assert_eq!(new_user(ml(), &groups(&["ml-admins"])), NO_MATCH, "nor matched in part");
}

#[test]
fn p4_repeated_attribute_elements_are_merged() {
    let repeated = says(&[("groups", &["ml"]), ("groups", &["x"])]);
    let reversed = says(&[("groups", &["x"]), ("groups", &["ml"])]);
    assert_eq!(new_user(ml(), &repeated), ML);
    assert_eq!(new_user(ml(), &reversed), ML);
    assert_eq!(new_user(ml(), &says(&[("groups", &["x"]), ("groups", &["y"])])), NO_MATCH);
}

#[test]
fn p4_knob_hears_one_of_them() {
    let said = says(&[("groups", &["ml", "x"]), ("other", &["ml"]), ("groups", &["y"])]);
    let reversed = says(&[("groups", &["y"]), ("other", &["ml"]), ("groups", &["x", "ml"])]);
    for (repeated_attribute, first, last) in [
        (RepeatedAttribute::Merge, ML, ML),
        (RepeatedAttribute::First, ML, NO_MATCH),
        (RepeatedAttribute::Last, NO_MATCH, ML),
    ] {
        let rules = Rules { repeated_attribute, ..Rules::default() };
        let entry = Entry { rules, ..synced(ml()) };
        assert_eq!(ruling(&entry, None, &said), first, "{repeated_attribute:?}");
        assert_eq!(ruling(&entry, None, &reversed), last, "{repeated_attribute:?}");
        assert_eq!(ruling(&entry, None, &says(&[])), NO_MATCH);
    }
}

#[test]
fn p6_knob_takes_white_space_around_a_value_for_nothing() {
    let rules = Rules { white_space: WhiteSpace::Trim, ..Rules::default() };
    let entry = Entry { rules, ..synced(ml()) };
    for value in ["ml", " ml", "ml ", "\n  ml\n"] {
        assert_eq!(ruling(&entry, None, &groups(&[value])), ML, "{value:?}");
    }
    for other in ["m l", "ML", " "] {
        assert_eq!(ruling(&entry, None, &groups(&[other])), NO_MATCH, "{other:?}");
    }
}

#[test]
fn p2_knob_says_whether_it_is_stored_and_whom_it_matches() {
    let empty = || vec![mapping("empty", &[], &[("org research", "member")])];
    for (empty_conditions, refused, expected) in [
        (EmptyConditions::Refuse, true, NO_MATCH),
        (EmptyConditions::MatchNobody, false, NO_MATCH),
        (EmptyConditions::MatchAll, false, "T1 create: org research member"),
    ] {
        let rules = Rules { empty_conditions, ..Rules::default() };
        let entry = Entry { rules, ..synced(empty()) };
        assert_eq!(ruling(&entry, None, &groups(&["x"])), expected, "{empty_conditions:?}");
        let entries = vec![entry];
        let found = problems(&Configuration { entries, ..Configuration::default() });
        assert_eq!(found.iter().any(|problem| problem.row == "P2"), refused);
    }
}

#[test]
fn p5_two_pairs_of_one_name_both_have_to_be_present() {
    let when = [("groups", "ml"), ("groups", "eu")];
    let both = || vec![mapping("both", &when, &[("org research", "member")])];
    assert_eq!(new_user(both(), &groups(&["ml"])), NO_MATCH);
    assert_eq!(new_user(both(), &groups(&["eu", "ml"])), ML);
}

#[test]
fn p6_case_and_space_count() {
    for other in ["ML", "Ml", " ml", "ml ", "ml\n"] {
        assert_eq!(new_user(ml(), &groups(&[other])), NO_MATCH, "{other:?}");
    }
    assert_eq!(new_user(ml(), &says(&[("Groups", &["ml"])])), NO_MATCH);
    assert_eq!(new_user(ml(), &groups(&["ml"])), ML);
}

#[test]
fn p7_the_name_counts_and_not_the_friendly_name() {
    let friendly = Attribute { friendly_name: Some("groups".into()), ..attribute("g", &["ml"]) };
    assert_eq!(new_user(ml(), &Attributes(vec![friendly.clone()])), NO_MATCH);
    let named = Attribute { name: "groups".into(), ..friendly };
    assert_eq!(new_user(ml(), &Attributes(vec![named])), ML);
}

/// Two mappings, both matched, that name the same resource.
fn two(on: &str, first: &str, second: &str) -> Vec<RoleMapping> {
    vec![
        mapping("one", &[("groups", "a")], &[("org o", "member"), (on, first)]),
        mapping("two", &[("groups", "b")], &[("org o", "member"), (on, second)]),
    ]
}

#[test]
fn p8_the_most_permissive_builtin_space_role_wins_in_either_order() {
    for (first, second) in [("read-only", "admin"), ("admin", "read-only")] {
        assert_eq!(
            new_user(two("space o/s", first, second), &groups(&["a", "b"])),
            "T1 create: org o member, space o/s admin"
        );
    }
    assert_eq!(
        new_user(two("space o/s", "read-only", "admin"), &groups(&["a"])),
        "T1 create: org o member, space o/s read-only",
        "a mapping that does not match has no say"
    );
}

#[test]
fn p9_the_first_custom_role_wins_and_the_order_flips_it() {
    let given = |first, second| new_user(two("space o/s", first, second), &groups(&["a", "b"]));
    assert_eq!(given("custom:x", "custom:y"), "T1 create: org o member, space o/s custom:x");
    assert_eq!(given("custom:y", "custom:x"), "T1 create: org o member, space o/s custom:y");
    let given = |first, second| new_user(two("project p", first, second), &groups(&["a", "b"]));
    assert_eq!(given("read-only", "admin"), "T1 create: org o member, project p read-only");
    assert_eq!(given("admin", "read-only"), "T1 create: org o member, project p admin");
}

#[test]
fn p9_knob_may_let_the_last_win() {
    let rules = Rules { multi_custom: Multi::Last, ..Rules::default() };
    let mappings = two("space o/s", "custom:x", "custom:y");
    let last = Entry { rules, mappings, ..entry() };
    assert_eq!(
        ruling(&last, None, &groups(&["a", "b"])),
        "T1 create: org o member, space o/s custom:y"
    );
}

#[test]
fn p10_different_resources_are_united() {
    let mappings = || {
        vec![
            mapping("one", &[("groups", "a")], &[("org o", "member"), ("space o/s", "member")]),
            mapping("two", &[("groups", "b")], &[("org p", "read-only")]),
        ]
    };
    assert_eq!(
        new_user(mappings(), &groups(&["a", "b"])),
        "T1 create: org o member, org p read-only, space o/s member"
    );
    assert_eq!(new_user(mappings(), &groups(&["b"])), "T1 create: org p read-only");
}

#[test]
fn p11_organization_roles_merge_by_their_knob() {
    for (knob, expected) in [
        (Multi::MostPermissive, "T1 create: org o admin"),
        (Multi::First, "T1 create: org o read-only"),
        (Multi::Last, "T1 create: org o member"),
    ] {
        let mappings = ["read-only", "admin", "member"]
            .map(|role| mapping(role, &[("groups", "a")], &[("org o", role)]));
        let rules = Rules { multi_org: knob, ..Rules::default() };
        let entry = Entry { rules, mappings: mappings.into(), ..entry() };
        assert_eq!(ruling(&entry, None, &groups(&["a"])), expected);
    }
}

#[test]
fn p13_a_custom_role_has_no_rank_so_the_first_of_them_all_wins() {
    let given = |first, second| {
        let mappings =
            [first, second].map(|role| mapping(role, &[("groups", "a")], &[("org o", role)]));
        new_user(mappings.into(), &groups(&["a"]))
    };
    assert_eq!(given("read-only", "custom:x"), "T1 create: org o read-only");
    assert_eq!(given("custom:x", "admin"), "T1 create: org o custom:x");
    assert_eq!(given("read-only", "admin"), "T1 create: org o admin", "built-in ones are ranked");
}

#[test]
fn p8_of_two_mappings_that_give_the_same_role_the_first_has_given_it() {
    let entry = Entry { mappings: two("space o/s", "admin", "admin"), ..entry() };
    let decision = decide(&entry, &named(&entry), None, &groups(&["a", "b"]));
    let Decision::Create { roles, .. } = decision else { panic!("a new user") };
    let sources: Vec<&GrantSource> = roles.grants.values().map(|(_, source)| source).collect();
    assert_eq!(sources, [&GrantSource::Saml("one".into()), &GrantSource::Saml("one".into())]);
}

#[test]
fn p12_one_admin_flag_of_a_mapping_that_matches_is_enough() {
    let mappings = || {
        vec![
            mapping("plain", &[("groups", "a")], &[("org o", "member")]),
            admin(mapping("boss", &[("groups", "b")], &[("org o", "member")])),
        ]
    };
    assert_eq!(
        new_user(mappings(), &groups(&["a", "b"])),
        "T1 create: account admin, org o member"
    );
    assert_eq!(new_user(mappings(), &groups(&["a"])), "T1 create: org o member");
}

#[test]
fn p13_builtin_roles_are_ranked() {
    let rising = ["annotator", "read-only", "member", "admin"];
    for pair in rising.windows(2) {
        let [low, high] = pair else { panic!("windows of two") };
        assert_eq!(
            new_user(two("space o/s", high, low), &groups(&["a", "b"])),
            format!("T1 create: org o member, space o/s {high}")
        );
        assert_eq!(
            new_user(two("space o/s", low, high), &groups(&["a", "b"])),
            format!("T1 create: org o member, space o/s {high}")
        );
    }
}

#[test]
fn p15_an_account_admins_other_roles_are_stored_too() {
    let boss = admin(mapping("boss", &[("groups", "a")], &[("org o", "member")]));
    assert_eq!(new_user(vec![boss], &groups(&["a"])), "T1 create: account admin, org o member");
    assert_eq!(
        new_user(vec![mapping("m", &[("groups", "a")], &[("org o", "member")])], &groups(&["a"])),
        "T1 create: org o member"
    );
}

#[test]
fn p17_an_organization_role_stores_no_space_role() {
    assert_eq!(new_user(ml(), &groups(&["ml"])), ML);
}

#[test]
fn p18_a_space_role_brings_a_membership_of_its_organization() {
    let space = |role| vec![mapping("s", &[("groups", "a")], &[("space o/s", role)])];
    assert_eq!(
        new_user(space("admin"), &groups(&["a"])),
        "T1 create: org o read-only, space o/s admin"
    );
    assert_eq!(
        new_user(space("annotator"), &groups(&["a"])),
        "T1 create: account annotator, org o annotator, space o/s annotator"
    );
    let with_org = mapping("s", &[("groups", "a")], &[("space o/s", "admin"), ("org o", "member")]);
    assert_eq!(
        new_user(vec![with_org], &groups(&["a"])),
        "T1 create: org o member, space o/s admin",
        "a membership that is given is not replaced"
    );
}

#[test]
fn p19_who_is_annotator_everywhere_has_an_annotators_account() {
    let mappings = || {
        vec![
            mapping("one", &[("groups", "a")], &[("org o", "annotator")]),
            mapping("two", &[("groups", "b")], &[("org p", "member")]),
        ]
    };
    assert_eq!(
        new_user(mappings(), &groups(&["a"])),
        "T1 create: account annotator, org o annotator"
    );
    assert_eq!(
        new_user(mappings(), &groups(&["a", "b"])),
        "T1 create: org o annotator, org p member"
    );
}

#[test]
fn p21_targets_that_are_gone_are_left_out() {
    let mappings =
        vec![mapping("m", &[("groups", "a")], &[("org o", "member"), ("org gone", "member")])];
    let entry = Entry { mappings, ..entry() };
    let some = BTreeSet::from([resource("org o")]);
    assert_eq!(ruling_among(&entry, &some, None, &groups(&["a"])), "T1 create: org o member");
    assert_eq!(
        ruling_among(&entry, &BTreeSet::new(), None, &groups(&["a"])),
        NO_MATCH,
        "nothing left is no match"
    );
}

#[test]
fn p21_defaults_that_are_gone_let_nobody_in() {
    let entry = Entry {
        defaults: defaults(&[("org o", "member")]),
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        ..entry()
    };
    let nobody = ruling_among(&entry, &BTreeSet::new(), None, &groups(&[]));
    assert_eq!(nobody, "T2 reject DanglingTarget");
    let settings = Settings { sync_user_roles: true, enforce_saml: true, ..entry.settings.clone() };
    let synced = Entry { settings, ..entry.clone() };
    let held = user(AccountRole::Member, &[("org old", "member")]);
    let known =
        |existing: &BTreeSet<Resource>| ruling_among(&synced, existing, Some(&held), &groups(&[]));
    assert_eq!(known(&BTreeSet::new()), "T6 reject DanglingTarget", "nothing is taken for nothing");
    assert_eq!(known(&named(&synced)), "T6 update: org o member");
    assert_eq!(ruling(&entry, None, &groups(&[])), "T2 create: org o member");
}

#[test]
fn what_the_defaults_give_says_that_it_is_a_default() {
    let mut given = defaults(&[("org o", "member"), ("space o/s", "member")]);
    for grant in given.iter_mut().flat_map(|given| &mut given.grants) {
        // A configuration may say anything.
        grant.source = GrantSource::Manual;
    }
    let entry = Entry {
        defaults: given,
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        ..entry()
    };
    let decision = decide(&entry, &named(&entry), None, &groups(&[]));
    let Decision::Create { roles, .. } = decision else { panic!("a new user") };
    let sources: Vec<&GrantSource> = roles.grants.values().map(|(_, source)| source).collect();
    assert_eq!(sources, [&GrantSource::Default, &GrantSource::Default]);
}

#[test]
fn p22_absent_empty_nil_and_blank_are_all_no_match() {
    let nil = Attribute { values: vec![AttributeValue::Nil], ..attribute("groups", &[]) };
    for silent in [says(&[]), groups(&[]), groups(&[""]), groups(&["  \n"]), Attributes(vec![nil])]
    {
        assert_eq!(new_user(ml(), &silent), NO_MATCH, "{silent:?}");
        let blank = vec![mapping("blank", &[("groups", "")], &[("org o", "member")])];
        assert_eq!(new_user(blank, &silent), NO_MATCH, "{silent:?}");
    }
    assert_eq!(new_user(ml(), &groups(&["", "ml"])), ML);
}

#[test]
fn p22_knob_takes_absence_for_nothing_said() {
    let rules = Rules { absent_attribute: AbsentAttribute::Keep, ..Rules::default() };
    let keep = Entry { rules, ..synced(ml()) };
    let held = user(AccountRole::Member, &[("org research", "admin")]);
    assert_eq!(ruling(&keep, Some(&held), &says(&[])), "P22 unchanged");
    assert_eq!(ruling(&keep, Some(&held), &groups(&[])), "T10 reject NoRoleMatch");
    assert_eq!(ruling(&synced(ml()), Some(&held), &says(&[])), "T10 reject NoRoleMatch");
    assert_eq!(ruling(&keep, None, &says(&[])), NO_MATCH, "a new user has nothing to keep");
}

#[test]
fn p24_an_admin_only_mapping_is_a_match() {
    let boss = || vec![admin(mapping("boss", &[("groups", "a")], &[]))];
    assert_eq!(new_user(boss(), &groups(&["a"])), "T1 create: account admin");
    assert_eq!(new_user(boss(), &groups(&["b"])), NO_MATCH);
    let empty = vec![mapping("nothing", &[("groups", "a")], &[])];
    assert_eq!(new_user(empty, &groups(&["a"])), NO_MATCH, "one that gives nothing is none");
}

#[test]
fn p23_built_in_and_custom_roles_stand_side_by_side() {
    let side_by_side = [("org o", "member"), ("space o/a", "member"), ("space o/b", "custom:x")];
    let mappings = vec![mapping("m", &[("groups", "a")], &side_by_side)];
    assert_eq!(
        new_user(mappings, &groups(&["a"])),
        "T1 create: org o member, space o/a member, space o/b custom:x"
    );
}

#[test]
fn defaults_never_make_an_admin_and_stay_out_of_a_match() {
    let with = Entry {
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        defaults: defaults(&[("org lobby", "member"), ("space lobby/front", "member")]),
        mappings: vec![admin(mapping("boss", &[("groups", "a")], &[("org o", "member")]))],
        ..entry()
    };
    assert_eq!(
        ruling(&with, None, &groups(&["b"])),
        "T2 create: org lobby member, space lobby/front member"
    );
    assert_eq!(ruling(&with, None, &groups(&["a"])), "T1 create: account admin, org o member");
    let rules = Rules { defaults_combine: DefaultsCombine::OnTop, ..Rules::default() };
    let on_top = Entry { rules, ..with };
    assert_eq!(
        ruling(&on_top, None, &groups(&["a"])),
        "T1 create: account admin, org lobby member, org o member, space lobby/front member"
    );
    assert!(named(&on_top).contains(&resource("org lobby")));
}
