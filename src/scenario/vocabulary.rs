//! `[target.configure.vocabulary]`: what an SP's configuration has a word for.

use super::decode::Item;
use super::entries::SETTINGS;
use super::roles::read_role;
use crate::sp::Vocabulary;

/// Reads what an SP's configuration has a word for.
pub(super) fn read_vocabulary(item: &Item<'_>) -> Vocabulary {
    let Some(table) = item.table() else { return Vocabulary::default() };
    let flag = |key| table.item(key).and_then(|item| item.flag());
    let vocabulary = Vocabulary {
        settings: table.item("settings").map(|item| {
            let names = item.list().unwrap_or_default().into_iter();
            names.filter_map(|name| name.choice(&SETTINGS).map(str::to_owned)).collect()
        }),
        attributes: table.item("attributes").and_then(|item| item.texts()),
        resources: words(table.item("resources")),
        roles: table.item("roles").map(|item| {
            let names = item.list().unwrap_or_default().into_iter();
            names.filter_map(|name| read_role(&name, false)).collect()
        }),
        statuses: words(table.item("statuses")),
        no_account_admin: flag("account_admin") == Some(false),
        one_role_a_value: flag("one_role_a_value") == Some(true),
    };
    table.finish();
    vocabulary
}

fn words<T: serde::de::DeserializeOwned>(item: Option<Item<'_>>) -> Option<Vec<T>> {
    let items = item?.list()?;
    Some(items.iter().filter_map(Item::word).collect())
}
