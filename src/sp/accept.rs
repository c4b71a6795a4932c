//! Every check on a response, in order.
//!
//! The type signatures are fixed; the logic is filled by the owner of this room.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Reason;
use crate::saml::{AcsUrl, Assertion, EntityId, MessageId, NameIdFormat, Response, SignatureVerdict};

/// What the SP expects of a response to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The IdP's entity id, from the entry's metadata.
    pub issuer: EntityId,
    /// The SP's entity id.
    pub audience: EntityId,
    /// The SP's assertion consumer service.
    pub acs: AcsUrl,
    /// The NameID format the SP insists on; `None` if it takes any.
    pub name_id_format: Option<NameIdFormat>,
    /// The requests that this browser has outstanding.
    pub outstanding: Vec<MessageId>,
    /// Whether a response without a request is accepted.
    pub idp_initiated: bool,
    /// Tolerated clock difference in seconds.
    pub skew_seconds: i64,
    /// Assertion ids that were accepted before and are still remembered.
    pub seen: Vec<MessageId>,
}
