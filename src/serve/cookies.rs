//! Cookies (facts/okta.md 1.3).

use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderValue, header};

use crate::env::Ids;

/// The value of the request's session cookie.
pub(super) fn sid(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get("sid").map(|cookie| cookie.value().to_owned())
}

/// The value of the browser's device token.
pub(super) fn device_token(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get("DT").map(|cookie| cookie.value().to_owned())
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

/// `Set-Cookie` for what a browser has had since its first page and does not bring: `JSESSIONID`, the
/// theme `t` and the device token `DT`, which command-line clients keep. They mean nothing here.
pub(super) fn of_a_browser(base_url: &str, headers: &HeaderMap, ids: &Ids) -> HeaderMap {
    const TWO_YEARS: u32 = 2 * 365 * 24 * 60 * 60;
    let jar = CookieJar::from_headers(headers);
    let (secure, same_site) = (secure(base_url), same_site(base_url));
    let spaced = if secure.is_empty() { "" } else { "Secure; " };
    let hex = || format!("{:016X}", ids.number(u64::MAX));
    let cookies = [
        ("JSESSIONID", format!("{}{}; Path=/; {spaced}HttpOnly", hex(), hex())),
        ("t", "default; Path=/".to_owned()),
        (
            "DT",
            format!(
                "DI0{};Version=1;Path=/;Max-Age={TWO_YEARS};{secure}HttpOnly{same_site}",
                ids.secret()
            ),
        ),
    ];
    let missing = cookies.into_iter().filter(|(name, _)| jar.get(name).is_none());
    missing
        .filter_map(|(name, value)| HeaderValue::from_str(&format!("{name}={value}")).ok())
        .map(|value| (header::SET_COOKIE, value))
        .collect()
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
