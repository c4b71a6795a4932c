//! The semantics: expectations are written by hand from the facts, never computed.

mod accept;
mod claim;
mod customer;
pub(crate) mod entry;
mod explained;
mod k6;
mod knobs;
mod last_admin;
mod laws;
mod mapping;
mod problems;
mod sync;
mod table;
mod words;
