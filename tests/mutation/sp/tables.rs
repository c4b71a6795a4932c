//! The decision tables, as they stand in the integration tests.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../../integration/sp/mod.rs"]
mod sp;
