//! A private key with its certificate, ready to decrypt the keys that are sent to it.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use jiff::Timestamp;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::{
    Certificate, CertificateProfile, KeyAlgorithm, KeyError, KeyKind, PublicKey, SigningKey,
};

/// The padding of an encrypted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaPadding {
    /// OAEP with SHA-1 and MGF1 over SHA-1 (RFC 8017, 7.1), what XML Encryption 1.0 calls
    /// `rsa-oaep-mgf1p`.
    OaepSha1,
    /// PKCS#1 v1.5 (RFC 8017, 7.2). Whoever is told whether it was right can decrypt with the help
    /// of that, so nobody may be.
    Pkcs1,
}

/// An SP's RSA key for encryption and its certificate, parsed once; clones share them.
#[derive(Clone)]
pub struct DecryptionKey(Arc<Inner>);

struct Inner {
    oaep: OaepPrivateDecryptingKey,
    pkcs1: Pkcs1PrivateDecryptingKey,
    length: usize,
    signing: SigningKey,
}

impl DecryptionKey {
    /// Makes a key and a self-signed certificate that was created `now`.
    ///
    /// # Errors
    /// [`KeyError::CannotEncrypt`] for a kind that is not RSA.
    pub fn generate(
        kind: KeyKind,
        profile: &CertificateProfile,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        match kind.algorithm() {
            KeyAlgorithm::Rsa => Self::of(SigningKey::generate(kind, profile, now)?),
            KeyAlgorithm::Ecdsa => Err(KeyError::CannotEncrypt),
        }
    }

    /// Reads the first private key of one PEM text and the first certificate of another, which may
    /// be the same text. The key is RSA with 2048, 3072 or 4096 bits.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`], and [`KeyError::CannotEncrypt`] for a key that is not RSA.
    pub fn from_pem(key_pem: &str, certificate_pem: &str) -> Result<Self, KeyError> {
        Self::of(SigningKey::from_pem(key_pem, certificate_pem)?)
    }

    /// The signing key has checked size and certificate.
    fn of(signing: SigningKey) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(signing.key_pem().as_bytes())
            .map_err(|_not_found| KeyError::NoPrivateKey)?;
        let pair = match &der {
            PrivateKeyDer::Pkcs8(pkcs8) => RsaKeyPair::from_pkcs8(pkcs8.secret_pkcs8_der()),
            other => RsaKeyPair::from_der(other.secret_der()),
        };
        let pair = pair.map_err(|_not_rsa| KeyError::CannotEncrypt)?;
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_unspecified| KeyError::PrivateKey)?;
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref())
            .map_err(|_rejected| KeyError::PrivateKey)?;
        let unusable = |_unspecified| KeyError::PrivateKey;
        Ok(Self(Arc::new(Inner {
            length: key.key_size_bytes(),
            oaep: OaepPrivateDecryptingKey::new(key.clone()).map_err(unusable)?,
            pkcs1: Pkcs1PrivateDecryptingKey::new(key).map_err(unusable)?,
            signing,
        })))
    }

    /// The certificate, which goes into the SP's metadata.
    pub fn certificate(&self) -> &Certificate {
        self.0.signing.certificate()
    }

    /// Private key and certificate in one PEM text.
    pub fn to_pem(&self) -> String {
        self.0.signing.to_pem()
    }

    /// Decrypts what was encrypted to the certificate. `None` says no more than that it was not.
    pub fn decrypt(&self, padding: RsaPadding, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = vec![0; self.0.length];
        let plain = match padding {
            RsaPadding::OaepSha1 => {
                self.0.oaep.decrypt(&OAEP_SHA1_MGF1SHA1, ciphertext, &mut buffer, None)
            }
            RsaPadding::Pkcs1 => self.0.pkcs1.decrypt(ciphertext, &mut buffer),
        };
        plain.ok().map(|plain| plain.to_vec())
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("certificate", self.certificate())
            .finish_non_exhaustive()
    }
}

impl PublicKey {
    /// Encrypts a few bytes, such as another key, for whoever has the private key.
    ///
    /// # Errors
    /// [`KeyError::CannotEncrypt`] if the key is not RSA with 2048 to 8192 bits, or the bytes are
    /// too many for it.
    pub fn encrypt(&self, padding: RsaPadding, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        if self.algorithm() != KeyAlgorithm::Rsa {
            return Err(KeyError::CannotEncrypt);
        }
        let key = PublicEncryptingKey::from_der(self.der());
        let key = key.map_err(|_rejected| KeyError::CannotEncrypt)?;
        let mut buffer = vec![0; key.key_size_bytes()];
        let encrypted = match padding {
            RsaPadding::OaepSha1 => OaepPublicEncryptingKey::new(key).and_then(|key| {
                let encrypted = key.encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut buffer, None)?;
                Ok(encrypted.len())
            }),
            RsaPadding::Pkcs1 => Pkcs1PublicEncryptingKey::new(key)
                .and_then(|key| Ok(key.encrypt(plain, &mut buffer)?.len())),
        };
        let length = encrypted.map_err(|_unspecified| KeyError::CannotEncrypt)?;
        buffer.truncate(length);
        Ok(buffer)
    }

    /// Whether something can be encrypted with it: RSA with 2048 to 8192 bits.
    pub fn can_encrypt(&self) -> bool {
        self.algorithm() == KeyAlgorithm::Rsa && PublicEncryptingKey::from_der(self.der()).is_ok()
    }
}
