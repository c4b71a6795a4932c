//! `filter` and `search`: SCIM's expressions, as Okta takes them, over what an object looks like.

use serde_json::Value;
use winnow::ascii::{Caseless, multispace0, multispace1};
use winnow::combinator::{alt, cut_err, delimited, not, opt, peek, preceded, repeat, separated};
use winnow::error::ModalResult;
use winnow::prelude::*;
use winnow::token::{take_till, take_while};

use super::error::ApiError;

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    /// `profile.email eq "x"`.
    Compare {
        path: String,
        operator: Operator,
        value: Value,
    },
    /// `profile.email pr`.
    Present {
        path: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsWith,
    Contains,
    EndsWith,
}

/// How deep brackets stand inside each other, those in texts left aside.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            b'(' if !quoted => open += 1,
            b')' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
        deepest = deepest.max(open);
    }
    deepest
}

impl Filter {
    /// The longest filter, in bytes.
    const LONGEST: usize = 8192;
    /// How deep brackets may stand inside each other.
    const DEEPEST: usize = 16;

    /// Reads a filter.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        if text.len() > Self::LONGEST || depth(text) > Self::DEEPEST {
            return Err(ApiError::search("the filter is too long or too deep".to_owned()));
        }
        let parsed = delimited(multispace0, any_of, multispace0).parse(text);
        parsed.map_err(|error| {
            let column = text[..error.offset()].chars().count() + 1;
            let example = r#"as in `status eq "ACTIVE" and profile.login sw "a"`"#;
            ApiError::search(format!("column {column}: a comparison is due, {example}"))
        })
    }

    /// Whether an object passes.
    pub(super) fn accepts(&self, object: &Value) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.accepts(object)),
            Self::Or(parts) => parts.iter().any(|part| part.accepts(object)),
            Self::Not(part) => !part.accepts(object),
            Self::Present { path } => all_at(object, path).iter().any(|found| !found.is_null()),
            Self::Compare { path, operator, value } => {
                let found = all_at(object, path);
                let unequal = found.is_empty() && *operator == Operator::NotEqual;
                unequal || found.iter().any(|found| operator.holds(found, value))
            }
        }
    }

    /// Every `path operator value` in it that has to hold.
    pub(super) fn demands(&self) -> Vec<(&str, Operator, &Value)> {
        match self {
            Self::And(parts) => parts.iter().flat_map(Self::demands).collect(),
            Self::Compare { path, operator, value } => vec![(path, *operator, value)],
            _ => vec![],
        }
    }

    /// Whether it says anything about a property.
    pub(super) fn names(&self, property: &str) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.names(property)),
            Self::Not(part) => part.names(property),
            Self::Present { path } | Self::Compare { path, .. } => path == property,
        }
    }
}

/// The value at a dotted path.
pub(super) fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |value, name| value.get(name))
}

/// As [`at`]; a list on the way stands for each of its elements.
fn all_at<'a>(object: &'a Value, path: &str) -> Vec<&'a Value> {
    let elements = |value: &'a Value| match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    };
    let step = |values: Vec<&'a Value>, name: &str| -> Vec<&'a Value> {
        values.into_iter().filter_map(|value| value.get(name)).flat_map(elements).collect()
    };
    path.split('.').fold(vec![object], step)
}

impl Operator {
    /// Texts are compared without regard to case, as Okta's search does (graded M for filters).
    fn holds(self, found: &Value, wanted: &Value) -> bool {
        if let (Some(found), Some(wanted)) = (found.as_f64(), wanted.as_f64()) {
            return self.of_order(found.partial_cmp(&wanted));
        }
        let (Some(found), Some(wanted)) = (found.as_str(), wanted.as_str()) else {
            let equal = found == wanted;
            return match self {
                Self::Equal => equal,
                Self::NotEqual => !equal,
                _ => false,
            };
        };
        let (found, wanted) = (found.to_lowercase(), wanted.to_lowercase());
        match self {
            Self::StartsWith => found.starts_with(&wanted),
            Self::Contains => found.contains(&wanted),
            Self::EndsWith => found.ends_with(&wanted),
            // Instants may be written in several ways.
            _ => match (found.parse::<jiff::Timestamp>(), wanted.parse::<jiff::Timestamp>()) {
                (Ok(found), Ok(wanted)) => self.of_order(Some(found.cmp(&wanted))),
                _ => self.of_order(Some(found.cmp(&wanted))),
            },
        }
    }

