//! A request as plain data.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use url::{Url, form_urlencoded};

use super::NetError;

/// Reads an absolute http or https URL.
///
/// # Errors
/// [`NetError::BadUrl`] for anything else.
pub fn parse_url(text: &str) -> Result<Url, NetError> {
    let bad = |cause: String| NetError::BadUrl { url: text.to_owned(), cause };
    let url = Url::parse(text).map_err(|error| bad(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(bad(format!("the scheme is {other}"))),
    }
}

/// One HTTP request. The client adds `Host`, `User-Agent` and, from its jar, `Cookie`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes. A fragment is not sent.
    pub url: Url,
    /// Headers beside those the client adds; a `Cookie` here replaces the jar's.
    pub headers: HeaderMap,
    /// The body, empty for none.
    pub body: Bytes,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A GET.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST of a form, in the given order, as a browser encodes it.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(
        url: Url,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::new(Method::POST, url).typed("application/x-www-form-urlencoded", body)
    }

    /// A request with a JSON body.
    pub fn json(method: Method, url: Url, body: &serde_json::Value) -> Self {
        Self::new(method, url).typed("application/json", body.to_string())
    }

    /// The same with a body of this media type.
    #[must_use]
    pub fn typed(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body.into();
        self
    }

    /// The same with one more header.
    ///
    /// # Errors
    /// [`NetError::BadHeader`] if name or value cannot stand in a header, such as one with a line break.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, NetError> {
        let bad = |cause| NetError::BadHeader { name: name.to_owned(), cause };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad("not a header name"))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| bad("the value has characters no header may have"))?;
        self.headers.append(key, value);
        Ok(self)
    }
}
