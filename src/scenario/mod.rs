//! The files as written: scenarios, SP profiles, orgs. Parsed with spans; all errors at once.
//!
//! [`Scenario::parse`], [`parse_profile`] and [`parse_org`] read one file; [`Catalogue`] reads all of them, the
//! embedded ones or those of a folder.

mod app;
mod catalogue;
mod changes;
mod decode;
mod duration;
mod entries;
mod expect;
mod expression;
mod ids;
mod level;
mod matrix;
mod model;
mod names;
mod org;
mod org_access;
mod org_app;
mod org_sign_on;
mod parse;
mod people;
mod placeholder;
mod profile;
mod roles;
mod rules;
mod send;
mod source;
mod steps;
mod target;
mod vocabulary;
mod words;

pub use catalogue::{Catalogue, CatalogueErrors, FileError, LoadedScenario};
pub use duration::{TimingField, Wait};
pub use ids::ScenarioId;
pub use level::Level;
pub use matrix::{Cell, Choice};
pub use model::{
    Change, EntrySpec, ExpectWord, Grade, IdpChange, Initiated, MappingEdit, MappingSpec,
    MetadataSpec, Need, OrgSpec, Person, Scenario, SendEncryption, SendKey, SendSpec, SpUserEdit,
    SpUserSpec, Span, Step, StepAction, UserStatusWord,
};
pub use org::parse_org;
pub(crate) use placeholder::BRACE;
pub use placeholder::{literal, placeholders};
pub use profile::parse_profile;
pub use rules::with_rule;
pub use source::{ParseErrors, Problem, Source};
pub use words::nearest;
