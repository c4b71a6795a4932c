//! The org's part in single logout (facts/okta.md 3.5): judging the SP's LogoutRequest, and writing
//! the org's own messages.

use jiff::Timestamp;
use thiserror::Error;

use crate::crypto::{self, Engine, SignError, SignatureProfile};
use crate::env::Env;
use crate::idp::expression::Scope;
use crate::idp::{App, Org, ParticipateSlo, SingleLogout, User};
use crate::keys::SigningKey;
use crate::saml::{
    EntityId, LogoutRequest, LogoutResponse, MessageId, NameId, SignatureFault, Status,
};

/// Why a LogoutRequest is not obeyed. The SP is told [`LogoutFault::status`] alone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogoutFault {
    /// `spCertificate` is missing, so that nothing can be verified.
    #[error("the app has no spCertificate to verify with")]
    NoCertificate,
    /// It is not signed by `spCertificate`.
    #[error("{0}")]
    Signature(#[from] SignatureFault),
    /// `<Issuer>` is not `slo.issuer`.
    #[error("Issuer {found:?} is not slo.issuer {wanted:?}")]
    Issuer {
        /// What stands there.
        found: String,
        /// What has to.
        wanted: EntityId,
    },
    /// `<NameID>` is not the user's name at the app, letter by letter.
    #[error("NameID {found:?} is not the username at the app, {wanted:?}")]
    NameId {
        /// What stands there.
        found: String,
        /// What has to.
        wanted: String,
    },
    /// Sent to somebody else, or too late.
    #[error("{0}")]
    Malformed(String),
}

impl LogoutFault {
    /// The status of the answer, on top level as Okta has it.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Signature(_) | Self::Issuer { .. } | Self::NameId { .. } => Status::AUTHN_FAILED,
            Self::NoCertificate | Self::Malformed(_) => Status::REQUEST_DENIED,
        }
    }

    /// The reason in Okta's system log. For a wrong issuer, and for a request that is late or for
    /// somebody else, Okta's is not known; this is a choice (graded M).
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoCertificate | Self::Signature(_) => "Invalid Signature",
            Self::NameId { .. } => "Invalid nameID",
            Self::Issuer { .. } | Self::Malformed(_) => "Malformed Request",
        }
    }
}

/// Whether a LogoutRequest whose signature holds is one that the app may send: its issuer, its
/// address and its time.
///
/// # Errors
/// [`LogoutFault::Issuer`] or [`LogoutFault::Malformed`].
pub fn check_logout(
    org: &Org,
    app: &App,
    slo: &SingleLogout,
    request: &LogoutRequest,
    now: Timestamp,
) -> Result<(), LogoutFault> {
    if request.issuer.as_ref() != Some(&slo.issuer) {
        let found = request.issuer.as_ref().map(ToString::to_string).unwrap_or_default();
        return Err(LogoutFault::Issuer { found, wanted: slo.issuer.clone() });
    }
    let address = format!("{}{}", org.base_url, app.slo_path());
    if let Some(other) = request.destination.as_ref().filter(|other| **other != address) {
        return Err(LogoutFault::Malformed(format!("Destination {other:?} is not {address}")));
    }
    match request.not_on_or_after {
        Some(until) if now >= until => {
            Err(LogoutFault::Malformed(format!("it was good until {until}")))
        }
        _ => Ok(()),
    }
}

/// Whether the NameID of a LogoutRequest is this one, case and all; its format is not looked at.
///
/// # Errors
/// [`LogoutFault::NameId`].
pub fn check_name_id(request: &LogoutRequest, wanted: &str) -> Result<(), LogoutFault> {
    match request.name_id.value == wanted {
        true => Ok(()),
        false => Err(LogoutFault::NameId {
            found: request.name_id.value.clone(),
            wanted: wanted.to_owned(),
        }),
    }
}

impl App {
    /// The user's NameID at the app as a login would have it now; `None` if its template cannot be
    /// evaluated.
    pub fn name_id_of(&self, org: &Org, user: &User, now: Timestamp) -> Option<String> {
        let scope = Scope::new(org, user, now).at(self);
        self.sign_on.subject_name_id_template.evaluate(&scope).ok()
    }

    /// The answer to a LogoutRequest, unsigned.
    pub fn logout_response(
        &self,
        slo: &SingleLogout,
        in_response_to: &MessageId,
        status: &str,
        env: &Env,
    ) -> LogoutResponse {
        LogoutResponse {
            id: MessageId::new(env.ids.message()),
            in_response_to: Some(in_response_to.clone()),
            issue_instant: env.clock.now(),
            destination: Some(slo.logout_url.clone()),
            issuer: Some(self.issuer()),
            status: Status { code: status.to_owned(), sub_code: None, message: None },
        }
    }

    /// The org's own LogoutRequest for somebody who was signed on with this NameID and session
    /// index, unsigned.
    pub fn logout_request(
        &self,
        to: &ParticipateSlo,
        name_id: &NameId,
        session_index: &str,
        env: &Env,
    ) -> LogoutRequest {
        let indexes = to.session_index_required.then(|| session_index.to_owned());
        LogoutRequest {
            destination: Some(to.logout_request_url.clone()),
            session_indexes: indexes.into_iter().collect(),
            ..LogoutRequest::new(
                MessageId::new(env.ids.message()),
                env.clock.now(),
                self.issuer(),
                name_id.clone(),
            )
        }
    }

    /// Signs a message of the org's, as the app's algorithms say.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign_message(
        &self,
        key: &SigningKey,
        (id, xml): (&MessageId, &str),
        engine: Engine,
    ) -> Result<String, SignError> {
        let profile = SignatureProfile {
            signature: self.sign_on.signature_algorithm,
            digest: self.sign_on.digest_algorithm,
            inclusive_prefixes: vec![],
        };
        crypto::sign_enveloped(engine, xml, id, key, &profile)
    }
}
