//! The page that carries a message to an SP.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{encode_attribute, html};
use crate::saml::SamlParam;

#[derive(Template)]
#[template(path = "post_message.html")]
struct Page<'a> {
    org: &'a str,
    signing_in: bool,
    heading: &'a str,
    action: String,
    parameter: &'static str,
    message: String,
    relay_state: String,
}

/// A message for an SP, encoded already.
pub(in crate::serve) struct PostMessage<'a> {
    /// Whether it signs somebody in, not out.
    pub(in crate::serve) signing_in: bool,
    /// What the page says.
    pub(in crate::serve) heading: &'a str,
    /// Where it goes.
    pub(in crate::serve) action: &'a str,
    /// Whether it is a request or an answer.
    pub(in crate::serve) parameter: SamlParam,
    /// The value of the parameter.
    pub(in crate::serve) message: &'a str,
    /// Goes along, even when it is empty.
    pub(in crate::serve) relay_state: &'a str,
}

impl PostMessage<'_> {
    /// The page, which posts by itself.
    pub(in crate::serve) fn page(&self, org: &str) -> Response {
        let page = Page {
            org,
            signing_in: self.signing_in,
            heading: self.heading,
            action: encode_attribute(self.action),
            parameter: self.parameter.name(),
            message: encode_attribute(self.message),
            relay_state: encode_attribute(self.relay_state),
        };
        html(StatusCode::OK, &page)
    }
}
