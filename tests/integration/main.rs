//! All integration tests, in one binary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod certs;
mod crypto;
mod idp;
mod keys;
mod net;
mod saml;
mod serve;
