//! The conductor: plan, drive, judge, hold, record.

mod conductor;
mod family;
mod learn;
mod options;
mod play;
mod selftest;

pub use conductor::{RunError, run};
pub use learn::{
    Asked, Finding, LearnProgress, LearnRecord, Learnt, Login, MOST_LOGINS, Question, findings,
    learn, rules_block,
};
pub use options::{Progress, RunOptions};
pub use selftest::{Caught, FaultRecord, SelftestRecord, Trial, selftest};
