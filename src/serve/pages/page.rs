//! From a template to an answer.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// Nothing is loaded from elsewhere and nothing written into a page can run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      base-uri 'none'; frame-ancestors 'self'";

/// The page of a template.
pub(in crate::serve) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            let html = HeaderValue::from_static("text/html;charset=utf-8");
            let policy = HeaderValue::from_static(POLICY);
            let headers = [(header::CONTENT_TYPE, html), (header::CONTENT_SECURITY_POLICY, policy)];
            (status, headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            (StatusCode::INTERNAL_SERVER_ERROR, "500 Internal Server Error\n").into_response()
        }
    }
}

/// 302 to an absolute address of ASCII characters.
pub(in crate::serve) fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => super::not_found(),
    }
}
