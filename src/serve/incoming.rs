//! What arrives at the SSO address, by either binding.

use crate::saml::AuthnRequest;

use super::arrival::{Arrival, BadRequest, Parameters};

/// A message at the SSO address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incoming {
    /// The request with the text it was read from; `None` when the org begins.
    pub(super) request: Option<Requested>,
    /// `RelayState`, if the parameter was there.
    pub(super) relay_state: Option<String>,
}

/// An AuthnRequest and how it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requested {
    pub(super) message: AuthnRequest,
    pub(super) arrival: Arrival,
}

impl Incoming {
    /// Reads the query of a GET. Without `SAMLRequest` it is the org that begins.
    pub(super) fn by_redirect(query: &str) -> Result<Self, BadRequest> {
        let parameters = Parameters::of(query.as_bytes())?;
        let arrival = parameters.by_redirect(query)?;
        let request = arrival.map(Requested::read).transpose()?;
        Ok(Self { request, relay_state: parameters.relay_state })
    }

    /// Reads the form of a POST.
    pub(super) fn by_post(form: &[u8]) -> Result<Self, BadRequest> {
        let parameters = Parameters::of(form)?;
        let arrival = parameters.by_post()?;
        Ok(Self { request: Some(Requested::read(arrival)?), relay_state: parameters.relay_state })
    }

    /// The method by which the message came.
    pub(super) fn method(&self) -> &'static str {
        let posted = self.request.as_ref().is_some_and(|request| request.arrival.was_posted());
        if posted { "POST" } else { "GET" }
    }

    /// The address, on the path given, that says the same by GET: where a user comes back to after
    /// signing in.
    pub(super) fn address(&self, path: &str) -> Result<String, BadRequest> {
        let arrival = self.request.as_ref().map(|request| &request.arrival);
        Arrival::address(arrival, self.relay_state.as_deref(), path)
    }
}

impl Requested {
    /// The document as it came.
    pub(super) fn xml(&self) -> &str {
        &self.arrival.xml
    }

    fn read(arrival: Arrival) -> Result<Self, BadRequest> {
        Ok(Self { message: AuthnRequest::parse(&arrival.xml)?, arrival })
    }
}
