//! What an app asks of an AuthnRequest (facts/okta.md 3.3).

use thiserror::Error;

use super::incoming::Requested;
use crate::idp::{App, AuthnRequestFacts};
use crate::saml::{AuthnRequest, NameIdFormat, ReadError, SignatureFault};

/// Why a request is not answered.
#[derive(Debug, Error)]
pub(super) enum Refused {
    /// There is nothing to verify a signature with.
    #[error("signed requests are on, and the app has no spCertificate")]
    NoCertificate,
    /// It is not signed by `spCertificate`.
    #[error("SAMLRequest: {0}; it has to be signed by the app's spCertificate")]
    Signature(#[from] SignatureFault),
    /// The app does not list what it asks for, and refuses it.
    #[error("it asks for the AssertionConsumerService{0}, which the app does not have")]
    UnlistedAcs(String),
    /// What was signed is no request.
    #[error("SAMLRequest: {0}")]
    Unreadable(#[from] ReadError),
    /// `NameIDPolicy` is not there or another.
    #[error(
        "NameIDPolicy '{asked}' is not the configured Name ID Format '{configured}' for the app"
    )]
    NameIdPolicy { asked: String, configured: NameIdFormat },
}

impl Refused {
    /// What the person is told. Okta's words for a bad signature are not known (graded M).
    pub(super) fn description(&self) -> String {
        match self {
            Self::NameIdPolicy { .. } => self.to_string(),
            _ => "Bad SAML request".to_owned(),
        }
    }
}

/// What of a request the response may follow. Where the app does not ask for signatures, neither
/// signature nor NameIDPolicy is looked at.
pub(super) fn facts(
    app: &App,
    request: Option<&Requested>,
) -> Result<Option<AuthnRequestFacts>, Refused> {
    let Some(request) = request else { return Ok(None) };
    let sign_on = &app.sign_on;
    if !sign_on.saml_signed_request_enabled {
        let facts = AuthnRequestFacts::from(&request.message);
        let unlisted = sign_on.unlisted_acs(&facts).filter(|_| app.refuses_unlisted_acs);
        return unlisted.map_or(Ok(Some(facts)), |asked| Err(Refused::UnlistedAcs(asked)));
    }
    let certificate = sign_on.sp_certificate.as_ref().ok_or(Refused::NoCertificate)?;
    let signed = request.arrival.signed_by(certificate)?;
    let believed = AuthnRequest::parse(&signed)?;
    let asked = believed.name_id_policy.as_ref().and_then(|policy| policy.format.as_ref());
    let configured = &sign_on.subject_name_id_format;
    if asked != Some(configured) {
        let asked = asked.map(ToString::to_string).unwrap_or_default();
        return Err(Refused::NameIdPolicy { asked, configured: configured.clone() });
    }
    Ok(Some(AuthnRequestFacts { signed: true, ..AuthnRequestFacts::from(&believed) }))
}
