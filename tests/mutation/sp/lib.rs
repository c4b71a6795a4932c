//! What an SP makes of an assertion, without the rest of the crate.

#[path = "../../../src/excerpt.rs"]
mod excerpt;
#[path = "../../../src/saml/mod.rs"]
pub mod saml;
#[path = "../../../src/sp/mod.rs"]
pub mod sp;
