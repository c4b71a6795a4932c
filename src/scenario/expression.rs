//! Expressions in files: what is wrong is shown where it stands inside of the value.

use super::Span;
use super::decode::Item;
use crate::idp::expression::{ExpressionError, Schema, Template};

impl Item<'_> {
    /// A template whose expressions name what the schema has.
    pub(super) fn expressions(&self, schema: &Schema) -> Option<Template> {
        let text = super::app::read_plain(self)?;
        let template = schema.template(&text);
        template.map_err(|error| self.expression_problem(&error)).ok()
    }

    /// Reports what is wrong with the expression that this text is or holds.
    pub(super) fn expression_problem(&self, error: &ExpressionError) {
        let span = self.inside(error.column);
        self.problem_at(span, error.fault.to_string());
    }

    /// From a character of the text, counted from 1, to the end of the value as it is written.
    fn inside(&self, column: usize) -> Span {
        let span = self.span();
        let written = self.written();
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| written.starts_with(q));
        let Some(quote) = quote else { return span };
        let mut at = quote.len();
        // A line break right behind the quotes of a text of many lines is no part of it.
        if quote.len() == 3 {
            let rest = &written[at..];
            at += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        }
        for _ in 1..column {
            at += character(&written[at.min(written.len())..], quote.starts_with('"'));
        }
        let end = span.end.saturating_sub(quote.len());
        let start = (span.start + at).min(end);
        start..end.max(start)
    }
}

/// How many bytes the next character takes, as it is written.
fn character(written: &str, escapes: bool) -> usize {
    let mut characters = written.chars();
    let first = characters.next().map_or(0, char::len_utf8);
    if !escapes || !written.starts_with('\\') {
        return first;
    }
    match characters.next() {
        Some('u') => 6,
        Some('U') => 10,
        Some('x') => 4,
        Some(c) if c.is_whitespace() => {
            // A line that goes on: the break and what white space follows are no characters.
            let rest = written[1..].trim_start();
            let skipped = written.len() - rest.len();
            skipped + character(rest, escapes)
        }
        Some(other) => 1 + other.len_utf8(),
        None => first,
    }
}
