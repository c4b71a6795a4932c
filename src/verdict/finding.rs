//! Verdicts and what they rest on.

use serde::{Deserialize, Serialize};

/// The verdict on one case. The kinds are never mixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything is as the scenario says.
    Pass,
    /// Something is not; never empty.
    Fail(Vec<Finding>),
    /// It was not played, for this reason.
    Skip(String),
    /// It was played but proves nothing: the SP was not reached, or a control login failed.
    Inconclusive(String),
    /// The harness itself failed.
    Broken(String),
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The step, from 1.
    pub step: usize,
    /// The line of the scenario file.
    pub line: usize,
    /// What was looked at: `outcome of login jane`.
    pub about: String,
    /// What would have been right; several where several are.
    pub expected: Vec<String>,
    /// What was there.
    pub actual: String,
}
