//! How messages travel: HTTP-Redirect (B 3.4) and HTTP-POST (B 3.5).

use std::io::{Read, Write};

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::form_urlencoded;

use super::Limits;

/// A binding by its URN.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Binding {
    /// `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect`.
    HttpRedirect,
    /// `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST`.
    HttpPost,
    /// Another one, as written.
    Other(String),
}

impl Binding {
    /// Its URN.
    pub fn urn(&self) -> &str {
        match self {
            Self::HttpRedirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Self::HttpPost => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            Self::Other(urn) => urn,
        }
    }

    /// The binding of a URN.
    pub fn from_urn(urn: &str) -> Self {
        [Self::HttpRedirect, Self::HttpPost]
            .into_iter()
            .find(|known| known.urn() == urn)
            .unwrap_or_else(|| Self::Other(urn.to_owned()))
    }
}

/// The parameter a message travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SamlParam {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

impl SamlParam {
    /// Its name in the query or form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// The name of the parameter that comes back as it was sent (B 3.4.3, 3.5.3).
pub const RELAY_STATE: &str = "RelayState";

/// The most that a redirect's parameter may inflate to: 256 KiB.
pub const MAX_INFLATED: usize = 256 << 10;

/// The address that carries a message by redirect: deflated, base64, percent-encoded (B 3.4.4.1).
/// A query that the endpoint has already is kept, a fragment stays at the end.
pub fn redirect_url(
    endpoint: &str,
    param: SamlParam,
    xml: &str,
    relay_state: Option<&str>,
) -> String {
    append_query(endpoint, &redirect_query(param, xml, relay_state))
}

/// The query that carries a message by redirect; what [`redirect_url`] adds to an address.
pub fn redirect_query(param: SamlParam, xml: &str, relay_state: Option<&str>) -> String {
    let message = percent_encode(&encode_redirect(xml));
    let relay_state = relay_state
        .map(|state| format!("&{RELAY_STATE}={}", percent_encode(state)))
        .unwrap_or_default();
    format!("{}={message}{relay_state}", param.name())
}

/// An address with a query behind the one that it has already; a fragment stays at the end.
pub fn append_query(endpoint: &str, query: &str) -> String {
    let (address, fragment) = match endpoint.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (endpoint, String::new()),
    };
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{separator}{query}{fragment}")
}

/// The value of a redirect's parameter before percent-encoding: deflated, base64 on one line.
pub fn encode_redirect(xml: &str) -> String {
    let mut encoder = DeflateEncoder::new(vec![], Compression::default());
    let deflated = encoder
        .write_all(xml.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("writing into memory does not fail");
    STANDARD.encode(deflated)
}

/// The message in a redirect's parameter, percent-encoding already taken off, once.
///
/// # Errors
/// If it is not base64, not deflated, not UTF-8, or inflates to more than [`MAX_INFLATED`].
pub fn decode_redirect_param(value: &str) -> Result<String, BindingError> {
    let deflated = decode_base64(value)?;
    let limit = u64::try_from(MAX_INFLATED).expect("256 KiB fit in 64 bits");
    let mut inflated = vec![];
    DeflateDecoder::new(deflated.as_slice())
        .take(limit + 1)
        .read_to_end(&mut inflated)
        .map_err(|error| BindingError::Deflate(error.to_string()))?;
    if inflated.len() > MAX_INFLATED {
        return Err(BindingError::TooLarge { limit: MAX_INFLATED });
    }
    utf8(inflated)
}

/// The value of a POST form's field: base64 on one line, not deflated (B 3.5.4).
pub fn encode_post(xml: &str) -> String {
    STANDARD.encode(xml)
}

/// The message in a POST form's field. Line breaks and blanks in the base64 are taken out.
///
/// # Errors
/// If it is not base64, not UTF-8, or larger than a document may be ([`Limits::DOCUMENT`]).
pub fn decode_post(value: &str) -> Result<String, BindingError> {
    let limit = Limits::DOCUMENT.size;
    let compact: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    if compact.len() / 4 * 3 > limit + 3 {
        return Err(BindingError::TooLarge { limit });
    }
    let decoded = decode_base64(&compact)?;
    if decoded.len() > limit {
        return Err(BindingError::TooLarge { limit });
    }
    utf8(decoded)
}

/// Why there is no message in a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BindingError {
    /// Not base64.
    #[error("not base64 ({0}); was it percent-decoded once, and once only?")]
    Base64(String),
    /// Not a raw deflate stream.
    #[error("cannot be inflated ({0}); a redirect carries a raw deflate stream, a form does not")]
    Deflate(String),
    /// More bytes than are read.
    #[error("the message is larger than {limit} bytes")]
    TooLarge {
        /// The most.
        limit: usize,
    },
    /// Not UTF-8.
    #[error(
        "the message is not UTF-8 text; was it deflated? A form carries it as it is, in base64"
    )]
    Utf8,
}

/// Base64 with or without its padding, as some SPs leave it off.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn decode_base64(value: &str) -> Result<Vec<u8>, BindingError> {
    LENIENT.decode(value).map_err(|error| BindingError::Base64(error.to_string()))
}

/// Blanks become `%20` and not `+`, which is right for readers of both kinds.
fn percent_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn utf8(bytes: Vec<u8>) -> Result<String, BindingError> {
    String::from_utf8(bytes).map_err(|_not_utf8| BindingError::Utf8)
}
