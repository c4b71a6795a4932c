//! SAML's instants (C 1.3.3): `xs:dateTime` in UTC. The only place that writes and reads them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt};
use thiserror::Error;

use crate::excerpt;

/// The instant as Okta writes it, `yyyy-MM-ddTHH:mm:ss.SSSZ`; finer parts are cut off.
pub fn write(instant: Timestamp) -> String {
    let at = instant.to_zoned(TimeZone::UTC).datetime();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// Reads an instant. It must end with `Z`: C 1.3.3 wants UTC and no other time zone. Any number of
/// fractional digits may stand there; those behind the ninth are cut off.
///
/// # Errors
/// If it is not of this form, or names a day or time that does not exist.
pub fn read(text: &str) -> Result<Timestamp, InstantError> {
    let error = || InstantError { text: excerpt::name(text).into_owned() };
    let rest = text.strip_suffix('Z').ok_or_else(error)?;
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None if rest.contains('.') => return Err(error()),
        None => (rest, "0"),
    };
    let shape = whole.len() == SHAPE.len()
        && whole.bytes().zip(SHAPE.bytes()).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => byte == wanted,
        });
    if !shape || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error());
    }
    let at: DateTime = fmt::strtime::parse("%Y-%m-%dT%H:%M:%S", whole)
        .and_then(|parsed| parsed.to_datetime())
        .map_err(|_out_of_range| error())?;
    let nanosecond = format!("{fraction:0<9}")[..9].parse().map_err(|_not_a_number| error())?;
    let at = at.with().subsec_nanosecond(nanosecond).build().map_err(|_out_of_range| error())?;
    at.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_out_of_range| error())
}

const SHAPE: &str = "0000-00-00T00:00:00";

/// Not an instant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text:?} is not an instant in UTC such as 2026-01-02T03:04:05.678Z")]
pub struct InstantError {
    /// What stood there, shortened.
    pub text: String,
}
