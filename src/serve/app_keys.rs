//! Where the keys of an org's apps come from.

use std::path::PathBuf;

use jiff::Timestamp;
use thiserror::Error;

use crate::env::Env;
use crate::idp::{App, AppDraft, AppKey, Org};
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

    /// The key of an app of an org file: the one that is kept, or one that is yet to be made
    /// ([`AppKeys::make`]), so that nobody waits for it.
    ///
    /// # Errors
    /// [`AppKeyError`], of a key that is kept.
    pub fn key(&self, subdomain: &str, app: &AppDraft, env: &Env) -> Result<AppKey, AppKeyError> {
        let kept = self.store(subdomain, app).map(|store| store.load()).transpose()?.flatten();
        let Some(key) = kept else {
            return Ok(AppKey::pending(AppKey::VALIDITY_YEARS, env));
        };
        self.check(subdomain, app, key).map(AppKey::from)
    }

    /// Makes an app's key, the one of this index. The first key of an app of the org's file is kept,
    /// where keys are. `now` goes into the certificate. This takes a tenth of a second, or some.
    ///
    /// # Errors
    /// [`AppKeyError`].
    pub fn make(
        &self,
        org: &Org,
        app: &App,
        index: usize,
        now: Timestamp,
    ) -> Result<SigningKey, AppKeyError> {
        let draft = AppDraft { sign_on: app.sign_on.clone(), ..AppDraft::new(&app.label, "", "") };
        let years = app.keys.get(index).map_or(AppKey::VALIDITY_YEARS, |key| key.validity_years);
        let profile = CertificateProfile::okta(&org.subdomain).valid_for(years);
        let of_file = index == 0 && draft.id_in(org) == app.id;
        match self.store(&org.subdomain, &draft).filter(|_| of_file) {
            None => {
                let key = SigningKey::generate(draft.key_kind(), &profile, now);
                Ok(key.map_err(StoreError::from)?)
            }
            Some(store) => {
                let key = store.load_or_make(draft.key_kind(), &profile, now)?;
                self.check(&org.subdomain, &draft, key)
            }
        }
    }

    /// A key that was kept may be one for other signatures.
    fn check(
        &self,
        subdomain: &str,
        app: &AppDraft,
        key: SigningKey,
    ) -> Result<SigningKey, AppKeyError> {
        match self.path(subdomain, app) {
            Some(path) if !app.takes(&key) => Err(AppKeyError::Kind {
                path,
                label: app.label.clone(),
                found: key.kind(),
                wanted: app.key_kind(),
            }),
            _ => Ok(key),
        }
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
