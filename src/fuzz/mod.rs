//! Generated role mappings and logins against any SP.

pub mod player;
