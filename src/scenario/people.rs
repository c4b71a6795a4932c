//! `[users.NAME]`, `[sp_users.NAME]` and `[orgs.NAME]`.

use std::collections::BTreeMap;

use super::app::{PROFILE_LITERALS, read_app_attributes};
use super::decode::{Item, Table};
use super::model::{OrgSpec, Person, SpUserSpec};
use super::names::Names;
use super::roles::read_roles;
use super::words::quote;
use crate::idp::expression::{Place, Schema};

/// Reads the people whom the IdP knows.
pub(super) fn read_people(root: &Table<'_>, names: &Names) -> BTreeMap<String, Person> {
    read_named(root, "users", |table| Person {
        org: table.item("org").and_then(|item| {
            let org = item.text()?;
            let known = names.orgs.iter().map(String::as_str);
            item.check_name("org", org, known).then(|| org.to_owned())
        }),
        email: table.item("email").and_then(|item| read_email(&item, names)),
        groups: table.item("groups").and_then(|item| item.texts()).unwrap_or_default(),
        profile: table.item("profile").map(|item| read_profile(&item, names)).unwrap_or_default(),
    })
}

/// Reads the users whom the SP has before the first step, and notes who has a password.
pub(super) fn read_sp_users(root: &Table<'_>, names: &mut Names) -> BTreeMap<String, SpUserSpec> {
    let users = read_named(root, "sp_users", |table| {
        let roles = read_roles(table, false);
        SpUserSpec {
            email: table.item("email").and_then(|item| read_email(&item, names)),
            account: table.item("account").and_then(|item| item.sentence()),
            password: table.item("password").and_then(|item| item.sentence()),
            status: table.item("status").and_then(|item| item.word()).unwrap_or_default(),
            account_admin: table
                .item("account_admin")
                .and_then(|item| item.flag())
                .unwrap_or_default(),
            roles: roles.set,
        }
    });
    names.sp_users =
        users.iter().map(|(name, user)| (name.clone(), user.password.is_some())).collect();
    users
}

/// Reads the Okta orgs; `main` is always there.
pub(super) fn read_orgs(root: &Table<'_>) -> BTreeMap<String, OrgSpec> {
    let mut orgs = read_named(root, "orgs", |table| OrgSpec {
        attributes: table.item("attribute").map(|item| {
            read_app_attributes(&item, &PROFILE_LITERALS, &Schema::open(Place::AttributeStatement))
        }),
    });
    orgs.entry("main".to_owned()).or_default();
    orgs
}

fn read_named<T>(
    root: &Table<'_>,
    key: &'static str,
    read: impl Fn(&Table<'_>) -> T,
) -> BTreeMap<String, T> {
    let items = root.item(key).and_then(|item| item.table()).map(|table| table.items());
    let read = |item: Item<'_>| {
        let named = item.check_declared();
        let table = item.table()?;
        let value = read(&table);
        table.finish();
        named.then(|| (item.key.to_owned(), value))
    };
    items.unwrap_or_default().into_iter().filter_map(read).collect()
}

/// Further attributes of a person's Okta profile.
fn read_profile(item: &Item<'_>, names: &Names) -> BTreeMap<String, String> {
    let known = names.domain_placeholders();
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    items.iter().filter_map(|item| Some((item.key.to_owned(), item.template(&known)?))).collect()
}

fn read_email(item: &Item<'_>, names: &Names) -> Option<String> {
    let email = item.template(&names.domain_placeholders())?;
    let parts = email.split_once('@');
    let good = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if !good || email.contains(char::is_whitespace) {
        let hint = "`jane@{domain}`".to_owned();
        item.problem(format!("{} is not an e-mail address", quote(&email)), Some(hint));
        return None;
    }
    Some(email)
}
