//! What the org says of a user, without the rest of the crate.

#[path = "../../../src/crypto/mod.rs"]
pub mod crypto;
#[path = "../../../src/env.rs"]
pub mod env;
#[path = "../../../src/excerpt.rs"]
mod excerpt;
#[path = "../../../src/idp/mod.rs"]
pub mod idp;
#[path = "../../../src/keys/mod.rs"]
pub mod keys;
#[path = "../../../src/saml/mod.rs"]
pub mod saml;
