//! Why an SP refused a login.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A reason for a refusal, as the reference SP names it in its `sp-reason` header. Other SPs rarely
/// tell; their reason is compared only where they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the messages")]
pub enum Reason {
    Unreadable,
    BadStatus,
    Ambiguous,
    BadSignature,
    NotEncrypted,
    Undecipherable,
    BadAudience,
    BadRecipient,
    BadDestination,
    BadIssuer,
    BadNameIdFormat,
    BadConfirmation,
    Expired,
    NotYetValid,
    Replay,
    InResponseTo,
    UnsolicitedNotAllowed,
    UnknownCondition,
    UnknownDomain,
    DomainUnvalidated,
    IssuerDomainMismatch,
    MissingAttribute,
    TokenMissing,
    TokenUnknown,
    NoRoleMatch,
    SignUpDisabled,
    UserInactive,
    AccountConflict,
    SamlOnly,
    NoPassword,
    WrongPassword,
    DanglingTarget,
    LastAdmin,
    MetadataUnavailable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
