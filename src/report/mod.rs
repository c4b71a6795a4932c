//! One record of a run, and the forms it is printed in. Secrets are taken out last.

mod format;
mod human;
mod record;
mod redact;

pub use format::{Format, render};
pub use record::{CaseRecord, Counts, RunRecord, Status};
