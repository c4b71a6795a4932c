//! A public key as the members of a JSON Web Key (RFC 7518, section 6).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use x509_parser::prelude::FromDer;
use x509_parser::public_key;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::PublicKey;

/// The numbers of a public key, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PublicKeyParts {
    /// Of RSA.
    Rsa {
        /// The exponent.
        e: String,
        /// The modulus.
        n: String,
    },
    /// Of a point on a curve.
    Ec {
        /// `P-256` or `P-384`.
        crv: &'static str,
        /// The one coordinate.
        x: String,
        /// The other.
        y: String,
    },
}

impl PublicKeyParts {
    /// `kty`, the family.
    pub fn kty(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RSA",
            Self::Ec { .. } => "EC",
        }
    }
}

impl PublicKey {
    /// Its numbers; `None` for a point in a form that nobody writes.
    pub fn parts(&self) -> Option<PublicKeyParts> {
        let (_, info) = SubjectPublicKeyInfo::from_der(self.der()).ok()?;
        match info.parsed().ok()? {
            public_key::PublicKey::RSA(key) => {
                Some(PublicKeyParts::Rsa { e: number(key.exponent), n: number(key.modulus) })
            }
            public_key::PublicKey::EC(point) => {
                // 0x04: both coordinates follow, uncompressed (SEC 1, section 2.3.3).
                let both = point.data().strip_prefix(&[4])?;
                let (x, y) = both.split_at_checked(both.len() / 2)?;
                let crv = if x.len() == 32 { "P-256" } else { "P-384" };
                let [x, y] = [x, y].map(|part| URL_SAFE_NO_PAD.encode(part));
                Some(PublicKeyParts::Ec { crv, x, y })
            }
            _ => None,
        }
    }
}

/// Without the zeros that DER puts in front.
fn number(bytes: &[u8]) -> String {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    URL_SAFE_NO_PAD.encode(&bytes[start..])
}
