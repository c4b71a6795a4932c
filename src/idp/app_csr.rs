//! Keys of an app that wait for a certificate of somebody else (facts/okta.md 2.3).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::env::Env;
use crate::idp::{App, AppKey};
use crate::keys::{Certificate, KeyError, SigningRequest};

/// A certificate signing request of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppCsr {
    /// 43 characters of base64url, like a `kid`.
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// The request, and the key that it is for.
    pub request: SigningRequest,
}

impl AppCsr {
    /// How long a certificate has to be valid from now on to be taken (graded M).
    pub const SHORTEST_VALIDITY: SignedDuration = SignedDuration::from_hours(90 * 24);

    /// A new one.
    pub fn new(request: SigningRequest, env: &Env) -> Self {
        Self { id: env.ids.kid(), created: env.clock.now(), request }
    }
}

/// Why a certificate is not taken: E0000001 with this cause (the words are graded M).
#[derive(Debug, Error)]
pub enum CsrError {
    /// Another key's, or none that can be used.
    #[error("certificate: {0}")]
    Key(#[from] KeyError),
    /// It ends too soon.
    #[error(
        "certificate: it ends at {end}; it has to be valid for 90 days at least, counted from {now}"
    )]
    TooShort {
        /// Its end.
        end: Timestamp,
        /// The org's time.
        now: Timestamp,
    },
}

impl App {
    /// The request of this id.
    pub fn csr(&self, id: &str) -> Option<&AppCsr> {
        self.csrs.iter().find(|csr| csr.id == id)
    }

    /// Makes the key of a request one of the app's, with the certificate that somebody has given it,
    /// and hands out its `kid`. It signs nothing until it is activated. The request is gone then.
    ///
    /// # Errors
    /// [`CsrError`]; the request stays.
    pub fn publish_csr(
        &mut self,
        csr: &AppCsr,
        certificate: Certificate,
        now: Timestamp,
    ) -> Result<String, CsrError> {
        let end = certificate.not_after();
        if end.duration_since(now) < AppCsr::SHORTEST_VALIDITY {
            return Err(CsrError::TooShort { end, now });
        }
        let mut key = AppKey::from(csr.request.certified(certificate)?);
        key.created = now;
        let kid = key.kid.clone();
        self.csrs.retain(|known| known.id != csr.id);
        self.keys.push(key);
        Ok(kid)
    }
}
