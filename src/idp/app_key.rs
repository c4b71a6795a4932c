//! A key credential of an app (facts/okta.md 2.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::env::Env;
use crate::keys::{Hash, SigningKey};

/// A key of an app with the name that Okta's API knows it by.
///
/// A key of 2048 bits takes a while to make. So an app may be there before its key is: the key is
/// pending until somebody makes it and puts it here with [`AppKey::make`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppKey {
    /// `kid`: 43 characters of base64url.
    pub kid: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// How many years its certificate is valid, 2 to 10.
    pub validity_years: u8,
    /// The private key too: this is how an app is kept, and nothing to be handed out.
    #[serde(with = "pem")]
    key: Option<SigningKey>,
}

impl AppKey {
    /// How long Okta's own certificates are valid, in years (facts/okta.md 2.2).
    pub const VALIDITY_YEARS: u8 = 10;

    /// A key that is yet to be made.
    pub fn pending(validity_years: u8, env: &Env) -> Self {
        Self { kid: env.ids.kid(), created: env.clock.now(), validity_years, key: None }
    }

    /// The key; `None` while it is pending.
    pub fn key(&self) -> Option<&SigningKey> {
        self.key.as_ref()
    }

    /// Makes a pending key this one, and says whether it was pending.
    pub fn make(&mut self, key: SigningKey) -> bool {
        let pending = self.key.is_none();
        self.key.get_or_insert(key);
        pending
    }
}

/// A key that is there already: its `kid` follows from its certificate, so that it is the same
/// wherever the key is used.
impl From<SigningKey> for AppKey {
    fn from(key: SigningKey) -> Self {
        let certificate = key.certificate();
        let kid = URL_SAFE_NO_PAD.encode(Hash::Sha256.of(&certificate.fingerprint()));
        let created = certificate.not_before();
        Self { kid, created, validity_years: Self::VALIDITY_YEARS, key: Some(key) }
    }
}

/// A private key with its certificate as one PEM text.
mod pem {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::keys::SigningKey;

    pub(super) fn serialize<S: Serializer>(
        key: &Option<SigningKey>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        key.as_ref().map(SigningKey::to_pem).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SigningKey>, D::Error> {
        let pem = Option::<String>::deserialize(deserializer)?;
        pem.map(|pem| SigningKey::from_pem(&pem, &pem)).transpose().map_err(D::Error::custom)
    }
}
