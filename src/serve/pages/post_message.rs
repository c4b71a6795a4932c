//! The page that carries a logout message to an SP.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{encode_attribute, html};
use crate::saml::SamlParam;

#[derive(Template)]
#[template(path = "post_message.html")]
struct Page<'a> {
    org: &'a str,
    heading: &'a str,
    action: String,
    parameter: &'static str,
    message: String,
    relay_state: String,
}

/// A message for an SP, encoded already.
pub(in crate::serve) struct PostMessage<'a> {
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
    /// The page, which posts by itself like the one of a login.
    pub(in crate::serve) fn page(&self, org: &str) -> Response {
        let page = Page {
            org,
            heading: self.heading,
            action: encode_attribute(self.action),
            parameter: self.parameter.name(),
            message: encode_attribute(self.message),
            relay_state: encode_attribute(self.relay_state),
        };
        html(StatusCode::OK, &page)
    }
}
