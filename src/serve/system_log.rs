//! The system log: the latest events of an org, in bounded memory.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::OrgService;
use super::event::{Client, Event, Subject};
use super::event_type::EventType;
use crate::idp::{Org, User};

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// `uuid`.
    pub uuid: String,
    /// `published`.
    pub published: Timestamp,
    /// Counts the events of this process; a place to read on from.
    pub number: u64,
    /// What happened.
    pub event: Event,
}

/// The latest events, oldest first.
#[derive(Debug, Default)]
pub(super) struct SystemLog {
    entries: VecDeque<LogEntry>,
    next: u64,
}

impl SystemLog {
    /// How many are kept. Texts are cut to [`Event::LONGEST`], so that the log stays within some tens
    /// of megabytes in common use, whatever clients send.
    const KEPT: usize = 10_000;

    fn push(&mut self, uuid: String, published: Timestamp, event: Event) {
        if self.entries.len() == Self::KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(LogEntry { uuid, published, number: self.next, event });
        self.next += 1;
    }
}

impl OrgService {
    /// Puts an event on the system log, which keeps the latest 10,000.
    pub fn report(&self, mut event: Event) {
        // A cookie may say anything. Of a session that has just ended the event is all there is.
        let ended = event.kind == EventType::SessionEnd;
        event.client.session.take_if(|sid| !ended && self.sessions().find(sid).is_none());
        let (uuid, now) = (self.log_ids().uuid(), self.env().clock.now());
        self.system_log().push(uuid, now, shortened(event));
    }

    /// The system log, oldest first.
    pub fn logged(&self) -> Vec<LogEntry> {
        self.system_log().entries.iter().cloned().collect()
    }

    /// Notes that a user has signed in, which began the session of this cookie: `lastLogin`, and the log.
    pub(super) fn signed_on(&self, user: &User, sid: &str, headers: &http::HeaderMap) {
        let now = self.env().clock.now();
        self.update(|org| {
            let mut users = org.users.iter_mut();
            if let Some(known) = users.find(|known| known.id == user.id) {
                known.times.last_login = Some(now);
            }
        });
        let event = Event::new(EventType::SessionStart).by(user).from_request(headers);
        self.report(event.in_session(sid));
    }

    /// Notes that the session of a user has ended.
    pub(super) fn signed_off(&self, org: &Org, user_id: &str, headers: &http::HeaderMap) {
        if let Some(user) = org.users.iter().find(|user| user.id == user_id) {
            self.report(Event::new(EventType::SessionEnd).by(user).from_request(headers));
        }
    }
}

/// The event with every text cut to what is kept.
fn shortened(mut event: Event) -> Event {
    let subjects = event.actor.iter_mut().chain(&mut event.targets);
    for Subject { id, alternate_id, display_name, .. } in subjects {
        [id, alternate_id, display_name].into_iter().for_each(shorten);
    }
    let Client { user_agent, ip_address, request_id, session, device_token_hash } =
        &mut event.client;
    let client = [user_agent, ip_address, request_id, session, device_token_hash];
    event.reason.iter_mut().chain(client.into_iter().flatten()).for_each(shorten);
    event.debug_data.iter_mut().for_each(|(_, value)| shorten(value));
    event
}

fn shorten(text: &mut String) {
    if let Some((at, _)) = text.char_indices().nth(Event::LONGEST) {
        text.truncate(at);
    }
}
