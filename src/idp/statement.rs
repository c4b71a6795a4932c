//! Attribute statements: which attributes an app sends, and where their values come from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::idp::expression::{
    EvaluationError, Expression, ExpressionError, ExpressionFault, Function, Node, Root, Schema,
    Scope, evaluate,
};
use crate::idp::{ArrayAttributes, FilterError, GroupFilter, User};
use crate::saml::{Attribute, AttributeNameFormat, AttributeValue};

/// One item of `attributeStatements` (facts/okta.md 4.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeStatement {
    /// `Name` of the attribute.
    pub name: String,
    /// Its `NameFormat`.
    pub format: AttributeNameFormat,
    /// Where its values come from.
    pub source: AttributeSource,
}

impl AttributeStatement {
    /// The longest `name`, in characters (facts/okta.md 4.2).
    pub const MAX_NAME: usize = 512;
    /// The longest item of `values`, in characters (facts/okta.md 4.2).
    pub const MAX_VALUE: usize = 1024;

    /// A statement of type EXPRESSION: an expression or literal text, as [`AttributeSource::parse`]
    /// tells them apart. What was meant as an expression and is none is literal text here; whoever
    /// has to refuse it asks [`AttributeSource::parse`] itself.
    pub fn expression(name: impl Into<String>, value: &str) -> Self {
        let source = AttributeSource::parse(value);
        Self {
            name: name.into(),
            format: AttributeNameFormat::default(),
            source: source.unwrap_or_else(|_| AttributeSource::Literal(value.to_owned())),
        }
    }

    /// A statement of type GROUP.
    pub fn groups(name: impl Into<String>, filter: GroupFilter) -> Self {
        Self {
            name: name.into(),
            format: AttributeNameFormat::default(),
            source: AttributeSource::Groups(filter),
        }
    }

    /// The same with another `NameFormat`.
    #[must_use]
    pub fn with_format(mut self, format: AttributeNameFormat) -> Self {
        self.format = format;
        self
    }

    /// What it sends for a user; `None` where it has no value at all, since Okta then leaves the
    /// attribute out (facts/okta.md 3.2).
    ///
    /// # Errors
    /// If its expression cannot be evaluated for the user.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Option<Attribute>, EvaluationError> {
        let values = match &self.source {
            AttributeSource::Literal(text) => vec![text.clone()],
            AttributeSource::Expression(expression) => {
                let value = evaluate(expression, scope)?;
                match scope.org.features.array_attributes {
                    ArrayAttributes::Values => value.texts(),
                    ArrayAttributes::Joined => vec![value.texts().join(",")],
                }
            }
            AttributeSource::Groups(filter) => {
                let groups = scope.org.groups_of(scope.user).into_iter();
                groups.filter(|group| filter.accepts(group)).map(str::to_owned).collect()
            }
        };
        let values: Vec<AttributeValue> = values
            .into_iter()
            .filter(|value| !value.is_empty())
            .map(AttributeValue::Text)
            .collect();
        Ok((!values.is_empty()).then(|| Attribute {
            name: self.name.clone(),
            friendly_name: None,
            name_format: Some(self.format.urn().to_owned()),
            values,
        }))
    }
}

/// Where an attribute's values come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeSource {
    /// This text, always.
    Literal(String),
    /// What this evaluates to: one value for each element of an array.
    Expression(Expression),
    /// The names of the user's groups that pass the filter.
    Groups(GroupFilter),
}

impl AttributeSource {
    /// `user.NAME`. A name that no expression could write is a literal of that text.
    pub fn user(name: &str) -> Self {
        let text = format!("user.{name}");
        let parsed = Expression::parse(&text).ok();
        let parsed = parsed.filter(|found| matches!(found.root(), Node::Reference { .. }));
        parsed.map_or(Self::Literal(text), Self::Expression)
    }

    /// Reads an item of `values`, which is an expression or literal text, with or without quotes
    /// (facts/okta.md 4.2). How to tell them apart is not written anywhere; here it goes so:
    ///
    /// - A quoted text is a literal without its quotes.
    /// - A text that parses is an expression, unless it is a lone number, boolean or map, or names nothing
    ///   but what belongs to somebody else (`john.doe`): then it is literal, as it is written.
    /// - A text that does not parse is refused if it was meant as an expression: it begins with a
    ///   quote and has another, or one of the language's words stands in it, such as `user.x` or a
    ///   call. All else is literal: `t0ken`, `https://user.example/`, `jane@org.example`.
    ///
    /// # Errors
    /// What is wrong with a text that was meant as an expression.
    pub fn parse(value: &str) -> Result<Self, ExpressionError> {
        let expression = match Expression::parse(value) {
            Ok(expression) => expression,
            Err(error) if is_meant(value) => return Err(error),
            Err(_) => return Ok(Self::Literal(value.to_owned())),
        };
        match expression.root() {
            Node::Text(text) => return Ok(Self::Literal(text.clone())),
            Node::Int(_) | Node::Num(_) | Node::Bool(_) | Node::Map(_) => {
                return Ok(Self::Literal(value.to_owned()));
            }
            _ => {}
        }
        if let Node::Reference { root: Root::Named(root), name, .. } = expression.root()
            && root == "access"
        {
            let name = format!("{root}.{name}");
            let remedy = "it is a word of OAuth apps".to_owned();
            let fault = ExpressionFault::UnknownProperty { name, remedy };
            return Err(ExpressionError { column: 1, fault });
        }
        let literal = |root: &Root| matches!(root, Root::Named(_));
        let foreign = match expression.root() {
            Node::Reference { root, .. } => literal(root),
            Node::Property { of, .. } => {
                matches!(&**of, Node::Reference { root, .. } if literal(root))
            }
            _ => false,
        };
        Ok(if foreign { Self::Literal(value.to_owned()) } else { Self::Expression(expression) })
    }

