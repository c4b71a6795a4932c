//! `[[app.attribute]]`: what the IdP's app sends.

use super::decode::{Item, Table};
use super::words::{nearest, quote, suggest};
use crate::idp::expression::{Expression, Schema};
use crate::idp::{self, AttributeStatement, FilterError, StatementError, User};
use crate::saml::xml;
use crate::sp::{AppAttribute, AttributeSource, GroupFilter};

/// What a profile's or a scenario's literals may hold: the token of the SP's entry.
pub(super) const PROFILE_LITERALS: [&str; 1] = ["token"];

/// Reads a list of attribute statements; these placeholders may stand in literals.
/// Expressions may name what the schema has.
pub(super) fn read_app_attributes(
    item: &Item<'_>,
    placeholders: &[&str],
    schema: &Schema,
) -> Vec<AppAttribute> {
    let tables = item.tables().into_iter();
    tables.filter_map(|table| read_attribute(table, placeholders, schema)).collect()
}

/// The statement as the org's app has it.
///
/// # Errors
/// A regular expression or expression that Okta would not take; one that was read from a file is good.
impl TryFrom<AppAttribute> for AttributeStatement {
    type Error = StatementError;

    fn try_from(attribute: AppAttribute) -> Result<Self, StatementError> {
        let AppAttribute { name, format, source } = attribute;
        let source = match source {
            AttributeSource::Literal(text) => idp::AttributeSource::Literal(text),
            AttributeSource::User(name) => idp::AttributeSource::user(&name),
            AttributeSource::Expression(text) => {
                idp::AttributeSource::Expression(Expression::parse(&text)?)
            }
            AttributeSource::Groups(filter) => idp::AttributeSource::Groups(match filter {
                GroupFilter::StartsWith(text) => idp::GroupFilter::starts_with(text),
                GroupFilter::Equals(text) => idp::GroupFilter::equals(text),
                GroupFilter::Contains(text) => idp::GroupFilter::contains(text),
                GroupFilter::Regex(text) => idp::GroupFilter::regex(text)?,
            }),
        };
        Ok(Self { name, format, source })
    }
}

/// A text that XML can carry.
pub(super) fn read_plain(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if let Some(character) = xml::unwritable(text) {
        let message = format!("{} holds {character:?}, which XML cannot carry", quote(item.key));
        item.problem(message, None);
        return None;
    }
    Some(text.to_owned())
}

fn read_attribute(
    table: Table<'_>,
    placeholders: &[&str],
    schema: &Schema,
) -> Option<AppAttribute> {
    let name = table.required("name").and_then(|item| item.sentence().and(read_plain(&item)));
    let format = table.item("format").map(|item| item.word());
    let literal = table.item("literal");
    let user = table.item("user");
    let groups = table.item("groups");
    let expression = table.item("expression");
    let given = [&literal, &user, &expression, &groups].into_iter().flatten().count();
    if given != 1 {
        let hint = "`literal = \"…\"`, `user = \"email\"`, `expression = \"…\"` or \
                    `groups = { starts_with = \"…\" }`";
        table.problem("an attribute has exactly one source", Some(hint.into()));
    }
    let source = if let Some(item) = literal {
        read_plain(&item).and(item.template(placeholders)).map(AttributeSource::Literal)
    } else if let Some(item) = user {
        read_user_attribute(&item, schema).map(AttributeSource::User)
    } else if let Some(item) = expression {
        read_expression(&item, schema).map(AttributeSource::Expression)
    } else {
        groups.and_then(|item| read_filter(&item)).map(AttributeSource::Groups)
    };
    table.finish();
    Some(AppAttribute {
        name: name?,
        format: format.unwrap_or(Some(Default::default()))?,
        source: source?,
    })
}

/// The name of a profile attribute: one that there is, where it is known which there are.
fn read_user_attribute(item: &Item<'_>, schema: &Schema) -> Option<String> {
    let name = item.sentence()?;
    if let idp::AttributeSource::Literal(_) = idp::AttributeSource::user(&name) {
        let hint = "a letter, then letters, digits and `_`; anything more is an `expression`";
        item.problem(format!("{} cannot be an attribute", quote(&name)), Some(hint.into()));
        return None;
    }
    if let Some(custom) = &schema.user {
        let base = ["userName"].into_iter().chain(User::BASE_ATTRIBUTES);
        let known: Vec<&str> = custom.iter().map(String::as_str).chain(base).collect();
        if !known.contains(&&*name) {
            let remedy = "name it in `profile_attributes` if people get it later".to_owned();
            let hint = match nearest(&name, &known) {
                Some(near) => format!("did you mean {}? Else {remedy}", quote(near)),
                None => remedy,
            };
            item.problem(format!("nobody has an attribute {}", quote(&name)), Some(hint));
            return None;
        }
    }
    Some(name)
}

/// An expression of an attribute statement.
fn read_expression(item: &Item<'_>, schema: &Schema) -> Option<String> {
    let text = read_plain(item)?;
    let (length, most) = (text.chars().count(), AttributeStatement::MAX_VALUE);
    if length > most {
        item.problem(format!("the expression has {length} characters, the most is {most}"), None);
        return None;
    }
    match schema.expression(&text) {
        Ok(_) => Some(text),
        Err(error) => {
            item.expression_problem(&error);
            None
        }
    }
}

fn read_filter(item: &Item<'_>) -> Option<GroupFilter> {
    let items = item.table()?.items();
    let [filter] = items.as_slice() else {
        item.problem("a group filter has one kind", suggest("", &KINDS));
        return None;
    };
    let text = || filter.text().map(str::to_owned);
    match filter.key {
        "starts_with" => text().map(GroupFilter::StartsWith),
        "equals" => text().map(GroupFilter::Equals),
        "contains" => text().map(GroupFilter::Contains),
        "regex" => read_regex(filter).map(GroupFilter::Regex),
        other => {
            filter.key_problem(
                format!("there is no group filter {}", quote(other)),
                suggest(other, &KINDS),
            );
            None
        }
    }
}

fn read_regex(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let Err(error) = idp::GroupFilter::regex(text) else { return Some(text.to_owned()) };
    match error {
        FilterError::Syntax { cause, .. } => {
            let reason = cause.lines().last().unwrap_or_default().trim().to_owned();
            item.problem("not a regular expression", Some(reason));
        }
        other => item.problem(other.to_string(), None),
    }
    None
}

const KINDS: [&str; 4] = ["starts_with", "equals", "contains", "regex"];
