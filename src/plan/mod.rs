//! Scenario × profile → case: everything resolved, nothing left to default.

mod case;

pub use case::{Action, Case, CaseOrg, CasePerson, CaseStep, IdpEdit, Send, SpEdit};
