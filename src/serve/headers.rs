//! Headers of every answer of an org (facts/okta.md 1.3).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::OrgService;

/// Strict-Transport-Security is left out: it would pin a real host name in the browser of whoever
/// tries the mock under it.
pub(super) async fn on_every_answer(
    State(service): State<OrgService>,
    request: Request,
    next: Next,
) -> Response {
    const HEADERS: [(HeaderName, &str); 9] = [
        (header::SERVER, "nginx"),
        (HeaderName::from_static("p3p"), "CP=\"HONK\""),
        (header::CACHE_CONTROL, "no-cache, no-store"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "0"),
        (header::CONTENT_LANGUAGE, "en"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex,nofollow"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&service.page_ids().secret()) {
        response.headers_mut().insert(HeaderName::from_static("x-okta-request-id"), value);
    }
    response
}
