//! Laws: what holds of every SP, told without the oracle.
//!
//! Some are about one played world; others play a second one that differs in a single respect and
//! compare. None of them asks [`crate::sp::decide`].

mod comparison;
mod draw;
mod facts;
mod invariants;
mod statement;
mod values;
mod variants;

pub use statement::{Law, LawKind, Side};
