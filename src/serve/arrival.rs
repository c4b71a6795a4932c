//! How a message came, and whether its sender signed it.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use http::StatusCode;
use thiserror::Error;
use url::form_urlencoded;

use crate::crypto::{self, AlgorithmPolicy, Engine};
use crate::keys::Certificate;
use crate::saml::{
    BindingError, ReadError, SignatureFault, SignatureVerdict, decode_post, decode_redirect_param,
    encode_redirect,
};

/// Says that a request in an address was posted, so that its signature stands in the document.
const POSTED: &str = "posted";

/// A message as text, and where its signature would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) xml: String,
    carrier: Carrier,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Carrier {
    /// HTTP-POST: the signature is enveloped.
    Document,
    /// HTTP-Redirect: the signature is over the query, of which these are the parameters that it may
    /// cover, byte for byte as they came (B 3.4.4.1).
    Query(String),
}

/// Why a message makes no sense. The person is told "Bad SAML request"; this is for the log.
#[derive(Debug, Error)]
pub(super) enum BadRequest {
    #[error("the parameter {0} stands there more than once")]
    Twice(&'static str),
    #[error("there are both a SAMLRequest and a SAMLResponse")]
    Both,
    #[error("a POST without the field {0}")]
    Missing(&'static str),
    #[error("SAMLRequest: {0}")]
    Binding(#[from] BindingError),
    #[error("SAMLRequest: {0}")]
    Unreadable(#[from] ReadError),
    #[error(
        "the AuthnRequest and its RelayState are too long to be kept in an address while the user signs in"
    )]
    TooLong,
    #[error("the LogoutResponse answers no request that the org waits for")]
    Unasked,
    #[error("the body has more bytes than are read")]
    TooLarge,
    #[error("the body is not read: {0}")]
    Body(String),
}

/// The parameters of a message; all others are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) request: Option<String>,
    pub(super) response: Option<String>,
    pub(super) relay_state: Option<String>,
    signature_algorithm: Option<String>,
    signature: Option<String>,
    posted: Option<String>,
}

impl Parameters {
    /// Reads a query or a form.
    pub(super) fn of(encoded: &[u8]) -> Result<Self, BadRequest> {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(encoded) {
            let (slot, name) = match name.as_ref() {
                "SAMLRequest" => (&mut read.request, "SAMLRequest"),
                "SAMLResponse" => (&mut read.response, "SAMLResponse"),
                "RelayState" => (&mut read.relay_state, "RelayState"),
                "SigAlg" => (&mut read.signature_algorithm, "SigAlg"),
                "Signature" => (&mut read.signature, "Signature"),
                POSTED => (&mut read.posted, POSTED),
                _ => continue,
            };
            if slot.replace(Cow::into_owned(value)).is_some() {
                return Err(BadRequest::Twice(name));
            }
        }
        Ok(read)
    }

    /// Whether it is an answer that they carry.
    pub(super) fn is_answer(&self) -> bool {
        self.request.is_none() && self.response.is_some()
    }

    /// The value of the one message. With two of them it would be open which is meant, and signed.
    fn message(&self) -> Result<Option<&String>, BadRequest> {
        match (&self.request, &self.response) {
            (Some(_), Some(_)) => Err(BadRequest::Both),
            (request, response) => Ok(request.as_ref().or(response.as_ref())),
        }
    }

    /// The message of a query, if there is one; `query` is what these are the parameters of.
    pub(super) fn by_redirect(&self, query: &str) -> Result<Option<Arrival>, BadRequest> {
        let Some(value) = self.message()? else { return Ok(None) };
        let xml = decode_redirect_param(value)?;
        let carrier = match self.posted {
            Some(_) => Carrier::Document,
            None => Carrier::Query(signed_part(query)),
        };
        Ok(Some(Arrival { xml, carrier }))
    }

    /// The message of a form.
    pub(super) fn by_post(&self) -> Result<Arrival, BadRequest> {
        let xml = decode_post(self.message()?.ok_or(BadRequest::Missing("SAMLRequest"))?)?;
        Ok(Arrival { xml, carrier: Carrier::Document })
    }
}

impl Arrival {
    /// Whether it came by HTTP-POST.
    pub(super) fn was_posted(&self) -> bool {
        self.carrier == Carrier::Document
    }

    /// The document whose every word the holder of the certificate's key has signed: that of a query
    /// as it stands, that of a form in the canonical form that was signed.
    ///
    /// SHA-1 is accepted, as an SP that Okta takes may be that old (graded M). Whichever engine signs,
    /// it is the default one that verifies: it may be called from here, and they agree.
    pub(super) fn signed_by(
        &self,
        certificate: &Certificate,
    ) -> Result<Cow<'_, str>, SignatureFault> {
        let trusted = std::slice::from_ref(certificate);
        let policy = AlgorithmPolicy::danger_with_sha1();
        match &self.carrier {
            Carrier::Query(query) => {
                crypto::verify_query(query, trusted, &policy)?;
                Ok(Cow::Borrowed(&self.xml))
            }
            Carrier::Document => {
                match crypto::verify_message(Engine::Native, &self.xml, trusted, &policy) {
                    SignatureVerdict::Invalid(fault) => Err(fault),
                    SignatureVerdict::Valid(parts) => parts
                        .into_iter()
                        .next()
                        .map(|part| Cow::Owned(part.canonical))
                        .ok_or(SignatureFault::Missing),
                }
            }
        }
    }

    /// The address, on the path given, that says the same by GET. A signature comes along.
    pub(super) fn address(
        arrival: Option<&Self>,
        relay_state: Option<&str>,
        path: &str,
    ) -> Result<String, BadRequest> {
        const LONGEST: usize = 32 * 1024;
        let query = match arrival.map(|arrival| (&arrival.carrier, &arrival.xml)) {
            Some((Carrier::Query(signed), _)) if is_signed(signed) => signed.clone(),
            other => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                if let Some((carrier, xml)) = other {
                    query.append_pair("SAMLRequest", &encode_redirect(xml));
                    if *carrier == Carrier::Document && xml.contains("SignatureValue") {
                        query.append_pair(POSTED, "true");
                    }
                }
                if let Some(relay_state) = relay_state {
                    query.append_pair("RelayState", relay_state);
                }
                query.finish()
            }
        };
        match query.len() {
            0 => Ok(path.to_owned()),
            1..=LONGEST => Ok(format!("{path}?{query}")),
            _ => Err(BadRequest::TooLong),
        }
    }
}

/// The body of a POST, if it is not too large.
pub(super) fn body(body: Result<Bytes, BytesRejection>) -> Result<Bytes, BadRequest> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BadRequest::TooLarge,
        _ => BadRequest::Body(rejection.body_text()),
    })
}

/// What of a query its signature may cover, and the signature.
fn signed_part(query: &str) -> String {
    const NAMES: [&str; 5] = ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature"];
    let named = |pair: &&str| {
        let decoded = form_urlencoded::parse(pair.as_bytes()).next();
        decoded.is_some_and(|(name, _)| NAMES.contains(&name.as_ref()))
    };
    query.split('&').filter(named).collect::<Vec<_>>().join("&")
}

fn is_signed(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "Signature")
}
