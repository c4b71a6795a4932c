//! The opinion on what was seen. Pure: the same case and observation give the same verdict.
//!
//! [`outcomes`] tells what became of each step; [`judge`] holds that against what the scenario says,
//! and against rules that hold for every SP: a refusal leaves no trace, bystanders stay as they are,
//! one address is one user, what can be granted is there once, a role on a space comes with its
//! organization, a deleted user's id does not come back, and the one who is logged in is the one who
//! was asserted.

mod finding;
mod invariants;
mod judge;
mod outcomes;
mod sent;

pub use finding::{Finding, Verdict};
pub use judge::judge;
pub use outcomes::{AttemptOutcome, CaseOutcome, StepOutcome, outcomes, said};
