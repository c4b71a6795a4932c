//! The page between the org and the SP.

use axum::response::Response;

use super::PostMessage;
use crate::idp::Issued;
use crate::saml::{SamlParam, encode_post};

/// The page that posts a response to the SP by itself (facts/okta.md 1.4). RelayState is always there,
/// even when it is empty. It does not wait the 1.2 s that Okta's waits. Without JavaScript it says
/// what Okta's says, and has a button that Okta's has not.
pub(in crate::serve) fn auto_post(
    org: &str,
    app: &str,
    issued: &Issued,
    relay_state: &str,
) -> Response {
    let message = PostMessage {
        signing_in: true,
        heading: &format!("Signing in to {app}"),
        action: issued.acs.as_str(),
        parameter: SamlParam::Response,
        message: &encode_post(&issued.xml),
        relay_state,
    };
    message.page(org)
}