    /// As [`AttributeSource::parse`] where it is known which names there are: a reference to an app of
    /// the org is one, and what names a property that does not exist is refused, `usr.email` too.
    ///
    /// # Errors
    /// What is wrong with a text that was meant as an expression, or is too long.
    pub fn parse_in(value: &str, schema: &Schema) -> Result<Self, StatementError> {
        let length = value.chars().count();
        if length > AttributeStatement::MAX_VALUE {
            return Err(StatementError::TooLong { length });
        }
        let source = match (Self::parse(value)?, Expression::parse(value)) {
            (Self::Literal(_), Ok(expression))
                if names_app(&expression, schema) || names_attribute(&expression, schema) =>
            {
                Self::Expression(expression)
            }
            (source, _) => source,
        };
        if let Self::Expression(expression) = &source {
            schema.check(expression, value)?;
        }
        Ok(source)
    }
}

impl AttributeSource {
    /// The text that is read as this again: a literal in quotes where it would be an expression without
    /// them, or another text. Of a group filter it is `filterValue`.
    pub fn written(&self) -> String {
        match self {
            Self::Groups(filter) => filter.value().to_owned(),
            Self::Expression(expression) => expression.to_string(),
            Self::Literal(text) => match Self::parse(text) {
                Ok(Self::Literal(_)) if text.trim() == text && Expression::parse(text).is_err() => {
                    text.clone()
                }
                _ => format!("\"{}\"", text.replace('"', "\"\"")),
            },
        }
    }
}

fn names_app(expression: &Expression, schema: &Schema) -> bool {
    expression.nodes().any(|node| {
        matches!(node, Node::Reference { root: Root::Named(app), .. }
            if schema.apps.contains_key(app))
    })
}

/// Whether somebody else is said to have what users have: `usr.email` is a slip, and no literal.
fn names_attribute(expression: &Expression, schema: &Schema) -> bool {
    let Node::Reference { root: Root::Named(_), name, .. } = expression.root() else {
        return false;
    };
    let custom = schema.user.as_ref().is_some_and(|custom| custom.contains(name));
    custom || User::BASE_ATTRIBUTES.contains(&name.as_str())
}

/// Whether a text that is no expression was meant as one.
fn is_meant(text: &str) -> bool {
    let text = text.trim();
    let quoted = |quote: char| text.starts_with(quote) && text.len() > 1;
    quoted('"') || quoted('\'') || is_call(text) || has_word(text)
}

/// `name(…)` and nothing around it.
fn is_call(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_.:".contains(c));
    name.len() < text.len() && name.starts_with('(') && name.ends_with(')')
}

/// Whether a word of the language stands in it: `user.x`, `String.x` or a known function's name right
/// before a bracket.
fn has_word(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // Inside of addresses and file names these are no words of the language.
    let beside = |c: char| inside(c) || "@/.-:\\".contains(c);
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let name_length = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        if name_length == 0 {
            before = Some(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (name, after) = rest.split_at(name_length);
        let alone = before.is_none_or(|c| !beside(c));
        let property = after.strip_prefix('.').is_some_and(|after| after.starts_with(inside));
        let called = after.starts_with('(') && Function::named(name).is_some();
        if alone && (called || property && is_word(name)) {
            return true;
        }
        before = name.chars().next_back();
        rest = after;
    }
    false
}

/// Names with properties or functions.
fn is_word(name: &str) -> bool {
    let class = |function: Function| function.name().split_once('.').map(|(class, _)| class);
    ["user", "appuser", "source", "org", "session"].contains(&name)
        || Function::all().any(|function| class(function) == Some(name))
}

impl AttributeStatement {
    /// Checks what Okta checks of all statements of an app when they are saved: names are not empty,
    /// not too long and not given twice, by user and group statements together (facts/okta.md 4.2).
    ///
    /// # Errors
    /// The first name that is wrong.
    pub fn check_names(statements: &[Self]) -> Result<(), StatementError> {
        let mut seen = BTreeSet::new();
        for Self { name, .. } in statements {
            let length = name.chars().count();
            if name.trim().is_empty() || length > Self::MAX_NAME {
                return Err(StatementError::Name { length });
            }
            if !seen.insert(name) {
                return Err(StatementError::SameName { name: name.clone() });
            }
        }
        Ok(())
    }
}

/// Why a statement cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatementError {
    /// Its expression is none.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// Its group filter is none.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A blank name, or one of more characters than a name may have.
    #[error(
        "the name has {length} characters; it must say something and have at most {}",
        AttributeStatement::MAX_NAME
    )]
    Name {
        /// How many it has.
        length: usize,
    },
    /// Two statements of one name.
    #[error("there are two statements of the name {name:?}; names are unique in an app")]
    SameName {
        /// The name.
        name: String,
    },
    /// More characters than a value may have.
    #[error("the value has {length} characters, the most is {}", AttributeStatement::MAX_VALUE)]
    TooLong {
        /// How many it has.
        length: usize,
    },
}
