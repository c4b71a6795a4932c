//! One browser's cookies.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, header};
use reqwest::cookie::CookieStore;
use url::Url;

/// The cookies of one browser. Clones share them.
///
/// As in browsers, cookies belong to a host whatever its port, and `Secure` ones are sent to https
/// URLs only. Expiry runs in real time. SameSite is not applied: every request counts as same-site.
#[derive(Clone, Default)]
pub struct Jar(Arc<reqwest::cookie::Jar>);

impl Jar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `Cookie` header a request to this URL would carry. The URL need not be the one that is then
    /// asked: a who-am-I on another port is asked with the cookies of the SP's own URL.
    pub fn header(&self, url: &Url) -> Option<HeaderValue> {
        self.0.cookies(url)
    }

    /// The value of one cookie as it would be sent to this URL.
    pub fn value(&self, url: &Url, name: &str) -> Option<String> {
        let header = self.header(url)?;
        let text = header.to_str().ok()?;
        text.split("; ")
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
    }

    /// Takes the `Set-Cookie` headers of an answer from this URL.
    pub fn store(&self, url: &Url, headers: &HeaderMap) {
        self.0.set_cookies(&mut headers.get_all(header::SET_COOKIE).iter(), url);
    }

    /// Sets one cookie as if this URL had sent it: `name=value`, with attributes if wanted.
    pub fn set(&self, url: &Url, set_cookie: &str) {
        self.0.add_cookie_str(set_cookie, url);
    }
}

impl fmt::Debug for Jar {
    /// Without the cookies: they are secrets, and debug output ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jar(..)")
    }
}
