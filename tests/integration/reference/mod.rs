//! The embedded SP, over its routers: real documents, a fixed clock, no socket unless metadata is
//! fetched.

mod admin;
mod cache;
mod encryption;
mod faults;
mod files;
mod login;
mod metadata;
mod other_paths;
pub(crate) mod world;
