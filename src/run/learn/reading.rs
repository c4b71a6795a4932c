//! What one knob was read to be, and the words to say it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::no_match::grants;
use super::record::{Learnt, Login};

/// What was learnt, and from which logins; or why nothing was.
pub(super) type Reading = Result<(Learnt, Vec<usize>), String>;

pub(super) const NO_STATE: &str =
    "needs `observe.state`: who got in is known, and not with which roles";

/// The roles on things that a user holds afterwards.
pub(super) fn roles(login: &Login) -> Result<BTreeSet<String>, String> {
    login.holds.as_ref().map(grants).ok_or_else(|| NO_STATE.to_owned())
}

pub(super) fn unchanged(login: &Login) -> Result<bool, String> {
    match (&login.held, &login.holds) {
        (Some(held), Some(holds)) => Ok(held == holds),
        _ => Err(NO_STATE.into()),
    }
}

/// What the SP did where no value of a knob says it.
pub(super) fn did(seen: &[&Login]) -> String {
    let did = |login: &&Login| match &login.holds {
        Some(holds) if login.entered() && holds.is_empty() => {
            format!("{} without any role", login.outcome)
        }
        Some(holds) if login.entered() => {
            let holds: Vec<_> = holds.iter().map(String::as_str).collect();
            format!("{} with {}", login.outcome, holds.join(", "))
        }
        _ => login.outcome.to_string(),
    };
    seen.iter().map(did).collect::<Vec<_>>().join("; ")
}

pub(super) fn numbers(seen: &[&Login]) -> Vec<usize> {
    seen.iter().map(|login| login.number).collect()
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

pub(super) fn is(value: bool, seen: &[&Login]) -> Reading {
    Ok((Learnt::Is(value.into()), numbers(seen)))
}

pub(super) fn word<T: serde::Serialize>(value: T, seen: &[&Login]) -> Reading {
    Ok((Learnt::Is(json(&value)), numbers(seen)))
}

pub(super) fn other(what: &str, seen: &[&Login]) -> Reading {
    Ok((Learnt::Other(what.to_owned()), numbers(seen)))
}

pub(super) fn said(login: &Login, what: &str) -> Reading {
    Ok((Learnt::Is(what.into()), vec![login.number]))
}
