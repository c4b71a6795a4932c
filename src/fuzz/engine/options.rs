//! What a hunt is asked to do.

use std::sync::Arc;
use std::time::Duration;

use crate::drive::TargetOptions;
use crate::fuzz::{OpenRules, Over};
use crate::sp::SpProfile;

use super::Regressions;

/// What a hunt is asked to do.
#[derive(Clone, Debug)]
pub struct FuzzOptions {
    /// The SP.
    pub profile: Arc<SpProfile>,
    /// Its knobs that nobody declared.
    pub open: OpenRules,
    /// How an embedded SP is reached.
    pub over: Over,
    /// Keys, time-outs, and what an embedded SP does wrong.
    pub target: TargetOptions,
    /// Everything is drawn from this text.
    pub seed: String,
    /// How many cases are drawn, at most.
    pub cases: Option<u64>,
    /// How long cases are drawn, at most. What is being played then is played to its end.
    pub time: Option<Duration>,
    /// How many findings end the hunt; at least 1.
    pub findings: usize,
    /// How many cases are played at once, where that can be.
    pub jobs: usize,
    /// How many plays a finding may be shrunk by, at most.
    pub shrink: u64,
    /// Where cases that failed are kept, and played again first.
    pub regressions: Option<Regressions>,
}
