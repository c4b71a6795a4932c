//! A private key with its certificate, ready to sign.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::Digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, RsaEncoding,
};
use jiff::Timestamp;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use super::issue::{self, CertificateProfile};
use super::legacy::LegacyRsa;
use super::{Certificate, Hash, KeyAlgorithm, KeyError, KeyKind};

/// A private key and its certificate. The key is parsed once, so that a signature costs only the
/// signature; clones share it.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    kind: KeyKind,
    pair: Pair,
    pem: String,
    certificate: Certificate,
    /// Made from `pem` when the first signature with SHA-1 is asked for.
    legacy: OnceLock<LegacyRsa>,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
}

impl SigningKey {
    /// Makes a key and a self-signed certificate of Okta's form (facts/okta.md 2.2) that was
    /// created `now`.
    pub fn generate(
        kind: KeyKind,
        profile: &CertificateProfile,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let (key_pem, der) = issue::self_signed(kind, profile, now)?;
        Self::with_certificate(&key_pem, Certificate::from_der(&der)?)
    }

    /// Reads the first private key of one PEM text and the first certificate of another, which may
    /// be the same text. Keys may be PKCS#8, PKCS#1 or SEC 1.
    pub fn from_pem(key_pem: &str, certificate_pem: &str) -> Result<Self, KeyError> {
        Self::with_certificate(key_pem, Certificate::from_pem(certificate_pem)?)
    }

    /// Reads the first private key of a PEM text, which has to be that of the certificate.
    pub(super) fn with_certificate(
        key_pem: &str,
        certificate: Certificate,
    ) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(key_pem.as_bytes())
            .map_err(|_not_found| KeyError::NoPrivateKey)?;
        let (kind, pair) = parse(&der)?;
        let pem = key_block(key_pem).ok_or(KeyError::NoPrivateKey)?;
        let key = Self(Arc::new(Inner { kind, pair, pem, certificate, legacy: OnceLock::new() }));
        if key.fits_certificate()? { Ok(key) } else { Err(KeyError::Mismatch) }
    }

    /// A certificate that cannot verify the key's own signature belongs to another key.
    fn fits_certificate(&self) -> Result<bool, KeyError> {
        const PROBE: &[u8] = b"does this certificate belong to this key?";
        let signature = self.sign(self.kind().algorithm(), Hash::Sha256, PROBE)?;
        Ok(self.certificate().public_key().verify(Hash::Sha256, PROBE, &signature))
    }

    /// Kind and size.
    pub fn kind(&self) -> KeyKind {
        self.0.kind
    }

    /// The private key in PEM, as it was read or made.
    pub fn key_pem(&self) -> &str {
        &self.0.pem
    }

    /// Private key and certificate in one PEM text.
    pub fn to_pem(&self) -> String {
        format!("{}{}", self.key_pem(), self.certificate().to_pem())
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.0.certificate
    }

    /// Signs a message: RSA PKCS#1 v1.5, or ECDSA as two numbers of fixed length side by side.
    ///
    /// Fails if the key is of the other family. RSA with SHA-1 takes some milliseconds; the others
    /// a fraction of one.
    pub fn sign(
        &self,
        algorithm: KeyAlgorithm,
        hash: Hash,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let unsupported = || KeyError::Unsupported(self.kind(), algorithm, hash);
        match (&self.0.pair, algorithm) {
            (Pair::Rsa(pair), KeyAlgorithm::Rsa) => {
                let Some(encoding) = rsa_encoding(hash) else {
                    return self.legacy()?.sign_sha1(message);
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_unspecified| KeyError::Signature)?;
                Ok(signature)
            }
            (Pair::Ecdsa(pair), KeyAlgorithm::Ecdsa) => {
                let own =
                    if self.kind() == KeyKind::EcdsaP256 { Hash::Sha256 } else { Hash::Sha384 };
                let digest = fitted(hash, message, own).ok_or_else(unsupported)?;
                let signature =
                    pair.sign_digest(&digest).map_err(|_unspecified| KeyError::Signature)?;
                Ok(signature.as_ref().to_vec())
            }
            _ => Err(unsupported()),
        }
    }

    fn legacy(&self) -> Result<&LegacyRsa, KeyError> {
        if let Some(known) = self.0.legacy.get() {
            return Ok(known);
        }
        let read = LegacyRsa::from_pem(self.key_pem())?;
        Ok(self.0.legacy.get_or_init(|| read))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kind", &self.kind())
            .field("certificate", self.certificate())
            .finish_non_exhaustive()
    }
}

fn parse(der: &PrivateKeyDer<'_>) -> Result<(KeyKind, Pair), KeyError> {
    let rsa = match der {
        PrivateKeyDer::Pkcs8(pkcs8) => RsaKeyPair::from_pkcs8(pkcs8.secret_pkcs8_der()),
        other => RsaKeyPair::from_der(other.secret_der()),
    };
    if let Ok(pair) = rsa {
        let kind = match pair.public_modulus_len() {
            256 => KeyKind::Rsa2048,
            384 => KeyKind::Rsa3072,
            512 => KeyKind::Rsa4096,
            _ => return Err(KeyError::PrivateKey),
        };
        return Ok((kind, Pair::Rsa(pair)));
    }
    let on_curve = |algorithm: &'static EcdsaSigningAlgorithm| match der {
        PrivateKeyDer::Pkcs8(pkcs8) => {
            EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.secret_pkcs8_der())
        }
        other => EcdsaKeyPair::from_private_key_der(algorithm, other.secret_der()),
    };
    if let Ok(pair) = on_curve(&ECDSA_P256_SHA256_FIXED_SIGNING) {
        return Ok((KeyKind::EcdsaP256, Pair::Ecdsa(pair)));
    }
    on_curve(&ECDSA_P384_SHA384_FIXED_SIGNING)
        .map(|pair| (KeyKind::EcdsaP384, Pair::Ecdsa(pair)))
        .map_err(|_rejected| KeyError::PrivateKey)
}

/// The PEM block of the private key alone, with a final newline.
pub(super) fn key_block(pem: &str) -> Option<String> {
    let label = pem.find("PRIVATE KEY-----")?;
    let start = pem[..label].rfind("-----BEGIN ")?;
    let end_label = start + pem[start..].find("-----END ")?;
    let end = end_label + pem[end_label + 9..].find("-----")? + 14;
    Some(format!("{}\n", &pem[start..end]))
}

/// How aws-lc signs with a hash; it does not with SHA-1.
fn rsa_encoding(hash: Hash) -> Option<&'static dyn RsaEncoding> {
    match hash {
        Hash::Sha1 => None,
        Hash::Sha256 => Some(&signature::RSA_PKCS1_SHA256),
        Hash::Sha384 => Some(&signature::RSA_PKCS1_SHA384),
        Hash::Sha512 => Some(&signature::RSA_PKCS1_SHA512),
    }
}

/// The hash of `message`, brought to the length of a curve's own hash.
///
/// ECDSA uses the leftmost bits of a hash as a number (FIPS 186-5, 6.4.1): a longer hash is cut, a
/// shorter one is the same number with zeros in front. So every hash works on either curve, though
/// the crypto library names only one for each.
pub(super) fn fitted(hash: Hash, message: &[u8], own: Hash) -> Option<Digest> {
    let full = hash.of(message);
    let length = own.length();
    let kept = &full[..full.len().min(length)];
    let mut bytes = vec![0; length - kept.len()];
    bytes.extend_from_slice(kept);
    Digest::import_less_safe(&bytes, own.algorithm()).ok()
}
