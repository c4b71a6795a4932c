//! Which functions there are, and what they take.

use std::fmt::{self, Debug, Formatter};

use super::budget::Budget;
use super::{
    EvaluationError, ExpressionFault, Node, Scope, Value, array, convert, directory, group, text,
    time,
};
use crate::idp::GroupFilter;

/// A function of the language.
#[derive(Clone, Copy)]
pub struct Function(&'static Definition);

/// What a function is.
pub(super) struct Definition {
    pub(super) name: &'static str,
    /// The deprecated name without the class (facts/okta.md 4.4).
    pub(super) alias: Option<&'static str>,
    pub(super) arity: Arity,
    pub(super) call: fn(&mut Call<'_, '_>) -> Result<Value, EvaluationError>,
}

impl Definition {
    pub(super) const fn new(
        name: &'static str,
        arity: Arity,
        call: fn(&mut Call<'_, '_>) -> Result<Value, EvaluationError>,
    ) -> Self {
        Self { name, alias: None, arity, call }
    }

    pub(super) const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }
}

/// How many arguments a function takes.
#[derive(Clone, Copy)]
pub(super) enum Arity {
    Exactly(usize),
    Between(usize, usize),
    AtLeast(usize),
    /// So many, and then pairs.
    Pairs(usize),
}

impl Arity {
    fn takes(self, count: usize) -> bool {
        match self {
            Self::Exactly(wanted) => count == wanted,
            Self::Between(least, most) => (least..=most).contains(&count),
            Self::AtLeast(least) => count >= least,
            Self::Pairs(first) => count >= first && (count - first).is_multiple_of(2),
        }
    }

    fn words(self) -> String {
        let arguments = |count| if count == 1 { "argument" } else { "arguments" };
        match self {
            Self::Exactly(0) => "no arguments".to_owned(),
            Self::Exactly(count) => format!("{count} {}", arguments(count)),
            Self::Between(least, most) => format!("{least} to {most} arguments"),
            Self::AtLeast(least) => format!("at least {least} {}", arguments(least)),
            Self::Pairs(first) => format!("{first} arguments and then pairs of them"),
        }
    }
}

impl Function {
    /// The most groups that `Groups.*` hands out (facts/okta.md 4.4).
    pub const MAX_GROUPS: usize = 100;

