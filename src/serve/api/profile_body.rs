//! Reading profiles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::body::kind;
use super::fields::Problems;
use crate::excerpt;
use crate::idp::{ProfileValue, User};

/// The attributes of a profile; `None` is one that is to be taken away.
pub(super) type Given = BTreeMap<String, Option<ProfileValue>>;

/// The most characters of one value.
const LONGEST: usize = 16 * 1024;
/// The most elements of one list.
const MOST: usize = 1000;

/// Reads a profile whose attributes have to be known. `known` says which there are.
pub(super) fn read(
    profile: &Map<String, Value>,
    problems: &Problems,
    known: impl Fn(&str) -> bool,
) -> Given {
    let mut given = Given::new();
    for (name, value) in profile {
        if !known(name) {
            let shown = excerpt::name(name);
            // Okta's wording (facts/okta.md 5.1).
            problems.push(format!("Property name '{shown}' is not defined in profile"));
            continue;
        }
        match attribute(value) {
            Ok(value) => {
                given.insert(name.clone(), value);
            }
            Err(problem) => problems.note(name, problem),
        }
    }
    given
}

/// Whether a user's profile has an attribute of this name.
pub(super) fn known_of_user(custom: &BTreeSet<String>) -> impl Fn(&str) -> bool {
    |name| User::BASE_ATTRIBUTES.contains(&name) || custom.contains(name)
}

fn attribute(value: &Value) -> Result<Option<ProfileValue>, String> {
    let found = match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => ProfileValue::Bool(*flag),
        Value::String(text) if text.chars().nth(LONGEST).is_some() => {
            return Err(format!("it has more than {LONGEST} characters"));
        }
        Value::String(text) => ProfileValue::Text(text.clone()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => ProfileValue::Int(number),
            (None, Some(number)) if number.is_finite() => ProfileValue::Num(number),
            _ => return Err("the number is out of range".to_owned()),
        },
        Value::Array(items) if items.len() > MOST => {
            return Err(format!("the list has more than {MOST} elements"));
        }
        Value::Array(items) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| match item {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })
                .collect();
            let texts = texts.ok_or("a list of texts or numbers is due")?;
            ProfileValue::List(texts)
        }
        Value::Object(_) => {
            return Err(format!("a text, number, boolean or list is due, not {}", kind(value)));
        }
    };
    Ok(Some(found))
}
