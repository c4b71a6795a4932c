//! What a reference SP can be told to do wrong (facts 4): [`Fault`], and where each is planted.
//!
//! [`crate::sp`] knows nothing of faults. A fault of the checks or of the decision is a lens around
//! them: it changes what goes in, or what comes out. The others stand where the SP itself does what
//! they do wrong, in functions of this folder, one file an area. Without a fault every one of them
//! does nothing.

pub(super) mod binding;
pub(super) mod cache;
mod catalogue;
pub(super) mod configure;
pub(super) mod decision;
mod defaults;
pub(super) mod domains;
mod k6;
pub(super) mod life;
mod mapping;
pub(super) mod saml_only;
pub(super) mod session;
mod sync;

pub use catalogue::{Fault, NoSuchFault};
