//! `Time.*`. Formats are Joda's (facts/okta.md 4.4).

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Value};

type Made = Result<Value, EvaluationError>;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("Time.now", Arity::Between(0, 2), now),
    Definition::new("Time.fromWindowsToIso8601", Arity::Exactly(1), from_windows),
    Definition::new("Time.fromUnixToIso8601", Arity::Exactly(1), from_unix),
    Definition::new("Time.fromStringToIso8601", Arity::Exactly(2), from_string),
    Definition::new("Time.fromIso8601ToWindows", Arity::Exactly(1), to_windows),
    Definition::new("Time.fromIso8601ToUnix", Arity::Exactly(1), to_unix),
    Definition::new("Time.fromIso8601ToString", Arity::Exactly(2), to_string),
];

/// The instant of the scope: UTC unless a zone is named, ISO 8601 unless a format is.
fn now(call: &mut Call<'_, '_>) -> Made {
    let zone = match call.text(0)?.as_str() {
        "" => TimeZone::UTC,
        name => zone(name).ok_or_else(|| unreadable(call, name, "a time zone"))?,
    };
    let now = call.scope.now.to_zoned(zone);
    match call.text(1)?.as_str() {
        "" => iso(call, &now),
        format => formatted(call, format, &now),
    }
}

/// Windows counts tenths of microseconds from 1601.
fn from_windows(call: &mut Call<'_, '_>) -> Made {
    if call.is_blank(0) {
        return Ok(Value::Null);
    }
    let ticks = i128::from(call.int(0)?) - WINDOWS_EPOCH;
    let instant = Timestamp::from_nanosecond(ticks * 100).ok();
    instant_iso(call, instant)
}

/// Seconds from 1970 in ticks of Windows.
const WINDOWS_EPOCH: i128 = 11_644_473_600 * 10_000_000;

fn from_unix(call: &mut Call<'_, '_>) -> Made {
    if call.is_blank(0) {
        return Ok(Value::Null);
    }
    let instant = Timestamp::from_second(call.int(0)?).ok();
    instant_iso(call, instant)
}

