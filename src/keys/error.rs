//! What can go wrong with keys.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::{Hash, KeyAlgorithm, KeyKind};

/// A key or certificate that cannot be used, or an operation it does not have.
#[derive(Debug, Error)]
pub enum KeyError {
    /// No private key in the PEM text.
    #[error(
        "there is no private key in the PEM text: expected PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY"
    )]
    NoPrivateKey,
    /// No certificate in the PEM text.
    #[error("there is no certificate in the PEM text: expected CERTIFICATE")]
    NoCertificate,
    /// A certificate that cannot be parsed.
    #[error("the certificate cannot be read: {0}")]
    Certificate(String),
    /// A private key of a kind that is not supported, or a damaged one.
    #[error(
        "the private key cannot be used: expected RSA with 2048, 3072 or 4096 bits, or ECDSA on P-256 or P-384"
    )]
    PrivateKey,
    /// Key and certificate do not belong together.
    #[error("the certificate was not made for this private key")]
    Mismatch,
    /// The signature operation does not exist for this key.
    #[error("a {0} key makes no {1:?} signatures with {2:?}")]
    Unsupported(KeyKind, KeyAlgorithm, Hash),
    /// The crypto library refused.
    #[error("the crypto library refused to make a signature")]
    Signature,
    /// A key that encrypts nothing, or not so much.
    #[error("keys are encrypted with RSA of 2048 to 8192 bits, and this key is something else")]
    CannotEncrypt,
    /// Key or certificate generation failed.
    #[error("a {kind} key or its certificate could not be made: {cause}")]
    Generation {
        /// What was to be made.
        kind: KeyKind,
        /// Why it was not.
        cause: String,
    },
    /// A time outside what a certificate can hold.
    #[error("{0} is not a time that a certificate can hold")]
    Time(String),
    /// A host name that cannot stand in a certificate.
    #[error("`{0}` is neither a host name nor an IP address")]
    HostName(String),
}

/// A folder of keys that cannot be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("{path}: {action} failed: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// A kept file does not hold a usable key.
    #[error("{path} does not hold a usable key and certificate: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyError,
    },
    /// There is a key already.
    #[error("{path} exists; rotate it to keep the old key, or allow overwriting to lose it")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// There is no key to rotate.
    #[error("{path} does not exist: there is no key to rotate")]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}
