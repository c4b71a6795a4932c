//! What an SP has read of a response.

use crate::saml::{AcsUrl, Assertion, EntityId, MessageId, Response, Status};

/// What was read of a response: assertions from signed bytes only, and the wrapper around them. An
/// encrypted one was decrypted before; [`Wrapper::encrypted_count`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The response itself.
    pub wrapper: Wrapper,
    /// The assertions, read from the bytes that a signature covers.
    pub assertions: Vec<Assertion>,
}

/// A response without its assertions.
///
/// Where [`Wrapper::signed`] is false these values are anybody's. They are still compared (a wrong
/// one is refused), but nothing is believed because of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// Whether a signature covers the response itself.
    pub signed: bool,
    /// `ID`.
    pub id: MessageId,
    /// `InResponseTo`.
    pub in_response_to: Option<MessageId>,
    /// `Destination`.
    pub destination: Option<AcsUrl>,
    /// `<Issuer>`.
    pub issuer: Option<EntityId>,
    /// `<Status>`.
    pub status: Status,
    /// How many assertions stand in the document, signed or not, encrypted or not.
    pub assertion_count: usize,
    /// How many of them are encrypted.
    pub encrypted_count: usize,
}

impl Wrapper {
    /// The wrapper of a response; `signed` says whether it was read from signed bytes.
    pub fn of(response: &Response, signed: bool) -> Self {
        Self {
            signed,
            id: response.id.clone(),
            in_response_to: response.in_response_to.clone(),
            destination: response.destination.clone(),
            issuer: response.issuer.clone(),
            status: response.status.clone(),
            assertion_count: response.assertions.len() + response.encrypted,
            encrypted_count: response.encrypted,
        }
    }
}
