//! What is known after a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::observation::Observation;
use crate::scenario::{Grade, Level, ScenarioId};
use crate::snapshot::Held;
use crate::verdict::{CaseOutcome, Verdict};

/// Stands for the profile where no profile at hand is one that a scenario is written for.
pub(crate) const NO_PROFILE: &str = "-";

/// A whole run. Its JSON form is versioned: [`RunRecord::VERSION`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of samlproof.
    pub samlproof: String,
    /// When the run started.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Every case that was selected, sorted by scenario and profile.
    pub cases: Vec<CaseRecord>,
    /// Texts that must not be printed.
    #[serde(skip)]
    pub secrets: Vec<String>,
}

/// One case of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The scenario.
    pub id: ScenarioId,
    /// The SP profile; `-` where none at hand is one that the scenario is written for.
    pub profile: String,
    /// The scenario's title.
    pub title: String,
    /// Its rule.
    pub requirement: String,
    /// Where the rule is written.
    pub source: String,
    /// How certain the rule is.
    pub grade: Grade,
    /// The verdict from what the scenario says.
    pub verdict: Verdict,
    /// The level of observation it needs, where that is why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_of: Option<Level>,
    /// What holding the snapshot gave; `None` if the case was not played to its end.
    pub held: Option<Held>,
    /// What became of each step.
    pub outcome: Option<CaseOutcome>,
    /// Everything seen; kept for cases that did not pass.
    pub observation: Option<Observation>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// How a case counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As the scenario and the snapshot say.
    Passed,
    /// Not as the scenario or the snapshot says.
    Failed,
    /// Not played.
    Skipped,
    /// Played, but proves nothing.
    Inconclusive,
    /// The harness failed.
    Broken,
}

impl CaseRecord {
    /// How the case counts: verdict and snapshot together.
    pub fn status(&self) -> Status {
        match (&self.verdict, &self.held) {
            (Verdict::Fail(_), _) => Status::Failed,
            (Verdict::Skip(_), _) => Status::Skipped,
            (Verdict::Inconclusive(_), _) => Status::Inconclusive,
            (Verdict::Broken(_), _) => Status::Broken,
            (Verdict::Pass, Some(Held::Changed { .. } | Held::New { .. })) => Status::Failed,
            (Verdict::Pass, Some(Held::Same | Held::Accepted) | None) => Status::Passed,
        }
    }
}

/// How many cases of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the number of cases of the status of its name")]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    pub inconclusive: usize,
    pub broken: usize,
}

impl RunRecord {
    /// The version of the JSON form; it rises when a reader would have to change.
    pub const VERSION: u32 = 1;

    /// How many cases of each status.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for case in &self.cases {
            match case.status() {
                Status::Passed => counts.passed += 1,
                Status::Failed => counts.failed += 1,
                Status::Skipped => counts.skipped += 1,
                Status::Inconclusive => counts.inconclusive += 1,
                Status::Broken => counts.broken += 1,
            }
        }
        counts
    }
}
