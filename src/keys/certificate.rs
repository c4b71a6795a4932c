//! X.509 certificates, as far as SAML looks at them.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key;

use super::signing_key::fitted;
use super::{Hash, KeyAlgorithm, KeyError};

/// A certificate that was parsed once. Clones share it; two are equal if their bytes are.
///
/// In SAML a certificate is a box around a public key: it is trusted because it was pinned, so its
/// issuer, dates and extensions say nothing about a signature (metadata IOP 2.6.1).
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    subject: String,
    common_name: Option<String>,
    serial: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    key: PublicKey,
}

impl Certificate {
    /// Parses DER. Fails if the bytes are not exactly one certificate with an RSA, P-256 or P-384
    /// key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let unreadable = |cause: String| KeyError::Certificate(cause);
        let (rest, parsed) =
            X509Certificate::from_der(der).map_err(|error| unreadable(error.to_string()))?;
        if !rest.is_empty() {
            return Err(unreadable(format!("{} bytes follow its end", rest.len())));
        }
        let time = |seconds: i64| {
            Timestamp::from_second(seconds).map_err(|error| unreadable(error.to_string()))
        };
        let key = PublicKey::from_info(parsed.public_key())
            .ok_or_else(|| unreadable("its key is neither RSA nor on P-256 or P-384".to_owned()))?;
        Ok(Self(Arc::new(Parsed {
            subject: parsed.subject().to_string(),
            common_name: parsed
                .subject()
                .iter_common_name()
                .next()
                .and_then(|name| name.as_str().ok())
                .map(str::to_owned),
            serial: parsed.raw_serial().to_vec(),
            not_before: time(parsed.validity().not_before.timestamp())?,
            not_after: time(parsed.validity().not_after.timestamp())?,
            key,
            der: der.to_vec(),
        })))
    }

    /// Parses the first certificate of a PEM text.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_not_found| KeyError::NoCertificate)?;
        Self::from_der(&der)
    }

    /// Parses the base64 of `<ds:X509Certificate>` or of a JWK's `x5c`; white space is ignored.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let der =
            STANDARD.decode(compact).map_err(|error| KeyError::Certificate(error.to_string()))?;
        Self::from_der(&der)
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The PEM text, 64 columns wide, with a final newline.
    pub fn to_pem(&self) -> String {
        let body = folded(&self.to_base64(), 64);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    /// The base64 on one line, as in a JWK's `x5c`.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0.der)
    }

    /// The base64 with a LF after every 76 columns and none at the end, as Okta writes it into
    /// metadata and KeyInfo (facts/okta.md 2.1, 3.1).
    pub fn to_okta_base64(&self) -> String {
        folded(&self.to_base64(), 76)
    }

    /// The SHA-256 of the DER, in base64url without padding: a JWK's `x5t#S256`.
    pub fn thumbprint(&self) -> String {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.fingerprint())
    }

    /// The SHA-256 of the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&Hash::Sha256.of(&self.0.der));
        bytes
    }

    /// The subject in the usual one-line form.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The first CN of the subject: in Okta's certificates the org's subdomain.
    pub fn common_name(&self) -> Option<&str> {
        self.0.common_name.as_deref()
    }

    /// The serial number in lower-case hexadecimal.
    pub fn serial(&self) -> String {
        self.0.serial.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The start of its validity.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// The end of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// The public key inside.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.key
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

/// As PEM.
impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_pem())
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_pem(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject())
            .field("serial", &self.serial())
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}

/// A public key that verifies signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// SubjectPublicKeyInfo in DER.
    der: Vec<u8>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Rsa,
    P256,
    P384,
}

impl PublicKey {
    fn from_info(info: &x509_parser::x509::SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let shape = match info.parsed().ok()? {
            public_key::PublicKey::RSA(_) => Shape::Rsa,
            public_key::PublicKey::EC(point) if point.key_size() == 256 => Shape::P256,
            public_key::PublicKey::EC(point) if point.key_size() == 384 => Shape::P384,
            _ => return None,
        };
        Some(Self { der: info.raw.to_vec(), shape })
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The family of signature algorithms it verifies.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.shape {
            Shape::Rsa => KeyAlgorithm::Rsa,
            Shape::P256 | Shape::P384 => KeyAlgorithm::Ecdsa,
        }
    }

    /// Whether a signature over `message` holds. RSA keys under 2048 bits verify nothing.
    pub fn verify(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        let key = |algorithm: &'static dyn VerificationAlgorithm| {
            UnparsedPublicKey::new(algorithm, &self.der)
        };
        let on_curve = |digest: Option<Digest>, algorithm: &'static dyn VerificationAlgorithm| {
            digest.is_some_and(|digest| key(algorithm).verify_digest(&digest, signature).is_ok())
        };
        match self.shape {
            Shape::Rsa => key(rsa_verification(hash)).verify(message, signature).is_ok(),
            Shape::P256 => {
                on_curve(fitted(hash, message, Hash::Sha256), &signature::ECDSA_P256_SHA256_FIXED)
            }
            Shape::P384 => {
                on_curve(fitted(hash, message, Hash::Sha384), &signature::ECDSA_P384_SHA384_FIXED)
            }
        }
    }
}

fn rsa_verification(hash: Hash) -> &'static dyn VerificationAlgorithm {
    match hash {
        Hash::Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
    }
}

/// The text with a LF after every `columns` characters; base64 is ASCII.
pub(super) fn folded(text: &str, columns: usize) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / columns);
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % columns == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines
}
