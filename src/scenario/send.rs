//! `send = {…}`: what the IdP does differently in one login.

use std::collections::BTreeMap;

use super::decode::{Item, Table};
use super::model::SendSpec;
use super::names::Names;
use crate::saml::{Attribute, AttributeNameFormat, AttributeValue};

/// Reads a `send` table.
pub(super) fn read_send(item: &Item<'_>, names: &Names) -> Option<SendSpec> {
    let table = item.table()?;
    let known = names.send_placeholders();
    let text = |key| table.item(key).and_then(|item| item.template(&known));
    let send = SendSpec {
        audience: text("audience"),
        restrictions: table.item("restrictions").and_then(|item| {
            let restrictions = item.list()?;
            Some(restrictions.iter().filter_map(|item| item.templates(&known)).collect())
        }),
        recipient: text("recipient"),
        destination: text("destination"),
        issuer: text("issuer"),
        name_id: text("name_id"),
        name_id_format: text("name_id_format"),
        in_response_to: text("in_response_to"),
        key: table.item("key").and_then(|item| item.word()).unwrap_or_default(),
        attributes: table
            .item("attributes")
            .map(|item| read_attributes(&item, &known))
            .unwrap_or_default(),
        omit: table.item("omit").and_then(|item| item.texts()).unwrap_or_default(),
        elements: table
            .item("elements")
            .map(|item| read_elements(&item, &known))
            .unwrap_or_default(),
        encryption: table.item("encryption").and_then(|item| item.word()).unwrap_or_default(),
        age: table.item("age").and_then(|item| item.duration()),
    };
    if let (Some(_), Some(item)) = (&send.audience, table.item("restrictions")) {
        let hint = "put the audience among the `restrictions`".to_owned();
        item.key_problem("`audience` says already whom the response is for", Some(hint));
    }
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

/// `[{ name = "groups", friendly_name = "Groups", values = ["ml-team"] }]`.
fn read_elements(item: &Item<'_>, known: &[String]) -> Vec<Attribute> {
    let read = |table: Table<'_>| {
        let name = table.required("name").and_then(|item| item.text().map(str::to_owned));
        let friendly_name = table.item("friendly_name").and_then(|item| item.template(known));
        let values = table.required("values").and_then(|item| item.list()).unwrap_or_default();
        let values = values.iter().filter_map(|value| read_value(value, known)).collect();
        table.finish();
        let name_format = Some(AttributeNameFormat::default().urn().to_owned());
        Some(Attribute { name: name?, friendly_name, name_format, values })
    };
    item.tables().into_iter().filter_map(read).collect()
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
