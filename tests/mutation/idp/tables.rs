//! What the integration tests ask of an org by itself.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "org.rs"]
mod idp;
