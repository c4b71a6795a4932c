//! What became of one attempt to enter.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The class of an outcome, told from who is logged in and what is stored, never from a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeClass {
    /// Logged in, and a user row is there that was not there before.
    Created,
    /// Logged in, and the user's stored row changed.
    Updated,
    /// Logged in, and nothing stored changed.
    Unchanged,
    /// Logged in; what is stored cannot be read.
    Accepted,
    /// Not logged in.
    Rejected,
    /// Not logged in; the browser was left at the identity provider.
    RedirectedToIdp,
    /// Not logged in; the SP failed.
    ServerError,
}

impl OutcomeClass {
    /// Whether somebody is logged in.
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Unchanged | Self::Accepted)
    }
}

impl fmt::Display for OutcomeClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::RedirectedToIdp => "redirected-to-idp",
            Self::ServerError => "server-error",
        })
    }
}

/// A class, and the reason where the SP gives one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What happened.
    pub class: OutcomeClass,
    /// The SP's own word for it, if it has one.
    pub reason: Option<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "{} {reason}", self.class),
            None => write!(f, "{}", self.class),
        }
    }
}
