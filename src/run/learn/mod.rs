//! Knob discovery: on an SP whose rules are unknown, a few logins tell them (facts, section 5).
//!
//! [`learn`] plays small scenarios that are no part of the catalogue, at most [`MOST_LOGINS`]
//! logins in all, and skips what an earlier answer has made needless. [`findings`] reads the knobs
//! from what was seen; it is pure. What a profile cannot meet is said, never guessed, and where the
//! evidence fits several values all of them are told.

mod block;
mod discovery;
mod no_match;
mod probe;
mod read;
mod reading;
mod record;
mod seen;
mod several;
mod syncing;

pub use block::rules_block;
pub use discovery::{LearnProgress, MOST_LOGINS, learn};
pub use read::findings;
pub use record::{Asked, Finding, LearnRecord, Learnt, Login, Question};
