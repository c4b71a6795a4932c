//! A row of the form: an attribute or group statement as it is typed.

use super::field::{Fields, check_characters, one_line};
use crate::idp::expression::Schema;
use crate::idp::{AttributeSource, AttributeStatement, GroupFilter};
use crate::saml::AttributeNameFormat;

/// `filterType` of a group statement (facts/okta.md 4.2).
pub(super) const FILTERS: [&str; 4] = ["STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"];

/// The formats by their last word.
pub(super) const FORMATS: [(&str, AttributeNameFormat); 3] = [
    ("unspecified", AttributeNameFormat::Unspecified),
    ("basic", AttributeNameFormat::Basic),
    ("uri", AttributeNameFormat::Uri),
];

/// The word of a format.
pub(super) fn word(format: AttributeNameFormat) -> &'static str {
    FORMATS.iter().find(|(_, known)| *known == format).map_or("", |(word, _)| word)
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StatementRow {
    pub(super) name: String,
    /// `filterType`, of a group statement alone.
    pub(super) filter: String,
    pub(super) value: String,
    pub(super) format: String,
    pub(super) problem: Option<String>,
}

impl StatementRow {
    /// The rows of a form: `{prefix}_name` and the others, as many as there are names.
    pub(super) fn read(fields: &Fields, prefix: &str) -> Vec<Self> {
        let all = |part: &str| -> Vec<String> {
            fields.all(&format!("{prefix}_{part}")).map(one_line).collect()
        };
        let (values, filters, formats) = (all("value"), all("filter"), all("format"));
        let at = |of: &[String], index: usize| of.get(index).cloned().unwrap_or_default();
        let names = all("name").into_iter().enumerate();
        let rows = names.map(|(index, name)| Self {
            name,
            filter: at(&filters, index),
            value: at(&values, index),
            format: at(&formats, index),
            problem: None,
        });
        rows.filter(|row| !row.is_blank()).collect()
    }

    /// The row of a statement as it is. What cannot be seen in a field, such as spaces around a value, is
    /// not in it.
    pub(super) fn of(statement: &AttributeStatement) -> Self {
        let AttributeStatement { name, format, source } = statement;
        let filter = match source {
            AttributeSource::Groups(filter) => filter.kind(),
            AttributeSource::Literal(_) | AttributeSource::Expression(_) => "",
        };
        Self {
            name: one_line(name),
            filter: filter.to_owned(),
            value: one_line(&source.written()),
            format: word(*format).to_owned(),
            problem: None,
        }
    }

    /// Whether it says nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.name.is_empty() && self.value.is_empty()
    }

    /// An attribute statement.
    pub(super) fn attribute(&self, schema: &Schema) -> Result<AttributeStatement, String> {
        self.named()?;
        if self.value.is_empty() {
            return Err("say what it is sent from: user.email, or a literal text".to_owned());
        }
        let source = AttributeSource::parse_in(&self.value, schema);
        self.statement(source.map_err(|error| error.to_string())?)
    }

    /// A group statement.
    pub(super) fn group(&self) -> Result<AttributeStatement, String> {
        self.named()?;
        if self.value.is_empty() {
            return Err("say which groups are sent; the filter REGEX with .* sends all".to_owned());
        }
        if self.value.chars().count() > GroupFilter::MAX_VALUE {
            return Err(format!("a filter has {} characters at most", GroupFilter::MAX_VALUE));
        }
        let filter = match self.filter.as_str() {
            "STARTS_WITH" => GroupFilter::starts_with(&self.value),
            "EQUALS" => GroupFilter::equals(&self.value),
            "CONTAINS" => GroupFilter::contains(&self.value),
            "REGEX" => GroupFilter::regex(&self.value).map_err(|error| error.to_string())?,
            other => return Err(format!("there is no filter {other:?}: {}", FILTERS.join(", "))),
        };
        self.statement(AttributeSource::Groups(filter))
    }

    fn named(&self) -> Result<(), String> {
        for text in [&self.name, &self.value] {
            check_characters(text)?;
        }
        match self.name.chars().count() {
            0 => Err("say the attribute's name".to_owned()),
            1..=AttributeStatement::MAX_NAME => Ok(()),
            _ => Err(format!("a name has {} characters at most", AttributeStatement::MAX_NAME)),
        }
    }

    fn statement(&self, source: AttributeSource) -> Result<AttributeStatement, String> {
        let format = FORMATS.iter().find(|(word, _)| *word == self.format);
        let Some((_, format)) = format else {
            return Err(format!("there is no format {:?}", self.format));
        };
        Ok(AttributeStatement { name: self.name.clone(), format: *format, source })
    }
}
