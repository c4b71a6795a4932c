//! Headers of every answer of an org (facts/okta.md 1.3).

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::OrgService;

/// Names a request in its answer and in the system log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-okta-request-id");
/// Where a request came from, for handlers: written here alone, whatever a client says.
pub(super) const PEER: HeaderName = HeaderName::from_static("x-samlproof-peer");

/// Strict-Transport-Security is left out: it would pin a real host name in the browser of whoever
/// tries the mock under it.
pub(super) async fn on_every_answer(
    State(service): State<OrgService>,
    mut request: Request,
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
    let id = HeaderValue::from_str(&service.page_ids().secret()).ok();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.and_then(|peer| HeaderValue::from_str(&peer.ip().to_string()).ok());
    for (name, value) in [(REQUEST_ID, id.clone()), (PEER, peer)] {
        request.headers_mut().remove(&name);
        request.headers_mut().extend(value.map(|value| (name, value)));
    }
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().extend(id.map(|id| (REQUEST_ID, id)));
    response
}
