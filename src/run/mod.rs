//! The conductor: plan, drive, judge, hold, record.

mod conductor;
mod family;
mod options;
mod play;
mod selftest;

pub use conductor::{RunError, run};
pub use options::{Progress, RunOptions};
pub use selftest::{Caught, FaultRecord, SelftestRecord, Trial, selftest};
