//! The knobs of section 5 that Arize and k6 leave at rest: wildcards, unknown targets, linked targets,
//! nobody's match.

use std::collections::BTreeSet;

use samlproof::sp::{
    AccountRole, AdminRevocable, Configuration, DefaultsCombine, Entry, GrantSource,
    NoMatchExisting, NoMatchNew, Rules, Settings, SyncScope, SyncWhen, Targets, Wildcard, problems,
};

use super::entry::{
    admin, defaults, entry, groups, holder, mapping, resource, ruling, ruling_among, says, synced,
    user,
};

fn with(rules: Rules, entry: Entry) -> Entry {
    Entry { rules, ..entry }
}

fn always() -> Rules {
    Rules { sync: SyncWhen::Always, ..Rules::default() }
}

fn linked() -> Rules {
    Rules { sync_scope: SyncScope::LinkedTargets, ..always() }
}

/// With the switch off.
fn two_teams() -> Entry {
    Entry {
        mappings: vec![
            mapping("a", &[("groups", "a")], &[("team x", "member")]),
            mapping("b", &[("groups", "b")], &[("team x", "admin"), ("team y", "member")]),
        ],
        ..entry()
    }
}

#[test]
fn sync_always_and_never_ask_no_switch() {
    let held = user(AccountRole::Member, &[("team x", "admin")]);
    for on in [false, true] {
        let settings = Settings { sync_user_roles: on, ..Settings::default() };
        let entry = |sync| {
            let rules = Rules { sync, ..Rules::default() };
            with(rules, Entry { settings: settings.clone(), ..two_teams() })
        };
        let ruling = |sync| ruling(&entry(sync), Some(&held), &groups(&["a"]));
        assert_eq!(ruling(SyncWhen::Always), "T4 update: team x member");
        assert_eq!(ruling(SyncWhen::Never), "K8 unchanged");
        let flag = if on { "T4 update: team x member" } else { "T5 unchanged" };
        assert_eq!(ruling(SyncWhen::Flag), flag);
    }
}

#[test]
fn a_new_user_is_given_roles_also_where_nothing_is_ever_synced() {
    let never = with(Rules { sync: SyncWhen::Never, ..Rules::default() }, two_teams());
    assert_eq!(ruling(&never, None, &groups(&["a"])), "T1 create: team x member");
}

#[test]
fn an_asterisk_among_the_groups_wants_nothing_where_it_is_a_wildcard() {
    let star = synced(vec![mapping("all", &[("groups", "*")], &[("org o", "member")])]);
    for (wildcard, matches) in [
        (Wildcard::None, false),
        (Wildcard::AllTargets, false),
        (Wildcard::AnySource, true),
        (Wildcard::Both, true),
    ] {
        let star = with(Rules { wildcard, ..Rules::default() }, star.clone());
        let expected = if matches { "T1 create: org o member" } else { "T3 reject NoRoleMatch" };
        for said in [groups(&["x"]), groups(&[]), says(&[])] {
            assert_eq!(ruling(&star, None, &said), expected, "{wildcard:?}");
        }
        // A group of that name is a group of that name.
        assert_eq!(ruling(&star, None, &groups(&["*"])), "T1 create: org o member");
    }
}

#[test]
fn an_asterisk_beside_another_pair_leaves_that_one_to_be_fulfilled() {
    let both = [("groups", "*"), ("team", "a")];
    let star = synced(vec![mapping("all", &both, &[("org o", "member")])]);
    let star = with(Rules { wildcard: Wildcard::Both, ..Rules::default() }, star);
    assert_eq!(ruling(&star, None, &says(&[("team", &["b"])])), "T3 reject NoRoleMatch");
    assert_eq!(ruling(&star, None, &says(&[("team", &["a"])])), "T1 create: org o member");
}

#[test]
fn an_asterisk_among_the_targets_is_all_of_their_kind_and_the_higher_role_wins() {
    let star = synced(vec![
        mapping("one", &[("groups", "a")], &[("org o", "admin"), ("org *", "read-only")]),
        mapping("teams", &[("groups", "b")], &[("team *", "member")]),
    ]);
    let existing: BTreeSet<_> = ["org o", "org p", "team t"].map(resource).into();
    for (wildcard, all) in [(Wildcard::AllTargets, true), (Wildcard::AnySource, false)] {
        let star = with(Rules { wildcard, ..Rules::default() }, star.clone());
        let ruling = |said: &[&str]| ruling_among(&star, &existing, None, &groups(said));
        if all {
            assert_eq!(ruling(&["a"]), "T1 create: org o admin, org p read-only");
            assert_eq!(ruling(&["b"]), "T1 create: team t member");
        } else {
            // No organization is called so.
            assert_eq!(ruling(&["a"]), "T1 create: org o admin");
            assert_eq!(ruling(&["b"]), "T3 reject NoRoleMatch");
        }
    }
}

