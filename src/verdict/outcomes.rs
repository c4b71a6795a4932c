//! What became of each step, told from who is logged in and what is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::sent::sent_lines;
use crate::observation::{Attempt, End, Identity, Observation, StepObservation};
use crate::plan::{Action, Case, CaseStep};
use crate::sp::{Outcome, OutcomeClass, State, User};

/// What became of a case; what snapshots are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOutcome {
    /// One for each step that was reached.
    pub steps: Vec<StepOutcome>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Its number, from 1.
    pub number: usize,
    /// The step in one line.
    pub text: String,
    /// Whether it is a control login, which says nothing of the rule itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub control: bool,
    /// One for each attempt.
    pub attempts: Vec<AttemptOutcome>,
    /// How stored users changed, by address: added and removed and kept lines, sorted by line.
    pub stored: BTreeMap<String, Vec<String>>,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptOutcome {
    /// Whose attempt.
    pub email: String,
    /// Its class and reason.
    pub outcome: Outcome,
    /// Who is logged in afterwards, if somebody is and the SP tells.
    pub session: Option<(String, BTreeSet<String>)>,
    /// What the IdP really sent, read from what it sent: each attribute as `name = [value, value]`,
    /// sorted by name, then whatever else the step changed, as `Audience = …`.
    pub sent: Vec<String>,
}

/// What became of each step.
pub fn outcomes(case: &Case, observation: &Observation) -> CaseOutcome {
    let steps = case.steps.iter().zip(&observation.steps);
    CaseOutcome { steps: steps.map(|(step, seen)| step_outcome(step, seen)).collect() }
}

fn step_outcome(step: &CaseStep, seen: &StepObservation) -> StepOutcome {
    let attempts = seen
        .attempts
        .iter()
        .map(|attempt| AttemptOutcome {
            email: attempt.email.clone(),
            outcome: Outcome { class: class(step, seen, attempt), reason: attempt.reason.clone() },
            session: session(attempt),
            sent: attempt.sent.iter().flat_map(|sent| sent_lines(&step.action, sent)).collect(),
        })
        .collect();
    StepOutcome {
        number: step.number,
        text: step.text.clone(),
        control: step.control,
        attempts,
        stored: stored(seen),
    }
}

/// An outcome in the words in which a scenario expects it: of a session `signed-in` or `signed-out`,
/// of an API key `works` or `refused`, of a change `accepted` or `configuration-refused`.
pub fn said(action: &Action, outcome: &Outcome) -> String {
    let words = match action {
        Action::Probe { .. } | Action::Logout { .. } => ["signed-in", "signed-out"],
        Action::ApiKey { .. } => ["works", "refused"],
        Action::Change { .. } => ["accepted", "configuration-refused"],
        _ => return outcome.to_string(),
    };
    match outcome.class {
        OutcomeClass::ServerError => outcome.to_string(),
        class if class.is_accepted() => words[0].to_owned(),
        _ => words[1].to_owned(),
    }
}

/// Who is logged in wins over every status; the status only tells refusals apart.
fn class(step: &CaseStep, seen: &StepObservation, attempt: &Attempt) -> OutcomeClass {
    match &attempt.identity {
        Identity::User(whoami) => accepted(step, seen, &whoami.email),
        Identity::Nobody => refused(&attempt.end),
        Identity::Unknown => match &attempt.end {
            End::Sp { status, refusal: false } if *status < 400 => {
                accepted(step, seen, &attempt.email)
            }
            end => refused(end),
        },
    }
}

fn accepted(step: &CaseStep, seen: &StepObservation, email: &str) -> OutcomeClass {
    let asks_only = matches!(
        step.action,
        Action::Probe { .. }
            | Action::ApiKey { .. }
            | Action::Logout { .. }
            | Action::Change { .. }
    );
    match (&seen.before, &seen.after) {
        _ if asks_only => OutcomeClass::Accepted,
        (Some(before), Some(after)) => {
            let users = |state: &State| state.users_of(email).cloned().collect::<Vec<User>>();
            match (users(before), users(after)) {
                (before, after) if before == after => OutcomeClass::Unchanged,
                (before, _) if before.is_empty() => OutcomeClass::Created,
                _ => OutcomeClass::Updated,
            }
        }
        _ => OutcomeClass::Accepted,
    }
}

fn refused(end: &End) -> OutcomeClass {
    match end {
        End::Sp { refusal: true, .. } => OutcomeClass::Rejected,
        End::Sp { status, .. } if *status >= 500 => OutcomeClass::ServerError,
        End::Idp { .. } => OutcomeClass::RedirectedToIdp,
        // A circle is the SP's own doing; other silence makes the case inconclusive (see `judge`).
        End::Nowhere(_) => OutcomeClass::ServerError,
        End::Sp { .. } | End::Elsewhere { .. } => OutcomeClass::Rejected,
    }
}

fn session(attempt: &Attempt) -> Option<(String, BTreeSet<String>)> {
    match &attempt.identity {
        Identity::User(whoami) => Some((whoami.email.clone(), whoami.roles.lines())),
        Identity::Nobody | Identity::Unknown => None,
    }
}

/// The stored users that the step was about or that it changed, as `+`, `-` and `=` lines.
fn stored(seen: &StepObservation) -> BTreeMap<String, Vec<String>> {
    let (Some(before), Some(after)) = (&seen.before, &seen.after) else { return BTreeMap::new() };
    let acting: BTreeSet<String> =
        seen.attempts.iter().map(|attempt| attempt.email.to_lowercase()).collect();
    let mut emails: BTreeSet<&str> = BTreeSet::new();
    emails.extend(before.users.iter().chain(&after.users).map(|user| user.email.as_str()));
    emails
        .into_iter()
        .filter_map(|email| {
            let (old, new) = (user_lines(before, email), user_lines(after, email));
            let concerns = old != new || acting.contains(&email.to_lowercase());
            concerns.then(|| (email.to_owned(), difference(&old, &new)))
        })
        .collect()
}

/// A stored user in sorted lines: status, password, roles, other facts. Ids are left out.
fn user_lines(state: &State, email: &str) -> BTreeSet<String> {
    let users: Vec<&User> = state.users.iter().filter(|user| user.email == email).collect();
    let mut lines: BTreeSet<String> = BTreeSet::new();
    if users.len() > 1 {
        lines.insert(format!("{} users of this address", users.len()));
    }
    for user in users {
        lines.insert(format!("user {}", format!("{:?}", user.status).to_lowercase()));
        if user.has_password {
            lines.insert("password".into());
        }
        lines.extend(user.extra.iter().map(|(key, value)| format!("{key}: {value}")));
        lines.extend(user.roles.lines());
    }
    lines
}

fn difference(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Vec<String> {
    let mut lines: Vec<(&String, char)> = Vec::new();
    lines.extend(old.intersection(new).map(|line| (line, '=')));
    lines.extend(old.difference(new).map(|line| (line, '-')));
    lines.extend(new.difference(old).map(|line| (line, '+')));
    lines.sort();
    lines.into_iter().map(|(line, sign)| format!("{sign} {line}")).collect()
}
