//! How what was seen differs from one thing that may have come of it, in one line.

use super::possible::{Expected, Row, others_differ};
use crate::fuzz::{PlayedAttempt, PlayedStep};
use crate::sp::{OutcomeClass, Resource, State, User};

/// How what was seen differs from everything that is allowed together; `None` if it does not. What
/// is stored in the end is one of it, and so is what became of each attempt.
pub(super) fn nearest(seen: &PlayedStep, allowed: &[&Expected]) -> Option<String> {
    seen.attempts.iter().find_map(|attempt| {
        let differences = allowed.iter().map(|one| differs(seen, attempt, one));
        let differences: Option<Vec<String>> = differences.collect();
        differences.and_then(|all| all.into_iter().min_by_key(String::len))
    })
}

/// How an attempt and what is stored after it differ from one expectation; `None` if they do not.
pub(super) fn differs(
    seen: &PlayedStep,
    attempt: &PlayedAttempt,
    expected: &Expected,
) -> Option<String> {
    let class = attempt.outcome.class;
    let states = seen.before.as_ref().zip(seen.after.as_ref());
    match expected {
        Expected::Refused(_) if class.is_accepted() => {
            Some("the login was accepted and has to be refused".into())
        }
        Expected::Refused(reason) => {
            let told = attempt.outcome.reason.as_deref();
            let other = told.filter(|told| *told != reason.to_string());
            let residue = states.and_then(|(before, after)| others_differ(before, after, None));
            residue
                .map(|residue| format!("a refusal left something behind: {residue}"))
                .or(other.map(|told| format!("it was refused for {told}, not for {reason}")))
        }
        Expected::Entered { .. } if !class.is_accepted() => {
            let reason = attempt.outcome.reason.as_deref().unwrap_or("no reason is told");
            Some(format!("the login was refused and has to be accepted ({reason})"))
        }
        Expected::Entered { row, resources, class } => {
            let (before, after) = states?;
            stored_differs((before, after), attempt, (row, *class, resources))
        }
    }
}

fn stored_differs(
    (before, after): (&State, &State),
    attempt: &PlayedAttempt,
    (row, class, resources): (&Row, OutcomeClass, &[Resource]),
) -> Option<String> {
    let email = &attempt.email;
    let users: Vec<&User> = after.users_of(email).collect();
    let [user] = users.as_slice() else {
        return Some(format!("there are {} users of this address", users.len()));
    };
    if let Some(difference) = row.difference(&Row::of(user)) {
        return Some(difference);
    }
    let known = before.users.iter().any(|old| old.id == user.id);
    match (class, known) {
        (OutcomeClass::Created, true) => return Some("the new user has an old one's id".into()),
        (OutcomeClass::Created, false) => {}
        (_, false) => return Some("the user has another id than before".into()),
        (_, true) => {}
    }
    if let Some(session) = &attempt.session {
        if !session.email.eq_ignore_ascii_case(email) {
            return Some(format!("{} is logged in", session.email));
        }
        // An SP that tells who somebody is need not tell their roles.
        let roles = session.roles.lines();
        if !roles.is_empty() && roles != row.roles {
            return Some("the session has other roles than are stored".into());
        }
    }
    if let Some(made) = resources.iter().find(|made| !after.resources.contains(made)) {
        return Some(format!("`{made}` was not made"));
    }
    let lost = before.resources.iter().find(|old| !after.resources.contains(old));
    let found = after.resources.iter().find(|new| {
        !before.resources.is_empty() && !before.resources.contains(new) && !resources.contains(new)
    });
    lost.map(|lost| format!("`{lost}` is there no more"))
        .or(found.map(|found| format!("`{found}` was made")))
        .or_else(|| {
            others_differ(before, after, Some(email)).map(|other| format!("somebody else: {other}"))
        })
}

/// What was seen of an attempt, as an expectation is written.
pub(super) fn actual(seen: &PlayedStep, attempt: &PlayedAttempt) -> String {
    let rows: Vec<String> = seen
        .after
        .iter()
        .flat_map(|after| after.users_of(&attempt.email))
        .map(|user| Row::of(user).to_string())
        .collect();
    match rows.is_empty() {
        true => attempt.outcome.to_string(),
        false => format!("{}: {}", attempt.outcome, rows.join(" | ")),
    }
}