#[test]
fn a_target_that_does_not_exist_is_left_out_refused_or_made() {
    let one = mapping("a", &[("groups", "a")], &[("org o", "member"), ("org gone", "member")]);
    let space = mapping("s", &[("groups", "s")], &[("space new/one", "member")]);
    let existing: BTreeSet<_> = ["org o"].map(resource).into();
    let held = user(AccountRole::Member, &[]);
    for (targets, new, nested) in [
        (Targets::IgnoreUnknown, "T1 create: org o member", "T3 reject NoRoleMatch"),
        (Targets::MustExist, "P21 reject DanglingTarget", "T3 reject NoRoleMatch"),
        (
            Targets::AutoCreate,
            "T1 create: org gone member, org o member +org gone",
            "T1 create: org new read-only, space new/one member +org new +space new/one",
        ),
    ] {
        let rules = Rules { targets, ..Rules::default() };
        let entry = with(rules, synced(vec![one.clone(), space.clone()]));
        assert_eq!(ruling_among(&entry, &existing, None, &groups(&["a"])), new);
        assert_eq!(ruling_among(&entry, &existing, None, &groups(&["s"])), nested);
        // A login that gives nothing needs no target.
        let off = Entry { settings: Settings::default(), ..entry };
        let unchanged = ruling_among(&off, &existing, Some(&held), &groups(&["a"]));
        assert_eq!(unchanged, "T5 unchanged");
    }
}

#[test]
fn linked_targets_are_all_that_a_sync_looks_at() {
    let entry = with(linked(), two_teams());
    let roles = [("team x", "admin"), ("team y", "member"), ("team hand", "admin")];
    for source in [GrantSource::Manual, GrantSource::Saml("c".into())] {
        let held = holder(AccountRole::Member, &roles, source);
        let ruling = |said: &[&str]| ruling(&entry, Some(&held), &groups(said));
        assert_eq!(ruling(&["a"]), "T4 update: team hand admin, team x member");
        assert_eq!(ruling(&["a", "b"]), "T4 update: team hand admin, team x admin, team y member");
    }
}

#[test]
fn without_a_link_members_stay_and_with_another_one_they_go() {
    let held = holder(AccountRole::Member, &[("team x", "member")], GrantSource::Saml("a".into()));
    let mut entry = with(linked(), two_teams());
    entry.rules.existing_no_match_defaults_off = NoMatchExisting::Strip;
    entry.mappings.remove(0);
    assert_eq!(ruling(&entry, Some(&held), &groups(&["a"])), "T10 update: ");
    entry.mappings[0].roles.remove(0);
    assert_eq!(ruling(&entry, Some(&held), &groups(&["a"])), "T10 update: team x member");
}

#[test]
fn a_wildcard_target_links_everything_of_its_kind() {
    let all = mapping("all", &[("groups", "a")], &[("team *", "member")]);
    let mut entry = with(linked(), Entry { mappings: vec![all], ..entry() });
    entry.rules.existing_no_match_defaults_off = NoMatchExisting::Strip;
    let held = user(AccountRole::Member, &[("team x", "admin"), ("org o", "member")]);
    let ruling = |entry: &Entry| ruling(entry, Some(&held), &groups(&["b"]));
    assert_eq!(ruling(&entry), "T10 update: org o member, team x admin");
    entry.rules.wildcard = Wildcard::Both;
    assert_eq!(ruling(&entry), "T10 update: org o member");
}

#[test]
fn a_default_makes_a_member_of_an_unlinked_target_and_no_other_one() {
    let on = Settings { allow_login_with_defaults: true, ..Settings::default() };
    let rules = Rules { defaults_combine: DefaultsCombine::OnTop, ..linked() };
    let base =
        Entry { settings: on, defaults: defaults(&[("team top", "read-only")]), ..two_teams() };
    let entry = with(rules, base);
    let raised = user(AccountRole::Member, &[("team top", "admin")]);
    let outside = user(AccountRole::Member, &[]);
    for (said, also) in [(groups(&["a"]), ", team x member"), (groups(&[]), "")] {
        let row = if also.is_empty() { "T7" } else { "T4" };
        let (raised, outside) =
            (ruling(&entry, Some(&raised), &said), ruling(&entry, Some(&outside), &said));
        let top = |role: &str| match also {
            "" => format!("{row} update: team top {role}"),
            _ => format!("{row} update: team top {role}, team x member"),
        };
        assert_eq!(raised, top("admin"));
        assert_eq!(outside, top("read-only"));
    }
    let mut linked = entry.clone();
    linked.mappings.push(mapping("top", &[("groups", "t")], &[("team top", "admin")]));
    assert_eq!(ruling(&linked, Some(&raised), &groups(&[])), "T7 update: team top read-only");
}