fn from_string(call: &mut Call<'_, '_>) -> Made {
    let (text, format) = (call.text(0)?, call.text(1)?);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let pattern = strftime(&format).ok_or_else(|| unreadable(call, &format, "a format"))?;
    // Joda reads the letter where an offset is due, in which `+0000` would say the same.
    let text = match text.strip_suffix('Z') {
        Some(civil) if pattern.ends_with("%z") => format!("{civil}+0000"),
        _ => text,
    };
    let parsed = strtime::parse(&pattern, &text).ok().and_then(|parsed| {
        let with_offset = parsed.to_timestamp().ok();
        with_offset.or_else(|| {
            let civil = parsed.to_datetime().or_else(|_| parsed.to_date().map(Into::into)).ok()?;
            civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
    });
    instant_iso(call, parsed)
}

fn to_windows(call: &mut Call<'_, '_>) -> Made {
    let Some(instant) = read(call)? else { return Ok(Value::Null) };
    let ticks = instant.timestamp().as_nanosecond().div_euclid(100) + WINDOWS_EPOCH;
    Ok(Value::Text(ticks.to_string()))
}

fn to_unix(call: &mut Call<'_, '_>) -> Made {
    let instant = read(call)?;
    Ok(instant.map_or(Value::Null, |it| Value::Text(it.timestamp().as_second().to_string())))
}

fn to_string(call: &mut Call<'_, '_>) -> Made {
    let Some(instant) = read(call)? else { return Ok(Value::Null) };
    let format = call.text(1)?;
    formatted(call, &format, &instant)
}

/// The first argument as ISO 8601, at the offset it is written with; null if it is empty.
fn read(call: &Call<'_, '_>) -> Result<Option<Zoned>, EvaluationError> {
    let text = call.text(0)?;
    if text.is_empty() {
        return Ok(None);
    }
    let pieces = jiff::fmt::temporal::Pieces::parse(&text).ok();
    let instant: Option<Timestamp> = text.parse().ok();
    let offset = pieces.and_then(|pieces| pieces.to_numeric_offset());
    let zone = offset.map_or(TimeZone::UTC, TimeZone::fixed);
    let error = || unreadable(call, &text, "an instant such as 2015-07-31T17:18:37Z");
    instant.map(|instant| Some(instant.to_zoned(zone))).ok_or_else(error)
}

fn instant_iso(call: &Call<'_, '_>, instant: Option<Timestamp>) -> Made {
    let text = call.text(0)?;
    let instant = instant.ok_or_else(|| unreadable(call, &text, "an instant"))?;
    iso(call, &instant.to_zoned(TimeZone::UTC))
}

fn iso(call: &Call<'_, '_>, instant: &Zoned) -> Made {
    let utc = *instant.time_zone() == TimeZone::UTC;
    let pattern = if utc { "%Y-%m-%dT%H:%M:%S.%3fZ" } else { "%Y-%m-%dT%H:%M:%S.%3f%:z" };
    print(call, pattern, instant)
}

fn formatted(call: &Call<'_, '_>, format: &str, instant: &Zoned) -> Made {
    let pattern = strftime(format).ok_or_else(|| unreadable(call, format, "a format"))?;
    print(call, &pattern, instant)
}

fn print(call: &Call<'_, '_>, pattern: &str, instant: &Zoned) -> Made {
    let text = strtime::format(pattern, instant);
    call.made(text.map_err(|_| unreadable(call, pattern, "a format"))?)
}

fn unreadable(call: &Call<'_, '_>, text: &str, wanted: &'static str) -> EvaluationError {
    EvaluationError::unreadable(call.name, text, wanted)
}

/// A zone by its id, or by one of Java's short ids. `EST` has summer time, as in Okta's example.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let short = SHORT_ZONES.iter().find(|(short, _)| *short == name);
    let name = short.map_or(name, |(_, full)| full);
    jiff::tz::db().get(name).ok()
}

const SHORT_ZONES: [(&str, &str); 21] = [
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("EST", "America/New_York"),
    ("HST", "Pacific/Honolulu"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MST", "America/Denver"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PST", "America/Los_Angeles"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

/// What a format may hold, as a message says it.
pub(super) const LETTERS: &str = "a format has Joda's letters (y M d D E e a H h m s S z Z C x w), and other text in single quotes";

/// A format that is longer says nothing that a shorter one does not.
const MAX_FORMAT: usize = 256;

/// Joda's pattern as one of strftime; `None` if it has letters that are not understood, or is too
/// long. Text stands in single quotes, a quote is doubled.
pub(super) fn strftime(joda: &str) -> Option<String> {
    if joda.len() > MAX_FORMAT {
        return None;
    }
    let mut made = String::new();
    let mut rest = joda;
    while let Some(first) = rest.chars().next() {
        let length = rest.len() - rest.trim_start_matches(first).len();
        if first == '\'' {
            rest = quoted(&rest[1..], &mut made)?;
        } else if first.is_ascii_alphabetic() {
            made.push_str(directive(first, length)?);
            rest = &rest[length..];
        } else {
            made.push_str(if first == '%' { "%%" } else { &rest[..first.len_utf8()] });
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(made)
}

/// Takes what stands between quotes, of which the first is gone, and hands out the rest.
fn quoted<'a>(text: &'a str, made: &mut String) -> Option<&'a str> {
    if let Some(rest) = text.strip_prefix('\'') {
        made.push('\'');
        return Some(rest);
    }
    let mut text = text;
    loop {
        let (inside, rest) = text.split_once('\'')?;
        made.push_str(&inside.replace('%', "%%"));
        // A quote right behind it is one that is doubled: the text goes on after it.
        let Some(more) = rest.strip_prefix('\'') else { return Some(rest) };
        made.push('\'');
        text = more;
    }
}

fn directive(letter: char, length: usize) -> Option<&'static str> {
    Some(match (letter, length) {
        ('y' | 'Y', 2) => "%y",
        ('y' | 'Y', _) => "%Y",
        ('M', 1) => "%-m",
        ('M', 2) => "%m",
        ('M', 3) => "%b",
        ('M', _) => "%B",
        ('d', 1) => "%-d",
        ('d', 2) => "%d",
        ('D', _) => "%j",
        ('H', 1) => "%-H",
        ('H', 2) => "%H",
        ('h', 1) => "%-I",
        ('h', 2) => "%I",
        ('m', 1) => "%-M",
        ('m', 2) => "%M",
        ('s', 1) => "%-S",
        ('s', 2) => "%S",
        ('S', 1) => "%1f",
        ('S', 2) => "%2f",
        ('S', 3) => "%3f",
        ('S', 4) => "%4f",
        ('S', 5) => "%5f",
        ('S', 6) => "%6f",
        ('S', 7) => "%7f",
        ('S', 8) => "%8f",
        ('S', 9) => "%9f",
        ('x', _) => "%G",
        ('w', 1) => "%-V",
        ('w', _) => "%V",
        ('C', _) => "%C",
        ('a', _) => "%p",
        ('E', 1..=3) => "%a",
        ('E', _) => "%A",
        ('e', _) => "%u",
        ('z', _) => "%Z",
        ('Z', 1) => "%z",
        ('Z', 2) => "%:z",
        ('Z', _) => "%Q",
        _ => return None,
    })
}
