//! Scenario × profile → case: everything resolved, nothing left to default.
//!
//! [`resolve`] makes one case; [`plan`] makes those that a [`Selection`] wants, and says why others
//! are skipped.

mod case;
mod cases;
mod configuration;
mod error;
mod fresh;
mod needs;
mod resolve;
mod selection;
mod steps;
mod text;

// A case speaks the scenario's words: whoever plays or judges it finds them here.
pub use crate::scenario::{
    Cell, Choice, ExpectWord, Grade, IdpChange, Initiated, Level, Need, ScenarioId, SendEncryption,
    SendKey,
};
pub use case::{Action, Case, CaseOrg, CasePerson, CaseStep, IdpEdit, Send, SpEdit};
pub use cases::{Plan, Skipped, plan};
pub use error::{PlanError, PlanErrors};
pub use resolve::resolve;
pub use selection::{Partition, PartitionError, Selection};
