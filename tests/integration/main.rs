//! All integration tests, as one binary: one link instead of one a file.
//!
//! A test goes in by the public API. One file, or one folder, for each room of the crate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]

mod architecture;
mod certs;
mod crypto;
mod idp;
mod keys;
mod net;
mod plan;
mod saml;
mod scenario;
mod serve;
