//! What is seen of people, so that two worlds can be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::Side;
use crate::fuzz::{Disagreement, Judge, PlayedStep, Script};
use crate::sp::{State, User};

/// The stored roles of people by name, with status; people who are not stored are not there.
pub(super) type Rows = BTreeMap<String, BTreeSet<String>>;

/// Everybody's row after an action; `None` if that cannot be read.
pub(super) fn rows(side: Side<'_>, action: usize) -> Option<Rows> {
    let after = side.played.steps.get(action)?.after.as_ref()?;
    Some(
        after
            .users
            .iter()
            .filter_map(|user| Some((side.script.person_of(&user.email)?.to_owned(), row(user))))
            .collect(),
    )
}

/// Everything stored of a user but ids, as lines.
pub(super) fn row(user: &User) -> BTreeSet<String> {
    let mut lines = user.roles.lines();
    lines.insert(format!("user {}", format!("{:?}", user.status).to_lowercase()));
    lines
}

/// All users with everything that is stored of them, in the order of ids.
pub(super) fn stored(state: &State) -> BTreeMap<&str, &User> {
    state.users.iter().map(|user| (user.id.as_str(), user)).collect()
}

/// Whether somebody entered in each attempt.
pub(super) fn accepted(step: &PlayedStep) -> Vec<bool> {
    step.attempts.iter().map(|attempt| attempt.outcome.class.is_accepted()).collect()
}

/// How two rows differ, in one line.
pub(super) fn difference(expected: &BTreeSet<String>, actual: &BTreeSet<String>) -> String {
    let list = |lines: Vec<&String>, what: &str| {
        let quoted: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
        (!quoted.is_empty()).then(|| format!("{} {what}", quoted.join(", ")))
    };
    let missing = list(expected.difference(actual).collect(), "is missing");
    let extra = list(actual.difference(expected).collect(), "is too much");
    missing.into_iter().chain(extra).collect::<Vec<_>>().join("; ")
}

/// The lines of a row as a text.
pub(super) fn text(row: Option<&BTreeSet<String>>) -> String {
    row.map_or_else(
        || "not stored".into(),
        |row| row.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    )
}

/// A disagreement of a law.
pub(super) fn broken(
    law: &str,
    script: &Script,
    action: usize,
    expected: String,
    (actual, difference): (String, String),
) -> Box<Disagreement> {
    Box::new(Disagreement {
        judge: Judge::Law(law.into()),
        action,
        about: script.text(action),
        expected: vec![expected],
        actual,
        difference,
    })
}
