//! Reading a response: what may be believed, and what may only be looked at.

use crate::saml::{Assertion, ReadError, Response, SignatureVerdict, SignedKind};
use crate::sp::{Received, Wrapper};

/// What was received, believed as far as it is signed.
///
/// The response as it stands (`unsigned`) is the wrapper only where no signature covers it, and no
/// assertion is ever taken from it. With an invalid verdict there is none at all.
///
/// # Errors
/// If the signed bytes are no response or no assertion that can be read.
pub(super) fn received(
    unsigned: &Response,
    verdict: &SignatureVerdict,
) -> Result<Received, ReadError> {
    let parts = match verdict {
        SignatureVerdict::Valid(parts) => parts.as_slice(),
        SignatureVerdict::Invalid(_) => &[],
    };
    if let Some(whole) = parts.iter().find(|part| part.kind == SignedKind::Response) {
        let response = Response::parse(&whole.canonical)?;
        let wrapper = Wrapper::of(&response, true);
        return Ok(Received { wrapper, assertions: response.assertions });
    }
    let assertions = parts
        .iter()
        .filter(|part| part.kind == SignedKind::Assertion)
        .map(|part| Assertion::parse(&part.canonical))
        .collect::<Result<_, _>>()?;
    Ok(Received { wrapper: Wrapper::of(unsigned, false), assertions })
}

/// The same of a response whose assertion was encrypted. A signature around it or inside covers it:
/// what was signed around it is what was decrypted.
///
/// # Errors
/// If the signed bytes are no response or no assertion that can be read.
pub(super) fn received_encrypted(
    unsigned: &Response,
    verdict: &SignatureVerdict,
    decrypted: Assertion,
) -> Result<Received, ReadError> {
    let plain = received(unsigned, verdict)?;
    let own = match verdict {
        SignatureVerdict::Valid(parts) => {
            parts.iter().find(|part| part.kind == SignedKind::Assertion)
        }
        SignatureVerdict::Invalid(_) => return Ok(plain),
    };
    let assertion = own.map_or(Ok(decrypted), |part| Assertion::parse(&part.canonical))?;
    Ok(Received { assertions: vec![assertion], ..plain })
}
