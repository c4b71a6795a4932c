//! The keys that go with a target.

use std::path::Path;

use super::TargetKeys;
use crate::env::Env;
use crate::keys::{
    CertificateProfile, KeyError, KeyKind, KeyStore, SigningKey, StoreError, test_only,
};
use crate::sp::TargetKind;

impl TargetKeys {
    /// The keys that go with a target.
    ///
    /// A reference SP lives as long as its case, so the published keys of `certs/` do, and make runs
    /// repeatable. Somebody else's SP may go on trusting what it was told: its IdP signs with keys
    /// that nobody else has, kept in `folder` if there is one.
    ///
    /// # Errors
    /// If a key cannot be made, read or kept.
    pub fn of(kind: &TargetKind, folder: Option<&Path>) -> Result<Self, StoreError> {
        match kind {
            TargetKind::Reference => Ok(published()),
            TargetKind::External(_) => own(folder),
        }
    }
}

fn published() -> TargetKeys {
    let key = |name| test_only::signing(name).expect("the name is one of certs/");
    TargetKeys {
        main: vec![key("okta-1"), key("okta-2")],
        other: vec![key("other-org"), key("okta-2")],
        stranger: key("other"),
    }
}

fn own(folder: Option<&Path>) -> Result<TargetKeys, StoreError> {
    let kept = |name: &str| match folder {
        None => fresh(name).map_err(StoreError::from),
        Some(folder) => {
            let now = Env::real().clock.now();
            KeyStore::new(folder, name).load_or_make(
                KeyKind::Rsa2048,
                &CertificateProfile::okta("samlproof"),
                now,
            )
        }
    };
    let main = vec![kept("signing")?, kept("next")?];
    Ok(TargetKeys { other: main.clone(), main, stranger: fresh("stranger")? })
}

fn fresh(subdomain: &str) -> Result<SigningKey, KeyError> {
    let profile = CertificateProfile::okta(subdomain);
    SigningKey::generate(KeyKind::Rsa2048, &profile, Env::real().clock.now())
}
