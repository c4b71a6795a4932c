//! What arrives at the SSO address, by either binding.

use std::borrow::Cow;

use thiserror::Error;
use url::form_urlencoded;

use crate::saml::{
    AuthnRequest, BindingError, ReadError, decode_post, decode_redirect_param, encode_redirect,
};

/// A message at the SSO address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incoming {
    /// The request with the text it was read from; `None` when the org begins.
    pub(super) request: Option<Requested>,
    /// `RelayState`, if the parameter was there.
    pub(super) relay_state: Option<String>,
}

/// An AuthnRequest and its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requested {
    pub(super) message: AuthnRequest,
    xml: String,
}

/// Why a message makes no sense. The person is told "Bad SAML request"; this is for the log.
#[derive(Debug, Error)]
pub(super) enum BadRequest {
    #[error("the parameter {0} stands there more than once")]
    Twice(&'static str),
    #[error("a POST without the field SAMLRequest")]
    Missing,
    #[error("SAMLRequest: {0}")]
    Binding(#[from] BindingError),
    #[error("SAMLRequest: {0}")]
    Unreadable(#[from] ReadError),
    #[error("the AuthnRequest is too long to be kept in an address while the user signs in")]
    TooLong,
}

impl Incoming {
    /// Reads the query of a GET. Without `SAMLRequest` it is the org that begins.
    pub(super) fn by_redirect(query: &str) -> Result<Self, BadRequest> {
        let (request, relay_state) = parameters(query.as_bytes())?;
        let xml = request.map(|value| decode_redirect_param(&value)).transpose()?;
        Ok(Self { request: xml.map(Requested::read).transpose()?, relay_state })
    }

    /// Reads the form of a POST.
    pub(super) fn by_post(form: &[u8]) -> Result<Self, BadRequest> {
        let (request, relay_state) = parameters(form)?;
        let xml = decode_post(&request.ok_or(BadRequest::Missing)?)?;
        Ok(Self { request: Some(Requested::read(xml)?), relay_state })
    }

    /// The address, on the path given, that says the same by GET: where a user comes back to after
    /// signing in.
    pub(super) fn address(&self, path: &str) -> Result<String, BadRequest> {
        const LONGEST: usize = 32 * 1024;
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(request) = &self.request {
            query.append_pair("SAMLRequest", &encode_redirect(&request.xml));
        }
        if let Some(relay_state) = &self.relay_state {
            query.append_pair("RelayState", relay_state);
        }
        let query = query.finish();
        match query.len() {
            0 => Ok(path.to_owned()),
            1..=LONGEST => Ok(format!("{path}?{query}")),
            _ => Err(BadRequest::TooLong),
        }
    }
}

impl Requested {
    fn read(xml: String) -> Result<Self, ReadError> {
        Ok(Self { message: AuthnRequest::parse(&xml)?, xml })
    }

    /// The document as it was received.
    pub(super) fn xml(&self) -> &str {
        &self.xml
    }
}

/// `SAMLRequest` and `RelayState`; all else is ignored.
fn parameters(encoded: &[u8]) -> Result<(Option<String>, Option<String>), BadRequest> {
    let (mut request, mut relay_state) = (None, None);
    for (name, value) in form_urlencoded::parse(encoded) {
        let (slot, name) = match name.as_ref() {
            "SAMLRequest" => (&mut request, "SAMLRequest"),
            "RelayState" => (&mut relay_state, "RelayState"),
            _ => continue,
        };
        if slot.replace(Cow::into_owned(value)).is_some() {
            return Err(BadRequest::Twice(name));
        }
    }
    Ok((request, relay_state))
}
