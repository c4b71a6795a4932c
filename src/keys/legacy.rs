//! RSA PKCS#1 v1.5 signatures with SHA-1, which aws-lc verifies but does not make.
//!
//! Okta still signs with them where an app says `RSA_SHA1` (facts/okta.md 4.1), so a mock has to.
//! The `rsa` crate does not hide how long a key takes; keys of a mock protect nothing.

use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use super::{Hash, KeyError};

/// DigestInfo of SHA-1 in front of the hash itself (RFC 8017, section 9.2).
const SHA1_DIGEST_INFO: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// A private key that makes such signatures.
pub(super) struct LegacyRsa(RsaPrivateKey);

impl LegacyRsa {
    /// Reads the key that another library has read already.
    pub(super) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_not_found| KeyError::NoPrivateKey)?;
        let key = match &der {
            PrivateKeyDer::Pkcs8(pkcs8) => {
                RsaPrivateKey::from_pkcs8_der(pkcs8.secret_pkcs8_der()).ok()
            }
            other => RsaPrivateKey::from_pkcs1_der(other.secret_der()).ok(),
        };
        key.map(Self).ok_or(KeyError::PrivateKey)
    }

    /// The signature of a message.
    pub(super) fn sign_sha1(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let scheme = Pkcs1v15Sign {
            hash_len: Some(Hash::Sha1.length()),
            prefix: Box::new(SHA1_DIGEST_INFO),
        };
        self.0.sign(scheme, &Hash::Sha1.of(message)).map_err(|_refused| KeyError::Signature)
    }
}
