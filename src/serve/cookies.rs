//! The session cookie (facts/okta.md 1.3).

use axum_extra::extract::CookieJar;
use http::HeaderMap;

/// The value of the request's session cookie.
pub(super) fn sid(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get("sid").map(|cookie| cookie.value().to_owned())
}

/// `Set-Cookie` for a session that begins.
pub(super) fn begin(base_url: &str, sid: &str) -> String {
    format!("sid={sid};Version=1;Path=/;{}HttpOnly{}", secure(base_url), same_site(base_url))
}

/// `Set-Cookie` for a session that has ended.
pub(super) fn end(base_url: &str) -> String {
    let (secure, same_site) = (secure(base_url), same_site(base_url));
    format!("sid=\"\";Expires=Thu, 01-Jan-1970 00:00:10 GMT;Path=/;{secure}HttpOnly{same_site}")
}

/// Browsers ignore a `Secure` cookie from plain HTTP, and `SameSite=None` without `Secure`.
fn is_https(base_url: &str) -> bool {
    base_url.starts_with("https://")
}

fn secure(base_url: &str) -> &'static str {
    if is_https(base_url) { "Secure;" } else { "" }
}

fn same_site(base_url: &str) -> &'static str {
    if is_https(base_url) { ";SameSite=None" } else { "" }
}
