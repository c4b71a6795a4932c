//! What was seen while a case was played: plain data, with no opinion.
//!
//! Silence, a time-out, a refusal are observations. Whether they are right is the verdict's business.

use serde::{Deserialize, Serialize};

use crate::saml::{Attributes, NameId, Response};
use crate::sp::{Roles, State};

/// Everything seen while one case was played.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// One for each step that was reached, in order.
    pub steps: Vec<StepObservation>,
    /// What stopped the play, if it was not played to its end.
    pub trouble: Option<Trouble>,
}

/// What was seen of one step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepObservation {
    /// The SP's stored state before the step, if it can be read.
    pub before: Option<State>,
    /// The SP's stored state after the step.
    pub after: Option<State>,
    /// One for each attempt to enter; several where a step makes them at once, none for a step that
    /// only changes something.
    pub attempts: Vec<Attempt>,
}

/// One attempt to enter, to act, or to ask who is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Whose attempt it was: the e-mail address as the IdP has it.
    pub email: String,
    /// The browser it was made with.
    pub browser: String,
    /// Every HTTP exchange, in order.
    pub exchanges: Vec<Exchange>,
    /// What the IdP really sent during the attempt.
    pub sent: Vec<SentResponse>,
    /// Where the browser was left.
    pub end: End,
    /// Who is logged in afterwards, by the SP's own word.
    pub identity: Identity,
    /// The SP's reason for a refusal, where it gives one.
    pub reason: Option<String>,
}

/// One HTTP request and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The address, as the browser named it.
    pub url: String,
    /// Whose address it was.
    pub party: Party,
    /// The status; `None` if no response came.
    pub status: Option<u16>,
    /// Where a redirect pointed.
    pub location: Option<String>,
    /// The beginning of the response's body, for people who look for a cause.
    pub excerpt: String,
    /// Why no response came.
    pub failure: Option<String>,
}

/// Whose address an exchange was with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The mock IdP.
    Idp,
    /// The service provider.
    Sp,
    /// Neither.
    Other,
}

/// A response as the IdP sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentResponse {
    /// The document.
    pub xml: String,
    /// The same before its assertion was encrypted, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear: Option<String>,
    /// The subject.
    pub name_id: NameId,
    /// The attributes.
    pub attributes: Attributes,
    /// Where it was posted.
    pub acs: String,
}

impl SentResponse {
    /// The document as whoever can decrypt it reads it; `None` if it is no response that can be read.
    pub fn document(&self) -> Option<Response> {
        Response::parse(self.clear.as_ref().unwrap_or(&self.xml)).ok()
    }
}

/// Where a browser was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// At the SP, with this status.
    Sp {
        /// The status of the last response.
        status: u16,
        /// Whether that response is one by which this SP says no (the profile's `[outcome]`).
        refusal: bool,
    },
    /// At the IdP, with this status.
    Idp {
        /// The status of the last response.
        status: u16,
    },
    /// Somewhere else.
    Elsewhere {
        /// The address.
        url: String,
    },
    /// Nowhere: no answer.
    Nowhere(Trouble),
}

impl End {
    /// Why there was no answer, if there was none. A browser that was sent in a circle did get
    /// answers.
    pub fn silence(&self) -> Option<&Trouble> {
        match self {
            Self::Nowhere(Trouble::Loop { .. }) => None,
            Self::Nowhere(trouble) => Some(trouble),
            Self::Sp { .. } | Self::Idp { .. } | Self::Elsewhere { .. } => None,
        }
    }
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// The SP cannot be asked.
    Unknown,
    /// Nobody.
    Nobody,
    /// This user.
    User(Whoami),
}

/// The SP's answer to "who am I".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whoami {
    /// The e-mail address.
    pub email: String,
    /// The roles of the session.
    #[serde(default)]
    pub roles: Roles,
}

/// What kept a step from being played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// No connection.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// The address.
        url: String,
        /// What the connection said.
        cause: String,
    },
    /// No answer in time.
    #[error("{url} gave no answer within {seconds} s")]
    TimedOut {
        /// The address.
        url: String,
        /// The limit.
        seconds: u64,
    },
    /// The browser was sent in a circle.
    #[error("gave up after {hops} redirects and forms, last at {url}")]
    Loop {
        /// The address.
        url: String,
        /// How many were followed.
        hops: usize,
    },
    /// An adapter answered something else than was asked for.
    #[error("{adapter} answered {found}, expected {wanted}")]
    Adapter {
        /// Which adapter.
        adapter: String,
        /// What it answered.
        found: String,
        /// What was expected.
        wanted: String,
    },
    /// The SP refused its configuration.
    #[error("the SP refused its configuration: {0}")]
    ConfigurationRefused(String),
    /// The SP did not start or ended too early.
    #[error("{0}")]
    Launch(String),
}
