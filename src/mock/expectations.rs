//! Counting the logins that are expected.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Login;
use crate::serve::{Attempt, Outcome};

/// What is expected of a mock, and what it saw.
#[derive(Debug, Default)]
pub(super) struct Expectations(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    expected: Vec<(Login, u64)>,
    count: u64,
    latest: VecDeque<String>,
}

impl Expectations {
    /// How many attempts a report shows.
    const SHOWN: usize = 20;

    /// Expects a login from now on.
    pub(super) fn add(&self, login: Login) {
        self.seen().expected.push((login, 0));
    }

    /// Counts an attempt for every expectation that it meets.
    pub(super) fn observe(&self, attempt: &Attempt) {
        let mut seen = self.seen();
        for (login, count) in &mut seen.expected {
            *count += u64::from(login.is_met_by(attempt));
        }
        seen.count += 1;
        if seen.latest.len() == Self::SHOWN {
            seen.latest.pop_front();
        }
        seen.latest.push_back(line(attempt));
    }

    /// What is not as expected, for people to read; `None` if all is.
    pub(super) fn report(&self) -> Option<String> {
        let seen = self.seen();
        let unmet = seen.expected.iter().filter(|(login, count)| !login.is_satisfied_by(*count));
        let mut report = String::new();
        // Writing into a String does not fail.
        for (login, count) in unmet {
            let _ = writeln!(report, "- {login}: expected {}, saw {count}", login.wanted());
        }
        if report.is_empty() {
            return None;
        }
        let shown = match seen.count {
            0 => "Nobody tried to log in.".to_owned(),
            count if count > seen.latest.len() as u64 => {
                format!("{count} attempts, of which the latest are:")
            }
            count => format!("Attempts ({count}):"),
        };
        let _ = writeln!(report, "{shown}");
        for line in &seen.latest {
            let _ = writeln!(report, "- {line}");
        }
        Some(format!("logins are not as expected:\n{}", report.trim_end()))
    }

    /// A report that was made half is still a report.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn line(attempt: &Attempt) -> String {
    let who = attempt.login.as_deref().unwrap_or("nobody");
    let app = attempt.app.as_ref().map(|app| format!(" at {}", app.label)).unwrap_or_default();
    let begun = attempt.initiated.map(|by| format!(" ({})", by.name())).unwrap_or_default();
    match &attempt.outcome {
        Outcome::Sent { sent, .. } => format!("{who}{app}{begun}: sent to {}", sent.issued.acs),
        Outcome::Refused(refusal) => format!("{who}{app}{begun}: refused, {refusal}"),
    }
}
