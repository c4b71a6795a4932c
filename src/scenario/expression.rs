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
        let escapes = quote.starts_with('"');
        for _ in 1..column {
            at += goes_on(&written[at..], escapes);
            at += character(&written[at..], escapes);
        }
        at += goes_on(&written[at..], escapes);
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
        Some('u') => 6.min(written.len()),
        Some('U') => 10.min(written.len()),
        Some('x') => 4.min(written.len()),
        Some(other) => 1 + other.len_utf8(),
        None => first,
    }
}

/// How many bytes are no characters at all: a backslash at the end of a line takes the break and the
/// white space behind it away.
fn goes_on(written: &str, escapes: bool) -> usize {
    let rest = written.strip_prefix('\\').filter(|rest| rest.starts_with(char::is_whitespace));
    let kept = rest.filter(|_| escapes).map(|rest| rest.trim_start().len());
    kept.map_or(0, |kept| written.len() - kept)
}
