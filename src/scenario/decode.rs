//! Reading values out of a TOML tree: what is wrong is collected, never returned early.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Span;
use super::source::{ParseErrors, Problem, Source};
use super::words::{parse_word, quote, suggest};

/// Where problems are collected.
#[derive(Debug, Default)]
pub(super) struct Sink {
    problems: RefCell<Vec<Problem>>,
    /// The whole file.
    text: String,
}

impl Sink {
    /// Whether no further problem would be noted.
    fn is_full(&self) -> bool {
        self.problems.borrow().len() >= ParseErrors::MAX_PROBLEMS
    }

    /// Notes a problem; above the limit it is dropped.
    pub(super) fn report(&self, span: Span, message: impl Into<String>, hint: Option<String>) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < ParseErrors::MAX_PROBLEMS {
            problems.push(Problem { span, message: message.into(), hint });
        }
    }
}

/// Parses a text and hands its root table to `read`, which returns `None` only where it has reported
/// a problem.
///
/// # Errors
/// Every problem that the parser or `read` found.
pub(super) fn decode<T>(
    source: &Source,
    read: impl FnOnce(Table<'_>) -> Option<T>,
) -> Result<T, ParseErrors> {
    let sink = Sink { text: source.text.clone(), ..Sink::default() };
    let value = if source.text.len() > Source::MAX_BYTES {
        let message = format!("the file has more than {} bytes", Source::MAX_BYTES);
        sink.report(0..0, message, None);
        None
    } else {
        let (root, errors) = DeTable::parse_recoverable(&source.text);
        // A tree that was guessed together after a syntax error yields made-up problems; after a
        // duplicate key it is sound.
        let sound = errors.iter().all(|error| error.message().starts_with("duplicate key"));
        for error in errors {
            let hint = error
                .message()
                .starts_with("duplicate key")
                .then(|| "a key is written once; remove one of them".to_owned());
            sink.report(error.span().unwrap_or(0..0), error.message(), hint);
        }
        sound.then(|| read(Table::new(&sink, root.get_ref(), 0..0, ""))).flatten()
    };
    let mut problems = sink.problems.into_inner();
    match value {
        Some(value) if problems.is_empty() => Ok(value),
        _ => {
            problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
            problems.dedup();
            Err(ParseErrors { source: source.clone(), problems })
        }
    }
}

/// A table that is being read. Every key asked for becomes a known one; [`Table::finish`] reports
/// the others.
#[derive(Debug)]
pub(super) struct Table<'a> {
    sink: &'a Sink,
    entries: &'a DeTable<'a>,
    span: Span,
    name: &'a str,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    fn new(sink: &'a Sink, entries: &'a DeTable<'a>, span: Span, name: &'a str) -> Self {
        Self { sink, entries, span, name, known: RefCell::default() }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The value of a key.
    pub(super) fn item(&self, key: &'static str) -> Option<Item<'a>> {
        self.known.borrow_mut().push(key);
        let (name, value) = self.entries.get_key_value(key)?;
        Some(Item { sink: self.sink, key: name.get_ref(), key_span: name.span(), value })
    }

    /// Whether a key is there; it does not become a known one.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &'static str) -> Option<Item<'a>> {
        let item = self.item(key);
        if item.is_none() {
            let place =
                if self.name.is_empty() { "".into() } else { format!(" in {}", quote(self.name)) };
            self.sink.report(self.span(), format!("the key `{key}` is missing{place}"), None);
        }
        item
    }

    /// All entries in the order of the file, for tables whose keys are names.
    pub(super) fn items(&self) -> Vec<Item<'a>> {
        let mut items: Vec<_> = self
            .entries
            .iter()
            .map(|(key, value)| Item {
                sink: self.sink,
                key: key.get_ref(),
                key_span: key.span(),
                value,
            })
            .collect();
        items.sort_by_key(|item| item.key_span.start);
        items
    }

    /// Reports every key that was never asked for.
    pub(super) fn finish(self) {
        let mut known = self.known.into_inner();
        known.sort_unstable();
        known.dedup();
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) && !self.sink.is_full() {
                let message = format!("unknown key {}", quote(name));
                self.sink.report(key.span(), message, suggest(name, &known));
            }
        }
    }

    /// Reports a problem with the table as a whole.
    pub(super) fn problem(&self, message: impl Into<String>, hint: Option<String>) {
        self.sink.report(self.span(), message, hint);
    }
}

