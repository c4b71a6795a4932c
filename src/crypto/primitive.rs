//! The single steps of a signature, by SAML's algorithm names.

use crate::keys::{Certificate, Hash, KeyAlgorithm, KeyError, SigningKey};
use crate::saml::{DigestAlgorithm, SignatureAlgorithm};

/// The digest of some bytes.
pub fn digest(algorithm: DigestAlgorithm, bytes: &[u8]) -> Vec<u8> {
    hash_of_digest(algorithm).of(bytes)
}

/// Signs some bytes. Fails if the key cannot make this signature, being of the other family.
pub fn sign_bytes(
    key: &SigningKey,
    algorithm: SignatureAlgorithm,
    bytes: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let (family, hash) = parts(algorithm);
    key.sign(family, hash, bytes)
}

/// Whether a signature over some bytes holds. A key of the other family verifies nothing.
pub fn verify_bytes(
    certificate: &Certificate,
    algorithm: SignatureAlgorithm,
    bytes: &[u8],
    signature: &[u8],
) -> bool {
    let (family, hash) = parts(algorithm);
    let key = certificate.public_key();
    key.algorithm() == family && key.verify(hash, bytes, signature)
}

/// The family and the hash of a signature algorithm.
pub(super) fn parts(algorithm: SignatureAlgorithm) -> (KeyAlgorithm, Hash) {
    match algorithm {
        SignatureAlgorithm::RsaSha1 => (KeyAlgorithm::Rsa, Hash::Sha1),
        SignatureAlgorithm::RsaSha256 => (KeyAlgorithm::Rsa, Hash::Sha256),
        SignatureAlgorithm::RsaSha384 => (KeyAlgorithm::Rsa, Hash::Sha384),
        SignatureAlgorithm::RsaSha512 => (KeyAlgorithm::Rsa, Hash::Sha512),
        SignatureAlgorithm::EcdsaSha256 => (KeyAlgorithm::Ecdsa, Hash::Sha256),
        SignatureAlgorithm::EcdsaSha384 => (KeyAlgorithm::Ecdsa, Hash::Sha384),
        SignatureAlgorithm::EcdsaSha512 => (KeyAlgorithm::Ecdsa, Hash::Sha512),
    }
}

/// The hash behind a digest algorithm.
pub(super) fn hash_of_digest(algorithm: DigestAlgorithm) -> Hash {
    match algorithm {
        DigestAlgorithm::Sha1 => Hash::Sha1,
        DigestAlgorithm::Sha256 => Hash::Sha256,
        DigestAlgorithm::Sha384 => Hash::Sha384,
        DigestAlgorithm::Sha512 => Hash::Sha512,
    }
}
