//! The words of SAML 2.0: names, messages, bindings, metadata.
//!
//! Everything here is plain data and text: no I/O, no clock, no randomness, no crypto. Documents are
//! read with hard limits (no DTD, bounded depth and size) and errors keep the position they saw.
//!
//! Specification abbreviations in the docs below: C = saml-core-2.0-os, B = saml-bindings-2.0-os,
//! P = saml-profiles-2.0-os, M = saml-metadata-2.0-os.

mod attributes;
mod binding;
mod encryption;
mod idp_metadata;
pub mod instant;
mod logout;
mod names;
mod read;
mod request;
mod response;
mod response_reader;
mod signature;
mod sp_metadata;
pub mod xml;

pub use attributes::{Attribute, AttributeNameFormat, AttributeValue, Attributes};
pub use binding::{
    Binding, BindingError, MAX_INFLATED, RELAY_STATE, SamlParam, append_query, decode_post,
    decode_redirect_param, encode_post, encode_redirect, redirect_query, redirect_url,
};
pub use encryption::{EncryptionAlgorithm, KeyTransportAlgorithm};
pub use idp_metadata::{IdpMetadata, SsoEndpoint};
pub use logout::{LogoutRequest, LogoutResponse};
pub use names::{AcsUrl, EntityId, MessageId, NameId, NameIdFormat};
pub use read::{Limits, ReadError, ReadErrorKind};
pub use request::{AuthnRequest, NameIdPolicy};
pub use response::{Assertion, AuthnStatement, Conditions, Response, Status, SubjectConfirmation};
pub use signature::{
    DigestAlgorithm, SignatureAlgorithm, SignatureFault, SignatureVerdict, SignedKind, SignedPart,
};
pub use sp_metadata::{AcsEndpoint, SpMetadata};
