//! Functions on the user's groups, `Everyone` among them.

use std::collections::BTreeMap;

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Function, Value};
use crate::idp::{Group, GroupFilter, GroupKind};

type Made = Result<Value, EvaluationError>;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("isMemberOfGroupName", Arity::Exactly(1), of_name),
    Definition::new("isMemberOfGroup", Arity::Exactly(1), of_any),
    Definition::new("isMemberOfAnyGroup", Arity::AtLeast(1), of_any),
    Definition::new("isMemberOfGroupNameStartsWith", Arity::Exactly(1), of_starting),
    Definition::new("isMemberOfGroupNameContains", Arity::Exactly(1), of_containing),
    Definition::new("isMemberOfGroupNameRegex", Arity::Exactly(1), of_matching),
    Definition::new("getFilteredGroups", Arity::Between(2, 3), filtered),
    Definition::new("user.getGroups", Arity::AtLeast(1), groups),
    Definition::new("Groups.startsWith", Arity::Exactly(3), starting),
    Definition::new("Groups.contains", Arity::Exactly(3), containing),
    Definition::new("Groups.endsWith", Arity::Exactly(3), ending),
];

/// What a map of `user.getGroups` may hold.
pub(super) const KEYS: [&str; 5] =
    ["group.id", "group.type", "group.source.id", "group.profile.name", "operator"];

/// Which property `getFilteredGroups` hands out, by the name it is asked with.
pub(super) fn property_of(name: &str) -> Option<fn(&Group) -> &str> {
    match name {
        "group.name" | "group.profile.name" => Some(|group| &group.name),
        "group.id" => Some(|group| &group.id),
        "group.description" => Some(|group| &group.description),
        _ => None,
    }
}

/// The user's groups by name; counted, as each function looks at all of them.
fn mine<'a>(call: &mut Call<'_, 'a>) -> Result<Vec<&'a Group>, EvaluationError> {
    let groups = call.scope.org.group_list(call.scope.user);
    let names: usize = groups.iter().map(|group| group.name.len() + 32).sum();
    call.budget.spend(names + call.scope.org.groups.len())?;
    Ok(groups)
}

fn any(call: &mut Call<'_, '_>, holds: impl Fn(&Group) -> bool) -> Made {
    Ok(Value::Bool(mine(call)?.into_iter().any(holds)))
}

fn of_name(call: &mut Call<'_, '_>) -> Made {
    let name = call.text(0)?;
    any(call, |group| group.name == name)
}

fn of_any(call: &mut Call<'_, '_>) -> Made {
    let ids = (0..call.arguments.len()).map(|index| call.text(index));
    let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
    let groups = mine(call)?.len();
    call.budget.spend(ids.len().saturating_mul(groups))?;
    any(call, |group| ids.contains(&group.id))
}

fn of_starting(call: &mut Call<'_, '_>) -> Made {
    let text = call.text(0)?;
    any(call, |group| group.name.starts_with(&text))
}

fn of_containing(call: &mut Call<'_, '_>) -> Made {
    let text = call.text(0)?;
    any(call, |group| group.name.contains(&text))
}

fn of_matching(call: &mut Call<'_, '_>) -> Made {
    let names = mine(call)?.len();
    call.budget.charge_regex(names)?;
    let filter = GroupFilter::regex(call.text(0)?)?;
    any(call, |group| filter.accepts(&group.name))
}

/// The property of those of the user's groups whose ids are listed, by name, up to the limit.
fn filtered(call: &mut Call<'_, '_>) -> Made {
    let ids: Vec<String> = call.array(0).iter().map(Value::text).collect();
    let name = call.text(1)?;
    let Some(property) = property_of(&name) else {
        return Err(EvaluationError::unreadable(call.name, &name, "a property of a group"));
    };
    let limit = match call.value(2) {
        Value::Null => usize::MAX,
        _ => usize::try_from(call.int(2)?).unwrap_or(0),
    };
    let groups = mine(call)?;
    call.budget.spend(ids.len().saturating_mul(groups.len()))?;
    let found = groups.into_iter().filter(|group| ids.contains(&group.id));
    Ok(Value::Array(found.take(limit).map(|group| Value::from(property(group))).collect()))
}

