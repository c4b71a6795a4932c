//! Holds what was seen against what the scenario says.

use std::collections::BTreeSet;

use super::invariants::invariants;
use super::{AttemptOutcome, CaseOutcome, Finding, StepOutcome, Verdict, outcomes, said};
use crate::observation::{Observation, StepObservation, Trouble};
use crate::plan::ExpectWord;
use crate::plan::{Action, Case, CaseStep};
use crate::sp::{OutcomeClass, Resource};

/// The verdict on a case as it was played.
///
/// Trouble on the way and failed control logins make it [`Verdict::Inconclusive`]. A scenario of
/// grade `undefined` is judged by the rules that hold for every SP and by what it does state, where
/// the profile states the rules that decide it (the plan leaves out what is not); what is left open
/// is recorded in the snapshot. A crash is a finding in every grade.
pub fn judge(case: &Case, observation: &Observation) -> Verdict {
    if let Some(trouble) = observation.trouble.as_ref().or_else(|| silence(observation)) {
        return Verdict::Inconclusive(trouble.to_string());
    }
    if observation.steps.len() < case.steps.len() {
        let reached = observation.steps.len();
        return Verdict::Broken(format!(
            "only {reached} of {} steps were played",
            case.steps.len()
        ));
    }
    let outcome = outcomes(case, observation);
    if let Some(reason) = failed_control(case, &outcome) {
        return Verdict::Inconclusive(reason);
    }
    let findings: Vec<Finding> = case
        .steps
        .iter()
        .zip(&observation.steps)
        .zip(&outcome.steps)
        .enumerate()
        .flat_map(|(at, ((step, seen), outcome))| {
            let earlier = observation.steps.get(..at).unwrap_or_default();
            step_findings(step, earlier, seen, outcome)
        })
        .collect();
    if findings.is_empty() { Verdict::Pass } else { Verdict::Fail(findings) }
}

/// An attempt that got no answer.
fn silence(observation: &Observation) -> Option<&Trouble> {
    let mut attempts = observation.steps.iter().flat_map(|step| &step.attempts);
    attempts.find_map(|attempt| attempt.end.silence())
}

/// A control login that was refused: then a refusal elsewhere in the case proves nothing.
fn failed_control(case: &Case, outcome: &CaseOutcome) -> Option<String> {
    let controls = case.steps.iter().zip(&outcome.steps).filter(|(step, _)| step.control);
    controls.flat_map(|(step, outcome)| outcome.attempts.iter().map(move |a| (step, a))).find_map(
        |(step, attempt)| {
            (!attempt.outcome.class.is_accepted()).then(|| {
                format!(
                    "the control login in line {} was {}, so a refusal proves nothing here",
                    step.line, attempt.outcome
                )
            })
        },
    )
}

fn step_findings(
    step: &CaseStep,
    earlier: &[StepObservation],
    seen: &StepObservation,
    outcome: &StepOutcome,
) -> Vec<Finding> {
    let finding = |about: String, expected: Vec<String>, actual: String| Finding {
        step: step.number,
        line: step.line,
        about,
        expected,
        actual,
    };
    let mut findings = Vec::new();
    for attempt in &outcome.attempts {
        if !expected(step, attempt) {
            let words = step.expect.iter().map(ToString::to_string).collect();
            let about = format!("{} of {}", noun(step), attempt.email);
            findings.push(finding(about, words, actual(step, attempt)));
        }
    }
    findings.extend(
        roles(step, seen, outcome)
            .into_iter()
            .map(|(about, want, is)| finding(about, vec![want], is)),
    );
    findings.extend(
        counts(step, seen, outcome)
            .into_iter()
            .map(|(about, want, is)| finding(about, vec![want], is)),
    );
    findings.extend(
        invariants(step, earlier, seen, outcome)
            .into_iter()
            .map(|(about, want, is)| finding(about, vec![want], is)),
    );
    findings
}

/// Whether one of the step's words holds. Where nothing is said, a crash is still not right.
fn expected(step: &CaseStep, attempt: &AttemptOutcome) -> bool {
    if step.expect.is_empty() {
        let judged = matches!(
            step.action,
            Action::Login { .. } | Action::Replay { .. } | Action::PasswordLogin { .. }
        );
        return !judged || attempt.outcome.class != OutcomeClass::ServerError;
    }
    step.expect.iter().any(|word| holds(*word, attempt))
}

/// What was there, in the words of `expect`; why a configuration was refused is told whole.
fn actual(step: &CaseStep, attempt: &AttemptOutcome) -> String {
    let said = said(&step.action, &attempt.outcome);
    match (&step.action, &attempt.outcome.reason) {
        (Action::Change { .. }, Some(reason)) => format!("{said}: {reason}"),
        _ => said,
    }
}

