//! Property-based fuzzing of role mappings: worlds that are made up, and what must hold in them.
//!
//! ```text
//! strategies → World → Script (scenario, case) → played → oracle, laws → Disagreement → scenario file
//! ```
//!
//! A [`World`] is plain data and knows no profile. A [`Script`] is a world resolved for one, by way
//! of the same scenario that a person would write, so that whatever is found can be played again by
//! `samlproof run`. What was seen is a [`Played`].

mod capabilities;
mod disagreement;
mod engine;
pub mod law;
pub mod oracle;
mod people;
mod played;
mod player;
mod report;
mod script;
pub mod strategies;
mod toml;
mod world;

pub use capabilities::Capabilities;
pub use disagreement::{Disagreement, Judge, Judged};
pub use engine::{
    CaseSeed, Counts, FUZZED, FaultHunt, FuzzError, FuzzFinding, FuzzKeysError, FuzzOptions,
    FuzzProof, FuzzRecord, Judges, NoCaseSeed, NoSuchLaw, Origin, Regressions, RegressionsError,
    Size, Watch, fuzz, prove,
};
pub use law::{Law, LawKind, Side};
pub use oracle::{OpenRules, Oracle};
pub use people::Cast;
pub use played::{Played, PlayedAttempt, PlayedStep};
pub use player::{Over, Player};
pub use report::{Inexpressible, pruned, report};
pub use script::{Script, ScriptError};
pub use world::{Action, Person, StoredUser, Switch, World, WorldEntry, attribute};
