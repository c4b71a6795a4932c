//! What is wrong with a document, and where.

use thiserror::Error;

/// Why a document was not read, and the place where that was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl ReadError {
    /// The error at a byte offset of the source.
    pub(crate) fn at(source: &str, offset: usize, kind: ReadErrorKind) -> Self {
        let before = &source.as_bytes()[..offset.min(source.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |lf| lf + 1);
        let starts_character = |byte: &&u8| (**byte & 0xC0) != 0x80;
        Self {
            kind,
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before[line_start..].iter().filter(starts_character).count() + 1,
        }
    }
}

/// What can be wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadErrorKind {
    /// More bytes than are read.
    #[error("the document has {size} bytes, the most is {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most.
        limit: usize,
    },
    /// Elements nested too deeply.
    #[error("elements are nested deeper than {limit}")]
    TooDeep {
        /// The deepest.
        limit: usize,
    },
    /// More elements than are read.
    #[error("there are more than {limit} elements")]
    TooManyElements {
        /// The most.
        limit: usize,
    },
    /// More attributes on one element than are read.
    #[error("the element has more than {limit} attributes")]
    TooManyAttributes {
        /// The most.
        limit: usize,
    },
    /// A document type declaration: SAML has no use for one, attackers do.
    #[error("a document type declaration is not allowed")]
    Dtd,
    /// Not well-formed XML.
    #[error("not well-formed XML: {0}")]
    Syntax(String),
    /// An entity other than the five that XML predefines.
    #[error("the entity &{0}; is not defined")]
    Entity(String),
    /// A prefix with no namespace.
    #[error("the prefix {0} is bound to no namespace")]
    Prefix(String),
    /// Another document than was asked for.
    #[error("expected <{expected}>, found <{found}>")]
    Root {
        /// What was asked for.
        expected: &'static str,
        /// The element found.
        found: String,
    },
    /// A child that must be there is not.
    #[error("<{parent}> has no <{child}>")]
    MissingElement {
        /// The element.
        parent: String,
        /// What it lacks.
        child: &'static str,
    },
    /// An attribute that must be there is not.
    #[error("<{element}> has no attribute {attribute}")]
    MissingAttribute {
        /// The element.
        element: String,
        /// What it lacks.
        attribute: &'static str,
    },
    /// A child that may stand there once stands there again.
    #[error("<{parent}> has more than one <{child}>")]
    Repeated {
        /// The element.
        parent: String,
        /// What it has too many of.
        child: &'static str,
    },
    /// An element where only text may stand.
    #[error("<{element}> must hold text alone, found <{found}> in it")]
    NotText {
        /// The element.
        element: String,
        /// What stands in it.
        found: String,
    },
    /// A value that cannot be what it has to be.
    #[error("{what} is {found:?}, expected {expected}")]
    Value {
        /// Whose value it is.
        what: String,
        /// The value, shortened.
        found: String,
        /// What it has to be.
        expected: &'static str,
    },
}
