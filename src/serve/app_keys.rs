//! Where the keys of an org's apps come from.

use std::path::PathBuf;

use jiff::Timestamp;
use thiserror::Error;

use crate::idp::AppDraft;
use crate::keys::{CertificateProfile, KeyKind, KeyStore, SigningKey, StoreError};

/// Where the signing keys of an org's apps come from: each app has one of its own, as at Okta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppKeys {
    /// Made anew and never written down: an SP that stored the certificate has to be told the next.
    Fresh,
    /// Kept in this folder as `{subdomain}_{label}.pem`, and made when they are not there yet.
    Kept(PathBuf),
}

/// An app whose key cannot be had.
#[derive(Debug, Error)]
pub enum AppKeyError {
    /// It cannot be read, made or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot make the app's signatures.
    #[error(
        "{path} is a {found} key, but the app {label:?} signs with an algorithm for {wanted} keys; \
         change its `signature_algorithm`, or move the file away to have a key made"
    )]
    Kind {
        /// The file.
        path: PathBuf,
        /// The app's label.
        label: String,
        /// What is in the file.
        found: KeyKind,
        /// What the app needs, or another size of it.
        wanted: KeyKind,
    },
}

impl AppKeys {
    /// The file of an app's key, if keys are kept.
    pub fn path(&self, subdomain: &str, app: &AppDraft) -> Option<PathBuf> {
        self.store(subdomain, app).map(|store| store.path())
    }

    /// An app's key. `now` goes into the certificate of one that is made.
    ///
    /// # Errors
    /// [`AppKeyError`].
    pub fn key(
        &self,
        subdomain: &str,
        app: &AppDraft,
        now: Timestamp,
    ) -> Result<SigningKey, AppKeyError> {
        let wanted = app.key_kind();
        let profile = CertificateProfile::okta(subdomain);
        let Some(store) = self.store(subdomain, app) else {
            return Ok(SigningKey::generate(wanted, &profile, now).map_err(StoreError::from)?);
        };
        let key = store.load_or_make(wanted, &profile, now)?;
        if !app.takes(&key) {
            let (path, found) = (store.path(), key.kind());
            return Err(AppKeyError::Kind { path, label: app.label.clone(), found, wanted });
        }
        Ok(key)
    }

    fn store(&self, subdomain: &str, app: &AppDraft) -> Option<KeyStore> {
        match self {
            Self::Fresh => None,
            Self::Kept(folder) => {
                Some(KeyStore::new(folder, format!("{subdomain}_{}", app.slug())))
            }
        }
    }
}
