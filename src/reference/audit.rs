//! Why each login came out as it did.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

use super::page::Refusal;
use crate::sp::{Check, EntryName, Explanation, Reason};

/// Records that are kept; the oldest are forgotten.
const KEPT: usize = 1000;

/// One login and what decided it. Attributes are left out: one of them may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// When.
    pub at: Timestamp,
    /// The subject, as far as it was believed.
    pub email: Option<String>,
    /// The entry whose IdP is said to have signed.
    pub entry: Option<EntryName>,
    /// Every check on the response, as far as it got there.
    pub checks: Vec<Check>,
    /// The decision and its grounds, if it got there.
    pub decision: Option<Explanation>,
    /// Where it was refused (`G1` … `G6` of facts 1), and why.
    pub refused: Option<Refused>,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The gate.
    pub gate: &'static str,
    /// The reason that the browser is told.
    pub reason: Reason,
    /// More about it, which it is not.
    pub detail: String,
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self { gate: refusal.gate, reason: refusal.reason, detail: refusal.detail.clone() }
    }
}

/// The records, oldest first.
#[derive(Debug, Default)]
pub(super) struct Trail(Mutex<VecDeque<Audit>>);

impl Trail {
    pub(super) fn add(&self, audit: Audit) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() == KEPT {
            records.pop_front();
        }
        records.push_back(audit);
    }

    pub(super) fn all(&self) -> Vec<Audit> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
