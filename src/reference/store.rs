//! Everything the SP has stored, behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::saml::{Attributes, MessageId};
use crate::sp::{
    AccountRole, Entry, EntryName, MappingId, Resource, Session, State, User, UserStatus,
};

/// How long a request or a link may wait for its answer.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(60);

/// Requests that one browser may have outstanding; the oldest are forgotten.
const OUTSTANDING: usize = 16;

/// The store.
#[derive(Debug, Default)]
pub(super) struct Store(Mutex<Book>);

/// What is stored.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// The entries as configured, in order.
    pub(super) entries: Vec<Entry>,
    /// Resources that were configured.
    pub(super) resources: BTreeSet<Resource>,
    /// Resources that logins have created (K10).
    pub(super) created: BTreeSet<Resource>,
    /// The users, in order of their making.
    pub(super) users: Vec<Stored>,
    /// Sessions by the value of their cookie.
    pub(super) sessions: BTreeMap<String, Session>,
    /// Outstanding requests by browser, with the time they are forgotten.
    pub(super) requests: BTreeMap<String, Vec<(MessageId, Timestamp)>>,
    /// Assertions that were accepted, with the time they would have expired anyway.
    pub(super) seen: BTreeMap<MessageId, Timestamp>,
    /// Links that were made, by code.
    pub(super) links: BTreeMap<String, Link>,
    /// API keys, with the id of the user.
    pub(super) api_keys: BTreeMap<String, String>,
    /// What the faults of [`super::Fault`] remember; empty without one.
    /// M31: the order in which an entry's mappings were first seen.
    pub(super) order: BTreeMap<EntryName, Vec<MappingId>>,
    /// M57: users who were deleted.
    pub(super) buried: Vec<User>,
    /// M66: the entries before the last change, and when it was made.
    pub(super) superseded: Option<(Timestamp, Vec<Entry>)>,
    /// M70: what the assertion of a session said, by its cookie.
    pub(super) said: BTreeMap<String, (EntryName, Attributes)>,
    swept: Option<Timestamp>,
}

/// A user and what is not told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) user: User,
    pub(super) password: Option<String>,
}

/// A link that was sent to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) kind: LinkKind,
    pub(super) email: String,
    pub(super) expires: Timestamp,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkKind {
    Reset,
    Invite,
}

/// What an accepted login writes.
#[derive(Debug)]
pub(super) struct Entrance {
    /// The user as they are to be stored.
    pub(super) user: User,
    /// Resources to create.
    pub(super) resources: Vec<Resource>,
    /// The assertion that was used, and when it expires.
    pub(super) used: Option<(MessageId, Timestamp)>,
    /// The browser whose request was answered, and the request.
    pub(super) answered: Option<(String, MessageId)>,
    /// The session this browser had.
    pub(super) left: Option<String>,
    /// The new session and its cookie's value.
    pub(super) session: (String, Session),
}

impl Store {
    /// Reads.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes.
    pub(super) fn write<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One login, one transaction: `decide` looks at what is stored and says what to write or
    /// refuses; nobody comes between the look and the write, and a refusal writes nothing.
    pub(super) fn enter<E>(
        &self,
        now: Timestamp,
        decide: impl FnOnce(&Book) -> Result<Entrance, E>,
    ) -> Result<(String, Session), E> {
        self.write(|book| {
            let entrance = decide(book)?;
            book.sweep(now);
            Ok(book.admit(entrance))
        })
    }
}

impl Book {
    /// Everything that can be granted.
    pub(super) fn existing(&self) -> BTreeSet<Resource> {
        self.resources.union(&self.created).cloned().collect()
    }

    /// The users of this address, without regard to case (D14).
    pub(super) fn users_of<'a>(&'a self, email: &'a str) -> impl Iterator<Item = &'a Stored> {
        self.users.iter().filter(move |stored| stored.user.email.eq_ignore_ascii_case(email))
    }

    /// Whether nobody but this user is an active admin of their account (Y5).
    pub(super) fn is_last_admin(&self, user: &User) -> bool {
        let mut others = self
            .users
            .iter()
            .map(|stored| &stored.user)
            .filter(|other| other.id != user.id && other.account == user.account);
        let admin = |other: &User| {
            other.roles.account == AccountRole::Admin && other.status == UserStatus::Active
        };
        !others.any(admin)
    }

    /// The live session of a cookie.
    pub(super) fn session(&self, cookie: &str, now: Timestamp) -> Option<&Session> {
        let session = self.sessions.get(cookie)?;
        session.expires.is_none_or(|end| now < end).then_some(session)
    }

    /// The requests that a browser has outstanding.
    pub(super) fn outstanding(&self, browser: &str, now: Timestamp) -> Vec<MessageId> {
        let requests = self.requests.get(browser).into_iter().flatten();
        requests.filter(|(_, end)| now < *end).map(|(id, _)| id.clone()).collect()
    }

    /// Remembers a request of a browser.
    pub(super) fn ask(&mut self, browser: &str, request: MessageId, now: Timestamp) {
        self.sweep(now);
        let expires = now.checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
        let requests = self.requests.entry(browser.to_owned()).or_default();
        requests.push((request, expires));
        let spare = requests.len().saturating_sub(OUTSTANDING);
        requests.drain(..spare);
    }

    /// What an observer is shown.
    pub(super) fn state(&self, now: Timestamp) -> State {
        let live = |session: &&Session| session.expires.is_none_or(|end| now < end);
        State {
            users: self.users.iter().map(|stored| stored.user.clone()).collect(),
            resources: self.existing().into_iter().collect(),
            sessions: self.sessions.values().filter(live).cloned().collect(),
        }
    }

    fn admit(&mut self, entrance: Entrance) -> (String, Session) {
        let Entrance { user, resources, used, answered, left, session } = entrance;
        match self.users.iter_mut().find(|stored| stored.user.id == user.id) {
            Some(stored) => stored.user = user,
            None => self.users.push(Stored { user, password: None }),
        }
        self.created.extend(resources);
        self.seen.extend(used);
        if let Some((browser, request)) = answered
            && let Some(requests) = self.requests.get_mut(&browser)
        {
            requests.retain(|(id, _)| *id != request);
        }
        if let Some(left) = left {
            self.sessions.remove(&left);
        }
        let (cookie, session) = session;
        self.sessions.insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    /// Forgets what has run out, once a minute of the case's clock.
    fn sweep(&mut self, now: Timestamp) {
        const PAUSE: SignedDuration = SignedDuration::from_mins(1);
        if self.swept.is_some_and(|last| now.duration_since(last) < PAUSE) {
            return;
        }
        self.swept = Some(now);
        self.seen.retain(|_, end| now < *end);
        self.links.retain(|_, link| now < link.expires);
        self.sessions.retain(|_, session| session.expires.is_none_or(|end| now < end));
        self.requests.retain(|_, requests| {
            requests.retain(|(_, end)| now < *end);
            !requests.is_empty()
        });
    }
}
