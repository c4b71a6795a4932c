//! Logins as the org saw them, refused ones too.

use std::collections::VecDeque;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use jiff::Timestamp;

use super::Unassigned;
use super::absent::Absent;
use super::record::Sent;
use crate::idp::{App, UserStatus};
use crate::keys::Certificate;

/// One attempt to get into an app, from its arrival to the response or to the page that says why
/// there is none. Being sent to the sign-in page first is no attempt of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counts from 1 while the org runs.
    pub number: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The app; `None` if there is none of that address, or if somebody signed in for none.
    pub app: Option<AttemptedApp>,
    /// The user's login as the org writes it, or what was typed; `None` if nobody was signed in.
    pub login: Option<String>,
    /// Who began; `None` for a sign-in that is for no app.
    pub initiated: Option<Initiated>,
    /// The AuthnRequest as it was received, if it could be read.
    pub request: Option<Arc<str>>,
    /// What the request asks for and does not get, or says and is not looked at.
    pub remarks: Vec<String>,
    /// What was done otherwise than the org says, because somebody asked for it beforehand
    /// ([`NextLogin`](super::NextLogin)).
    pub altered: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// The app of an attempt, as it was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptedApp {
    /// `0oa…`.
    pub id: String,
    /// `exk…`.
    pub external_key: String,
    /// The label.
    pub label: String,
    /// The certificate of the key that signed for it, if it was made.
    pub certificate: Option<Certificate>,
}

impl From<&App> for AttemptedApp {
    fn from(app: &App) -> Self {
        Self {
            id: app.id.clone(),
            external_key: app.external_key.clone(),
            label: app.label.clone(),
            certificate: app.signing_key().map(|key| key.certificate().clone()),
        }
    }
}

/// Who began a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiated {
    /// The SP, with an AuthnRequest.
    Sp,
    /// The org, by an embed link or a tile.
    Idp,
}

impl Initiated {
    /// As the system log has it in `initiationType` (facts/okta.md 5.3).
    pub fn name(self) -> &'static str {
        match self {
            Self::Sp => "SP_INITIATED",
            Self::Idp => "IDP_INITIATED",
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A response went out.
    Sent {
        /// The response.
        sent: Arc<Sent>,
        /// The statements of the app that sent nothing, and why.
        absent: Vec<Absent>,
    },
    /// None did.
    Refused(Refusal),
}

/// Why there is no response. The person is told less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no app of this address, or it is inactive.
    NoSuchApp(String),
    /// The message makes no sense.
    BadRequest(String),
    /// Nobody could be signed in.
    SignIn(SignInProblem),
    /// The user is not assigned to the app.
    NotAssigned(Unassigned),
    /// The app's access policy keeps the user out.
    Denied {
        /// The policy's name.
        policy: String,
        /// The name of its rule that counts for the user.
        rule: String,
    },
    /// There were more logins within a minute than there may be ([`OrgService::limit_rate`]).
    ///
    /// [`OrgService::limit_rate`]: super::OrgService::limit_rate
    TooManyRequests,
    /// The response could not be made.
    NoResponse(String),
}

/// Why somebody could not sign in. The person is told that it did not work, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// There is no such user.
    UnknownUser,
    /// The password is another one.
    Password,
    /// The user's status lets nobody in.
    Status(UserStatus),
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchApp(path) => write!(f, "there is no active app at {path}"),
            Self::BadRequest(problem) => write!(f, "Bad SAML request: {problem}"),
            Self::SignIn(problem) => write!(f, "unable to sign in: {problem}"),
            Self::NotAssigned(why) => write!(f, "the user is not assigned to the app: {why}"),
            Self::Denied { policy, rule } => {
                write!(f, "the access policy {policy:?} denies access, by its rule {rule:?}")
            }
            Self::TooManyRequests => f.write_str("there were too many logins within a minute"),
            Self::NoResponse(problem) => write!(f, "no response was made: {problem}"),
        }
    }
}

impl Display for SignInProblem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownUser => f.write_str("there is no user of this login"),
            Self::Password => f.write_str("wrong password"),
            Self::Status(status) => write!(f, "the user is {}", status.name()),
        }
    }
}

/// The latest attempts, oldest first.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    latest: VecDeque<Arc<Attempt>>,
    count: u64,
}

impl Attempts {
    /// How many are kept. Their responses are shared with the record.
    const KEPT: usize = 512;

    /// Numbers an attempt and keeps it.
    pub(super) fn push(&mut self, attempt: Attempt) -> Arc<Attempt> {
        self.count += 1;
        if self.latest.len() == Self::KEPT {
            self.latest.pop_front();
        }
        let attempt = Arc::new(Attempt { number: self.count, ..attempt });
        self.latest.push_back(attempt.clone());
        attempt
    }

    pub(super) fn all(&self) -> Vec<Arc<Attempt>> {
        self.latest.iter().cloned().collect()
    }

    pub(super) fn find(&self, number: u64) -> Option<Arc<Attempt>> {
        self.latest.iter().find(|attempt| attempt.number == number).cloned()
    }
}
