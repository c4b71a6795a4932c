//! Why an attribute is not in a response.

use std::fmt::{self, Display, Formatter};

use super::SomeNames;
use crate::idp::expression::{Expression, Node, Scope, evaluate};
use crate::idp::{AttributeSource, GroupFilter, Issued};

/// A statement of the app that sent nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The attribute's name.
    pub name: String,
    /// Why.
    pub why: Absence,
}

/// Why a statement sent nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absence {
    /// None of the user's groups passed the filter.
    Groups {
        /// The filter.
        filter: GroupFilter,
        /// The user's groups.
        groups: SomeNames,
    },
    /// The property that it names is empty: `user.department`.
    Property(String),
    /// Its expression came to nothing.
    Expression {
        /// As it is written.
        expression: String,
        /// Empty properties that it names.
        empty: Vec<String>,
    },
    /// Its text is empty.
    Literal,
    /// It had a value, which an override or a hook took out.
    TakenOut,
}

/// The statements of the scope's app that sent nothing in this response, and why.
pub(super) fn absent(scope: &Scope<'_>, issued: &Issued) -> Vec<Absent> {
    let Some(app) = scope.app else { return Vec::new() };
    let missing = app.statements().filter(|statement| {
        !issued.attributes.0.iter().any(|attribute| attribute.name == statement.name)
    });
    missing
        .map(|statement| {
            let made = matches!(statement.evaluate(scope), Ok(Some(_)));
            let why = if made { Absence::TakenOut } else { why(&statement.source, scope) };
            Absent { name: statement.name.clone(), why }
        })
        .collect()
}

fn why(source: &AttributeSource, scope: &Scope<'_>) -> Absence {
    match source {
        AttributeSource::Literal(_) => Absence::Literal,
        AttributeSource::Groups(filter) => Absence::Groups {
            filter: filter.clone(),
            groups: scope.org.groups_of(scope.user).into_iter().collect(),
        },
        AttributeSource::Expression(expression) => match expression.root() {
            Node::Reference { .. } => Absence::Property(expression.to_string()),
            _ => Absence::Expression {
                expression: expression.to_string(),
                empty: empty_references(expression, scope),
            },
        },
    }
}

/// The references in an expression that have no value now.
fn empty_references(expression: &Expression, scope: &Scope<'_>) -> Vec<String> {
    let mut empty = Vec::new();
    for node in expression.nodes().filter(|node| matches!(node, Node::Reference { .. })) {
        let text = node.to_string();
        let value = Expression::parse(&text).ok().and_then(|alone| evaluate(&alone, scope).ok());
        if value.is_none_or(|value| value.texts().is_empty()) && !empty.contains(&text) {
            empty.push(text);
        }
    }
    empty
}

impl Display for Absence {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Groups { filter, groups } => {
                let (kind, value) = (filter.kind(), filter.value());
                write!(f, "group filter {kind} `{value}` matched none of: {groups}")
            }
            Self::Property(name) => write!(f, "{name} is empty"),
            Self::Expression { expression, empty } => {
                write!(f, "the expression `{expression}` came to nothing")?;
                if !empty.is_empty() {
                    write!(f, "; empty in it: {}", empty.join(", "))?;
                }
                Ok(())
            }
            Self::Literal => f.write_str("the statement's text is empty"),
            Self::TakenOut => f.write_str("it had a value, which an override or a hook took out"),
        }
    }
}
