//! samlproof proves a SAML service provider.

pub mod crypto;
pub mod env;
pub mod idp;
pub mod keys;
pub mod net;
#[cfg(feature = "run")]
pub mod observation;
#[cfg(feature = "run")]
pub mod plan;
#[cfg(feature = "run")]
pub mod reference;
pub mod saml;
#[cfg(feature = "run")]
pub mod scenario;
pub mod serve;
#[cfg(feature = "run")]
pub mod sp;
