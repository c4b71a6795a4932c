//! Keys that everybody has.
//!
//! The private keys of `certs/` are published with the source. They make tests quick and repeatable
//! and protect nothing: **an SP that trusts one of these certificates can be logged into by anybody,
//! as anybody.** `certs/README.md` names the command that made each.

use super::{DecryptionKey, SigningKey, TlsAuthority};

/// A published key and its certificate in PEM.
macro_rules! published {
    ($($name:literal),* $(,)?) => {
        /// The names that [`signing`] knows.
        pub const NAMES: &[&str] = &[$($name),*];

        fn pem(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../certs/", $name, ".pem"))),)*
                _ => None,
            }
        }
    };
}

published! {
    "okta-1", "okta-2", "other-org", "other", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384",
}

/// The published signing key of a name: `okta-1` and `okta-2` (RSA 2048, the org's current and next
/// key), `other-org` (RSA 2048, another org's), `other` (RSA 2048, a key that nobody should trust),
/// `rsa-3072`, `rsa-4096`, `ecdsa-p256`, `ecdsa-p384`. `None` for any other name. Every call reads and
/// checks the key, which takes longer than a signature: keep what you get.
pub fn signing(name: &str) -> Option<SigningKey> {
    let pem = pem(name)?;
    Some(SigningKey::from_pem(pem, pem).expect("the keys of certs/ are tested to be usable"))
}

/// The published key to which assertions for an embedded SP are encrypted: everybody can read them.
/// As with [`signing`], keep what you get.
pub fn decryption() -> DecryptionKey {
    let pem = include_str!("../../certs/sp-encryption.pem");
    DecryptionKey::from_pem(pem, pem).expect("the keys of certs/ are tested to be usable")
}

/// The published CA for TLS.
pub fn tls_authority() -> TlsAuthority {
    TlsAuthority::from_pem(include_str!("../../certs/tls-ca.pem"))
        .expect("the CA of certs/ is tested to be usable")
}
