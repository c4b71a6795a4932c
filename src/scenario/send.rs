//! `send = {…}`: what the IdP does differently in one login.

use std::collections::BTreeMap;

use super::decode::Item;
use super::model::SendSpec;
use super::names::Names;
use crate::saml::AttributeValue;

/// Reads a `send` table.
pub(super) fn read_send(item: &Item<'_>, names: &Names) -> Option<SendSpec> {
    let table = item.table()?;
    let known = names.send_placeholders();
    let text = |key| table.item(key).and_then(|item| item.template(&known));
    let send = SendSpec {
        audience: text("audience"),
        recipient: text("recipient"),
        destination: text("destination"),
        issuer: text("issuer"),
        name_id: text("name_id"),
        key: table.item("key").and_then(|item| item.word()).unwrap_or_default(),
        attributes: table
            .item("attributes")
            .map(|item| read_attributes(&item, &known))
            .unwrap_or_default(),
        omit: table.item("omit").and_then(|item| item.texts()).unwrap_or_default(),
        age: table.item("age").and_then(|item| item.duration()),
    };
    table.finish();
    Some(send)
}

fn read_attributes(item: &Item<'_>, known: &[String]) -> BTreeMap<String, Vec<AttributeValue>> {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    let read = |item: &Item<'_>| {
        let values = item.list_or_one();
        let values = values.iter().filter_map(|value| read_value(value, known)).collect();
        (item.key.to_owned(), values)
    };
    items.iter().map(read).collect()
}

/// A text, or `{ nil = true }`.
fn read_value(item: &Item<'_>, known: &[String]) -> Option<AttributeValue> {
    if !item.is_table() {
        return item.template(known).map(AttributeValue::Text);
    }
    let table = item.table()?;
    let nil = table.required("nil").and_then(|item| item.flag());
    table.finish();
    if nil == Some(false) {
        item.problem("a value that is not nil is a string", None);
        return None;
    }
    nil.map(|_| AttributeValue::Nil)
}
