//! The text of a snapshot: what became of each step, with this case's own names taken out.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use crate::plan::{Action, Case, CaseStep, Cell, Choice, Grade};
use crate::verdict::{AttemptOutcome, CaseOutcome, StepOutcome, said};

/// The lines that are compared.
///
/// Addresses and domains that were made for this case are shown as the scenario writes them, so
/// that a run compares with every other.
pub fn render(case: &Case, outcome: &CaseOutcome) -> String {
    let mut text = String::new();
    for step in &outcome.steps {
        let number = step.number.checked_sub(1);
        let known = number.and_then(|at| case.steps.get(at));
        if let Some(cell) = known.and_then(|known| known.cell.as_ref()) {
            line(&mut text, 0, &cell_line(cell, step));
            continue;
        }
        let results: Vec<String> =
            step.attempts.iter().map(|attempt| result(known, attempt)).collect();
        let separator = if results.is_empty() { "" } else { ": " };
        line(
            &mut text,
            0,
            &format!("{}. {}{separator}{}", step.number, step.text, results.join(", ")),
        );
        for attempt in &step.attempts {
            attempt_lines(&mut text, attempt);
        }
        for (email, lines) in &step.stored {
            line(&mut text, 1, &format!("stored {email}"));
            for stored in lines {
                line(&mut text, 2, stored);
            }
        }
    }
    alias(case, text)
}

/// What came of an attempt, in the scenario's words.
fn result(step: Option<&CaseStep>, attempt: &AttemptOutcome) -> String {
    let Some(step) = step else { return attempt.outcome.to_string() };
    let said = said(&step.action, &attempt.outcome);
    let rows = attempt.outcome.reason.as_deref().map(rows).unwrap_or_default();
    match step.action {
        Action::Change { .. } if !rows.is_empty() => format!("{said} ({})", rows.join(", ")),
        _ => said,
    }
}

/// The rows of the facts by which a configuration was refused. The rest of what an SP says there is
/// its own wording, or its libraries', and may hold ids and times.
fn rows(reason: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(reason).unwrap_or_default();
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    problems.iter().filter_map(|problem| Some(problem["row"].as_str()?.to_owned())).collect()
}

/// One cell of a matrix: what was sent, what came of it, how the stored roles changed, and how certain that is.
fn cell_line(cell: &Cell, step: &StepOutcome) -> String {
    let Cell { name, row, grade, .. } = cell;
    let stored = step.stored.values().flatten();
    let is_role = |line: &&String| !line.get(2..).is_some_and(|line| line.starts_with("user "));
    let roles: Vec<&str> = stored.filter(is_role).map(String::as_str).collect();
    let outcome: Vec<String> =
        step.attempts.iter().map(|attempt| attempt.outcome.to_string()).collect();
    let mut parts = vec![outcome.join(", ")];
    parts.extend((!roles.is_empty()).then(|| roles.join(", ")));
    let grade = format!("{grade:?}").to_lowercase();
    let sent: Vec<&str> =
        step.attempts.iter().flat_map(|attempt| &attempt.sent).map(String::as_str).collect();
    let mut line = format!("{name} sent {} → {}; {row} {grade}", sent.join(", "), parts.join("; "));
    if cell.grade == Grade::Undefined {
        let chosen = cell.choices.iter().find(|choice| is_chosen(choice, step, &roles));
        let chosen = chosen.map_or("something else", |choice| &choice.name);
        line += &format!(" (U: SP chose {chosen})");
    }
    line
}

fn is_chosen(choice: &Choice, step: &StepOutcome, roles: &[&str]) -> bool {
    let class = step.attempts.iter().all(|attempt| attempt.outcome.class == choice.outcome);
    let kept = roles.iter().filter(|line| !line.starts_with('-'));
    let held: BTreeSet<&str> = kept.filter_map(|line| line.get(2..)).collect();
    let grants = choice.grants.as_ref();
    class && grants.is_none_or(|grants| held == grants.iter().map(String::as_str).collect())
}

fn attempt_lines(text: &mut String, attempt: &AttemptOutcome) {
    for sent in &attempt.sent {
        line(text, 1, &format!("sent {sent}"));
    }
    if let Some((email, roles)) = &attempt.session {
        let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        let roles = if roles.is_empty() { "no roles".into() } else { roles.join(", ") };
        line(text, 1, &format!("session {email}: {roles}"));
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}{content}", "   ".repeat(depth));
}

/// Longest first, so that an address is not cut by its own domain.
fn alias(case: &Case, mut text: String) -> String {
    let mut aliases: Vec<_> = case.aliases.iter().collect();
    aliases.sort_by_key(|(own, _)| std::cmp::Reverse(own.len()));
    for (own, shown) in aliases {
        text = text.replace(own.as_str(), shown);
    }
    text
}
