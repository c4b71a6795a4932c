//! What may come of each action, by the documented semantics and the profile's rules.
//!
//! The oracle goes step by step from what was *seen* before an action, never from what it expected
//! itself, so one disagreement makes no second one. Where documents and profile leave something open
//! several outcomes are right: inside the time of a cache (facts C2) that of the configuration before
//! a change as well, and that of every value of a knob that nobody declared.

mod difference;
mod history;
mod judge;
mod login;
mod open;
mod possible;
mod rehearsal;
mod session;

pub use judge::Oracle;
pub use open::OpenRules;
pub use possible::{Expected, Row};
