//! Outcomes held against stored snapshots. The only user of insta at run time.
//!
//! Snapshots are shared by a profile family: `<store>/<family>/<area>/<slug>.snap`. A store is a
//! folder beside scenarios, where insta's manners apply (`.snap.new`, `INSTA_UPDATE`, review), or the
//! embedded catalogue, which is read only.

mod compare;
mod hold;
mod store;
mod text;

pub use compare::compare;
pub use hold::{Held, HoldError, hold};
pub use store::Store;
pub use text::render;
