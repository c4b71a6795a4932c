//! Who is signed in at the org.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::saml::NameId;

/// A session at the org. It has no end of its own: it lasts until sign-out, or until newer ones push
/// it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    /// `00u…`.
    pub(super) user_id: String,
    /// When the user signed in: `AuthnInstant` of every response that follows (facts/okta.md 3.2).
    pub(super) since: Timestamp,
    /// The address that the sign-in led back to, until it is used. A request that insists on a fresh
    /// sign-in (`ForceAuthn`) is content with the one that was made for it.
    pub(super) fresh_for: Option<String>,
    /// The apps that it led into, each once, the latest visit last.
    pub(super) visits: Vec<Visit>,
}

/// What an app was told of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// `0oa…`.
    pub(super) app: String,
    /// The subject.
    pub(super) name_id: NameId,
    /// `SessionIndex`.
    pub(super) session_index: String,
}

impl Session {
    /// A session that leads nowhere yet.
    pub(super) fn new(user_id: &str, since: Timestamp) -> Self {
        Self { user_id: user_id.to_owned(), since, fresh_for: None, visits: vec![] }
    }
}

/// All sessions by the value of their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_sid: HashMap<String, Session>,
    /// In order of making; may name sessions that have ended.
    order: VecDeque<String>,
}

impl Sessions {
    /// How many may be open at one time.
    const MOST: usize = 10_000;

    pub(super) fn begin(&mut self, sid: String, session: Session) {
        while self.order.len() >= Self::MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.by_sid.remove(&oldest);
            }
        }
        self.order.push_back(sid.clone());
        self.by_sid.insert(sid, session);
    }

    pub(super) fn find(&self, sid: &str) -> Option<Session> {
        self.by_sid.get(sid).cloned()
    }

    /// The cookies of a user's sessions.
    pub(super) fn of_user(&self, user_id: &str) -> Vec<String> {
        let own = self.by_sid.iter().filter(|(_, session)| session.user_id == user_id);
        own.map(|(sid, _)| sid.clone()).collect()
    }

    /// Whether the session was begun for this address; says so once.
    pub(super) fn use_fresh(&mut self, sid: &str, address: &str) -> bool {
        let Some(session) = self.by_sid.get_mut(sid) else {
            return false;
        };
        session.fresh_for.take_if(|fresh| fresh == address).is_some()
    }

    /// Notes that the session leads into an app.
    pub(super) fn visit(&mut self, sid: &str, visit: Visit) {
        if let Some(session) = self.by_sid.get_mut(sid) {
            session.visits.retain(|other| other.app != visit.app);
            session.visits.push(visit);
        }
    }

    /// Ends a session, and hands it out.
    pub(super) fn take(&mut self, sid: &str) -> Option<Session> {
        let session = self.find(sid);
        self.end(sid);
        session
    }

    pub(super) fn end(&mut self, sid: &str) {
        self.by_sid.remove(sid);
        self.order.retain(|kept| kept != sid);
    }
}
