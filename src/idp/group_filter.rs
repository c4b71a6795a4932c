//! Group filters of attribute statements.

use fancy_regex::{CompileError, Error, Regex, RegexBuilder};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Which group names pass. All four kinds are case-sensitive (facts/okta.md 4.2).
#[derive(Clone, Debug)]
pub struct GroupFilter(Kind);

#[derive(Clone, Debug)]
enum Kind {
    StartsWith(String),
    Equals(String),
    Contains(String),
    /// As written, and compiled to match whole names.
    Regex(String, Regex),
}

impl GroupFilter {
    /// The longest `filterValue`, in characters (facts/okta.md 4.2).
    pub const MAX_VALUE: usize = 1024;
    /// How often a pattern of look-around or back-references may go back on one name.
    pub const MAX_STEPS: usize = 2_000;
    /// The most instructions that such a pattern may come to: a group that calls itself is unrolled.
    const MAX_PROGRAM: usize = 10_000;

    /// `STARTS_WITH`.
    pub fn starts_with(value: impl Into<String>) -> Self {
        Self(Kind::StartsWith(value.into()))
    }

    /// `EQUALS`.
    pub fn equals(value: impl Into<String>) -> Self {
        Self(Kind::Equals(value.into()))
    }

    /// `CONTAINS`.
    pub fn contains(value: impl Into<String>) -> Self {
        Self(Kind::Contains(value.into()))
    }

    /// `REGEX`, compiled here, once. It must match a whole name: `.*admin.*`, not `admin`.
    ///
    /// # Errors
    /// If it is not a regular expression, is longer than [`GroupFilter::MAX_VALUE`], or compiles to
    /// something oversized.
    pub fn regex(value: impl Into<String>) -> Result<Self, FilterError> {
        let value = value.into();
        let length = value.chars().count();
        if length > Self::MAX_VALUE {
            return Err(FilterError::TooLong { length });
        }
        // The value is compiled alone first, so that `a)(b` is refused and not closed by our group.
        Self::compile(&value, &value)?;
        let whole = Self::compile(&format!(r"\A(?:{value})\z"), &value)?;
        Ok(Self(Kind::Regex(value, whole)))
    }

    /// Whether a group of this name passes. A name on which a pattern of look-around needs more than
    /// [`GroupFilter::MAX_STEPS`] does not.
    pub fn accepts(&self, group: &str) -> bool {
        match &self.0 {
            Kind::StartsWith(value) => group.starts_with(value.as_str()),
            Kind::Equals(value) => group == value,
            Kind::Contains(value) => group.contains(value.as_str()),
            Kind::Regex(_, regex) => regex.is_match(group).unwrap_or(false),
        }
    }

    /// `filterType` by Okta's name.
    pub fn kind(&self) -> &'static str {
        match self.0 {
            Kind::StartsWith(_) => "STARTS_WITH",
            Kind::Equals(_) => "EQUALS",
            Kind::Contains(_) => "CONTAINS",
            Kind::Regex(..) => "REGEX",
        }
    }

    /// `filterValue` as written.
    pub fn value(&self) -> &str {
        match &self.0 {
            Kind::StartsWith(value)
            | Kind::Equals(value)
            | Kind::Contains(value)
            | Kind::Regex(value, _) => value,
        }
    }

    fn compile(pattern: &str, value: &str) -> Result<Regex, FilterError> {
        let mut builder = RegexBuilder::new(pattern);
        builder
            .delegate_size_limit(1 << 20)
            .max_prog_size(Self::MAX_PROGRAM)
            .backtrack_limit(Self::MAX_STEPS);
        builder.build().map_err(|error| match error {
            Error::CompileError(inner) if is_too_big(&inner) => {
                FilterError::TooBig { value: value.to_owned() }
            }
            other => FilterError::Syntax { value: value.to_owned(), cause: cause(&other) },
        })
    }
}

fn cause(error: &Error) -> String {
    match error {
        Error::CompileError(inner)
            if matches!(**inner, CompileError::VariableLookBehindRequiresFeature) =>
        {
            "a look-behind of more than one length is not understood".to_owned()
        }
        Error::ParseError(position, cause) => format!("behind character {position}: {cause}"),
        other => other.to_string(),
    }
}

fn is_too_big(error: &CompileError) -> bool {
    match error {
        CompileError::InnerError(inner) => inner.size_limit().is_some(),
        CompileError::PatternTooComplex => true,
        _ => false,
    }
}

impl PartialEq for GroupFilter {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.value() == other.value()
    }
}

impl Eq for GroupFilter {}

/// `filterType` and `filterValue`, as a pair.
impl Serialize for GroupFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.kind(), self.value()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for GroupFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (kind, value) = <(String, String)>::deserialize(deserializer)?;
        match kind.as_str() {
            "STARTS_WITH" => Ok(Self::starts_with(value)),
            "EQUALS" => Ok(Self::equals(value)),
            "CONTAINS" => Ok(Self::contains(value)),
            "REGEX" => Self::regex(value).map_err(D::Error::custom),
            other => Err(D::Error::custom(format!("{other} is no type of a group filter"))),
        }
    }
}

/// Why a group filter cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FilterError {
    /// Not a regular expression.
    #[error("the group filter {value:?} is not a regular expression: {cause}")]
    Syntax {
        /// As written.
        value: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A regular expression that needs too much memory.
    #[error("the group filter {value:?} is too big when compiled; use smaller repetitions")]
    TooBig {
        /// As written.
        value: String,
    },
    /// More characters than a filter may have.
    #[error("the group filter has {length} characters, the most is {}", GroupFilter::MAX_VALUE)]
    TooLong {
        /// How many it has.
        length: usize,
    },
}
