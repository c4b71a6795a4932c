//! The names that a scenario declares, for everything that refers to them.

use std::collections::{BTreeMap, BTreeSet};

use super::decode::{Item, Table};
use super::placeholder::BRACE;
use super::words::{quote, suggest};

/// What is declared where, as far as the steps read so far have changed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) people: BTreeSet<String>,
    /// Users of the SP, and whether they have a password.
    pub(super) sp_users: BTreeMap<String, bool>,
    /// Entries with the ids of their mappings.
    pub(super) entries: BTreeMap<String, BTreeSet<String>>,
    pub(super) orgs: BTreeSet<String>,
    /// Named browsers that an earlier step has used.
    pub(super) browsers: BTreeSet<String>,
}

impl Names {
    /// Takes every name of a scenario file before anything is read, so that order does not matter.
    pub(super) fn declared(root: &Table<'_>) -> Self {
        let keys = |key: &'static str| -> BTreeSet<String> {
            let table = root.item(key).filter(Item::is_table).and_then(|item| item.table());
            let items = table.map(|table| table.items()).unwrap_or_default();
            items.iter().map(|item| item.key.to_owned()).collect()
        };
        let mut entries = keys("entries");
        entries.insert("main".into());
        let mut orgs = keys("orgs");
        orgs.insert("main".into());
        Self {
            people: keys("users"),
            sp_users: keys("sp_users").into_iter().map(|name| (name, false)).collect(),
            entries: entries.into_iter().map(|name| (name, BTreeSet::new())).collect(),
            orgs,
            browsers: BTreeSet::new(),
        }
    }

    /// Everybody: people the IdP knows and users the SP has.
    pub(super) fn everybody(&self) -> Vec<&str> {
        let mut names: Vec<_> =
            self.people.iter().chain(self.sp_users.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Placeholders for e-mail addresses and domains.
    pub(super) fn domain_placeholders(&self) -> Vec<String> {
        let named = self.entries.keys().map(|entry| format!("domain.{entry}"));
        std::iter::once("domain".to_owned()).chain(named).collect()
    }

    /// Placeholders for what the IdP sends.
    pub(super) fn send_placeholders(&self) -> Vec<String> {
        let mut known = self.domain_placeholders();
        known.extend(["sp.entity_id", "sp.entity_id.slash", "sp.acs", BRACE].map(str::to_owned));
        known
    }
}

impl Item<'_> {
    /// Reports a name that nothing declares.
    pub(super) fn check_name<'n>(
        &self,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> bool {
        let known: Vec<&str> = known.into_iter().collect();
        let found = known.contains(&name);
        if !found && !self.is_unheard() {
            let none = || Some(format!("the file declares no {what}"));
            let hint = suggest(name, &known).or_else(none);
            self.problem(format!("there is no {what} {}", quote(name)), hint);
        }
        found
    }

    /// Reports a declared name that could not become part of an address or a host name.
    pub(super) fn check_declared(&self) -> bool {
        let name = self.key;
        let good = name.len() <= 40
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && !name.ends_with('-')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !good {
            let hint = "lower-case letters, digits and `-`, a letter first, at most 40";
            self.key_problem(format!("{} cannot be a name here", quote(name)), Some(hint.into()));
        }
        good
    }
}
