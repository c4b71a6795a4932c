//! One check on a response and what came of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::excerpt;

/// The checks of [`super::accept`], in the order in which they decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckName {
    /// A signature of the entry's IdP covers what is read.
    Signature,
    /// The status is Success.
    Status,
    /// There is one assertion, no more.
    OneAssertion,
    /// It was encrypted where it has to be, and was not where it must not be.
    Encryption,
    /// The response's Issuer, where it has one.
    ResponseIssuer,
    /// The assertion's Issuer.
    AssertionIssuer,
    /// The response's Destination.
    Destination,
    /// A bearer confirmation that holds here and now.
    Confirmation,
    /// The conditions' time window.
    Window,
    /// The audience restrictions.
    Audience,
    /// No condition that is not understood.
    UnknownCondition,
    /// The NameID's format.
    NameIdFormat,
    /// The assertion was not used before.
    Replay,
    /// The request that is answered is one of this browser's.
    InResponseTo,
}

impl CheckName {
    /// Where the rule is written: C, B, P = core, bindings, profiles.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Signature => "P 4.1.4.3",
            Self::Status => "C 3.2.2.2",
            Self::OneAssertion => "P 4.1.4.2",
            Self::Encryption => "C 2.3.4",
            Self::ResponseIssuer | Self::AssertionIssuer => "P 4.1.4.2",
            Self::Destination => "B 3.5.5.2",
            Self::Confirmation => "P 4.1.4.2, P 4.1.4.3",
            Self::Window => "C 2.5.1.2",
            Self::Audience => "C 2.5.1.4, P 4.1.4.2",
            Self::UnknownCondition => "C 2.5.1.1",
            Self::NameIdFormat => "C 8.3",
            Self::InResponseTo => "P 4.1.4.3, P 4.1.5",
            Self::Replay => "P 4.1.4.5",
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// It holds.
    Passed,
    /// It does not: the reason, and both values in words.
    Failed(Reason, String),
}

/// One check on a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// What came of it.
    pub result: CheckResult,
    /// Where the rule is written.
    pub rule: &'static str,
}

impl Check {
    pub(super) fn new(name: CheckName, result: CheckResult) -> Self {
        Self { name, result, rule: name.rule() }
    }
}

/// The detail quotes what was received, which may be as long as a document.
pub(super) fn failed(reason: Reason, detail: impl fmt::Display) -> CheckResult {
    CheckResult::Failed(reason, excerpt::head(&detail.to_string(), 600).into_owned())
}
