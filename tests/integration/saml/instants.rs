//! C 1.3.3: instants.

use jiff::Timestamp;
use proptest::prelude::*;
use samlproof::saml::instant;

#[test]
fn milliseconds_are_always_written() {
    let at: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    assert_eq!(instant::write(at), "2026-01-02T03:04:05.000Z");
    let fine: Timestamp = "2026-01-02T03:04:05.678999Z".parse().unwrap();
    assert_eq!(instant::write(fine), "2026-01-02T03:04:05.678Z");
}

#[test]
fn fractions_of_any_length_are_read() {
    let whole = instant::read("2026-01-02T03:04:05Z").unwrap();
    for (text, nanoseconds) in [
        ("2026-01-02T03:04:05.5Z", 500_000_000),
        ("2026-01-02T03:04:05.678Z", 678_000_000),
        ("2026-01-02T03:04:05.123456789Z", 123_456_789),
        ("2026-01-02T03:04:05.1234567891234567Z", 123_456_789),
    ] {
        let read = instant::read(text).unwrap();
        assert_eq!((read.as_nanosecond() - whole.as_nanosecond()), nanoseconds, "{text}");
    }
}

#[test]
fn everything_but_utc_in_full_is_refused() {
    for text in [
        "",
        "Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05+00:00",
        "2026-01-02T03:04:05+01:00",
        "2026-01-02T03:04:05z",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.1 Z",
        " 2026-01-02T03:04:05Z",
        "2026-02-30T03:04:05Z",
        "2026-13-02T03:04:05Z",
        "2026-01-02T25:04:05Z",
        "02026-01-02T03:04:05Z",
        "2026-01-02 03:04:05Z",
        "２026-01-02T03:04:05Z",
    ] {
        assert!(instant::read(text).is_err(), "{text}");
    }
    assert_eq!(
        instant::read("yesterday").unwrap_err().to_string(),
        "\"yesterday\" is not an instant in UTC such as 2026-01-02T03:04:05.678Z"
    );
}

proptest! {
    #[test]
    fn what_is_written_reads_back(millis in -62_135_596_800_000_i64..=253_402_200_000_000) {
        let at = Timestamp::from_millisecond(millis).unwrap();
        prop_assert_eq!(instant::read(&instant::write(at)).unwrap(), at);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = instant::read(&text);
    }

    #[test]
    fn nearly_instants_are_read_or_refused(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?Z") {
        let _ = instant::read(&text);
    }
}