/// A key with its value, or one value of a list.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    sink: &'a Sink,
    /// The key; of a list's value, the key of the list.
    pub(super) key: &'a str,
    /// Where the key stands.
    pub(super) key_span: Span,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Item<'a> {
    /// Where the value stands.
    pub(super) fn span(&self) -> Span {
        self.value.span()
    }

    /// Reports a problem with the value.
    pub(super) fn problem(&self, message: impl Into<String>, hint: Option<String>) {
        self.sink.report(self.span(), message, hint);
    }

    /// Reports a problem with a part of the value.
    pub(super) fn problem_at(&self, span: Span, message: impl Into<String>) {
        self.sink.report(span, message, None);
    }

    /// The value as it is written.
    pub(super) fn written(&self) -> &'a str {
        self.sink.text.get(self.span()).unwrap_or_default()
    }

    /// Reports a problem with the key.
    pub(super) fn key_problem(&self, message: impl Into<String>, hint: Option<String>) {
        self.sink.report(self.key_span.clone(), message, hint);
    }

    /// Whether no further problem would be noted: looking for a hint is in vain then.
    pub(super) fn is_unheard(&self) -> bool {
        self.sink.is_full()
    }

    /// How many entries or values it has; nothing is reported.
    pub(super) fn len(&self) -> usize {
        let value = self.value.get_ref();
        let values = value.as_array().map(|values| values.len());
        values.or_else(|| value.as_table().map(|table| table.len())).unwrap_or_default()
    }

    /// The text, if that is what it is; nothing is reported.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        self.value.get_ref().as_str()
    }

    /// Whether it is a table; nothing is reported.
    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    /// Whether it is `true` or `false`; nothing is reported.
    pub(super) fn is_flag(&self) -> bool {
        self.value.get_ref().is_bool()
    }

    /// Whether it is a whole number; nothing is reported.
    pub(super) fn is_number(&self) -> bool {
        self.value.get_ref().is_integer()
    }

    /// Whether it is a list; nothing is reported.
    pub(super) fn is_list(&self) -> bool {
        self.value.get_ref().is_array()
    }

    /// A text.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.as_text().or_else(|| self.wrong_type("a string"))
    }

    /// A text that is not blank.
    pub(super) fn sentence(&self) -> Option<String> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.problem(format!("{} is empty", quote(self.key)), None);
            return None;
        }
        Some(text.to_owned())
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Option<bool> {
        self.value.get_ref().as_bool().or_else(|| self.wrong_type("`true` or `false`"))
    }

    /// A whole number.
    pub(super) fn number(&self) -> Option<i64> {
        let Some(integer) = self.value.get_ref().as_integer() else {
            return self.wrong_type("a whole number");
        };
        let parsed = i64::from_str_radix(integer.as_str(), integer.radix());
        if parsed.is_err() {
            self.problem("the number is too large", None);
        }
        parsed.ok()
    }

    /// A whole number from 0.
    pub(super) fn count(&self) -> Option<usize> {
        let number = self.number()?;
        let count = usize::try_from(number).ok();
        if count.is_none() {
            self.problem(
                format!("{} counts something and cannot be {number}", quote(self.key)),
                None,
            );
        }
        count
    }

    /// A list.
    pub(super) fn list(&self) -> Option<Vec<Item<'a>>> {
        let Some(values) = self.value.get_ref().as_array() else {
            return self.wrong_type("a list");
        };
        let item = |value| Item { value, ..self.clone() };
        Some(values.iter().map(item).collect())
    }

    /// A list, or one value that stands for a list of one.
    pub(super) fn list_or_one(&self) -> Vec<Item<'a>> {
        if self.is_list() { self.list().unwrap_or_default() } else { vec![self.clone()] }
    }

    /// A list of texts; values of another type are reported and left out.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        let items = self.list()?;
        Some(items.iter().filter_map(Item::text).map(str::to_owned).collect())
    }

    /// A table.
    pub(super) fn table(&self) -> Option<Table<'a>> {
        let Some(table) = self.value.get_ref().as_table() else {
            return self.wrong_type("a table");
        };
        // The header or key says more than the first brace, and an implicit table has no own span.
        Some(Table::new(self.sink, table, self.key_span.clone(), self.key))
    }

    /// A list of tables, written `[[name]]`.
    pub(super) fn tables(&self) -> Vec<Table<'a>> {
        let items = self.list().unwrap_or_default();
        items
            .iter()
            .filter_map(|item| {
                let table = item.table()?;
                Some(Table { span: item.span(), ..table })
            })
            .collect()
    }

    /// A word out of a fixed set.
    pub(super) fn word<T: DeserializeOwned>(&self) -> Option<T> {
        let text = self.text()?;
        match parse_word(text) {
            Ok(word) => Some(word),
            Err(known) => {
                let message = format!("{} cannot be {}", quote(self.key), quote(text));
                self.problem(message, suggest(text, &known));
                None
            }
        }
    }

    /// A word out of a list.
    pub(super) fn choice<'w>(&self, words: &[&'w str]) -> Option<&'w str> {
        let text = self.text()?;
        let word = words.iter().copied().find(|word| *word == text);
        if word.is_none() {
            let message = format!("{} cannot be {}", quote(self.key), quote(text));
            self.problem(message, suggest(text, words));
        }
        word
    }

    /// Reports that the value should have been something else.
    pub(super) fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        let found = match self.value.get_ref().type_str() {
            kind @ ("integer" | "array") => format!("an {kind}"),
            kind => format!("a {kind}"),
        };
        self.problem(format!("{} must be {wanted}, found {found}", quote(self.key)), None);
        None
    }
}
