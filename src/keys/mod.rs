//! Key pairs, certificates and where they are kept.
//!
//! A [`SigningKey`] is an identity provider's key with its certificate, parsed once and cheap to
//! clone; a [`Certificate`] is what everybody else holds of it. A
//! [`DecryptionKey`] is a service provider's. [`KeyStore`] keeps a key in a folder
//! so that the trust an SP has stored survives a restart, [`TlsAuthority`] is a CA for tests, and
//! [`test_only`] holds keys that are published with this crate and therefore protect nothing.
//!
//! Key generation uses the system's randomness: a fresh key is never reproducible.

mod authority;
mod certificate;
mod decryption_key;
mod error;
mod issue;
mod kind;
mod legacy;
mod public_key_parts;
mod signing_key;
mod signing_request;
mod store;
pub mod test_only;

pub use authority::{ServerIdentity, TlsAuthority};
pub use certificate::{Certificate, PublicKey};
pub use decryption_key::{DecryptionKey, RsaPadding};
pub use error::{KeyError, StoreError};
pub use issue::CertificateProfile;
pub use kind::{Hash, KeyAlgorithm, KeyKind, UnknownKeyKind};
pub use public_key_parts::PublicKeyParts;
pub use signing_key::SigningKey;
pub use signing_request::{RequestSubject, SigningRequest};
pub use store::{KeyStore, Rotation};
