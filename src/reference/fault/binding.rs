//! M01 to M09, M68 and M85: the checks on a response.

use jiff::Timestamp;

use super::Fault;
use crate::keys::Certificate;
use crate::reference::store::Book;
use crate::saml::{Assertion, EntityId, SignatureVerdict};
use crate::sp::{Check, CheckName, CheckResult, Encryption, Expected, Received, accept};

/// [`accept`] as a faulty SP does it.
pub(in crate::reference) fn accepted(
    fault: Option<Fault>,
    (expected, book): (Expected, &Book),
    received: &Received,
    verdict: SignatureVerdict,
    now: Timestamp,
) -> Vec<Check> {
    let Some(fault) = fault else {
        return accept(&expected, received, verdict, now);
    };
    let mut expected = expected;
    expect(fault, book, &mut expected);
    let mut received = received.clone();
    if fault == Fault::RecipientUnchecked && received.wrapper.destination.is_some() {
        received.wrapper.destination = Some(expected.acs.clone());
    }
    for assertion in &mut received.assertions {
        hear(fault, &expected, assertion);
    }
    let mut checks = accept(&expected, &received, verdict, now);
    let passed = |checks: &[Check], name| {
        checks.iter().any(|check| check.name == name && check.result == CheckResult::Passed)
    };
    if fault == Fault::AudienceUnchecked && passed(&checks, CheckName::Confirmation) {
        for check in checks.iter_mut().filter(|check| check.name == CheckName::Audience) {
            check.result = CheckResult::Passed;
        }
    }
    checks
}

/// What a faulty SP expects.
fn expect(fault: Fault, book: &Book, expected: &mut Expected) {
    const EU: &str = "https://app.eu-west-1a.arize.com/";
    const US: &str = "https://app.arize.com";
    match fault {
        Fault::OtherRegionsAudience if expected.audience.as_str() == EU => {
            expected.audience = EntityId::new(US);
        }
        Fault::WideTimeWindow => expected.skew_seconds = 600,
        Fault::ReplayAccepted => expected.seen.clear(),
        Fault::AnybodysRequest => {
            let requests = book.requests.values().flatten();
            expected.outstanding = requests.map(|(id, _)| id.clone()).collect();
        }
        Fault::NameIdFormatIgnored => expected.name_id_format = None,
        Fault::PlainAccepted if expected.encryption == Encryption::Required => {
            expected.encryption = Encryption::Optional;
        }
        _ => {}
    }
}

/// What a faulty SP takes an assertion to say.
fn hear(fault: Fault, expected: &Expected, assertion: &mut Assertion) {
    let wanted = &expected.audience;
    if fault == Fault::RecipientUnchecked {
        for confirmation in &mut assertion.confirmations {
            confirmation.recipient = Some(expected.acs.clone());
        }
    }
    let Some(conditions) = &mut assertion.conditions else { return };
    let restrictions = &mut conditions.audience_restrictions;
    match fault {
        Fault::TrailingSlashIgnored => {
            let bare = |id: &EntityId| id.as_str().trim_end_matches('/').to_owned();
            for audience in restrictions.iter_mut().flatten() {
                if bare(audience) == bare(wanted) {
                    *audience = wanted.clone();
                }
            }
        }
        Fault::AnyAudienceRestriction
            if restrictions.iter().any(|audiences| audiences.contains(wanted)) =>
        {
            restrictions.retain(|audiences| audiences.contains(wanted));
        }
        _ => {}
    }
}

/// The certificates that may verify (M68).
pub(in crate::reference) fn certificates(
    fault: Option<Fault>,
    all: &[Certificate],
) -> &[Certificate] {
    match fault {
        Some(Fault::FirstCertificateOnly) => &all[..all.len().min(1)],
        _ => all,
    }
}
