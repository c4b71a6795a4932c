//! What can be done with an app's keys (facts/okta.md 2.3).

use serde::Serialize;
use thiserror::Error;

use crate::env::Env;
use crate::idp::{App, AppKey, Org};
use crate::keys::PublicKeyParts;
use crate::saml::instant;

/// Why a key operation is refused, in Okta's words where they are known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyCredentialError {
    /// `validityYears` that is no number from 2 to 10. The cause of E0000001
    /// "Api validation failed: generateKey".
    #[error("Validity years out of range. It should be 2 - 10 years.")]
    ValidityYears,
    /// The target of a clone has the key already. A cause of E0000001.
    #[error("Key already exists in the list of key credentials for the target app.")]
    Exists,
    /// The app has no such key: E0000007 (what stands in the brackets is graded M).
    #[error("Not found: Resource not found: {0} (AppKeyCredential)")]
    NoKey(String),
    /// There is no such app: E0000007.
    #[error("Not found: Resource not found: {0} (AppInstance)")]
    NoApp(String),
}

impl App {
    /// The key of this `kid`.
    pub fn key_credential(&self, kid: &str) -> Option<&AppKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The key that signs; `None` if `signing` names none.
    pub fn active_key(&self) -> Option<&AppKey> {
        self.keys.get(self.signing)
    }

    /// Adds a key, pending at first, that signs nothing and is not shown until it is activated.
    ///
    /// # Errors
    /// [`KeyCredentialError::ValidityYears`].
    pub fn generate_key(
        &mut self,
        validity_years: i64,
        env: &Env,
    ) -> Result<&AppKey, KeyCredentialError> {
        let years = u8::try_from(validity_years).ok().filter(|years| (2..=10).contains(years));
        let key = AppKey::pending(years.ok_or(KeyCredentialError::ValidityYears)?, env);
        self.keys.push(key);
        Ok(self.keys.last().expect("a key was pushed just now"))
    }

    /// Has the key of this `kid` sign, and the metadata show it and no other, from now on; what
    /// `credentials.signing.kid` of an update does. Says whether anything changed.
    ///
    /// # Errors
    /// [`KeyCredentialError::NoKey`].
    pub fn activate_key(&mut self, kid: &str) -> Result<bool, KeyCredentialError> {
        let found = self.keys.iter().position(|key| key.kid == kid);
        let index = found.ok_or_else(|| KeyCredentialError::NoKey(kid.to_owned()))?;
        let changed = self.signing != index || self.published != [index];
        (self.signing, self.published) = (index, vec![index]);
        Ok(changed)
    }
}

impl Org {
    /// Gives an app a key of another one, and hands it out. It signs nothing there until it is
    /// activated.
    ///
    /// # Errors
    /// If there is no such app or key, or the target has the key.
    pub fn clone_key(
        &mut self,
        source: &str,
        kid: &str,
        target: &str,
    ) -> Result<&AppKey, KeyCredentialError> {
        let no_app = |id: &str| KeyCredentialError::NoApp(id.to_owned());
        let from = self.app_by_id(source).ok_or_else(|| no_app(source))?;
        let no_key = || KeyCredentialError::NoKey(kid.to_owned());
        let key = from.key_credential(kid).ok_or_else(no_key)?.clone();
        let to = self.apps.iter_mut().find(|app| app.id == target);
        let to = to.ok_or_else(|| no_app(target))?;
        if to.key_credential(kid).is_some() {
            return Err(KeyCredentialError::Exists);
        }
        to.keys.push(key);
        Ok(to.keys.last().expect("a key was pushed just now"))
    }
}

/// A key as Okta's API shows it: a JSON Web Key (RFC 7517) with its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JsonWebKey {
    /// The family.
    pub kty: &'static str,
    /// When it was asked for, in whole seconds.
    pub created: String,
    /// The same: keys do not change.
    #[serde(rename = "lastUpdated")]
    pub last_updated: String,
    /// The end of its certificate.
    #[serde(rename = "expiresAt")]
    pub expires_at: String,
    /// Its name.
    pub kid: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The certificate, one line of base64.
    pub x5c: Vec<String>,
    /// The certificate's SHA-256.
    #[serde(rename = "x5t#S256")]
    pub x5t_s256: String,
    /// The public key itself.
    #[serde(flatten)]
    pub public_key: PublicKeyParts,
}

impl AppKey {
    /// The key as the API shows it; `None` while it is pending.
    pub fn json_web_key(&self) -> Option<JsonWebKey> {
        let certificate = self.key()?.certificate();
        let public_key = certificate.public_key().parts()?;
        let seconds = |at: jiff::Timestamp| {
            instant::write(jiff::Timestamp::from_second(at.as_second()).unwrap_or(at))
        };
        Some(JsonWebKey {
            kty: public_key.kty(),
            created: seconds(self.created),
            last_updated: seconds(self.created),
            expires_at: seconds(certificate.not_after()),
            kid: self.kid.clone(),
            usage: "sig",
            x5c: vec![certificate.to_base64()],
            x5t_s256: certificate.thumbprint(),
            public_key,
        })
    }
}
