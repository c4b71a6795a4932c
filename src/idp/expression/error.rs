//! What can be wrong with an expression, when it is saved and when it is evaluated.

use thiserror::Error;

use super::{Expression, Root, Value};
use crate::excerpt;
use crate::idp::FilterError;

/// Why an expression is refused when it is saved. Okta answers 400 E0000001 "Api validation failed"
/// with such a text as the cause (facts/okta.md 4.4; the wording beyond "Invalid property" is ours).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("column {column}: {fault}")]
pub struct ExpressionError {
    /// Where, in characters from 1; of a template, counted in the whole template.
    pub column: usize,
    /// What is wrong there.
    pub fault: ExpressionFault,
}

impl ExpressionError {
    /// The cause as Okta words it: "Invalid property user.nam in expression user.nam".
    pub fn okta_cause(&self, expression: &str) -> String {
        match &self.fault {
            ExpressionFault::UnknownProperty { name, .. } => {
                format!("Invalid property {name} in expression {expression}")
            }
            other => format!("Invalid expression at column {}: {other}", self.column),
        }
    }
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpressionFault {
    /// More characters than an expression may have.
    #[error("the expression has {length} characters, the most is {most}; shorten it")]
    TooLong {
        /// How many it has.
        length: usize,
        /// How many it may have.
        most: usize,
    },
    /// Brackets, calls or operators inside each other beyond what is taken.
    #[error("the expression is nested more than {} deep; take it apart", Expression::MAX_DEPTH)]
    TooDeep,
    /// A character that stands in no expression.
    #[error("{found:?} has no meaning here; text goes into quotes")]
    Character {
        /// The character.
        found: char,
    },
    /// A text or a `${` that never ends.
    #[error("{what} is never closed; add {closing}")]
    Unterminated {
        /// What was opened.
        what: &'static str,
        /// What would close it.
        closing: &'static str,
    },
    /// Something else was due.
    #[error("found {}, where {wanted} is due", excerpt::name(found))]
    Unexpected {
        /// What stands there.
        found: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// A name alone.
    #[error(
        "`{}` alone is no value; {}, or put text into quotes",
        excerpt::name(name),
        whole(name)
    )]
    BareName {
        /// The name.
        name: String,
    },
    /// A number that is out of range.
    #[error("the number {} is out of range; numbers have 64 bits", excerpt::name(number))]
    Number {
        /// As written.
        number: String,
    },
    /// A function that the language does not have.
    #[error("there is no function `{}`{}", excerpt::name(name), meant(nearest))]
    UnknownFunction {
        /// As written.
        name: String,
        /// The one that may be meant.
        nearest: Option<&'static str>,
    },
    /// Too many or too few arguments.
    #[error("`{function}` takes {wanted}, found {found}")]
    ArgumentCount {
        /// The function.
        function: &'static str,
        /// What it takes.
        wanted: String,
        /// How many there are.
        found: usize,
    },
    /// An argument that can never be right.
    #[error("`{function}` does not take {}; {remedy}", excerpt::name(found))]
    Argument {
        /// The function.
        function: &'static str,
        /// The argument.
        found: String,
        /// What would be right.
        remedy: &'static str,
    },
    /// A regular expression that does not compile.
    #[error(transparent)]
    Regex(#[from] FilterError),
    /// A property that this place does not have.
    #[error("Invalid property {} in expression; {remedy}", excerpt::name(name))]
    UnknownProperty {
        /// As written.
        name: String,
        /// What there is.
        remedy: String,
    },
}

/// What a name alone may be meant as.
fn whole(name: &str) -> String {
    match Root::of(name) {
        Root::Named(_) => format!("write `user.{}` for an attribute", excerpt::name(name)),
        _ => format!("name a property of it, as in `{name}.name`"),
    }
}

fn meant(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(
        || "; text goes into quotes".to_owned(),
        |nearest| format!("; did you mean `{nearest}`?"),
    )
}

/// Why an evaluation came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// It would need more memory or time than an expression gets.
    #[error("the expression makes more than it may: {what} is limited to {most} bytes")]
    TooLarge {
        /// What became too large.
        what: &'static str,
        /// How large it may be.
        most: usize,
    },
    /// A value of the wrong type.
    #[error("`{place}` cannot take {found}, it needs {wanted}")]
    Type {
        /// The function or operator.
        place: &'static str,
        /// What it needs.
        wanted: &'static str,
        /// The type it got.
        found: &'static str,
    },
    /// A text that cannot be read as what it should be.
    #[error("`{function}` cannot read {text:?} as {wanted}")]
    Unreadable {
        /// The function.
        function: &'static str,
        /// The text, cut to a few characters.
        text: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// A regular expression that does not compile.
    #[error(transparent)]
    Regex(#[from] FilterError),
    /// More groups match than `Groups.*` can hand out (facts/okta.md 4.4).
    #[error("`{function}` matches {found} groups, the most is {most}; narrow the pattern")]
    TooManyGroups {
        /// The function.
        function: &'static str,
        /// How many match.
        found: usize,
        /// How many may.
        most: usize,
    },
}

impl EvaluationError {
    pub(super) fn of_type(place: &'static str, wanted: &'static str, found: &Value) -> Self {
        Self::Type { place, wanted, found: found.kind() }
    }

    pub(super) fn unreadable(function: &'static str, text: &str, wanted: &'static str) -> Self {
        let text = excerpt::name(text).into_owned();
        Self::Unreadable { function, text, wanted }
    }
}
