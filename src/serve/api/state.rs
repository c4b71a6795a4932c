//! What the API keeps beside the org.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::gone::Gone;
use crate::idp::Org;
use crate::serve::OrgService;

/// What the API keeps beside the org; none of it outlives the process.
#[derive(Debug, Default)]
pub(in crate::serve) struct ApiState {
    gone: Mutex<Gone>,
    session_tokens: Mutex<SessionTokens>,
}

impl OrgService {
    pub(super) fn gone(&self) -> MutexGuard<'_, Gone> {
        lock(&self.api().gone)
    }

    /// Notes that something of the org is about to be deleted, for whoever is in the middle of a list.
    pub(in crate::serve) fn note_gone(&self, id: &str, org: &Org) {
        self.gone().note(id, org);
    }

    pub(super) fn session_tokens(&self) -> MutexGuard<'_, SessionTokens> {
        lock(&self.api().session_tokens)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tokens of `/api/v1/authn`, each good for one session.
#[derive(Debug, Default)]
pub(super) struct SessionTokens {
    /// The user and the end of each.
    by_token: HashMap<String, (String, Timestamp)>,
    order: VecDeque<String>,
}

impl SessionTokens {
    /// How many may wait.
    const MOST: usize = 1000;
    /// How long each is good (graded M).
    pub(super) const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

    pub(super) fn add(&mut self, token: String, user_id: &str, now: Timestamp) {
        while self.order.len() >= Self::MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.by_token.remove(&oldest);
            }
        }
        self.order.push_back(token.clone());
        self.by_token.insert(token, (user_id.to_owned(), now + Self::LIFETIME));
    }

    /// The user that a token stands for. It is used up by this.
    pub(super) fn take(&mut self, token: &str, now: Timestamp) -> Option<String> {
        let (user_id, end) = self.by_token.remove(token)?;
        self.order.retain(|kept| kept != token);
        (now < end).then_some(user_id)
    }
}
