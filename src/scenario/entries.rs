//! `[sp]`, `[entries.NAME]` and their mappings.

use std::collections::{BTreeMap, BTreeSet};

use super::decode::{Item, Table};
use super::model::{EntrySpec, MappingSpec};
use super::names::Names;
use super::roles::read_roles;
use super::rules::read_rule_overrides;
use super::words::{quote, suggest};
use crate::sp::{Resource, Role};

/// The switches of an entry by their names in files.
pub(super) const SETTINGS: [&str; 5] =
    ["allow_login_with_defaults", "enforce_saml", "jit", "sign_authn", "sync_user_roles"];

/// Reads all entries, and notes their mappings' ids.
pub(super) fn read_entries(root: &Table<'_>, names: &mut Names) -> BTreeMap<String, EntrySpec> {
    let mut entries = BTreeMap::new();
    let named = root.item("entries").and_then(|item| item.table()).map(|table| table.items());
    let mut read = |name: &str, item: &Item<'_>| {
        let Some(table) = item.table() else { return };
        let spec = read_entry(&table, names);
        table.finish();
        let ids = spec.mappings.iter().map(|mapping| mapping.id.clone()).collect();
        names.entries.insert(name.to_owned(), ids);
        entries.insert(name.to_owned(), spec);
    };
    let main = root.item("sp");
    if let Some(item) = &main {
        read("main", item);
    }
    for item in named.unwrap_or_default() {
        if item.key == "main" && main.is_some() {
            item.key_problem("`[sp]` and `[entries.main]` are the same entry", None);
        } else if item.check_declared() {
            read(item.key, &item);
        }
    }
    entries
}

fn read_entry(table: &Table<'_>, names: &Names) -> EntrySpec {
    let org = table.item("org").and_then(|item| {
        let org = item.text()?;
        item.check_name("org", org, names.orgs.iter().map(String::as_str)).then(|| org.to_owned())
    });
    let token = table.item("token").and_then(|item| item.sentence());
    EntrySpec {
        account: table.item("account").and_then(|item| item.sentence()),
        org,
        domains: table.item("domains").and_then(|item| read_domains(&item, names)),
        validated: table.item("validated").and_then(|item| item.flag()),
        settings: table.item("settings").map(|item| read_settings(&item)).unwrap_or_default(),
        rules: table.item("rules").map(|item| read_rule_overrides(&item)).unwrap_or_default(),
        mappings: table.item("mapping").map(|item| read_mappings(&item)).unwrap_or_default(),
        defaults: table.item("defaults").map(|item| read_defaults(&item)).unwrap_or_default(),
        token,
        group_teams: table.item("group_teams").and_then(|item| read_group_teams(&item)),
        resources: table.item("resources").map(|item| read_resources(&item)).unwrap_or_default(),
        managed_by_file: table
            .item("managed_by_file")
            .and_then(|item| item.flag())
            .unwrap_or(false),
    }
}

/// A list of e-mail domains.
pub(super) fn read_domains(item: &Item<'_>, names: &Names) -> Option<Vec<String>> {
    let known = names.domain_placeholders();
    let read = |item: &Item<'_>| {
        let domain = item.template(&known)?;
        if domain.is_empty() || domain.contains(|c: char| c.is_whitespace() || c == '@') {
            let hint = "a domain alone: `{domain}`, `eng.{domain}`".to_owned();
            item.problem(format!("{} is not an e-mail domain", quote(&domain)), Some(hint));
            return None;
        }
        Some(domain)
    };
    Some(item.list()?.iter().filter_map(read).collect())
}

/// A table of switches.
pub(super) fn read_settings(item: &Item<'_>) -> BTreeMap<String, bool> {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    let mut settings = BTreeMap::new();
    for item in items {
        if !SETTINGS.contains(&item.key) {
            let hint = suggest(item.key, &SETTINGS);
            item.key_problem(format!("there is no setting {}", quote(item.key)), hint);
        } else if let Some(value) = item.flag() {
            settings.insert(item.key.to_owned(), value);
        }
    }
    settings
}

/// Default roles.
pub(super) fn read_defaults(item: &Item<'_>) -> Vec<(Resource, Role)> {
    let Some(table) = item.table() else { return Vec::new() };
    let roles = read_roles(&table, false);
    table.finish();
    roles.set
}

/// A list of resources.
pub(super) fn read_resources(item: &Item<'_>) -> Vec<Resource> {
    item.list().unwrap_or_default().iter().filter_map(Item::resource).collect()
}

fn read_group_teams(item: &Item<'_>) -> Option<(String, bool)> {
    let table = item.table()?;
    let attribute = table.required("attribute").and_then(|item| item.sentence());
    let auto_create = table.item("auto_create").map(|item| item.flag());
    table.finish();
    Some((attribute?, auto_create.unwrap_or(Some(false))?))
}

fn read_mappings(item: &Item<'_>) -> Vec<MappingSpec> {
    let mut seen = BTreeSet::new();
    item.tables().into_iter().filter_map(|table| read_mapping(table, &mut seen)).collect()
}

fn read_mapping(table: Table<'_>, seen: &mut BTreeSet<String>) -> Option<MappingSpec> {
    let id = table.required("id").and_then(|item| {
        let id = item.sentence()?;
        if !seen.insert(id.clone()) {
            item.problem(format!("another mapping has the id {}", quote(&id)), None);
        }
        Some(id)
    });
    let when = table.required("when").and_then(|item| read_pairs(&item));
    let account_admin = table.item("account_admin").map(|item| item.flag());
    let roles = read_roles(&table, false);
    table.finish();
    Some(MappingSpec {
        id: id?,
        when: when?,
        account_admin: account_admin.unwrap_or(Some(false))?,
        roles: roles.set,
    })
}

/// `[["groups", "ml-team"], …]`.
pub(super) fn read_pairs(item: &Item<'_>) -> Option<Vec<(String, String)>> {
    let read = |item: &Item<'_>| {
        let texts = item.is_list().then(|| item.texts()).flatten().unwrap_or_default();
        if let [name, value] = texts.as_slice() {
            return Some((name.clone(), value.clone()));
        }
        let hint = "`when = [[\"groups\", \"ml-team\"]]`: one list of two for each pair".to_owned();
        item.problem("a condition is a pair of attribute name and value", Some(hint));
        None
    };
    Some(item.list()?.iter().filter_map(read).collect())
}
