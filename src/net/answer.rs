//! An answer as plain data.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use url::Url;

use super::NetError;

/// A complete HTTP answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The URL that was asked for; a redirect is not followed.
    pub url: Url,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads, resolved against the URL; `None` if this is no redirect with a
    /// `Location` (301, 302, 303, 307, 308).
    ///
    /// # Errors
    /// [`NetError::BadUrl`] if `Location` is no http or https URL.
    pub fn location(&self) -> Result<Option<Url>, NetError> {
        let redirects = matches!(self.status.as_u16(), 301 | 302 | 303 | 307 | 308);
        let Some(value) = self.headers.get(header::LOCATION).filter(|_| redirects) else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(value.as_bytes());
        let bad = |cause: String| NetError::BadUrl { url: text.clone().into_owned(), cause };
        let url = self.url.join(&text).map_err(|error| bad(error.to_string()))?;
        match url.scheme() {
            "http" | "https" => Ok(Some(url)),
            other => Err(bad(format!("the scheme is {other}"))),
        }
    }
}
