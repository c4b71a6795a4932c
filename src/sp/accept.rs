//! Every check on a response, in order.
//!
//! [`accept`] runs all checks that can be run, so that a captured response can be explained as a
//! whole; the first one that failed is the refusal (see [`refusal`]). It reads no clock: `now` is
//! handed in.

use jiff::Timestamp;

use super::bearer::{confirmation, in_response_to};
use super::check::{Check, CheckName, CheckResult, failed};
use super::conditions::{audience, unknown_conditions, window};
use super::{Encryption, Reason, received::Received};
use crate::saml::{
    AcsUrl, Assertion, EntityId, MessageId, NameIdFormat, SignatureFault, SignatureVerdict,
    SignedKind,
};

/// What an SP expects of a response in order to accept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The IdP's entity id, from the entry's metadata.
    pub issuer: EntityId,
    /// The SP's own entity id.
    pub audience: EntityId,
    /// The SP's assertion consumer service.
    pub acs: AcsUrl,
    /// The NameID format the SP insists on; `None` if it takes any.
    pub name_id_format: Option<NameIdFormat>,
    /// The requests that *this browser* has outstanding.
    pub outstanding: Vec<MessageId>,
    /// Whether a response without a request is accepted (facts E10).
    pub idp_initiated: bool,
    /// Whether the assertion has to be encrypted, or must not be.
    pub encryption: Encryption,
    /// Tolerated clock difference in seconds; a negative one counts as none.
    pub skew_seconds: i64,
    /// Ids of assertions that were accepted before and are still remembered.
    pub seen: Vec<MessageId>,
}

/// Runs every check on a response and says what came of each, in the order in which they decide.
///
/// A check that has nothing to look at (there is no assertion, say) is left out; whatever took its
/// object away has failed before it. A response is accepted exactly if all checks passed.
///
/// There is no check of `Version`: a reader makes no [`crate::saml::Response`] and no
/// [`crate::saml::Assertion`] of anything but 2.0 (C 2.3.3, C 3.2.2).
pub fn accept(
    expected: &Expected,
    received: &Received,
    signature: SignatureVerdict,
    now: Timestamp,
) -> Vec<Check> {
    let mut checks = vec![
        Check::new(CheckName::Signature, signed(received, &signature)),
        Check::new(CheckName::Status, status(received)),
        Check::new(CheckName::OneAssertion, one_assertion(received)),
    ];
    let only = match received.assertions.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    if only.is_some() {
        checks.push(Check::new(CheckName::Encryption, encryption(expected, received)));
    }
    let result = response_issuer(expected, received);
    checks.push(Check::new(CheckName::ResponseIssuer, result));
    if let Some(assertion) = only {
        let result = issuer(expected, &assertion.issuer);
        checks.push(Check::new(CheckName::AssertionIssuer, result));
    }
    checks.push(Check::new(CheckName::Destination, destination(expected, received)));
    if let Some(assertion) = only {
        checks.extend([
            Check::new(CheckName::Confirmation, confirmation(expected, assertion, now)),
            Check::new(CheckName::Window, window(expected, assertion, now)),
            Check::new(CheckName::Audience, audience(expected, assertion)),
            Check::new(CheckName::UnknownCondition, unknown_conditions(assertion)),
            Check::new(CheckName::NameIdFormat, name_id_format(expected, assertion)),
            // Before InResponseTo: the request of a replayed response is answered by now, and that
            // it is used again is the better word for it.
            Check::new(CheckName::Replay, replay(expected, assertion)),
            Check::new(
                CheckName::InResponseTo,
                in_response_to(expected, &received.wrapper, assertion, now),
            ),
        ]);
    }
    checks
}

/// The refusal that these checks amount to: the first that failed; `None` if all passed.
pub fn refusal(checks: &[Check]) -> Option<(Reason, &Check)> {
    checks.iter().find_map(|check| match &check.result {
        CheckResult::Passed => None,
        CheckResult::Failed(reason, _) => Some((*reason, check)),
    })
}

