//! What expressions evaluate to.

use std::collections::BTreeMap;

use crate::idp::ProfileValue;

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing at all.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; always finite.
    Num(f64),
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// A user or a group by its properties.
    Record(BTreeMap<String, Value>),
}

impl Value {
    /// The values of an attribute: one for each element of an array, one for anything else; what is
    /// null or empty has none (facts/okta.md 3.2).
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Array(items) => items.iter().flat_map(Self::texts).collect(),
            other => Some(other.text()).into_iter().filter(|text| !text.is_empty()).collect(),
        }
    }

    /// The value as one text: an array as CSV, null and records as `""`.
    pub fn text(&self) -> String {
        match self {
            Self::Null | Self::Record(_) => String::new(),
            Self::Bool(flag) => flag.to_string(),
            Self::Int(number) => number.to_string(),
            // As Java writes a Double: always with a point.
            Self::Num(number) => format!("{number:?}"),
            Self::Text(text) => text.clone(),
            Self::Array(items) => items.iter().map(Self::text).collect::<Vec<_>>().join(","),
        }
    }

    /// Null or empty text, for which Elvis takes its right side.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Null) || matches!(self, Self::Text(text) if text.is_empty())
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a whole number",
            Self::Num(_) => "a number",
            Self::Text(_) => "a text",
            Self::Array(_) => "an array",
            Self::Record(_) => "an object",
        }
    }

    /// Its size in bytes, near enough to bound memory.
    pub(super) fn size(&self) -> usize {
        let inside = match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Num(_) => 0,
            Self::Text(text) => text.len(),
            Self::Array(items) => items.iter().map(Self::size).sum(),
            Self::Record(entries) => {
                entries.iter().map(|(name, value)| name.len() + value.size()).sum()
            }
        };
        inside + 16
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&ProfileValue> for Value {
    fn from(value: &ProfileValue) -> Self {
        match value {
            ProfileValue::Text(text) => Self::Text(text.clone()),
            ProfileValue::Bool(flag) => Self::Bool(*flag),
            ProfileValue::Int(number) => Self::Int(*number),
            ProfileValue::Num(number) => Self::Num(*number),
            ProfileValue::List(list) => {
                Self::Array(list.iter().map(|text| Self::from(text.as_str())).collect())
            }
        }
    }
}
