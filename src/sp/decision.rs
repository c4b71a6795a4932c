//! What becomes of an accepted assertion, and why.

use serde::Serialize;

use super::{MappingId, Reason, Resource, Roles};

/// What an SP does with the user of an accepted assertion. Nothing but this may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// A new user with these roles.
    Create {
        /// The roles.
        roles: Roles,
        /// Resources that have to be created first (K10).
        resources: Vec<Resource>,
    },
    /// The stored user gets exactly these roles; they may equal the stored ones.
    Update {
        /// The roles.
        roles: Roles,
        /// Resources that have to be created first (K10).
        resources: Vec<Resource>,
    },
    /// The stored user enters with the stored roles.
    Unchanged,
    /// Nobody enters and nothing is written.
    Reject(Reason),
}

/// A decision and what led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The row of the facts that decided (`T1` … `T11`, `K1`, `K8`, `P22`).
    pub row: &'static str,
    /// The mappings that match, in configuration order. One that matches may still give nothing
    /// (P21).
    pub hits: Vec<MappingId>,
    /// Groups that became teams (K9).
    pub teams: Vec<String>,
    /// The knobs whose value mattered.
    pub knobs: Vec<&'static str>,
    /// Targets that do not exist and were left out (P21).
    pub dropped: Vec<Resource>,
}
