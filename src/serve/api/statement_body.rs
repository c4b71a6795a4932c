//! Reading `attributeStatements` (facts/okta.md 4.2).

use super::fields::Fields;
use crate::idp::expression::{Place, Schema};
use crate::idp::{
    AttributeSource, AttributeStatement, FilterError, GroupFilter, Org, StatementError,
};
use crate::saml::AttributeNameFormat;

/// The most statements of an app that are taken.
const MOST: usize = 1000;

/// The statements of an app's `settings.signOn`; what is wrong with one is noted there.
pub(super) fn read(org: &Org, app: Option<&str>, fields: &Fields<'_>) -> Vec<AttributeStatement> {
    let schema = Schema::of(org, Place::AttributeStatement, app);
    let items = fields.children("attributeStatements");
    if items.len() > MOST {
        fields.note("attributeStatements", format_args!("there are more than {MOST}"));
        return vec![];
    }
    let mut statements: Vec<AttributeStatement> = vec![];
    for item in items {
        let name = item.required("name");
        if name.is_some_and(|name| name.chars().count() > AttributeStatement::MAX_NAME) {
            let most = AttributeStatement::MAX_NAME;
            item.note("name", format_args!("it has more than {most} characters"));
        }
        let format = format(&item);
        let source = source(&item, &schema);
        let (Some(name), Some(source)) = (name, source) else { continue };
        if statements.iter().any(|known| known.name == name) {
            item.note("name", StatementError::SameName { name: name.to_owned() });
        }
        statements.push(AttributeStatement { name: name.to_owned(), format, source });
    }
    statements
}

fn format(item: &Fields<'_>) -> AttributeNameFormat {
    let formats =
        [AttributeNameFormat::Unspecified, AttributeNameFormat::Uri, AttributeNameFormat::Basic];
    let words = formats.map(|format| (format.urn(), format));
    item.choice("namespace", &words).unwrap_or_default()
}

fn source(item: &Fields<'_>, schema: &Schema) -> Option<AttributeSource> {
    let group = item.choice("type", &[("EXPRESSION", false), ("GROUP", true)]);
    if item.value("type").is_none() {
        item.note("type", "The field cannot be left blank");
    }
    if group? { groups(item) } else { expression(item, schema) }
}

fn expression(item: &Fields<'_>, schema: &Schema) -> Option<AttributeSource> {
    let values = item.texts("values").unwrap_or_default();
    let [value] = values[..] else {
        item.note("values", "one value is due");
        return None;
    };
    match AttributeSource::parse_in(value, schema) {
        Ok(source) => Some(source),
        Err(StatementError::Expression(error)) => {
            item.note("values[0]", error.okta_cause(value));
            None
        }
        Err(error) => {
            item.note("values[0]", error);
            None
        }
    }
}

fn groups(item: &Fields<'_>) -> Option<AttributeSource> {
    type Make = fn(&str) -> Result<GroupFilter, FilterError>;
    let kinds: [(&str, Make); 4] = [
        ("STARTS_WITH", |value| Ok(GroupFilter::starts_with(value))),
        ("EQUALS", |value| Ok(GroupFilter::equals(value))),
        ("CONTAINS", |value| Ok(GroupFilter::contains(value))),
        ("REGEX", |value| GroupFilter::regex(value)),
    ];
    let make = item.choice("filterType", &kinds);
    if item.value("filterType").is_none() {
        item.note("filterType", "The field cannot be left blank");
    }
    let value = item.required("filterValue")?;
    if value.chars().count() > GroupFilter::MAX_VALUE {
        let length = value.chars().count();
        item.note("filterValue", FilterError::TooLong { length });
        return None;
    }
    match make?(value) {
        Ok(filter) => Some(AttributeSource::Groups(filter)),
        Err(error) => {
            item.note("filterValue", error);
            None
        }
    }
}