/// P 4.1.4.3: the assertion, or the response around it, is signed by the expected IdP.
fn signed(received: &Received, verdict: &SignatureVerdict) -> CheckResult {
    let parts = match verdict {
        SignatureVerdict::Valid(parts) => parts,
        SignatureVerdict::Invalid(fault @ SignatureFault::Unreadable(_)) => {
            return failed(Reason::Unreadable, fault);
        }
        SignatureVerdict::Invalid(fault) => return failed(Reason::BadSignature, fault),
    };
    let wrapper = parts
        .iter()
        .any(|part| part.kind == SignedKind::Response && part.id == received.wrapper.id);
    let uncovered = received.assertions.iter().find(|assertion| {
        !wrapper
            && !parts
                .iter()
                .any(|part| part.kind == SignedKind::Assertion && part.id == assertion.id)
    });
    match uncovered {
        None => CheckResult::Passed,
        Some(assertion) => failed(
            Reason::BadSignature,
            format_args!("no valid signature covers the assertion {}", assertion.id),
        ),
    }
}

/// C 3.2.2.2: anything but Success carries nobody in.
fn status(received: &Received) -> CheckResult {
    let status = &received.wrapper.status;
    if status.is_success() {
        return CheckResult::Passed;
    }
    let more = [&status.sub_code, &status.message].into_iter().flatten();
    let words: Vec<&str> =
        std::iter::once(status.code.as_str()).chain(more.map(String::as_str)).collect();
    failed(Reason::BadStatus, format_args!("expected Success, found {}", words.join(", ")))
}

/// One assertion, and no second one beside it that another reader might take for the first.
fn one_assertion(received: &Received) -> CheckResult {
    match (received.assertions.len(), received.wrapper.assertion_count) {
        (1, 1) => CheckResult::Passed,
        (0, present) => failed(
            Reason::Unreadable,
            format_args!("expected one signed assertion, found none among {present}"),
        ),
        (signed, present) => failed(
            Reason::Ambiguous,
            format_args!("expected one assertion, found {present}, {signed} of them signed"),
        ),
    }
}

/// C 2.3.4 lets an assertion be encrypted; whether it has to be is agreed on outside of SAML.
fn encryption(expected: &Expected, received: &Received) -> CheckResult {
    let encrypted = received.wrapper.encrypted_count > 0;
    match (expected.encryption, encrypted) {
        (Encryption::Required, false) => {
            failed(Reason::NotEncrypted, "expected an encrypted assertion, found a plain one")
        }
        (Encryption::None, true) => {
            failed(Reason::Undecipherable, "expected a plain assertion, found an encrypted one")
        }
        _ => CheckResult::Passed,
    }
}

/// P 4.1.4.2: the response may leave its Issuer out; if it is there it is the IdP.
fn response_issuer(expected: &Expected, received: &Received) -> CheckResult {
    received.wrapper.issuer.as_ref().map_or(CheckResult::Passed, |found| issuer(expected, found))
}

fn issuer(expected: &Expected, found: &EntityId) -> CheckResult {
    if *found == expected.issuer {
        return CheckResult::Passed;
    }
    failed(
        Reason::BadIssuer,
        format_args!("expected Issuer `{}`, found `{found}`", expected.issuer),
    )
}

/// B 3.5.5.2: byte for byte, and required where the message itself is signed.
fn destination(expected: &Expected, received: &Received) -> CheckResult {
    match &received.wrapper.destination {
        Some(found) if *found == expected.acs => CheckResult::Passed,
        None if !received.wrapper.signed => CheckResult::Passed,
        Some(found) => failed(
            Reason::BadDestination,
            format_args!("expected Destination `{}`, found `{found}`", expected.acs),
        ),
        None => failed(
            Reason::BadDestination,
            format_args!(
                "expected Destination `{}` on a signed response, found none",
                expected.acs
            ),
        ),
    }
}

/// The format is what the SP takes for its key (facts D13, trap 6); absent means unspecified, which
/// is not the one that was asked for.
fn name_id_format(expected: &Expected, assertion: &Assertion) -> CheckResult {
    let (Some(wanted), found) = (&expected.name_id_format, &assertion.name_id.format) else {
        return CheckResult::Passed;
    };
    match found {
        Some(found) if found == wanted => CheckResult::Passed,
        Some(found) => failed(
            Reason::BadNameIdFormat,
            format_args!("expected NameID Format `{wanted}`, found `{found}`"),
        ),
        None => failed(
            Reason::BadNameIdFormat,
            format_args!("expected NameID Format `{wanted}`, found none"),
        ),
    }
}

/// P 4.1.4.5: a bearer assertion is used once.
fn replay(expected: &Expected, assertion: &Assertion) -> CheckResult {
    if !expected.seen.contains(&assertion.id) {
        return CheckResult::Passed;
    }
    failed(
        Reason::Replay,
        format_args!("the assertion {} was accepted before and is used again", assertion.id),
    )
}
