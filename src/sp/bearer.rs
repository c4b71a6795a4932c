//! Whether the bearer of an assertion may use it here, now, and for this request.

use jiff::Timestamp;

use super::accept::Expected;
use super::check::{CheckResult, failed};
use super::conditions::is_past;
use super::{Reason, received::Wrapper};
use crate::saml::{Assertion, MessageId, SubjectConfirmation};

/// Why one confirmation does not hold.
type Objection = (Reason, String);

/// P 4.1.4.3: any one confirmation that holds is enough. Of several that do not, the one that came
/// furthest gives the reason.
pub(super) fn confirmation(
    expected: &Expected,
    assertion: &Assertion,
    now: Timestamp,
) -> CheckResult {
    let mut nearest: Option<(usize, Objection)> = None;
    for confirmation in &assertion.confirmations {
        match holds(expected, confirmation, now) {
            Ok(()) => return CheckResult::Passed,
            Err((step, objection)) => {
                if nearest.as_ref().is_none_or(|(best, _)| step > *best) {
                    nearest = Some((step, objection));
                }
            }
        }
    }
    match nearest {
        Some((_, (reason, detail))) => failed(reason, detail),
        None => failed(
            Reason::BadConfirmation,
            format_args!(
                "expected a SubjectConfirmation `{}`, found none",
                SubjectConfirmation::BEARER
            ),
        ),
    }
}

/// Whether a confirmation is for this browser's request, an unsolicited one that is allowed, or
/// neither. What the wrapper says must be what a confirmation says: unsigned, it proves nothing.
pub(super) fn in_response_to(
    expected: &Expected,
    wrapper: &Wrapper,
    assertion: &Assertion,
    now: Timestamp,
) -> CheckResult {
    let every: Vec<&SubjectConfirmation> = assertion.confirmations.iter().collect();
    let holding: Vec<&SubjectConfirmation> =
        every.iter().copied().filter(|one| holds(expected, one, now).is_ok()).collect();
    // Where none holds that check has failed already; this one still says what it can.
    let looked_at = if holding.is_empty() { every } else { holding };
    let mut objection = None;
    for said in looked_at.iter().map(|one| one.in_response_to.as_ref()) {
        match answers(expected, wrapper.in_response_to.as_ref(), said) {
            Ok(()) => return CheckResult::Passed,
            Err(why) => objection = objection.or(Some(why)),
        }
    }
    let (reason, detail) = objection.unwrap_or_else(|| {
        (Reason::InResponseTo, "no SubjectConfirmation says which request is answered".into())
    });
    failed(reason, detail)
}

/// P 4.1.4.2 and 4.1.4.3 for one confirmation; the error tells how many steps it passed.
fn holds(
    expected: &Expected,
    confirmation: &SubjectConfirmation,
    now: Timestamp,
) -> Result<(), (usize, Objection)> {
    let SubjectConfirmation { method, recipient, not_before, not_on_or_after, .. } = confirmation;
    if method != SubjectConfirmation::BEARER {
        let detail = format!("expected Method `{}`, found `{method}`", SubjectConfirmation::BEARER);
        return Err((0, (Reason::BadConfirmation, detail)));
    }
    if let Some(found) = not_before {
        let detail = format!("a bearer confirmation must not have NotBefore, found `{found}`");
        return Err((1, (Reason::BadConfirmation, detail)));
    }
    if recipient.as_ref() != Some(&expected.acs) {
        let found = recipient.as_ref().map_or("none".into(), |found| format!("`{found}`"));
        let detail = format!("expected Recipient `{}`, found {found}", expected.acs);
        return Err((2, (Reason::BadRecipient, detail)));
    }
    let Some(end) = not_on_or_after else {
        let detail = "a bearer confirmation must have NotOnOrAfter, found none".into();
        return Err((3, (Reason::BadConfirmation, detail)));
    };
    if is_past(*end, now, expected.skew_seconds) {
        let detail = format!(
            "the confirmation's NotOnOrAfter is `{end}`, now is `{now}`, skew {} s",
            expected.skew_seconds
        );
        return Err((4, (Reason::Expired, detail)));
    }
    Ok(())
}

/// What the wrapper and one confirmation say of the request, against what this browser asked for.
fn answers(
    expected: &Expected,
    wrapper: Option<&MessageId>,
    said: Option<&MessageId>,
) -> Result<(), Objection> {
    match (wrapper, said) {
        (None, None) if expected.idp_initiated => Ok(()),
        (None, None) => Err((
            Reason::UnsolicitedNotAllowed,
            "expected an answer to a request, found no InResponseTo".into(),
        )),
        (Some(wrapper), Some(said)) if wrapper != said => Err((
            Reason::InResponseTo,
            format!("the response answers `{wrapper}`, its SubjectConfirmation `{said}`"),
        )),
        (Some(wrapper), None) => Err((
            Reason::InResponseTo,
            format!("the response answers `{wrapper}`, its SubjectConfirmation no request"),
        )),
        (_, Some(said)) if expected.outstanding.contains(said) => Ok(()),
        (_, Some(said)) => {
            let asked: Vec<&str> = expected.outstanding.iter().map(MessageId::as_str).collect();
            let asked = if asked.is_empty() { "none".into() } else { asked.join(", ") };
            Err((
                Reason::InResponseTo,
                format!("expected a request of this browser ({asked}), found `{said}`"),
            ))
        }
    }
}
