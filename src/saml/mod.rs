//! The words of SAML 2.0: names, messages, bindings, metadata.
//!
//! Everything here is plain data and text: no I/O, no clock, no randomness, no crypto. Documents are
//! read with hard limits (no DTD, bounded depth and size) and errors keep the position they saw.
//!
//! Specification abbreviations in the docs below: C = saml-core-2.0-os, B = saml-bindings-2.0-os,
//! P = saml-profiles-2.0-os, M = saml-metadata-2.0-os.

mod attributes;
mod binding;
pub mod instant;
mod names;
mod response;
mod signature;
pub mod xml;

pub use attributes::{Attribute, AttributeNameFormat, AttributeValue, Attributes};
pub use binding::Binding;
pub use names::{AcsUrl, EntityId, MessageId, NameId, NameIdFormat};
pub use response::{Assertion, AuthnStatement, Conditions, Response, Status, SubjectConfirmation};
pub use signature::{
    DigestAlgorithm, SignatureAlgorithm, SignatureFault, SignatureVerdict, SignedKind, SignedPart,
};
