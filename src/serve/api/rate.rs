//! How many calls there may be.

use http::{HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};

/// Calls within a minute. Okta counts by address and token; here all calls count together.
#[derive(Debug)]
pub(super) struct RateLimit {
    /// How many there may be; `None` is no limit, and the headers tell Okta's usual one.
    limit: Option<u32>,
    used: u32,
    /// When counting begins anew.
    reset: Timestamp,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { limit: None, used: 0, reset: Timestamp::UNIX_EPOCH }
    }
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

    pub(super) fn set(&mut self, limit: Option<u32>) {
        *self = Self { limit, ..Self::default() };
    }

    /// Counts one call.
    pub(super) fn count(&mut self, now: Timestamp) -> Allowance {
        if now >= self.reset {
            self.used = 0;
            self.reset = now + SignedDuration::from_secs(60);
        }
        let limit = self.limit.unwrap_or(Self::SHOWN);
        let exceeded = self.limit.is_some() && self.used >= limit;
        self.used = self.used.saturating_add(1);
        // Without a limit nobody is to slow down: one call is always left.
        let least = u32::from(self.limit.is_none());
        let remaining = limit.saturating_sub(self.used).max(least);
        Allowance { exceeded, limit, remaining, reset: self.reset }
    }
}

impl Allowance {
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
