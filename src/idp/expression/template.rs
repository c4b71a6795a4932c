//! Text with expressions in it: `${source.login}`.

use super::budget::Budget;
use super::parser::error;
use super::{EvaluationError, Expression, ExpressionError, ExpressionFault, Scope, evaluate};

/// Text with `${…}` in it, such as `subjectNameIdTemplate` and `userNameTemplate`. There is no way to
/// write `${` as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Its parts in order; no two texts stand side by side, and none is empty.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// This text.
    Text(String),
    /// What an expression evaluates to.
    Expression(Expression),
}

impl Template {
    /// The most characters of a template, as of an expression.
    pub const MAX_LENGTH: usize = Expression::MAX_LENGTH;

    /// `${source.login}`: Okta's default for usernames.
    pub fn login() -> Self {
        Self::parse("${source.login}").expect("it is a template")
    }

    /// `${user.userName}`: the app username, Okta's default for NameIDs.
    pub fn user_name() -> Self {
        Self::parse("${user.userName}").expect("it is a template")
    }

    /// Parses a template.
    ///
    /// # Errors
    /// The first thing that is wrong in one of its expressions, or one that is not closed.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let (length, most) = (text.chars().count(), Self::MAX_LENGTH);
        if length > most {
            return Err(error(text, 0, ExpressionFault::TooLong { length, most }));
        }
        let mut parts = vec![];
        let mut at = 0;
        while let Some(found) = text[at..].find("${") {
            let open = at + found;
            push_text(&mut parts, &text[at..open]);
            let inside = open + 2;
            let Some(length) = closing(&text[inside..]) else {
                let fault = ExpressionFault::Unterminated { what: "a `${`", closing: "a `}`" };
                return Err(error(text, open, fault));
            };
            let part = &text[inside..inside + length];
            parts.push(Part::Expression(Expression::parse_at(text, part, inside)?));
            at = inside + length + 1;
        }
        push_text(&mut parts, &text[at..]);
        Ok(Self { parts })
    }

    /// The text for a user. Null is `""`.
    ///
    /// # Errors
    /// What an expression of it reports, or a text that is too long.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<String, EvaluationError> {
        let mut made = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => made.push_str(text),
                Part::Expression(expression) => made.push_str(&evaluate(expression, scope)?.text()),
            }
            Budget::default().may_make(made.len())?;
        }
        Ok(made)
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// Where the brace stands that closes an expression: not one inside a text or of a list.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(one), other) if one == other => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => open += 1,
            (None, '}') if open == 0 => return Some(at),
            (None, '}') => open -= 1,
            (None, _) => {}
        }
    }
    None
}
