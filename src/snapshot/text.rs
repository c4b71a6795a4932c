//! The text of a snapshot: what became of each step, with this case's own names taken out.

use std::fmt::Write;

use crate::plan::Case;
use crate::verdict::{AttemptOutcome, CaseOutcome};

/// The lines that are compared.
///
/// Addresses and domains that were made for this case are shown as the scenario writes them, so
/// that a run compares with every other.
pub fn render(case: &Case, outcome: &CaseOutcome) -> String {
    let mut text = String::new();
    for step in &outcome.steps {
        let results: Vec<String> =
            step.attempts.iter().map(|attempt| attempt.outcome.to_string()).collect();
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
