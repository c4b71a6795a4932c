//! The embedded service provider: it behaves as the documents say, on a clock that can be set.
//!
//! [`ReferenceSp`] offers two routers: one for the SP's public host, one for its administrators,
//! which only loopback may reach. Whoever starts it mounts both and then handles it over HTTP like
//! anybody else's SP ([`ReferenceSp::adapters`]).
//!
//! What it decides is decided in [`crate::sp`]: it verifies the signature with the keys of one
//! entry, decrypts what is encrypted, reads only the bytes that were signed, runs [`crate::sp::accept`] and
//! [`crate::sp::explain`], and writes everything in one transaction or nothing.
//!
//! It can be told to do one thing wrong ([`Fault`]), so that whoever tests it can be tested.
//!
//! It keeps passwords as they are and everything in memory: it is there to be tested against, and
//! must never guard anything.

mod acs;
mod admin;
mod api_key;
mod audit;
mod cache;
mod choose;
mod configure;
mod cookie;
mod entries;
mod fault;
mod link;
mod metadata;
mod open;
mod page;
mod password;
mod paths;
mod read;
mod server;
mod start;
mod store;
mod trust;

pub use audit::Audit;
pub use fault::{Fault, NoSuchFault};
pub use metadata::MetadataError;
pub use page::REASON_HEADER;
pub use paths::{LOGOUT, PASSWORD, PathError, WHOAMI};
pub use server::{ReferenceError, ReferenceOptions, ReferenceSp};
