//! Which session a person's own browser may have (facts C5, C10, Y7).

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::history::History;
use crate::fuzz::{Action, Played, Script};

/// What a browser may say of who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Session {
    /// Nobody.
    Out,
    /// The person, with these roles.
    In(BTreeSet<String>),
    /// Either.
    Either(BTreeSet<String>),
}

/// The session of a person's own browser before an action.
///
/// A session keeps the roles it was opened with. It ends when somebody logs out or in with that
/// browser, and after the profile's time. Whether it outlives its user is not written anywhere.
pub(super) fn session(
    script: &Script,
    played: &Played,
    history: &History,
    (action, person): (usize, &str),
) -> Session {
    let mut open: Option<(SignedDuration, BTreeSet<String>)> = None;
    let mut shaken = false;
    let steps = script.world.actions.iter().zip(&played.steps).enumerate();
    for (number, (done, seen)) in steps.take(action) {
        if done.person() != Some(person) || script.steps[number].is_none() {
            continue;
        }
        match done {
            Action::Login { .. } | Action::PasswordLogin { .. } => {
                let attempt = seen.attempts.first();
                let entered = attempt.and_then(|attempt| attempt.session.as_ref());
                open = entered.map(|session| (history.time(number), session.roles.lines()));
                shaken = false;
            }
            Action::Logout { .. } => open = None,
            Action::Delete { .. } | Action::Deactivate { .. } => shaken = true,
            _ => {}
        }
    }
    let Some((since, roles)) = open else { return Session::Out };
    let (age, longest) = (history.time(action) - since, script.case.profile.timing.session);
    match age.cmp(&longest) {
        std::cmp::Ordering::Greater => Session::Out,
        std::cmp::Ordering::Less if !shaken => Session::In(roles),
        _ => Session::Either(roles),
    }
}