#[test]
fn a_new_user_without_a_match_is_given_the_defaults_refused_or_nobody_special() {
    let off = two_teams();
    let on = Entry {
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        defaults: defaults(&[("team start", "member")]),
        ..two_teams()
    };
    for (no_match_new, with_defaults, without) in [
        (NoMatchNew::Defaults, "T2 create: team start member", "T3 reject NoRoleMatch"),
        (NoMatchNew::Reject, "T2 reject NoRoleMatch", "T3 reject NoRoleMatch"),
        (NoMatchNew::BareMember, "T2 create: team start member", "T3 create: "),
    ] {
        let rules = Rules { no_match_new, ..Rules::default() };
        let ruling = |entry: &Entry, said: &[&str]| {
            ruling(&with(rules.clone(), entry.clone()), None, &groups(said))
        };
        assert_eq!(ruling(&on, &[]), with_defaults);
        assert_eq!(ruling(&off, &[]), without);
        assert_eq!(ruling(&off, &["a"]), "T1 create: team x member");
    }
}

#[test]
fn t10_is_what_the_knob_says_and_a_refusal_if_it_says_nothing() {
    let held = user(AccountRole::Member, &[("team x", "admin")]);
    for (choice, expected) in [
        (Rules::default().existing_no_match_defaults_off, "T10 reject NoRoleMatch"),
        (NoMatchExisting::Reject, "T10 reject NoRoleMatch"),
        (NoMatchExisting::Unchanged, "T10 unchanged"),
        (NoMatchExisting::Strip, "T10 update: "),
        // There are none to apply.
        (NoMatchExisting::ApplyDefaults, "T10 reject NoRoleMatch"),
    ] {
        let rules = Rules { existing_no_match_defaults_off: choice, ..always() };
        assert_eq!(ruling(&with(rules, two_teams()), Some(&held), &groups(&[])), expected);
    }
}

#[test]
fn an_administrator_stays_one_where_no_link_makes_one() {
    let held = user(AccountRole::Admin, &[("team x", "admin")]);
    let heads = admin(mapping("h", &[("groups", "h")], &[]));
    let entry = Entry { mappings: vec![heads, two_teams().mappings.remove(0)], ..entry() };
    let keeps = Rules { admin_revocable: AdminRevocable::No, ..linked() };
    let ruling = |rules| ruling(&with(rules, entry.clone()), Some(&held), &groups(&["a"]));
    assert_eq!(ruling(keeps), "T4 update: account admin, team x member");
    assert_eq!(ruling(linked()), "T4 update: team x member");
}

#[test]
fn who_loses_everything_stays_an_administrator_only_where_saml_takes_no_admin_back() {
    let held = user(AccountRole::Admin, &[("team x", "admin")]);
    let stripped = |admin_revocable| {
        let existing_no_match_defaults_off = NoMatchExisting::Strip;
        let rules = Rules { admin_revocable, existing_no_match_defaults_off, ..always() };
        ruling(&with(rules, two_teams()), Some(&held), &groups(&[]))
    };
    assert_eq!(stripped(AdminRevocable::No), "T10 update: account admin");
    assert_eq!(stripped(AdminRevocable::Yes), "T10 update: ");
}

#[test]
fn what_is_complete_depends_on_what_the_sp_has() {
    let on = Settings { allow_login_with_defaults: true, ..Settings::default() };
    let default = Entry { settings: on, defaults: defaults(&[("org o", "member")]), ..entry() };
    let nobody = entry();
    let rows = |entry: &Entry, rules: Rules| -> Vec<&str> {
        let configuration = Configuration {
            entries: vec![with(rules, entry.clone())],
            resources: vec![resource("org o")],
            ..Configuration::default()
        };
        problems(&configuration).iter().map(|problem| problem.row).collect()
    };
    assert_eq!(rows(&default, Rules::default()), ["D22"]);
    assert_eq!(rows(&default, Rules { default_space: false, ..Rules::default() }), [""; 0]);
    assert_eq!(rows(&nobody, Rules::default()), ["D22, D23"]);
    let bare = Rules { no_match_new: NoMatchNew::BareMember, ..Rules::default() };
    assert_eq!(rows(&nobody, bare), [""; 0]);
}