    /// Every function there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let tables = [
            text::FUNCTIONS,
            array::FUNCTIONS,
            convert::FUNCTIONS,
            group::FUNCTIONS,
            directory::FUNCTIONS,
            time::FUNCTIONS,
        ];
        tables.into_iter().flatten().map(Self)
    }

    /// The function of this name or of this deprecated one.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|function| function.0.name == name || function.0.alias == Some(name))
    }

    /// Its name: `String.toLowerCase`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Its deprecated name, where it has one: `toLowerCase`.
    pub fn alias(self) -> Option<&'static str> {
        self.0.alias
    }

    /// Whether it takes so many arguments.
    pub fn takes(self, count: usize) -> bool {
        self.0.arity.takes(count)
    }

    /// The name that differs by upper and lower case alone, has the same last part, or goes on.
    pub(super) fn nearest(name: &str) -> Option<&'static str> {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let exact = Self::all().find(|known| known.name().eq_ignore_ascii_case(name));
        let lower = name.to_lowercase();
        let goes_on =
            |known: &Self| lower.len() > 3 && known.name().to_lowercase().starts_with(&lower);
        let by_last = || Self::all().find(|known| last(known.name()) == last(name));
        exact.or_else(by_last).or_else(|| Self::all().find(goes_on)).map(Self::name)
    }

    /// What of its arguments can be told wrong without evaluating them.
    pub(super) fn check(self, arguments: &[Node]) -> Result<(), ExpressionFault> {
        let name = self.name();
        let count = arguments.len();
        if !self.takes(count) {
            let wanted = self.0.arity.words();
            return Err(ExpressionFault::ArgumentCount { function: name, wanted, found: count });
        }
        let refused = |found: &dyn fmt::Display, remedy| {
            Err(ExpressionFault::Argument { function: name, found: found.to_string(), remedy })
        };
        match (name, arguments) {
            ("isMemberOfGroupNameRegex", [Node::Text(pattern)]) => {
                GroupFilter::regex(pattern.as_str())?;
                Ok(())
            }
            ("getFilteredGroups", [_, property @ Node::Text(text), _])
                if group::property_of(text).is_none() =>
            {
                refused(property, "take \"group.name\", \"group.id\" or \"group.description\"")
            }
            (
                "Groups.startsWith" | "Groups.contains" | "Groups.endsWith",
                [.., Node::Int(limit)],
            ) if !(1..=Self::MAX_GROUPS as i64).contains(limit) => {
                refused(limit, "the limit goes from 1 to 100")
            }
            ("user.getInternalProperty", [property @ Node::Text(text)])
                if !directory::INTERNAL.contains(&text.as_str()) =>
            {
                refused(property, "take \"id\" or \"status\"")
            }
            ("Time.now", [zone @ Node::Text(text), ..])
                if !text.is_empty() && time::zone(text).is_none() =>
            {
                refused(zone, "take a zone's id, as \"Europe/Berlin\", or one of Java's short ones")
            }
            (
                "Time.now" | "Time.fromStringToIso8601" | "Time.fromIso8601ToString",
                [_, format @ Node::Text(text)],
            ) if time::strftime(text).is_none() => refused(format, time::LETTERS),
            ("user.getGroups", maps) => {
                let keys = maps.iter().filter_map(|node| match node {
                    Node::Map(entries) => Some(entries),
                    _ => None,
                });
                match keys.flatten().find(|(key, _)| !group::KEYS.contains(&key.as_str())) {
                    Some((key, _)) => refused(
                        key,
                        "its keys are group.id, group.type, \
                        group.source.id, group.profile.name and operator",
                    ),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    pub(super) fn call(self, mut call: Call<'_, '_>) -> Result<Value, EvaluationError> {
        (self.0.call)(&mut call)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Function {}

impl Debug for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

/// One call while it is evaluated.
pub(super) struct Call<'e, 'a> {
    pub(super) name: &'static str,
    pub(super) scope: &'e Scope<'a>,
    pub(super) budget: &'e mut Budget,
    pub(super) arguments: Vec<Value>,
}

impl Call<'_, '_> {
    /// An argument; one that is not given is null.
    pub(super) fn value(&self, index: usize) -> &Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
    }

    /// Whether an argument is null, or a text with nothing in it, which other functions make of null.
    pub(super) fn is_blank(&self, index: usize) -> bool {
        match self.value(index) {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// An argument as text; null is `""`.
    pub(super) fn text(&self, index: usize) -> Result<String, EvaluationError> {
        self.as_text(self.value(index))
    }

    /// A value as text, as for an argument.
    pub(super) fn as_text(&self, value: &Value) -> Result<String, EvaluationError> {
        match value {
            Value::Null => Ok(String::new()),
            Value::Record(_) => Err(self.wrong("a text", value)),
            value => Ok(value.text()),
        }
    }

    /// An argument as whole number; a text is read as one.
    pub(super) fn int(&self, index: usize) -> Result<i64, EvaluationError> {
        match self.value(index) {
            Value::Int(number) => Ok(*number),
            Value::Text(text) => text
                .trim()
                .parse()
                .map_err(|_| EvaluationError::unreadable(self.name, text, "a whole number")),
            other => Err(self.wrong("a whole number", other)),
        }
    }

    /// An argument as array: null is an empty one, text is read as CSV, anything else is the only
    /// element.
    pub(super) fn array(&self, index: usize) -> Vec<Value> {
        match self.value(index) {
            Value::Null => vec![],
            Value::Array(items) => items.clone(),
            Value::Text(text) if text.is_empty() => vec![],
            Value::Text(text) => text.split(',').map(Value::from).collect(),
            other => vec![other.clone()],
        }
    }

    /// A text that was made, if it is not too long.
    pub(super) fn made(&self, text: String) -> Result<Value, EvaluationError> {
        self.budget.may_make(text.len())?;
        Ok(Value::Text(text))
    }

    pub(super) fn wrong(&self, wanted: &'static str, found: &Value) -> EvaluationError {
        EvaluationError::of_type(self.name, wanted, found)
    }
}
