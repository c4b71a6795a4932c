//! Time and identifiers, handed in: the only caller of the system clock and of message-id randomness.
//!
//! Everything that says "now" or makes an id takes an [`Env`]. A real one uses the system's clock and
//! randomness; a fixed one starts at a given instant, moves only when told, and counts its ids, so
//! that the same inputs give the same bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

/// The clock and the ids of one run or one case. Clones share both.
#[derive(Clone, Debug)]
pub struct Env {
    /// Where "now" comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
}

impl Env {
    /// The system's clock and random ids.
    pub fn real() -> Self {
        Self { clock: Clock(Time::Real), ids: Ids(Source::Random) }
    }

    /// A clock that stands at `start` until it is advanced, and ids counted from `seed`.
    ///
    /// Two environments with the same `seed` make the same ids in the same order; different seeds
    /// keep cases that run side by side apart.
    pub fn fixed(start: Timestamp, seed: &str) -> Self {
        let millis = Arc::new(AtomicI64::new(start.as_millisecond()));
        let seeded = Seeded { seed: seed.into(), next: AtomicU64::new(0) };
        Self { clock: Clock(Time::Set(millis)), ids: Ids(Source::Counting(Arc::new(seeded))) }
    }
}

/// A clock with millisecond resolution, as SAML instants have.
#[derive(Clone, Debug)]
pub struct Clock(Time);

#[derive(Clone, Debug)]
enum Time {
    Real,
    /// Milliseconds since the epoch.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The current instant, in whole milliseconds.
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Time::Real => Timestamp::now().as_millisecond(),
            Time::Set(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis)
            .expect("a clock is started in and advanced within jiff's range")
    }

    /// Whether the clock moves only by [`Clock::advance`].
    pub fn is_settable(&self) -> bool {
        matches!(self.0, Time::Set(_))
    }

    /// Moves a settable clock and says whether it was one; a real clock is left to pass by itself.
    pub fn advance(&self, by: SignedDuration) -> bool {
        match &self.0 {
            Time::Real => false,
            Time::Set(millis) => {
                let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
                let latest = Timestamp::MAX.as_millisecond();
                let earliest = Timestamp::MIN.as_millisecond();
                // The closure always returns Some, so the update cannot fail.
                let _ = millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
                    Some(now.saturating_add(by).clamp(earliest, latest))
                });
                true
            }
        }
    }
}

/// A source of identifiers.
#[derive(Clone, Debug)]
pub struct Ids(Source);

#[derive(Clone, Debug)]
enum Source {
    Random,
    Counting(Arc<Seeded>),
}

#[derive(Debug)]
struct Seeded {
    seed: String,
    next: AtomicU64,
}

impl Ids {
    /// Another source, whose ids take nothing from this one: with a fixed seed both count on their own.
    #[must_use]
    pub fn apart(&self, purpose: &str) -> Self {
        match &self.0 {
            Source::Random => Self(Source::Random),
            Source::Counting(seeded) => {
                let seed = format!("{}/{purpose}", seeded.seed);
                let seeded = Seeded { seed, next: AtomicU64::new(0) };
                Self(Source::Counting(Arc::new(seeded)))
            }
        }
    }

    /// A SAML message ID of Okta's form: `id` and 23 to 26 decimal digits (facts/okta.md 3.2).
    pub fn message(&self) -> String {
        let number = u128::from_be_bytes(self.bytes()) % 10_u128.pow(26);
        format!("id{number:023}")
    }

    /// An Okta object id: the three-character `prefix` and 17 base62 characters, of which the last three
    /// are those of all objects of a cell (facts/okta.md 1.2).
    pub fn okta(&self, prefix: &str) -> String {
        const CELL: &str = "5d7";
        format!("{prefix}{}{CELL}", self.base62(14))
    }

    /// A secret of 128 bits in base62, for cookies, tokens and link codes.
    pub fn secret(&self) -> String {
        self.base62(22)
    }

    /// An error's id: `oae` and 22 characters of base64url (facts/okta.md 1.2).
    pub fn error(&self) -> String {
        format!("oae{}", URL_SAFE_NO_PAD.encode(self.bytes()))
    }

    /// The name of a key: 43 characters of base64url, as Okta's `kid` (facts/okta.md 1.2).
    pub fn kid(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.bytes(), self.bytes()].concat())
    }

    /// A random UUID (RFC 9562, version 4), as in Okta's system log.
    pub fn uuid(&self) -> String {
        let version = 0x4 << 76;
        let variant = 0b10 << 62;
        let free = !(0xf << 76 | 0b11 << 62);
        let bits = u128::from_be_bytes(self.bytes()) & free | version | variant;
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// A number in `0..bound`; `bound` must not be zero.
    pub fn number(&self, bound: u64) -> u64 {
        let drawn = u128::from_be_bytes(self.bytes()) % u128::from(bound.max(1));
        u64::try_from(drawn).expect("a remainder by a u64 fits in a u64")
    }

    fn base62(&self, length: usize) -> String {
        const ALPHABET: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut rest = u128::from_be_bytes(self.bytes());
        (0..length)
            .map(|_| {
                let digit = usize::try_from(rest % 62).expect("a remainder by 62 fits in a usize");
                rest /= 62;
                char::from(ALPHABET[digit])
            })
            .collect()
    }

    /// 128 bits: random, or the hash of seed and counter.
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        match &self.0 {
            Source::Random => {
                rand::fill(&mut bytes).expect("the system's random source does not fail");
            }
            Source::Counting(seeded) => {
                let count = seeded.next.fetch_add(1, Ordering::SeqCst);
                let input = format!("{}#{count}", seeded.seed);
                let hash = digest::digest(&digest::SHA256, input.as_bytes());
                bytes.copy_from_slice(&hash.as_ref()[..16]);
            }
        }
        bytes
    }
}
