//! The conductor: plan, drive, judge, hold, record.

mod conductor;
mod family;
mod keys;
mod options;
mod play;

pub use conductor::{RunError, run};
pub use options::{Progress, RunOptions};
