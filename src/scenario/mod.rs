//! The files as written: scenarios, SP profiles, orgs. Parsed with spans; all errors at once.

mod ids;
mod model;

pub use ids::ScenarioId;
pub use model::{
    Change, EntrySpec, ExpectWord, Grade, IdpChange, Initiated, MappingEdit, MappingSpec, Need,
    OrgSpec, Person, Scenario, SendKey, SendSpec, SpUserSpec, Span, Step, StepAction,
    UserStatusWord,
};
