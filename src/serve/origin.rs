//! Whether a form was sent by one of the org's own pages.

use http::{HeaderMap, header};
use url::Url;

/// Whether a request that changes something comes from the org itself, or from no browser at all.
///
/// Browsers say where a POST comes from: in `Origin`, which has to be the host that the request was
/// sent to, and in `Sec-Fetch-Site`. A request with neither comes from a program, which no web page
/// can make do anything.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let fetched = text(http::HeaderName::from_static("sec-fetch-site"));
    if !matches!(fetched, None | Some("same-origin" | "none")) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let authority = Url::parse(origin).ok().and_then(|url| {
                let host = url.host_str()?;
                Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
            });
            authority.is_some_and(|authority| {
                text(header::HOST).is_some_and(|host| host.eq_ignore_ascii_case(&authority))
            })
        }
    }
}
