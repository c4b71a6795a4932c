//! Stand-in with the signatures that `idp` calls, until the real room is merged.
use crate::keys::SigningKey;
use crate::saml::{DigestAlgorithm, MessageId, SignatureAlgorithm};

/// Which engine computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// The default one.
    #[default]
    Native,
}

/// How a signature is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureProfile {
    /// The signature's algorithm.
    pub signature: SignatureAlgorithm,
    /// The digest's algorithm.
    pub digest: DigestAlgorithm,
    /// `InclusiveNamespaces PrefixList`.
    pub inclusive_prefixes: Vec<String>,
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not built yet")]
pub struct SignError;

/// Signs the element of this ID in place.
///
/// # Errors
/// Always: this is the stand-in.
pub fn sign_enveloped(
    _engine: Engine,
    _xml: &str,
    _id: &MessageId,
    _key: &SigningKey,
    _profile: &SignatureProfile,
) -> Result<String, SignError> {
    Err(SignError)
}
