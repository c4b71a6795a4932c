//! samlproof proves a SAML service provider.

pub mod crypto;
pub mod env;
pub mod keys;
pub mod saml;
