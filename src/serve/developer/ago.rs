//! Instants as people think of them.

use jiff::{SignedDuration, Timestamp};

/// An instant for a page: exact for programs and for a second look, relative for people.
pub(super) struct Moment {
    pub(super) exact: String,
    pub(super) relative: String,
}

impl Moment {
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { exact: format!("{at:.3}"), relative: relative(at.duration_since(now)) }
    }
}

/// `in 4 min 59 s`, `3 s ago`, `now`. Of two units at most, the rest is cut.
fn relative(distance: SignedDuration) -> String {
    let seconds = distance.as_secs().unsigned_abs();
    let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let first = units.iter().position(|(_, length)| seconds >= *length);
    let Some(first) = first else { return "now".to_owned() };
    let mut rest = seconds;
    let mut parts = vec![];
    for (unit, length) in units.iter().skip(first).take(2) {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    let parts = parts.join(" ");
    if distance.is_negative() { format!("{parts} ago") } else { format!("in {parts}") }
}
