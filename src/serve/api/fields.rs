//! Reading the fields of a body, so that all that is wrong with it is said at once.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::body::kind;
use super::error::ApiError;
use crate::excerpt;

/// What is wrong with a body, so far.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<String>>);

impl Problems {
    /// The most that are listed.
    const MOST: usize = 100;

    /// Notes a problem with a field.
    pub(super) fn note(&self, field: &str, problem: impl std::fmt::Display) {
        let mut found = self.0.borrow_mut();
        if found.len() < Self::MOST {
            found.push(format!("{field}: {problem}"));
        }
    }

    /// Notes a whole cause.
    pub(super) fn push(&self, cause: String) {
        self.0.borrow_mut().push(cause);
    }

    /// E0000001 with all of them, if there are any.
    pub(super) fn check(&self, what: &str) -> Result<(), ApiError> {
        let causes = self.0.borrow().clone();
        if causes.is_empty() { Ok(()) } else { Err(ApiError::invalid(what, causes)) }
    }
}

/// An object of a body. `null` counts as a field that is not there.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    map: Option<&'a Map<String, Value>>,
    /// Its own place, with a dot at the end; empty at the top.
    place: String,
    problems: &'a Problems,
}

const BLANK: &str = "The field cannot be left blank";

impl<'a> Fields<'a> {
    pub(super) fn new(map: &'a Map<String, Value>, problems: &'a Problems) -> Self {
        Self { map: Some(map), place: String::new(), problems }
    }

    /// The value of a field that is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map?.get(name).filter(|value| !value.is_null())
    }

    /// Whether the object itself is there.
    pub(super) fn is_there(&self) -> bool {
        self.map.is_some()
    }

    pub(super) fn map(&self) -> Option<&'a Map<String, Value>> {
        self.map
    }

    /// Notes a problem with one of its fields.
    pub(super) fn note(&self, name: &str, problem: impl std::fmt::Display) {
        self.problems.note(&format!("{}{name}", self.place), problem);
    }

    fn typed<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let found = read(value);
        if found.is_none() {
            self.note(name, format_args!("{wanted} is due, not {}", kind(value)));
        }
        found
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.typed(name, "a text", Value::as_str)
    }

    /// A text that has to be there and say something.
    pub(super) fn required(&self, name: &str) -> Option<&'a str> {
        match self.value(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            None | Some(Value::String(_)) => {
                self.note(name, BLANK);
                None
            }
            Some(_) => self.text(name),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.typed(name, "a boolean", Value::as_bool)
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, name: &str, within: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let number = self.typed(name, "a whole number", |value| {
            value.as_u64().or_else(|| value.as_i64().map(|_negative| u64::MAX))
        })?;
        let found = u32::try_from(number).ok().filter(|number| within.contains(number));
        if found.is_none() {
            self.note(name, format_args!("{} to {} is due", within.start(), within.end()));
        }
        found
    }

    /// An object; one that is not there has no fields.
    pub(super) fn child(&self, name: &str) -> Self {
        let map = self.typed(name, "an object", Value::as_object);
        Self { map, place: format!("{}{name}.", self.place), problems: self.problems }
    }

    pub(super) fn list(&self, name: &str) -> Option<&'a Vec<Value>> {
        self.typed(name, "a list", Value::as_array)
    }

    /// A list of objects.
    pub(super) fn children(&self, name: &str) -> Vec<Self> {
        let items = self.list(name).into_iter().flatten().enumerate();
        items
            .filter_map(|(index, item)| {
                let place = format!("{name}[{index}]");
                let Some(map) = item.as_object() else {
                    self.note(&place, format_args!("an object is due, not {}", kind(item)));
                    return None;
                };
                let place = format!("{}{place}.", self.place);
                Some(Self { map: Some(map), place, problems: self.problems })
            })
            .collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&'a str>> {
        let items = self.list(name)?;
        let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        if texts.len() < items.len() {
            self.note(name, "texts are due, and nothing else");
        }
        Some(texts)
    }

    /// One of these words.
    pub(super) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let shown = excerpt::name(text);
            self.note(name, format_args!("{shown:?} is none of {}", known.join(", ")));
        }
        found
    }
}
