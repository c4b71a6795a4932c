//! `[[app.attribute]]`: what the IdP's app sends.

use super::decode::{Item, Table};
use super::words::suggest;
use crate::sp::{AppAttribute, AttributeSource, GroupFilter};

/// Reads a list of attribute statements.
pub(super) fn read_app_attributes(item: &Item<'_>) -> Vec<AppAttribute> {
    item.tables().into_iter().filter_map(read_attribute).collect()
}

fn read_attribute(table: Table<'_>) -> Option<AppAttribute> {
    let name = table.required("name").and_then(|item| item.sentence());
    let format = table.item("format").map(|item| item.word());
    let literal = table.item("literal");
    let user = table.item("user");
    let groups = table.item("groups");
    let given = [&literal, &user, &groups].into_iter().flatten().count();
    if given != 1 {
        let hint = "`literal = \"…\"`, `user = \"email\"` or `groups = { starts_with = \"…\" }`";
        table.problem("an attribute has exactly one source", Some(hint.into()));
    }
    let source = if let Some(item) = literal {
        item.template(&["token"]).map(AttributeSource::Literal)
    } else if let Some(item) = user {
        item.sentence().map(AttributeSource::User)
    } else {
        groups.and_then(|item| read_filter(&item)).map(AttributeSource::Groups)
    };
    table.finish();
    Some(AppAttribute {
        name: name?,
        format: format.unwrap_or(Some(Default::default()))?,
        source: source?,
    })
}

fn read_filter(item: &Item<'_>) -> Option<GroupFilter> {
    let items = item.table()?.items();
    let [filter] = items.as_slice() else {
        item.problem("a group filter has one kind", suggest("", &KINDS));
        return None;
    };
    let text = || filter.text().map(str::to_owned);
    match filter.key {
        "starts_with" => text().map(GroupFilter::StartsWith),
        "equals" => text().map(GroupFilter::Equals),
        "contains" => text().map(GroupFilter::Contains),
        "regex" => read_regex(filter).map(GroupFilter::Regex),
        other => {
            filter
                .key_problem(format!("there is no group filter `{other}`"), suggest(other, &KINDS));
            None
        }
    }
}

fn read_regex(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if let Err(error) = regex::RegexBuilder::new(text).size_limit(1 << 20).build() {
        let message = error.to_string();
        let reason = message.lines().last().unwrap_or_default().trim().to_owned();
        item.problem("not a regular expression", Some(reason));
        return None;
    }
    Some(text.to_owned())
}

const KINDS: [&str; 4] = ["starts_with", "equals", "contains", "regex"];
