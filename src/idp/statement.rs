//! Attribute statements: which attributes an app sends, and where their values come from.

use regex::{Regex, RegexBuilder};
use thiserror::Error;

use crate::idp::{Org, User};
use crate::saml::{Attribute, AttributeNameFormat, AttributeValue};

/// One item of `attributeStatements` (facts/okta.md 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeStatement {
    /// `Name` of the attribute.
    pub name: String,
    /// Its `NameFormat`.
    pub format: AttributeNameFormat,
    /// Where its values come from.
    pub source: AttributeSource,
}

impl AttributeStatement {
    /// A statement of type EXPRESSION: `user.x` is a profile attribute, anything else is literal
    /// text (see [`AttributeSource::parse`]).
    pub fn expression(name: impl Into<String>, value: &str) -> Self {
        Self {
            name: name.into(),
            format: AttributeNameFormat::default(),
            source: AttributeSource::parse(value),
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
    pub fn evaluate(&self, org: &Org, user: &User) -> Option<Attribute> {
        let values: Vec<&str> = match &self.source {
            AttributeSource::Literal(text) => vec![text.as_str()],
            AttributeSource::UserAttribute(name) => user.attribute(name),
            AttributeSource::Groups(filter) => {
                org.groups_of(user).into_iter().filter(|group| filter.accepts(group)).collect()
            }
        };
        let values: Vec<AttributeValue> = values
            .into_iter()
            .filter(|value| !value.is_empty())
            .map(|value| AttributeValue::Text(value.to_owned()))
            .collect();
        (!values.is_empty()).then(|| Attribute {
            name: self.name.clone(),
            friendly_name: None,
            name_format: Some(self.format.urn().to_owned()),
            values,
        })
    }
}

/// Where an attribute's values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeSource {
    /// This text, always.
    Literal(String),
    /// `user.NAME`: an attribute of the user's profile.
    UserAttribute(String),
    /// The names of the user's groups that pass the filter.
    Groups(GroupFilter),
}

impl AttributeSource {
    /// Reads what stands in an EXPRESSION's value: `user.` and a name is a profile attribute, all
    /// else is literal, with one pair of double quotes taken off.
    pub fn parse(value: &str) -> Self {
        if let Some(name) = value.strip_prefix("user.")
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Self::UserAttribute(name.to_owned());
        }
        let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Self::Literal(unquoted.unwrap_or(value).to_owned())
    }
}

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
    /// If it is not a regular expression (no look-around or back-references), is longer than
    /// [`GroupFilter::MAX_VALUE`], or compiles to something oversized.
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

    /// Whether a group of this name passes.
    pub fn accepts(&self, group: &str) -> bool {
        match &self.0 {
            Kind::StartsWith(value) => group.starts_with(value.as_str()),
            Kind::Equals(value) => group == value,
            Kind::Contains(value) => group.contains(value.as_str()),
            Kind::Regex(_, regex) => regex.is_match(group),
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
        RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => FilterError::TooBig { value: value.to_owned() },
            other => FilterError::Syntax { value: value.to_owned(), cause: other.to_string() },
        })
    }
}

impl PartialEq for GroupFilter {
    fn eq(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.value() == other.value()
    }
}

impl Eq for GroupFilter {}

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