/// Groups that fit one of the maps; each key of a map must fit.
fn groups(call: &mut Call<'_, '_>) -> Made {
    let mut found: Vec<&Group> = vec![];
    for index in 0..call.arguments.len() {
        let Value::Record(wanted) = call.value(index).clone() else {
            return Err(call.wrong("a map such as {'group.id': \"00g…\"}", call.value(index)));
        };
        if let Some(key) = wanted.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(EvaluationError::unreadable(call.name, key, "a key of user.getGroups"));
        }
        for group in mine(call)? {
            if fits(call, &wanted, group)? && !found.contains(&group) {
                found.push(group);
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Value::Array(found.into_iter().map(record).collect()))
}

fn fits(
    call: &Call<'_, '_>,
    wanted: &BTreeMap<String, Value>,
    group: &Group,
) -> Result<bool, EvaluationError> {
    let whole = match wanted.get("operator") {
        None => false,
        Some(operator) => match operator.text().as_str() {
            "EXACT" => true,
            "STARTS_WITH" => false,
            other => return Err(EvaluationError::unreadable(call.name, other, "an operator")),
        },
    };
    let any_of = |value: &Value, fits: &dyn Fn(&str) -> bool| match value {
        Value::Array(items) => items.iter().any(|item| fits(&item.text())),
        other => fits(&other.text()),
    };
    Ok(wanted.iter().all(|(key, value)| match key.as_str() {
        "group.id" => any_of(value, &|id| group.id == id),
        "group.type" => any_of(value, &|kind| group.kind.name() == kind),
        "group.source.id" => any_of(value, &|id| group.source.as_deref() == Some(id)),
        "group.profile.name" => any_of(value, &|name| {
            if whole { group.name == name } else { group.name.starts_with(name) }
        }),
        _ => true,
    }))
}

fn record(group: &Group) -> Value {
    let texts =
        [("id", group.id.as_str()), ("name", &group.name), ("description", &group.description)];
    let texts = texts.into_iter().chain([("type", group.kind.name())]);
    Value::Record(texts.map(|(name, text)| (name.to_owned(), Value::from(text))).collect())
}

fn starting(call: &mut Call<'_, '_>) -> Made {
    matching(call, |name, pattern| name.starts_with(pattern))
}

fn containing(call: &mut Call<'_, '_>) -> Made {
    matching(call, |name, pattern| name.contains(pattern))
}

fn ending(call: &mut Call<'_, '_>) -> Made {
    matching(call, |name, pattern| name.ends_with(pattern))
}

/// Names of the user's groups of one source: `OKTA`, or the id of an app. Up to the limit; more than
/// a hundred that match are an error.
fn matching(call: &mut Call<'_, '_>, fits: fn(&str, &str) -> bool) -> Made {
    let (source, pattern, limit) = (call.text(0)?, call.text(1)?, call.int(2)?);
    let most = Function::MAX_GROUPS;
    let Some(limit) = usize::try_from(limit).ok().filter(|limit| (1..=most).contains(limit)) else {
        let limit = limit.to_string();
        return Err(EvaluationError::unreadable(call.name, &limit, "a limit from 1 to 100"));
    };
    let from = |group: &Group| match group.kind {
        GroupKind::Okta | GroupKind::BuiltIn => source == "OKTA",
        GroupKind::App => group.source.as_deref() == Some(source.as_str()),
    };
    let groups = mine(call)?.into_iter();
    let names: Vec<&str> = groups
        .filter(|group| from(group) && fits(&group.name, &pattern))
        .map(|group| group.name.as_str())
        .collect();
    if names.len() > most {
        let found = names.len();
        return Err(EvaluationError::TooManyGroups { function: call.name, found, most });
    }
    Ok(Value::Array(names.into_iter().take(limit).map(Value::from).collect()))
}