fn holds(word: ExpectWord, attempt: &AttemptOutcome) -> bool {
    let class = attempt.outcome.class;
    match word {
        ExpectWord::Accepted | ExpectWord::Works | ExpectWord::SignedIn => class.is_accepted(),
        ExpectWord::Class(wanted) => class == wanted,
        ExpectWord::RejectedFor(reason) => {
            let told = attempt.outcome.reason.as_deref();
            class == OutcomeClass::Rejected && told.is_none_or(|told| told == reason.to_string())
        }
        ExpectWord::Refused | ExpectWord::SignedOut | ExpectWord::ConfigurationRefused => {
            !class.is_accepted()
        }
    }
}

fn noun(step: &CaseStep) -> &'static str {
    match step.action {
        Action::Login { .. } => "login",
        Action::Replay { .. } => "replayed response",
        Action::PasswordLogin { .. } => "password login",
        Action::ResetLink { .. } => "reset link",
        Action::Invite { .. } => "invitation",
        Action::ApiKey { .. } => "API key",
        Action::Logout { .. } => "logout",
        Action::Probe { .. } => "session",
        Action::Change { .. } => "change",
        Action::Advance(_) => "wait",
    }
}

type Difference = (String, String, String);

/// Stored and session roles against `grants` and `session`.
fn roles(step: &CaseStep, seen: &StepObservation, outcome: &StepOutcome) -> Vec<Difference> {
    let mut differences = Vec::new();
    for attempt in &outcome.attempts {
        if let Some(wanted) = &step.grants {
            let stored: Option<BTreeSet<String>> = seen.after.as_ref().map(|after| {
                after.users_of(&attempt.email).flat_map(|user| user.roles.lines()).collect()
            });
            let about = format!("stored roles of {}", attempt.email);
            differences.extend(compare(about, wanted, stored));
        }
        if let Some(wanted) = &step.session {
            let roles = attempt.session.clone().map(|(_, roles)| roles);
            let about = format!("session roles of {}", attempt.email);
            differences.extend(compare(about, std::slice::from_ref(wanted), roles));
        }
    }
    differences
}

/// Roles against those of which one set must be there.
fn compare(
    about: String,
    wanted: &[Vec<String>],
    is: Option<BTreeSet<String>>,
) -> Option<Difference> {
    let sets: Vec<BTreeSet<&str>> =
        wanted.iter().map(|one| one.iter().map(String::as_str).collect()).collect();
    let words = || sets.iter().map(list).collect::<Vec<_>>().join(" or ");
    let Some(is) = is else {
        return Some((about, words(), "not known".into()));
    };
    let is: BTreeSet<&str> = is.iter().map(String::as_str).collect();
    (!sets.contains(&is)).then(|| (about, words(), list(&is)))
}

fn list(lines: &BTreeSet<&str>) -> String {
    if lines.is_empty() {
        return "none".into();
    }
    lines.iter().copied().collect::<Vec<_>>().join(", ")
}

/// What was to be counted and cannot be is never right.
fn unseen(step: &CaseStep) -> Vec<Difference> {
    let wanted = [
        ("users", step.users.map(|count| count.to_string())),
        ("sessions", step.sessions.map(|count| count.to_string())),
        ("what can be granted", step.resources.as_ref().map(|all| format!("{} things", all.len()))),
    ];
    let unseen = |(what, wanted): (&str, Option<String>)| {
        Some((what.to_owned(), wanted?, "not known".to_owned()))
    };
    wanted.into_iter().filter_map(unseen).collect()
}

/// Users and sessions against `users` and `sessions`.
fn counts(step: &CaseStep, seen: &StepObservation, outcome: &StepOutcome) -> Vec<Difference> {
    let Some(after) = &seen.after else { return unseen(step) };
    let emails: BTreeSet<&str> =
        outcome.attempts.iter().map(|attempt| attempt.email.as_str()).collect();
    let mut differences = Vec::new();
    for email in emails {
        let users = after.users_of(email).count();
        let sessions =
            after.sessions.iter().filter(|s| s.email.eq_ignore_ascii_case(email)).count();
        let pairs = [("users", step.users, users), ("sessions", step.sessions, sessions)];
        for (what, wanted, is) in pairs {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != is) {
                differences.push((
                    format!("{what} of {email}"),
                    wanted.to_string(),
                    is.to_string(),
                ));
            }
        }
    }
    let there = |wanted: &&Resource| !after.resources.contains(wanted);
    let missing: Vec<_> = step.resources.iter().flatten().filter(there).collect();
    differences.extend(missing.into_iter().map(|resource| {
        ("what can be granted".to_owned(), resource.to_string(), "missing".to_owned())
    }));
    differences
}
