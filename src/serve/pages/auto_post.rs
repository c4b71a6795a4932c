//! The page between the org and the SP.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{encode_attribute, html};
use crate::idp::Issued;
use crate::saml::encode_post;

#[derive(Template)]
#[template(path = "auto_post.html")]
struct AutoPost<'a> {
    org: &'a str,
    app: &'a str,
    acs: String,
    response: String,
    relay_state: String,
}

/// The page that posts a response to the SP by itself (facts/okta.md 1.4). RelayState is always there,
/// even when it is empty. It does not wait the 1.2 s that Okta's waits. Without JavaScript it says
/// what Okta's says, and has a button that Okta's has not.
pub(in crate::serve) fn auto_post(
    org: &str,
    app: &str,
    issued: &Issued,
    relay_state: &str,
) -> Response {
    let page = AutoPost {
        org,
        app,
        acs: encode_attribute(issued.acs.as_str()),
        response: encode_attribute(&encode_post(&issued.xml)),
        relay_state: encode_attribute(relay_state),
    };
    html(StatusCode::OK, &page)
}
