//! Bodies: JSON objects, read strictly and within bounds.

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::saml::xml;

/// How deep objects and lists may stand inside each other. Okta's own bodies need eight.
const DEEPEST: usize = 32;

/// Reads a body that has to be one JSON object: UTF-8, no name twice in an object, no text that XML
/// cannot carry, nothing behind it.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match read(bytes)? {
        Value::Object(map) => Ok(map),
        other => Err(ApiError::malformed(format!("an object is due, not {}", kind(&other)))),
    }
}

/// As [`object`], where no body at all is an empty object.
pub(super) fn optional(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.trim_ascii().is_empty() { Ok(Map::new()) } else { object(bytes) }
}

/// Reads a body that has to be a JSON list.
pub(super) fn list(bytes: &[u8]) -> Result<Vec<Value>, ApiError> {
    match read(bytes)? {
        Value::Array(items) => Ok(items),
        other => Err(ApiError::malformed(format!("a list is due, not {}", kind(&other)))),
    }
}

fn read(bytes: &[u8]) -> Result<Value, ApiError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ApiError::malformed(format!("the body is not UTF-8: {error}")))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: DEEPEST }.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| ApiError::malformed(error.to_string()))
}

/// What a value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Any JSON value that is not too deep and says nothing twice.
struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Strict {
    fn inside<E: Error>(&self) -> Result<usize, E> {
        let deeper = self.depth.checked_sub(1);
        deeper.ok_or_else(|| E::custom(format!("it is nested more than {DEEPEST} deep")))
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        // Nearly all texts end in some assertion, and would break it only then.
        match xml::unwritable(text) {
            None => Ok(text.into()),
            Some(found) => Err(E::custom(format!("XML cannot carry the character {found:?}"))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let depth = self.inside()?;
        let mut list = vec![];
        while let Some(item) = items.next_element_seed(Self { depth })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let depth = self.inside()?;
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Self { depth })?;
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("the name {name:?} stands there twice")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}
