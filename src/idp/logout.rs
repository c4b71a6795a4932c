//! `settings.signOn.slo` and `participateSlo` of an app: single logout (facts/okta.md 3.5).

use serde::{Deserialize, Serialize};

use crate::saml::{Binding, EntityId};

/// `slo` where it is enabled: the SP may end the session at the org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleLogout {
    /// `issuer`: what `<Issuer>` of the SP's LogoutRequest has to be.
    pub issuer: EntityId,
    /// `logoutUrl`: where LogoutResponses go.
    pub logout_url: String,
}

/// `participateSlo` where it is enabled: the org asks the SP to end its session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipateSlo {
    /// `logoutRequestUrl`.
    pub logout_request_url: String,
    /// `sessionIndexRequired`: whether the request names the session.
    pub session_index_required: bool,
    /// `bindingType`.
    pub binding: Binding,
}
