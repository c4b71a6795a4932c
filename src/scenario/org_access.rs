//! `access_rules` of an app in an org file.

use std::collections::BTreeSet;

use super::decode::{Item, Table};
use super::org::People;
use super::org_app::{read_assigned_groups, read_assignee};
use crate::idp::{Access, AccessRuleDraft};

/// `[{ access = "allow", groups = ["staff"], except_users = ["jane"] }, { access = "deny" }]`.
pub(super) fn read_access_rules(item: &Item<'_>, people: &People) -> Option<Vec<AccessRuleDraft>> {
    // All are read before one that is wrong spoils the list.
    let read: Vec<_> = item.tables().into_iter().map(|table| read_rule(table, people)).collect();
    item.is_list().then(|| read.into_iter().collect())?
}

fn read_rule(table: Table<'_>, people: &People) -> Option<AccessRuleDraft> {
    let access = table.required("access").and_then(|item| item.choice(&["allow", "deny"]));
    let users = |key| table.item(key).map(|item| read_users(&item, people));
    let (named, except_users) = (users("users"), users("except_users"));
    let groups = |key| table.item(key).map(|item| read_assigned_groups(&item, people));
    let (groups, except_groups) = (groups("groups"), groups("except_groups"));
    table.finish();
    let access = match access? {
        "deny" => Access::Deny,
        _ => Access::Allow,
    };
    Some(AccessRuleDraft {
        access,
        users: said(named)?,
        groups: said(groups)?,
        except_users: said(except_users)?,
        except_groups: said(except_groups)?,
    })
}

/// What was said, if it was said well; nothing where nothing was said.
fn said(names: Option<Option<BTreeSet<String>>>) -> Option<BTreeSet<String>> {
    names.unwrap_or_else(|| Some(BTreeSet::new()))
}

fn read_users(item: &Item<'_>, people: &People) -> Option<BTreeSet<String>> {
    let logins: Vec<_> = item.list()?.iter().map(|item| read_assignee(item, people)).collect();
    logins.into_iter().collect()
}
