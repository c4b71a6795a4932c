//! One thing that may come of a login, and whether it did.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sp::{OutcomeClass, Reason, Resource, State, User, UserStatus};

/// What may come of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    /// Nobody enters, and nothing that is stored changes.
    Refused(Reason),
    /// The user enters, and is stored like this; nobody else changes.
    Entered {
        /// Whether the user is new, changed, or neither.
        class: OutcomeClass,
        /// The user.
        row: Row,
        /// What is there to be granted that was not there before (facts K10).
        resources: Vec<Resource>,
    },
}

/// What matters of a stored user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Where the user stands.
    pub status: UserStatus,
    /// The roles, as [`crate::sp::Roles::lines`] writes them.
    pub roles: BTreeSet<String>,
}

impl Row {
    pub(super) fn of(user: &User) -> Self {
        Self { status: user.status, roles: user.roles.lines() }
    }

    /// How another row differs from this one, in one line; `None` if it does not.
    pub(super) fn difference(&self, actual: &Self) -> Option<String> {
        let quoted = |lines: Vec<&String>| {
            lines.into_iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(", ")
        };
        let missing: Vec<_> = self.roles.difference(&actual.roles).collect();
        let extra: Vec<_> = actual.roles.difference(&self.roles).collect();
        let mut parts = Vec::new();
        if !missing.is_empty() {
            parts.push(format!("{} is missing", quoted(missing)));
        }
        if !extra.is_empty() {
            parts.push(format!("{} is too much", quoted(extra)));
        }
        if self.status != actual.status {
            parts.push(format!("the user is {}, not {}", word(actual.status), word(self.status)));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let roles = if roles.is_empty() { "no roles".into() } else { roles.join(", ") };
        match self.status {
            UserStatus::Active => f.write_str(&roles),
            status => write!(f, "{}, {roles}", word(status)),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => write!(f, "rejected {reason}, nothing changes"),
            Self::Entered { class, row, resources } => {
                write!(f, "{class}: {row}")?;
                for resource in resources {
                    write!(f, ", and `{resource}` is made")?;
                }
                Ok(())
            }
        }
    }
}

fn word(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "active",
        UserStatus::Invited => "invited",
        UserStatus::Expired => "expired",
        UserStatus::Inactive => "inactive",
    }
}

/// How the users of two states differ, but for those of this address; `None` if they do not.
pub(super) fn others_differ(before: &State, after: &State, email: Option<&str>) -> Option<String> {
    let other = |user: &&User| email.is_none_or(|email| !user.email.eq_ignore_ascii_case(email));
    let known =
        |user: &User| (user.id.clone(), user.email.clone(), user.has_password, Row::of(user));
    let rows = |state: &State| state.users.iter().filter(other).map(known).collect::<Vec<_>>();
    let (before, after) = (rows(before), rows(after));
    for (id, email, _, row) in &before {
        let Some((_, _, _, now)) = after.iter().find(|(other, ..)| other == id) else {
            return Some(format!("the user {email} is gone"));
        };
        if let Some(difference) = row.difference(now) {
            return Some(format!("of {email}: {difference}"));
        }
    }
    let new = after.iter().find(|(id, ..)| before.iter().all(|(other, ..)| other != id));
    if let Some((_, email, _, _)) = new {
        return Some(format!("the user {email} is new"));
    }
    let changed = after.iter().find(|row| !before.contains(row));
    changed.map(|(_, email, ..)| format!("of {email} the password or the address has changed"))
}
