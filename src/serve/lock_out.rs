//! Too many wrong passwords.

use std::collections::HashMap;

use http::HeaderMap;
use jiff::Timestamp;

use super::{Event, EventType, OrgService};
use crate::idp::{Lifecycle, User, UserStatus};

/// How often each user's password was wrong since it was right or set, by id.
#[derive(Debug, Default)]
pub(super) struct WrongPasswords(HashMap<String, Wrong>);

#[derive(Debug, Default)]
struct Wrong {
    count: u32,
    /// When the password was set that they were held against.
    set: Option<Timestamp>,
}

impl WrongPasswords {
    /// Wrong passwords in a row that lock somebody out: Okta's default policy (graded M).
    const MOST: u32 = 10;

    /// Counts one, and says whether that was one too many.
    fn count(&mut self, user: &User) -> bool {
        let set = user.times.password_changed;
        let wrong = self.0.entry(user.id.clone()).or_default();
        if wrong.set != set {
            *wrong = Wrong { count: 0, set };
        }
        wrong.count += 1;
        let too_many = wrong.count >= Self::MOST;
        if too_many {
            self.forget(&user.id);
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
        if user.status != UserStatus::Active || !self.wrong_passwords().count(user) {
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
