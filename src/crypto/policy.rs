//! Which algorithms a verifier accepts.

use crate::saml::{DigestAlgorithm, SignatureAlgorithm};

/// An allow-list of algorithms; what it does not name is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmPolicy {
    /// Accepted signature algorithms.
    pub signatures: Vec<SignatureAlgorithm>,
    /// Accepted digest algorithms.
    pub digests: Vec<DigestAlgorithm>,
}

impl AlgorithmPolicy {
    /// RSA and ECDSA with SHA-256, SHA-384 and SHA-512.
    pub fn modern() -> Self {
        let mut policy = Self::danger_with_sha1();
        policy.signatures.retain(|algorithm| *algorithm != SignatureAlgorithm::RsaSha1);
        policy.digests.retain(|algorithm| *algorithm != DigestAlgorithm::Sha1);
        policy
    }

    /// All known ones, SHA-1 among them: collisions of SHA-1 are practical, so this is for SPs that
    /// are known to be that old.
    pub fn danger_with_sha1() -> Self {
        Self {
            signatures: SignatureAlgorithm::ALL.to_vec(),
            digests: DigestAlgorithm::ALL.to_vec(),
        }
    }
}

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        Self::modern()
    }
}
