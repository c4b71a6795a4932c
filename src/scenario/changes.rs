//! `change = {…}`: what a step changes, by paths such as `sp.mapping.researchers.org.research`.

use super::decode::{Item, Table};
use super::entries::{read_defaults, read_domains, read_pairs, read_settings};
use super::model::{Change, IdpChange, MappingEdit, MetadataSpec, SpUserEdit};
use super::names::Names;
use super::roles::read_roles;
use super::words::{quote, suggest};

/// Reads a `change` table, and follows what it does to the names.
pub(super) fn read_changes(item: &Item<'_>, names: &mut Names) -> Option<Vec<Change>> {
    let table = item.table()?;
    let mut changes = Vec::new();
    if table.item("by").and_then(|item| item.choice(&["customer", "staff"])) == Some("customer") {
        changes.push(Change::ByCustomer);
    }
    if let Some(item) = table.item("sp") {
        read_entry_changes("main", &item, names, &mut changes);
    }
    let named = |key| table.item(key).and_then(|item: Item<'_>| item.table()).map(|t| t.items());
    for item in named("entries").unwrap_or_default() {
        if !known_key(&item, "entry", names.entries.keys()) {
            continue;
        }
        if item.as_text() == Some("removed") {
            changes.push(Change::EntryRemoved { entry: item.key.to_owned() });
        } else {
            read_entry_changes(item.key, &item, names, &mut changes);
        }
    }
    for item in named("users").unwrap_or_default() {
        if known_key(&item, "user", &names.people) {
            read_person_changes(&item, names, &mut changes);
        }
    }
    for item in named("sp_users").unwrap_or_default() {
        changes.extend(read_sp_user_change(&item, names));
    }
    for item in named("idp").unwrap_or_default() {
        if known_key(&item, "org", &names.orgs) {
            read_idp_changes(&item, &mut changes);
        }
    }
    if let Some(item) = table.item("removed") {
        let items = item.list_or_one();
        let removed = items.iter().filter_map(Item::resource).collect();
        changes.push(Change::ResourcesRemoved(removed));
    }
    table.finish();
    Some(changes)
}

fn known_key<'n>(item: &Item<'_>, what: &str, known: impl IntoIterator<Item = &'n String>) -> bool {
    let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
    let found = known.contains(&item.key);
    if !found {
        let hint = suggest(item.key, &known);
        item.key_problem(format!("there is no {what} {}", quote(item.key)), hint);
    }
    found
}

fn read_entry_changes(entry: &str, item: &Item<'_>, names: &mut Names, changes: &mut Vec<Change>) {
    let Some(table) = item.table() else { return };
    let own = || entry.to_owned();
    if let Some(item) = table.item("settings") {
        let settings = read_settings(&item).into_iter();
        changes.extend(settings.map(|(name, value)| Change::Setting { entry: own(), name, value }));
    }
    let mappings = table.item("mapping").and_then(|item| item.table()).map(|t| t.items());
    for item in mappings.unwrap_or_default() {
        changes.extend(read_mapping_change(entry, &item, names));
    }
    if let Some(item) = table.item("defaults") {
        changes.push(Change::Defaults { entry: own(), roles: read_defaults(&item) });
    }
    if let Some(domains) = table.item("domains").and_then(|item| read_domains(&item, names)) {
        changes.push(Change::Domains { entry: own(), domains });
    }
    if let Some(validated) = table.item("validated").and_then(|item| item.flag()) {
        changes.push(Change::Validated { entry: own(), validated });
    }
    if let Some(source) = read_metadata(&table, names) {
        changes.push(Change::Metadata { entry: own(), source });
    }
    table.finish();
}

/// One of `org`, `metadata_url` and `metadata_xml`.
fn read_metadata(table: &Table<'_>, names: &Names) -> Option<MetadataSpec> {
    let items: Vec<_> =
        ["org", "metadata_url", "metadata_xml"].into_iter().filter_map(|k| table.item(k)).collect();
    if let [first, rest @ ..] = items.as_slice() {
        for other in rest {
            let message = format!("the metadata has a source already: {}", quote(first.key));
            other.key_problem(message, None);
        }
    }
    let item = items.first()?;
    let text = item.text()?.to_owned();
    Some(match item.key {
        "org" => {
            let known = names.orgs.iter().map(String::as_str);
            return item.check_name("org", &text, known).then_some(MetadataSpec::Org(text));
        }
        "metadata_url" => MetadataSpec::Url(text),
        _ => MetadataSpec::Xml(text),
    })
}

