//! Durations: `60s`, `24h`, `1m30s`, and waits measured by a profile's timing.

use jiff::SignedDuration;

use super::decode::Item;
use super::words::{quote, suggest};
use crate::sp::Timing;

/// A wait as written: a time, or a time beside one of the profile's timings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The timing it is measured from, if any.
    pub from: Option<TimingField>,
    /// What is added to it.
    pub offset: SignedDuration,
}

impl Wait {
    /// The time to wait on an SP with this timing. Negative where the SP keeps things for less than
    /// the offset takes away.
    pub fn resolve(&self, timing: &Timing) -> SignedDuration {
        self.from.map_or(SignedDuration::ZERO, |field| field.of(timing)) + self.offset
    }
}

/// A duration of a profile's `[timing]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimingField {
    /// `settings_cache`.
    SettingsCache,
    /// `mapping_cache`.
    MappingCache,
    /// `domain_cache`.
    DomainCache,
    /// `metadata_cache`.
    MetadataCache,
    /// `session`.
    Session,
}

impl TimingField {
    /// Every field with its name in files.
    pub const ALL: [(&str, Self); 5] = [
        ("settings_cache", Self::SettingsCache),
        ("mapping_cache", Self::MappingCache),
        ("domain_cache", Self::DomainCache),
        ("metadata_cache", Self::MetadataCache),
        ("session", Self::Session),
    ];

    /// Its value.
    pub fn of(self, timing: &Timing) -> SignedDuration {
        match self {
            Self::SettingsCache => timing.settings_cache,
            Self::MappingCache => timing.mapping_cache,
            Self::DomainCache => timing.domain_cache,
            Self::MetadataCache => timing.metadata_cache,
            Self::Session => timing.session,
        }
    }
}

impl Item<'_> {
    /// A duration of at most ten years either way.
    pub(super) fn duration(&self) -> Option<SignedDuration> {
        let Some(text) = self.as_text() else {
            return self.wrong_type("a duration such as `\"60s\"`");
        };
        let parsed = parse_duration(text);
        if parsed.is_none() {
            self.problem(format!("{} is not a duration", quote(text)), Some(EXAMPLES.into()));
        }
        parsed
    }

    /// A duration that is not negative.
    pub(super) fn span_of_time(&self) -> Option<SignedDuration> {
        let duration = self.duration()?;
        if duration.is_negative() {
            self.problem(format!("{} cannot be negative", quote(self.key)), None);
            return None;
        }
        Some(duration)
    }

    /// A wait: `59s`, `session`, `mapping_cache - 1s`.
    pub(super) fn wait(&self) -> Option<Wait> {
        let text = self.text()?.trim();
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let offset = self.span_of_time()?;
            return Some(Wait { from: None, offset });
        }
        let end = text.find(['+', '-', ' ']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let Some((_, field)) = TimingField::ALL.iter().find(|(known, _)| *known == name) else {
            let known = TimingField::ALL.map(|(known, _)| known);
            let message =
                format!("{} is neither a duration nor one of the SP's timings", quote(text));
            let list = suggest(name, &known).unwrap_or_default();
            self.problem(message, Some(format!("{EXAMPLES}; or a timing, `session + 1s`; {list}")));
            return None;
        };
        let from = Some(*field);
        let rest = rest.trim();
        if rest.is_empty() {
            return Some(Wait { from, offset: SignedDuration::ZERO });
        }
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        let offset = rest
            .strip_prefix(['+', '-'])
            .map(str::trim)
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
            .and_then(parse_duration);
        let Some(offset) = offset else {
            let message = format!("{} is not a wait", quote(text));
            self.problem(message, Some(format!("`{name}`, `{name} - 1s` or `{name} + 1s`")));
            return None;
        };
        Some(Wait { from, offset: offset * sign })
    }
}

const EXAMPLES: &str = "a duration is written `60s`, `1m30s` or `24h`";

fn parse_duration(text: &str) -> Option<SignedDuration> {
    // Bounded, so that sums of a few never leave what a clock can show.
    let longest = SignedDuration::from_hours(10 * 366 * 24);
    text.parse().ok().filter(|d: &SignedDuration| d.abs() <= longest)
}
