//! Too many wrong passwords.

use std::collections::HashMap;

use http::HeaderMap;

use super::{Event, EventType, OrgService};
use crate::idp::{Lifecycle, User, UserStatus};

/// How often each user's password was wrong since it was right, by id.
#[derive(Debug, Default)]
pub(super) struct WrongPasswords(HashMap<String, u32>);

impl WrongPasswords {
    /// Wrong passwords in a row that lock somebody out: Okta's default policy (graded M).
    const MOST: u32 = 10;

    /// Counts one, and says whether that was one too many.
    fn count(&mut self, user_id: &str) -> bool {
        let count = self.0.entry(user_id.to_owned()).or_default();
        *count += 1;
        let too_many = *count >= Self::MOST;
        if too_many {
            self.0.remove(user_id);
        }
        too_many
    }

    fn forget(&mut self, user_id: &str) {
        self.0.remove(user_id);
    }
}

impl OrgService {
    /// Notes that somebody gave another password than this user's. After ten in a row an active user is
    /// LOCKED_OUT, until an administrator unlocks.
    pub(super) fn password_was_wrong(&self, user: &User, headers: &HeaderMap) {
        if user.status != UserStatus::Active || !self.wrong_passwords().count(&user.id) {
            return;
        }
        let now = self.now();
        let locked = self.update(|org| {
            let known = org.users.iter_mut().find(|known| known.id == user.id);
            known.is_some_and(|known| known.apply(Lifecycle::LockOut, now).is_ok())
        });
        if locked {
            tracing::warn!(login = user.login, "locked out: too many wrong passwords");
            let event = Event::new(EventType::UserLock).by(user).on(user);
            self.report(event.failed("LOCKED_OUT").from_request(headers));
        }
    }

    /// Notes that this user's password was right.
    pub(super) fn password_was_right(&self, user: &User) {
        self.wrong_passwords().forget(&user.id);
    }
}
