//! The two cookies of the SP.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// The session.
const SESSION: &str = "sp_session";
/// Which browser it is, for the requests it has outstanding.
const BROWSER: &str = "sp_browser";

/// The cookie of a new session. Its end is the store's business, on the store's clock.
pub(super) fn session(value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((SESSION, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build()
}

/// Takes the session's cookie away.
pub(super) fn no_session() -> Cookie<'static> {
    Cookie::build((SESSION, "")).path("/").build()
}

/// The cookie of a browser that asks for a login. The answer comes in a POST from another site, so
/// it must be sent along there, which browsers allow to secure cookies only.
pub(super) fn browser(value: String, secure: bool) -> Cookie<'static> {
    let same_site = if secure { SameSite::None } else { SameSite::Lax };
    Cookie::build((BROWSER, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(same_site)
        .build()
}

pub(super) fn session_of(jar: &CookieJar) -> Option<&str> {
    jar.get(SESSION).map(Cookie::value)
}

pub(super) fn browser_of(jar: &CookieJar) -> Option<&str> {
    jar.get(BROWSER).map(Cookie::value)
}
