//! Rules that hold for every SP, whatever a scenario says.

use std::collections::BTreeSet;

use super::{AttemptOutcome, StepOutcome};
use crate::observation::StepObservation;
use crate::plan::{Action, CaseStep};
use crate::sp::{Resource, State, User};

/// Broken rules as (about, expected, actual). `earlier` are the steps before this one.
pub(super) fn invariants(
    step: &CaseStep,
    earlier: &[StepObservation],
    seen: &StepObservation,
    outcome: &StepOutcome,
) -> Vec<(String, String, String)> {
    let mut broken = Vec::new();
    if matches!(step.action, Action::Change { .. } | Action::Advance(_)) {
        return broken;
    }
    broken.extend(wrong_user(outcome));
    let (Some(before), Some(after)) = (&seen.before, &seen.after) else { return broken };
    broken.extend(residue(before, after, outcome));
    broken.extend(bystanders(before, after, outcome));
    broken.extend(duplicates(before, after));
    broken.extend(doubled_resources(before, after));
    broken.extend(spaces_alone(before, after));
    broken.extend(old_ids(earlier, before, after));
    broken
}

/// The one who is logged in must be the one whose attempt it was.
fn wrong_user(outcome: &StepOutcome) -> Vec<(String, String, String)> {
    outcome
        .attempts
        .iter()
        .filter_map(|attempt| {
            let (email, _) = attempt.session.as_ref()?;
            (!email.eq_ignore_ascii_case(&attempt.email))
                .then(|| ("who is logged in".into(), attempt.email.clone(), email.clone()))
        })
        .collect()
}

/// A refusal leaves no trace. Where somebody else got in at the same time, only the rows of those who
/// did not can be told apart.
fn residue(
    before: &State,
    after: &State,
    outcome: &StepOutcome,
) -> Option<(String, String, String)> {
    let (entered, refused): (Vec<_>, Vec<_>) =
        outcome.attempts.iter().partition(|attempt| attempt.outcome.class.is_accepted());
    let is_of = |attempts: &[&AttemptOutcome], user: &User| {
        attempts.iter().any(|attempt| attempt.email.eq_ignore_ascii_case(&user.email))
    };
    let things = |state: &State| -> BTreeSet<String> {
        if entered.is_empty() {
            let resources = state.resources.iter().map(ToString::to_string);
            return state.users.iter().map(line).chain(resources).collect();
        }
        let users = state.users.iter();
        users.filter(|user| is_of(&refused, user) && !is_of(&entered, user)).map(line).collect()
    };
    let (before, after) = (things(before), things(after));
    let changed = !refused.is_empty() && before != after;
    changed.then(|| {
        let news: Vec<_> = before.symmetric_difference(&after).cloned().collect();
        ("what a refused login left behind".into(), "nothing".into(), news.join("; "))
    })
}

/// Nobody else changes.
fn bystanders(
    before: &State,
    after: &State,
    outcome: &StepOutcome,
) -> Vec<(String, String, String)> {
    let acting: BTreeSet<String> = outcome
        .attempts
        .iter()
        .flat_map(|attempt| {
            let session = attempt.session.as_ref().map(|(email, _)| email.to_lowercase());
            session.into_iter().chain([attempt.email.to_lowercase()])
        })
        .collect();
    let others = |state: &State| -> BTreeSet<String> {
        let others = state.users.iter().filter(|user| !acting.contains(&user.email.to_lowercase()));
        others.map(line).collect()
    };
    let (before, after) = (others(before), others(after));
    let list = |lines: Vec<&String>| lines.into_iter().cloned().collect::<Vec<_>>().join("; ");
    if before == after {
        return Vec::new();
    }
    let lost = list(before.difference(&after).collect());
    let new = list(after.difference(&before).collect());
    vec![("another user".into(), format!("as before: {lost}"), format!("changed to: {new}"))]
}

/// One address is one user.
fn duplicates(before: &State, after: &State) -> Vec<(String, String, String)> {
    let emails: BTreeSet<String> =
        after.users.iter().map(|user| user.email.to_lowercase()).collect();
    emails
        .into_iter()
        .filter_map(|email| {
            let (was, is) = (before.users_of(&email).count(), after.users_of(&email).count());
            (is > 1 && is > was).then(|| (format!("users of {email}"), "1".into(), is.to_string()))
        })
        .collect()
}

/// What can be granted is there once: two first logins that make one team make one (facts K10).
fn doubled_resources(before: &State, after: &State) -> Vec<(String, String, String)> {
    let count = |state: &State, name: &str| {
        state.resources.iter().filter(|resource| resource.to_string() == name).count()
    };
    let names: BTreeSet<String> = after.resources.iter().map(ToString::to_string).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let (was, is) = (count(before, &name), count(after, &name));
            (is > 1 && is > was)
                .then(|| (format!("how often there is {name}"), "1".into(), is.to_string()))
        })
        .collect()
}

/// Nobody comes to hold a role on a space without one on its organization (facts P18).
fn spaces_alone(before: &State, after: &State) -> Vec<(String, String, String)> {
    let alone = |state: &State| -> BTreeSet<(String, String)> {
        let users = state.users.iter();
        users.flat_map(|user| missing_orgs(user).map(|org| (user.email.clone(), org))).collect()
    };
    let known = alone(before);
    alone(after)
        .into_iter()
        .filter(|one| !known.contains(one))
        .map(|(email, org)| {
            (format!("stored roles of {email}"), format!("a role on {org}, too"), "none".into())
        })
        .collect()
}

/// The organizations of the spaces on which a user has a role, where there is none on themselves.
fn missing_orgs(user: &User) -> impl Iterator<Item = String> {
    let held = &user.roles.grants;
    let parents: BTreeSet<Resource> = held.keys().filter_map(Resource::parent).collect();
    parents.into_iter().filter(|org| !held.contains_key(org)).map(|org| org.to_string())
}

/// Who was deleted and comes back is another user (facts D19). An id that is the address itself says
/// nothing.
fn old_ids(
    earlier: &[StepObservation],
    before: &State,
    after: &State,
) -> Vec<(String, String, String)> {
    let states = || earlier.iter().flat_map(|step| step.before.iter().chain(&step.after));
    after
        .users
        .iter()
        .filter(|user| before.users_of(&user.email).next().is_none())
        .filter(|user| !user.id.eq_ignore_ascii_case(&user.email))
        .filter(|user| {
            states().any(|state| state.users_of(&user.email).any(|old| old.id == user.id))
        })
        .map(|user| {
            (format!("id of {}", user.email), "a new one".into(), "that of the deleted user".into())
        })
        .collect()
}

/// A stored user in one line, with everything that is stored.
fn line(user: &User) -> String {
    let mut facts = vec![format!("id {}", user.id), format!("{:?}", user.status).to_lowercase()];
    facts.extend(user.has_password.then(|| "password".to_owned()));
    facts.extend((!user.account.is_empty()).then(|| format!("account {}", user.account)));
    facts.extend(user.extra.iter().map(|(key, value)| format!("{key}: {value}")));
    let roles: Vec<_> = user.roles.lines().into_iter().collect();
    let colon = if roles.is_empty() { "" } else { ": " };
    format!("{} ({}){colon}{}", user.email, facts.join(", "), roles.join(", "))
}
