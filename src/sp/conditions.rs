//! `<Conditions>` of an assertion (C 2.5).

use jiff::{SignedDuration, Timestamp};

use super::Reason;
use super::accept::Expected;
use super::check::{CheckResult, failed};
use crate::saml::{Assertion, EntityId};

/// C 2.5.1.2: `NotBefore <= now < NotOnOrAfter`, each end moved outwards by the skew.
pub(super) fn window(expected: &Expected, assertion: &Assertion, now: Timestamp) -> CheckResult {
    let Some(conditions) = &assertion.conditions else {
        return CheckResult::Passed;
    };
    let skew = expected.skew_seconds;
    match (conditions.not_before, conditions.not_on_or_after) {
        (Some(start), _) if is_ahead(start, now, skew) => failed(
            Reason::NotYetValid,
            format_args!("NotBefore is `{start}`, now is `{now}`, skew {skew} s"),
        ),
        (_, Some(end)) if is_past(end, now, skew) => failed(
            Reason::Expired,
            format_args!("NotOnOrAfter is `{end}`, now is `{now}`, skew {skew} s"),
        ),
        _ => CheckResult::Passed,
    }
}

/// C 2.5.1.4: every restriction must hold, any audience of one is enough, byte for byte; P 4.1.4.2
/// requires one with the SP in it.
pub(super) fn audience(expected: &Expected, assertion: &Assertion) -> CheckResult {
    let wanted = &expected.audience;
    let restrictions: &[Vec<EntityId>] =
        assertion.conditions.as_ref().map_or(&[], |conditions| &conditions.audience_restrictions);
    if restrictions.is_empty() {
        return failed(
            Reason::BadAudience,
            format_args!("expected Audience `{wanted}`, found no AudienceRestriction"),
        );
    }
    match restrictions.iter().find(|audiences| !audiences.contains(wanted)) {
        None => CheckResult::Passed,
        Some(audiences) => {
            let found: Vec<String> = audiences.iter().map(|found| format!("`{found}`")).collect();
            let found = if found.is_empty() { "none".into() } else { found.join(", ") };
            failed(Reason::BadAudience, format_args!("expected Audience `{wanted}`, found {found}"))
        }
    }
}

/// C 2.5.1.1: with a condition that is not understood the assertion's validity is undetermined, and
/// an undetermined assertion is not used.
pub(super) fn unknown_conditions(assertion: &Assertion) -> CheckResult {
    match assertion.conditions.as_ref().map_or(&[][..], |conditions| &conditions.unknown) {
        [] => CheckResult::Passed,
        unknown => failed(
            Reason::UnknownCondition,
            format_args!("expected known conditions only, found {}", unknown.join(", ")),
        ),
    }
}

/// Whether `end` is reached even by a clock that is `skew` seconds behind.
pub(super) fn is_past(end: Timestamp, now: Timestamp, skew: i64) -> bool {
    now.duration_since(end) >= tolerance(skew)
}

/// Whether `start` is still ahead even of a clock that is `skew` seconds fast.
fn is_ahead(start: Timestamp, now: Timestamp, skew: i64) -> bool {
    start.duration_since(now) > tolerance(skew)
}

/// A tolerated difference is never negative.
fn tolerance(skew: i64) -> SignedDuration {
    SignedDuration::from_secs(skew.max(0))
}
