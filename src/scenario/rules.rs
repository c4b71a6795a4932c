//! `[rules]`: the knobs of a profile, and an entry's overrides.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::decode::Item;
use super::words::{expected, quote, suggest};
use crate::sp::Rules;

/// `rules` with one knob set.
///
/// # Errors
/// The knob does not exist, or the value does not fit it.
pub fn with_rule(rules: &Rules, name: &str, value: Value) -> Result<Rules, serde_json::Error> {
    let mut all = serde_json::to_value(rules)?;
    if let Some(all) = all.as_object_mut() {
        all.insert(name.to_owned(), value);
    }
    serde_json::from_value(all)
}

/// Reads a profile's `[rules]`, and which of them it states.
pub(super) fn read_rules(item: &Item<'_>) -> (Rules, BTreeSet<String>) {
    let stated = read_rule_overrides(item);
    let names = stated.keys().cloned().collect();
    let rules = stated.into_iter().fold(Rules::default(), |rules, (name, value)| {
        // Each was tried when it was read.
        with_rule(&rules, &name, value).unwrap_or(rules)
    });
    (rules, names)
}

/// Reads an entry's `rules`: each knob is tried, none is combined with another.
pub(super) fn read_rule_overrides(item: &Item<'_>) -> BTreeMap<String, Value> {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    items.iter().filter_map(|item| Some((item.key.to_owned(), read_rule(item)?))).collect()
}

fn read_rule(item: &Item<'_>) -> Option<Value> {
    let value = item.json()?;
    match with_rule(&Rules::default(), item.key, value.clone()) {
        Ok(rules) if !(0..=SECONDS_A_YEAR).contains(&rules.skew_seconds) => {
            item.problem("`skew_seconds` lies between 0 and a year", None);
            None
        }
        Ok(_) => Some(value),
        Err(error) => {
            report(item, &value, &error);
            None
        }
    }
}

const SECONDS_A_YEAR: i64 = 366 * 24 * 60 * 60;

fn report(item: &Item<'_>, value: &Value, error: &serde_json::Error) {
    let words = expected(error);
    if error.to_string().starts_with("unknown field") {
        let hint = suggest(item.key, &words);
        item.key_problem(format!("there is no rule {}", quote(item.key)), hint);
    } else if let (Some(text), false) = (value.as_str(), words.is_empty()) {
        let message = format!("the rule {} cannot be {}", quote(item.key), quote(text));
        item.problem(message, suggest(text, &words));
    } else {
        let wanted = match serde_json::to_value(Rules::default()) {
            Ok(known) => match known.get(item.key) {
                Some(Value::Bool(_)) => "`true` or `false`",
                Some(Value::Number(_)) => "a whole number",
                Some(Value::Array(_)) => "a list of strings",
                _ => "a string",
            },
            Err(_) => "another value",
        };
        item.problem(format!("the rule {} must be {wanted}", quote(item.key)), None);
    }
}

impl Item<'_> {
    /// A string, flag, whole number or list of strings as JSON.
    fn json(&self) -> Option<Value> {
        if self.is_list() {
            return self.texts().map(Value::from);
        }
        if let Some(text) = self.as_text() {
            return Some(Value::from(text));
        }
        if self.is_flag() { self.flag().map(Value::from) } else { self.number().map(Value::from) }
    }
}
