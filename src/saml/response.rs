//! A `<Response>` and its assertion as plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AcsUrl, Attributes, EntityId, MessageId, NameId};

/// A `<samlp:Response>` (C 3.3.3) as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// `ID`.
    pub id: MessageId,
    /// `InResponseTo`; absent in an unsolicited response.
    pub in_response_to: Option<MessageId>,
    /// `Destination`.
    pub destination: Option<AcsUrl>,
    /// `IssueInstant`.
    pub issue_instant: Timestamp,
    /// `<Issuer>` of the response.
    pub issuer: Option<EntityId>,
    /// `<Status>`.
    pub status: Status,
    /// The assertions that are children of the response, in document order.
    pub assertions: Vec<Assertion>,
    /// How many `<EncryptedAssertion>`s are children of the response (C 2.3.4).
    pub encrypted: usize,
}

/// `<samlp:Status>` (C 3.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// `Value` of the top-level `<StatusCode>`.
    pub code: String,
    /// `Value` of the nested `<StatusCode>`.
    pub sub_code: Option<String>,
    /// `<StatusMessage>`.
    pub message: Option<String>,
}

impl Status {
    /// `urn:oasis:names:tc:SAML:2.0:status:Success`.
    pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

    /// `urn:oasis:names:tc:SAML:2.0:status:AuthnFailed`.
    pub const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
    /// `urn:oasis:names:tc:SAML:2.0:status:RequestDenied`.
    pub const REQUEST_DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";

    /// Whether the top-level code is Success.
    pub fn is_success(&self) -> bool {
        self.code == Self::SUCCESS
    }
}

/// A `<saml:Assertion>` (C 2.3.3) as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// `ID`.
    pub id: MessageId,
    /// `IssueInstant`.
    pub issue_instant: Timestamp,
    /// `<Issuer>`.
    pub issuer: EntityId,
    /// `<Subject>`'s `<NameID>`.
    pub name_id: NameId,
    /// `<Subject>`'s confirmations.
    pub confirmations: Vec<SubjectConfirmation>,
    /// `<Conditions>`, if present.
    pub conditions: Option<Conditions>,
    /// The first `<AuthnStatement>`, if present.
    pub authn_statement: Option<AuthnStatement>,
    /// All attributes of all `<AttributeStatement>`s.
    pub attributes: Attributes,
}

/// `<saml:SubjectConfirmation>` with its data (C 2.4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectConfirmation {
    /// `Method`.
    pub method: String,
    /// `Recipient`.
    pub recipient: Option<AcsUrl>,
    /// `InResponseTo`.
    pub in_response_to: Option<MessageId>,
    /// `NotBefore`; P 4.1.4.2 forbids it for bearer.
    pub not_before: Option<Timestamp>,
    /// `NotOnOrAfter`.
    pub not_on_or_after: Option<Timestamp>,
}

impl SubjectConfirmation {
    /// `urn:oasis:names:tc:SAML:2.0:cm:bearer`.
    pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
}

/// `<saml:Conditions>` (C 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// `NotBefore`.
    pub not_before: Option<Timestamp>,
    /// `NotOnOrAfter`.
    pub not_on_or_after: Option<Timestamp>,
    /// One list for each `<AudienceRestriction>`: any inside one, all across them (C 2.5.1.4).
    pub audience_restrictions: Vec<Vec<EntityId>>,
    /// Whether `<OneTimeUse>` is present.
    pub one_time_use: bool,
    /// Conditions this reader does not know: the assertion is then indeterminate (C 2.5.1).
    pub unknown: Vec<String>,
}

/// `<saml:AuthnStatement>` (C 2.7.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthnStatement {
    /// `AuthnInstant`.
    pub authn_instant: Timestamp,
    /// `SessionIndex`.
    pub session_index: Option<String>,
    /// `SessionNotOnOrAfter`.
    pub session_not_on_or_after: Option<Timestamp>,
    /// `<AuthnContextClassRef>`.
    pub class_ref: Option<String>,
}
