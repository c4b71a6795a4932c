//! All integration tests, one binary; they go in by the public API.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod certs;
mod crypto;
mod keys;
mod net;
mod reference;
mod sp;