    fn of_order(self, order: Option<std::cmp::Ordering>) -> bool {
        let Some(order) = order else { return false };
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::StartsWith | Self::Contains | Self::EndsWith => false,
        }
    }
}

fn any_of(input: &mut &str) -> ModalResult<Filter> {
    let parts: Vec<Filter> = separated(1.., all_of, word("or")).parse_next(input)?;
    Ok(alone(parts, Filter::Or))
}

fn all_of(input: &mut &str) -> ModalResult<Filter> {
    let parts: Vec<Filter> = separated(1.., part, word("and")).parse_next(input)?;
    Ok(alone(parts, Filter::And))
}

fn alone(mut parts: Vec<Filter>, several: fn(Vec<Filter>) -> Filter) -> Filter {
    if parts.len() == 1 { parts.remove(0) } else { several(parts) }
}

fn word<'a>(
    text: &'static str,
) -> impl Parser<&'a str, (), winnow::error::ErrMode<winnow::error::ContextError>> {
    (multispace0, Caseless(text), peek(alt((multispace1, "(")))).map(|_| ())
}

fn part(input: &mut &str) -> ModalResult<Filter> {
    let bracket = || delimited((multispace0, "(", multispace0), any_of, (multispace0, ")"));
    let negated = (multispace0, Caseless("not"), multispace0, peek("("));
    alt((
        preceded(negated, cut_err(bracket())).map(|inner| Filter::Not(Box::new(inner))),
        bracket(),
        comparison,
    ))
    .parse_next(input)
}

fn comparison(input: &mut &str) -> ModalResult<Filter> {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '$' | ':');
    let path = preceded(multispace0, take_while(1.., name)).parse_next(input)?.to_owned();
    multispace1.parse_next(input)?;
    if opt((Caseless("pr"), not(take_while(1.., name)))).parse_next(input)?.is_some() {
        return Ok(Filter::Present { path });
    }
    let operator = operator.parse_next(input)?;
    multispace1.parse_next(input)?;
    let value = value.parse_next(input)?;
    Ok(Filter::Compare { path, operator, value })
}

fn operator(input: &mut &str) -> ModalResult<Operator> {
    alt((
        Caseless("eq").value(Operator::Equal),
        Caseless("ne").value(Operator::NotEqual),
        Caseless("ge").value(Operator::GreaterOrEqual),
        Caseless("gt").value(Operator::Greater),
        Caseless("le").value(Operator::LessOrEqual),
        Caseless("lt").value(Operator::Less),
        Caseless("sw").value(Operator::StartsWith),
        Caseless("co").value(Operator::Contains),
        Caseless("ew").value(Operator::EndsWith),
    ))
    .parse_next(input)
}

fn value(input: &mut &str) -> ModalResult<Value> {
    let bare = take_while(1.., |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let bare = bare.verify_map(|text: &str| serde_json::from_str(text).ok());
    alt((quoted.map(Value::String), bare)).parse_next(input)
}

/// A text in double quotes; a backslash takes the next character as it is.
fn quoted(input: &mut &str) -> ModalResult<String> {
    let plain = take_till(1.., ['"', '\\']).map(str::to_owned);
    let escaped = preceded('\\', winnow::token::any).map(|c: char| c.to_string());
    let inside = repeat(0.., alt((plain, escaped))).fold(String::new, |mut text, piece: String| {
        text.push_str(&piece);
        text
    });
    delimited('"', inside, '"').parse_next(input)
}
