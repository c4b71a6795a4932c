//! Logins that a test expects.

use std::fmt;
use std::ops::{Bound, Range, RangeBounds, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use crate::serve::{Attempt, Initiated, Outcome};

/// A login that a test expects, at least once unless it says how often.
///
/// ```
/// use samlproof::mock::Login;
///
/// let once = Login::of("jane@acme.test").at("My SP").times(1);
/// let rarely = Login::any().by_sp().times(..=2);
/// let never = Login::of("joe@acme.test").never();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a login is expected when it is given to MockOkta::expect"]
pub struct Login {
    user: Option<String>,
    app: Option<String>,
    initiated: Option<Initiated>,
    times: Times,
}

/// How often: a number, or a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    least: u64,
    most: u64,
}

impl Login {
    /// A login of whomever.
    pub fn any() -> Self {
        Self { user: None, app: None, initiated: None, times: (1..).into() }
    }

    /// A login of the user of this login, whatever its case.
    pub fn of(login: impl Into<String>) -> Self {
        Self { user: Some(login.into()), ..Self::any() }
    }

    /// At the app of this label.
    pub fn at(self, label: impl Into<String>) -> Self {
        Self { app: Some(label.into()), ..self }
    }

    /// Begun by the SP, with an AuthnRequest.
    pub fn by_sp(self) -> Self {
        Self { initiated: Some(Initiated::Sp), ..self }
    }

    /// Begun at the org.
    pub fn by_idp(self) -> Self {
        Self { initiated: Some(Initiated::Idp), ..self }
    }

    /// So often: `1`, `2..`, `..=3`.
    pub fn times(self, times: impl Into<Times>) -> Self {
        Self { times: times.into(), ..self }
    }

    /// Not once.
    pub fn never(self) -> Self {
        self.times(0)
    }

    /// Whether a response went out that is such a login.
    pub(super) fn is_met_by(&self, attempt: &Attempt) -> bool {
        let same = |wanted: &Option<String>, found: Option<&String>| match (wanted, found) {
            (None, _) => true,
            (Some(wanted), Some(found)) => wanted.to_lowercase() == found.to_lowercase(),
            (Some(_), None) => false,
        };
        matches!(attempt.outcome, Outcome::Sent { .. })
            && same(&self.user, attempt.login.as_ref())
            && (self.app.is_none()
                || self.app.as_ref() == attempt.app.as_ref().map(|app| &app.label))
            && (self.initiated.is_none() || self.initiated == attempt.initiated)
    }

    pub(super) fn is_satisfied_by(&self, count: u64) -> bool {
        (self.times.least..=self.times.most).contains(&count)
    }

    /// What is expected, as a report says it.
    pub(super) fn wanted(&self) -> String {
        self.times.to_string()
    }
}

/// `jane@acme.test at My SP`.
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.user.as_deref().unwrap_or("anybody"))?;
        if let Some(app) = &self.app {
            write!(f, " at {app}")?;
        }
        match self.initiated {
            Some(Initiated::Sp) => f.write_str(", begun by the SP"),
            Some(Initiated::Idp) => f.write_str(", begun at the org"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (0, 0) => f.write_str("none"),
            (least, most) if least == most => write!(f, "exactly {least}"),
            (least, u64::MAX) => write!(f, "at least {least}"),
            (0, most) => write!(f, "at most {most}"),
            (least, most) => write!(f, "{least} to {most}"),
        }
    }
}

impl From<u64> for Times {
    fn from(times: u64) -> Self {
        Self { least: times, most: times }
    }
}

macro_rules! times_from_ranges {
    ($($range:ty),+) => {$(
        impl From<$range> for Times {
            fn from(range: $range) -> Self {
                Self::within(&range)
            }
        }
    )+};
}

times_from_ranges!(
    Range<u64>,
    RangeFrom<u64>,
    RangeInclusive<u64>,
    RangeTo<u64>,
    RangeToInclusive<u64>
);

impl Times {
    fn within(range: &impl RangeBounds<u64>) -> Self {
        let least = match range.start_bound() {
            Bound::Included(least) => *least,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let most = match range.end_bound() {
            Bound::Included(most) => *most,
            Bound::Excluded(after) => after.saturating_sub(1),
            Bound::Unbounded => u64::MAX,
        };
        Self { least, most }
    }
}
