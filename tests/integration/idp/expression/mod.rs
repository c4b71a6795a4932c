//! Okta's expression language.

mod errors;
mod examples;
mod properties;
mod saved;
mod templates;
mod world;
