//! How many requests there may be.

use std::collections::BTreeMap;
use std::sync::MutexGuard;

use http::{HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};

use super::OrgService;

/// What is counted, each on its own. Okta's limits are by address and by who asks; here they are by
/// address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    /// Logins at apps.
    SingleSignOn,
    /// Sign-ins with the form.
    SignIn,
    /// Calls of the management API whose path goes on like this behind `/api/v1/`.
    Api(&'static str),
}

/// Requests within a minute.
#[derive(Debug, Default)]
pub(super) struct RateLimit {
    /// How many there may be; `None` is no limit, and the headers tell Okta's usual one.
    limit: Option<u32>,
    minutes: BTreeMap<Counted, Minute>,
}

/// A minute, from the first request in it.
#[derive(Clone, Copy, Debug)]
struct Minute {
    used: u32,
    /// When counting begins anew.
    reset: Timestamp,
}

/// What the headers of an answer say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) exceeded: bool,
    limit: u32,
    remaining: u32,
    reset: Timestamp,
}

impl RateLimit {
    /// What the headers say where there is no limit (graded M: Okta's differ by address and plan).
    const SHOWN: u32 = 600;

    fn set(&mut self, limit: Option<u32>) {
        *self = Self { limit, ..Self::default() };
    }

    /// Counts one request.
    fn count(&mut self, what: Counted, now: Timestamp) -> Allowance {
        let new = Minute { used: 0, reset: now + SignedDuration::from_secs(60) };
        let minute = self.minutes.entry(what).or_insert(new);
        if now >= minute.reset {
            *minute = new;
        }
        let limit = self.limit.unwrap_or(Self::SHOWN);
        let exceeded = self.limit.is_some() && minute.used >= limit;
        minute.used = minute.used.saturating_add(1);
        // Without a limit nobody is to slow down: one request is always left.
        let least = u32::from(self.limit.is_none());
        let remaining = limit.saturating_sub(minute.used).max(least);
        Allowance { exceeded, limit, remaining, reset: minute.reset }
    }
}

impl Allowance {
    /// `X-Rate-Limit-*` (facts/okta.md 5.1).
    pub(super) fn headers(&self) -> [(HeaderName, HeaderValue); 3] {
        // Okta rounds up, so that waiting until then is enough.
        let reset = self.reset.as_second() + i64::from(self.reset.subsec_nanosecond() > 0);
        [
            (HeaderName::from_static("x-rate-limit-limit"), self.limit.into()),
            (HeaderName::from_static("x-rate-limit-remaining"), self.remaining.into()),
            (HeaderName::from_static("x-rate-limit-reset"), reset.into()),
        ]
    }
}

impl OrgService {
    /// Lets people and tools make at most so many requests of a kind within a minute; `None` is no
    /// limit, as in the beginning. Kinds are logins at apps, sign-ins with the form, and calls of the
    /// management API by what they are about: users, groups, apps and so on. Above it people see the
    /// page of 429, and tools get E0000047.
    pub fn limit_rate(&self, requests: Option<u32>) {
        self.rate().set(requests);
    }

    /// Counts a request.
    pub(super) fn count(&self, what: Counted) -> Allowance {
        let now = self.now();
        let mut rate: MutexGuard<'_, RateLimit> = self.rate();
        rate.count(what, now)
    }
}
