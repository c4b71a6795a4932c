//! samlproof proves a SAML service provider (SP).
//!
//! A mock Okta org logs people in; a verdict is told from who is logged in afterwards and what the SP
//! has stored. Every stage is public, plain data goes from one to the next:
//!
//! ```text
//! scenario → plan → drive → observation → verdict → snapshot → report        run conducts
//!                     │
//!         idp → crypto → serve → HTTP → reference (or somebody else's SP)
//! ```
//!
//! The whole of it inside `cargo test`: one scenario on the embedded `arize-eu`, over HTTPS on
//! loopback, judged.
//!
//! ```
//! # #[cfg(feature = "run")] {
//! use samlproof::plan::Selection;
//! use samlproof::run::{RunOptions, run};
//!
//! let options = RunOptions {
//!     selection: Selection {
//!         scenarios: vec!["jit/new-mapped".into()],
//!         profiles: vec!["arize-eu".into()],
//!         ..Selection::default()
//!     },
//!     ..RunOptions::embedded().unwrap()
//! };
//! let runtime = tokio::runtime::Runtime::new().unwrap();
//! let record = runtime.block_on(run(options, |_| {})).unwrap();
//! assert_eq!(record.counts().passed, 1);
//! # }
//! ```
//!
//! With default features off, the crate is the mock IdP as a library.

pub mod crypto;
#[cfg(feature = "run")]
pub mod drive;
pub mod env;
mod excerpt;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod idp;
pub mod keys;
pub mod mock;
pub mod net;
#[cfg(feature = "run")]
pub mod observation;
#[cfg(feature = "run")]
pub mod plan;
#[cfg(feature = "run")]
pub mod reference;
#[cfg(feature = "run")]
pub mod report;
#[cfg(feature = "run")]
pub mod run;
pub mod saml;
#[cfg(feature = "run")]
pub mod scenario;
pub mod serve;
#[cfg(feature = "run")]
pub mod snapshot;
#[cfg(feature = "run")]
pub mod sp;
#[cfg(feature = "run")]
pub mod verdict;
