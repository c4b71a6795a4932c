//! What browsers are shown.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::saml::xml;
use crate::sp::Reason;

/// The header that names the reason of a refusal.
pub const REASON_HEADER: &str = "sp-reason";

/// A login that is refused: nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where (facts 1).
    pub(super) gate: &'static str,
    /// Why.
    pub(super) reason: Reason,
    /// More for those who run the SP.
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(gate: &'static str, reason: Reason, detail: impl ToString) -> Self {
        Self { gate, reason, detail: detail.to_string() }
    }
}

impl IntoResponse for Refusal {
    /// 403, the reason in a header and on the page, and no cookie.
    fn into_response(self) -> Response {
        let reason = self.reason.to_string();
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&reason).expect("a reason is a word of ASCII letters");
        headers.insert(HeaderName::from_static(REASON_HEADER), value);
        let body = format!("<p>You are not logged in.</p><p>Reason: {reason}</p>");
        (StatusCode::FORBIDDEN, headers, page("Permission denied", &body)).into_response()
    }
}

/// To the front page, by GET.
pub(super) fn see_home() -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response()
}

/// The front page.
pub(super) fn home(email: Option<&str>) -> Html<String> {
    let who = match email {
        Some(email) => format!("<p>Logged in as {}</p>", xml::text(email)),
        None => "<p>Nobody is logged in.</p>".into(),
    };
    page("Reference SP", &who)
}

/// `body` is HTML already.
pub(super) fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1>{body}</body></html>\n"
    ))
}