fn read_mapping_change(entry: &str, item: &Item<'_>, names: &mut Names) -> Option<Change> {
    let ids = names.entries.entry(entry.to_owned()).or_default();
    let id = item.key.to_owned();
    if let Some(text) = item.as_text() {
        if text != "removed" {
            item.problem(format!("a mapping cannot be {}", quote(text)), Some(REMOVED.into()));
            return None;
        }
        return (known_key(item, "mapping", &*ids) && ids.remove(&id))
            .then(|| Change::MappingRemoved { entry: entry.to_owned(), id });
    }
    let table = item.table()?;
    let when = table.item("when").map(|item| read_pairs(&item));
    let account_admin = table.item("account_admin").map(|item| item.flag());
    let roles = read_roles(&table, true);
    table.finish();
    if when.is_none() && !ids.contains(&id) {
        let known: Vec<_> = ids.iter().collect();
        let hint = "a new mapping has a `when`".to_owned();
        let hint = suggest(&id, &known).map_or(hint.clone(), |near| format!("{near}; {hint}"));
        item.key_problem(format!("there is no mapping {}", quote(&id)), Some(hint));
        return None;
    }
    ids.insert(id.clone());
    let mapping = MappingEdit {
        id,
        when: when.flatten(),
        account_admin: account_admin.flatten(),
        roles: roles.set,
        removed: roles.removed,
    };
    Some(Change::Mapping { entry: entry.to_owned(), mapping })
}

const REMOVED: &str = "a table with what changes, or `\"removed\"`";

fn read_person_changes(item: &Item<'_>, names: &Names, changes: &mut Vec<Change>) {
    let Some(table) = item.table() else { return };
    let person = item.key.to_owned();
    if let Some(groups) = table.item("groups").and_then(|item| item.texts()) {
        changes.push(Change::Groups { person: person.clone(), groups });
    }
    if let Some(assigned) = table.item("assigned").and_then(|item| item.flag()) {
        changes.push(Change::Assigned { person: person.clone(), assigned });
    }
    let known = names.domain_placeholders();
    let profile = table.item("profile").and_then(|item| item.table()).map(|table| table.items());
    changes.extend(profile.unwrap_or_default().iter().filter_map(|item| {
        let value = item.template(&known)?;
        Some(Change::Profile { person: person.clone(), key: item.key.to_owned(), value })
    }));
    table.finish();
}

fn read_sp_user_change(item: &Item<'_>, names: &mut Names) -> Option<Change> {
    let name = item.key.to_owned();
    if !known_key(
        item,
        "user",
        &names.everybody().into_iter().map(str::to_owned).collect::<Vec<_>>(),
    ) {
        return None;
    }
    if let Some(text) = item.as_text() {
        if text != "deleted" {
            let hint = "a table with what changes, or `\"deleted\"`".to_owned();
            item.problem(format!("a user cannot be {}", quote(text)), Some(hint));
            return None;
        }
        names.sp_users.insert(name.clone(), false);
        return Some(Change::SpUserDeleted { name });
    }
    let table = item.table()?;
    let roles = read_roles(&table, true);
    let user = SpUserEdit {
        password: table.item("password").and_then(|item| item.sentence()),
        status: table.item("status").and_then(|item| item.word()),
        account_admin: table.item("account_admin").and_then(|item| item.flag()),
        roles: roles.set,
        removed: roles.removed,
    };
    table.finish();
    let had = names.sp_users.get(&name).copied().unwrap_or_default();
    names.sp_users.insert(name.clone(), had || user.password.is_some());
    Some(Change::SpUser { name, user })
}

fn read_idp_changes(item: &Item<'_>, changes: &mut Vec<Change>) {
    let Some(table) = item.table() else { return };
    let org = item.key.to_owned();
    let mut push = |change| changes.push(Change::Idp { org: org.clone(), change });
    if let Some(item) = table.item("publish") {
        let keys: Vec<_> = item.list_or_one().iter().filter_map(key_number).collect();
        if keys.is_empty() {
            item.problem("the metadata shows one key at least", suggest("", &KEYS));
        }
        push(IdpChange::Publish(keys));
    }
    if let Some(key) = table.item("sign_with").and_then(|item| key_number(&item)) {
        push(IdpChange::SignWith(key));
    }
    if let Some(up) = table.item("metadata").and_then(|item| item.choice(&["down", "up"])) {
        push(IdpChange::MetadataUp(up == "up"));
    }
    table.finish();
}

const KEYS: [&str; 2] = ["current", "next"];

fn key_number(item: &Item<'_>) -> Option<usize> {
    item.choice(&KEYS).map(|key| usize::from(key == "next"))
}
