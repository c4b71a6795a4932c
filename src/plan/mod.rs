//! Scenario × profile → case: everything resolved, nothing left to default.

mod case;

// A case speaks the scenario's words: whoever plays or judges it finds them here.
pub use crate::scenario::{ExpectWord, Grade, IdpChange, Initiated, Need, ScenarioId, SendKey};
pub use case::{Action, Case, CaseOrg, CasePerson, CaseStep, IdpEdit, Send, SpEdit};
