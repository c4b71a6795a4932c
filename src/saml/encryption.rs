//! Algorithms of XML Encryption by name. No crypto here.

use serde::{Deserialize, Serialize};

/// How the key of an encrypted assertion travels, by Okta's names (`keyTransportAlgorithm`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyTransportAlgorithm {
    /// `http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p` with SHA-1, Okta's default.
    #[default]
    RsaOaep,
    /// `http://www.w3.org/2001/04/xmlenc#rsa-1_5`.
    #[serde(rename = "RSA_15")]
    Rsa15,
}

impl KeyTransportAlgorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RsaOaep, Self::Rsa15];

    /// The URI in `<xenc:EncryptionMethod Algorithm=…>` of the key.
    pub fn uri(self) -> &'static str {
        match self {
            Self::RsaOaep => "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
            Self::Rsa15 => "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
        }
    }

    /// The algorithm of a URI, if it is one of these.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }
}

/// How an assertion is encrypted, by Okta's names (`encryptionAlgorithm`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EncryptionAlgorithm {
    /// `http://www.w3.org/2001/04/xmlenc#aes128-cbc`.
    #[serde(rename = "AES128_CBC")]
    Aes128Cbc,
    /// `http://www.w3.org/2001/04/xmlenc#aes256-cbc`, the default here.
    #[default]
    #[serde(rename = "AES256_CBC")]
    Aes256Cbc,
    /// `http://www.w3.org/2009/xmlenc11#aes256-gcm`, the only one that notices a change.
    #[serde(rename = "AES256_GCM")]
    Aes256Gcm,
}

impl EncryptionAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Aes128Cbc, Self::Aes256Cbc, Self::Aes256Gcm];

    /// The URI in `<xenc:EncryptionMethod Algorithm=…>` of the data.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        }
    }

    /// The algorithm of a URI, if it is one of these.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// The length of its key in bytes.
    pub fn key_length(self) -> usize {
        match self {
            Self::Aes128Cbc => 16,
            Self::Aes256Cbc | Self::Aes256Gcm => 32,
        }
    }
}
