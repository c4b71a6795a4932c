//! Laws that need no oracle.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use samlproof::saml::{Attribute, AttributeValue, Attributes};
use samlproof::sp::{
    AccountRole, Decision, Entry, RoleMapping, Roles, Settings, User, decide, explain,
};

use super::entry::{defaults, entry, mapping, named, user};

const NAMES: [&str; 2] = ["groups", "department"];
const VALUES: [&str; 4] = ["a", "b", "A", " a"];
const BUILTIN: [(&str, &str); 6] = [
    ("org o", "member"),
    ("org o", "admin"),
    ("org p", "annotator"),
    ("space o/s", "read-only"),
    ("space o/s", "admin"),
    ("space p/t", "member"),
];
const CUSTOM: [(&str, &str); 3] =
    [("space q/u", "custom:x"), ("space q/u", "custom:y"), ("project z", "member")];

fn pair() -> impl Strategy<Value = (&'static str, &'static str)> {
    (select(&NAMES[..]), select(&VALUES[..]))
}

fn mappings(roles: Vec<(&'static str, &'static str)>) -> impl Strategy<Value = Vec<RoleMapping>> {
    let one = (vec(pair(), 0..3), vec(select(roles), 0..3), any::<bool>());
    vec(one, 0..4).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered
            .map(|(id, (when, roles, account_admin))| RoleMapping {
                account_admin,
                ..mapping(&id.to_string(), &when, &roles)
            })
            .collect()
    })
}

fn every_role() -> Vec<(&'static str, &'static str)> {
    [&BUILTIN[..], &CUSTOM[..]].concat()
}

fn entries(roles: Vec<(&'static str, &'static str)>) -> impl Strategy<Value = Entry> {
    (mappings(roles), any::<(bool, bool, bool)>()).prop_map(|(mappings, (e, y, d))| Entry {
        settings: Settings {
            enforce_saml: e,
            sync_user_roles: y,
            allow_login_with_defaults: d,
            ..Settings::default()
        },
        defaults: d
            .then(|| defaults(&[("org lobby", "member"), ("space lobby/front", "read-only")]))
            .flatten(),
        mappings,
        ..entry()
    })
}

fn assertions() -> impl Strategy<Value = Attributes> {
    let one = (select(&NAMES[..]), vec(select(&VALUES[..]), 0..3));
    vec(one, 0..4).prop_map(|all| {
        let pairs: Vec<(&str, &[&str])> =
            all.iter().map(|(name, values)| (*name, values.as_slice())).collect();
        super::entry::says(&pairs)
    })
}

fn users() -> impl Strategy<Value = Option<User>> {
    let account = select(vec![AccountRole::Member, AccountRole::Admin, AccountRole::Annotator]);
    proptest::option::of((account, vec(select(every_role()), 0..3)))
        .prop_map(|held| held.map(|(account, roles)| user(account, &roles)))
}

/// The roles stored after a decision, if the user enters.
fn after(decision: &Decision, user: Option<&User>) -> Option<Roles> {
    match decision {
        Decision::Create { roles, .. } | Decision::Update { roles, .. } => Some(roles.clone()),
        Decision::Unchanged => user.map(|user| user.roles.clone()),
        Decision::Reject(_) => None,
    }
}

fn lines(roles: Option<Roles>) -> Option<std::collections::BTreeSet<String>> {
    roles.map(|roles| roles.lines())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_values_and_elements_is_irrelevant(
        entry in entries(every_role()), said in assertions(), user in users(),
    ) {
        let mut reversed = said.clone();
        reversed.0.reverse();
        for attribute in &mut reversed.0 {
            attribute.values.reverse();
        }
        let existing = named(&entry);
        prop_assert_eq!(
            decide(&entry, &existing, user.as_ref(), &said),
            decide(&entry, &existing, user.as_ref(), &reversed)
        );
    }

    #[test]
    fn an_attribute_that_nothing_names_is_irrelevant(
        entry in entries(every_role()), said in assertions(), user in users(), value in "\\PC{0,8}",
    ) {
        let mut more = said.clone();
        more.0.push(Attribute {
            name: "other".into(),
            friendly_name: Some("groups".into()),
            name_format: None,
            values: vec![AttributeValue::Text(value), AttributeValue::Text("a".into())],
        });
        let existing = named(&entry);
        prop_assert_eq!(
            decide(&entry, &existing, user.as_ref(), &said),
            decide(&entry, &existing, user.as_ref(), &more)
        );
    }

    #[test]
    fn another_pair_never_makes_a_mapping_match(
        mut entry in entries(every_role()), said in assertions(), more in pair(), which in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!entry.mappings.is_empty());
        let place = which.index(entry.mappings.len());
        // Without pairs a mapping matches nobody; with one it may.
        prop_assume!(!entry.mappings[place].when.is_empty());
        let existing = named(&entry);
        let before = explain(&entry, &existing, None, &said).hits;
        entry.mappings[place].when.push((more.0.into(), more.1.into()));
        let now = explain(&entry, &existing, None, &said).hits;
        prop_assert!(now.iter().all(|hit| before.contains(hit)));
    }

    #[test]
    fn deciding_twice_is_deciding_once(
        entry in entries(every_role()), said in assertions(), held in users(),
    ) {
        let existing = named(&entry);
        let once = after(&decide(&entry, &existing, held.as_ref(), &said), held.as_ref());
        prop_assume!(once.is_some());
        let stored = User { roles: once.clone().unwrap(), ..user(AccountRole::Member, &[]) };
        let twice = after(&decide(&entry, &existing, Some(&stored), &said), Some(&stored));
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn without_sync_a_match_changes_no_stored_user(
        mut entry in entries(every_role()), said in assertions(), held in users(),
    ) {
        entry.settings.sync_user_roles = false;
        let existing = named(&entry);
        if let (Some(held), "T5") = (&held, explain(&entry, &existing, held.as_ref(), &said).row) {
            prop_assert_eq!(decide(&entry, &existing, Some(held), &said), Decision::Unchanged);
        }
    }

    #[test]
    fn the_order_of_mappings_is_irrelevant_to_builtin_roles(
        entry in entries(BUILTIN.to_vec()), said in assertions(), user in users(),
    ) {
        let mut reversed = entry.clone();
        reversed.mappings.reverse();
        let existing = named(&entry);
        let one = after(&decide(&entry, &existing, user.as_ref(), &said), user.as_ref());
        let other = after(&decide(&reversed, &existing, user.as_ref(), &said), user.as_ref());
        prop_assert_eq!(lines(one), lines(other));
    }

    #[test]
    fn with_sync_new_and_existing_users_come_to_the_same(
        mut entry in entries(every_role()), said in assertions(), held in users(),
    ) {
        prop_assume!(held.is_some());
        entry.settings.sync_user_roles = true;
        let existing = named(&entry);
        let new = after(&decide(&entry, &existing, None, &said), None);
        let old = after(&decide(&entry, &existing, held.as_ref(), &said), held.as_ref());
        prop_assert_eq!(new, old);
    }

    #[test]
    fn a_space_is_never_held_without_its_organization(
        entry in entries(every_role()), said in assertions(),
    ) {
        if let Decision::Create { roles, .. } = decide(&entry, &named(&entry), None, &said) {
            for resource in roles.grants.keys() {
                prop_assert!(resource.parent().is_none_or(|org| roles.grants.contains_key(&org)));
            }
        }
    }
}
