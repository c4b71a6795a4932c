//! Rows Y: what a sync removes.

use samlproof::sp::{
    AccountRole, AdminRevocable, Entry, GrantSource, RoleMapping, Rules, Settings, SyncScope,
};

use super::entry::{admin, groups, holder, mapping, ruling, synced, user};

fn two_orgs() -> Vec<RoleMapping> {
    vec![
        mapping("a", &[("groups", "a")], &[("org o", "member"), ("space o/s", "member")]),
        mapping("b", &[("groups", "b")], &[("org p", "member")]),
    ]
}

fn scoped(scope: SyncScope) -> Entry {
    Entry { rules: Rules { sync_scope: scope, ..Rules::default() }, ..synced(two_orgs()) }
}

/// What two groups gave at an earlier login.
fn held_by_saml() -> samlproof::sp::User {
    let roles = [("org o", "member"), ("space o/s", "member"), ("org p", "member")];
    holder(AccountRole::Member, &roles, GrantSource::Saml("a".into()))
}

#[test]
fn y1_a_group_gained_is_applied_with_sync_and_only_with_sync() {
    let held = user(AccountRole::Member, &[("org p", "read-only")]);
    let on = synced(two_orgs());
    assert_eq!(ruling(&on, Some(&held), &groups(&["b"])), "T4 update: org p member");
    let off = Entry { settings: Settings::default(), ..on };
    assert_eq!(ruling(&off, Some(&held), &groups(&["b"])), "T5 unchanged");
}

#[test]
fn y2_a_group_lost_takes_its_roles_along() {
    let lost = groups(&["b"]);
    for (scope, expected) in [
        (SyncScope::ReplaceAll, "T4 update: org p member"),
        (SyncScope::ManagedOnly, "T4 update: org p member"),
        (SyncScope::Additive, "T4 update: org o member, org p member, space o/s member"),
    ] {
        assert_eq!(ruling(&scoped(scope), Some(&held_by_saml()), &lost), expected, "{scope:?}");
    }
}

#[test]
fn y2_twin_a_group_kept_keeps_its_roles() {
    for scope in [SyncScope::ReplaceAll, SyncScope::ManagedOnly, SyncScope::Additive] {
        assert_eq!(
            ruling(&scoped(scope), Some(&held_by_saml()), &groups(&["a", "b"])),
            "T4 update: org o member, org p member, space o/s member"
        );
    }
}

#[test]
fn y3_a_role_given_by_hand_survives_where_the_scope_says_so() {
    let held = user(AccountRole::Member, &[("org hand", "admin")]);
    for (scope, expected) in [
        (SyncScope::ReplaceAll, "T4 update: org p member"),
        (SyncScope::ManagedOnly, "T4 update: org hand admin, org p member"),
        (SyncScope::Additive, "T4 update: org hand admin, org p member"),
    ] {
        assert_eq!(ruling(&scoped(scope), Some(&held), &groups(&["b"])), expected, "{scope:?}");
    }
}

#[test]
fn y1_a_role_is_replaced_in_every_scope() {
    let held = user(AccountRole::Member, &[("org p", "admin")]);
    for scope in [SyncScope::ReplaceAll, SyncScope::ManagedOnly, SyncScope::Additive] {
        assert_eq!(
            ruling(&scoped(scope), Some(&held), &groups(&["b"])),
            "T4 update: org p member",
            "{scope:?}"
        );
    }
}

#[test]
fn y4_an_admin_who_no_longer_matches_is_demoted() {
    let boss = || {
        let mut mappings = two_orgs();
        mappings.push(admin(mapping("boss", &[("groups", "boss")], &[])));
        mappings
    };
    let held = user(AccountRole::Admin, &[]);
    let on = synced(boss());
    assert_eq!(ruling(&on, Some(&held), &groups(&["b"])), "T4 update: org p member");
    assert_eq!(
        ruling(&on, Some(&held), &groups(&["b", "boss"])),
        "T4 update: account admin, org p member"
    );
    let rules = Rules { admin_revocable: AdminRevocable::No, ..Rules::default() };
    let never = Entry { rules, ..synced(boss()) };
    assert_eq!(
        ruling(&never, Some(&held), &groups(&["b"])),
        "T4 update: account admin, org p member"
    );
}

#[test]
fn y6_who_leaves_an_organization_leaves_its_spaces() {
    let mut held = held_by_saml();
    let by_hand = user(AccountRole::Member, &[("space o/hand", "member")]);
    held.roles.grants.extend(by_hand.roles.grants);
    assert_eq!(
        ruling(&scoped(SyncScope::ManagedOnly), Some(&held), &groups(&["b"])),
        "T4 update: org p member"
    );
    assert_eq!(
        ruling(&scoped(SyncScope::ManagedOnly), Some(&held), &groups(&["a"])),
        "T4 update: org o member, space o/hand member, space o/s member"
    );
}

#[test]
fn managed_only_leaves_a_role_with_the_hand_that_gave_it() {
    let entry = scoped(SyncScope::ManagedOnly);
    let held = user(AccountRole::Member, &[("org p", "member")]);
    let existing = super::entry::named(&entry);
    let decision = samlproof::sp::decide(&entry, &existing, Some(&held), &groups(&["a", "b"]));
    let samlproof::sp::Decision::Update { roles, .. } = decision else { panic!("an update") };
    let later = samlproof::sp::User { roles, ..held };
    assert_eq!(
        ruling(&entry, Some(&later), &groups(&["a"])),
        "T4 update: org o member, org p member, space o/s member"
    );
}
