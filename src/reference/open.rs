//! From a posted document to what may be believed of it: verified, and decrypted where it has to be.

use std::sync::Arc;

use super::choose::choose;
use super::fault;
use super::metadata::Trust;
use super::page::Refusal;
use super::read::{received, received_encrypted};
use super::server::Sp;
use crate::crypto::{
    AlgorithmPolicy, Engine, decrypt_assertion, verify, verify_assertion, verify_message,
};
use crate::saml::{Assertion, Response, SignatureFault, SignatureVerdict, SignedKind};
use crate::sp::{EntryName, Reason, Received};

/// A response that was opened.
pub(super) struct Opened {
    /// The entry whose IdP it claims to come from.
    pub(super) entry: EntryName,
    /// What that IdP is trusted with.
    pub(super) trust: Arc<Trust>,
    /// What of it is signed.
    pub(super) verdict: SignatureVerdict,
    /// What it says, as far as it is signed.
    pub(super) received: Received,
}

/// Opens a document.
///
/// A signature around an encrypted assertion is verified first. Whoever could have cipher texts of
/// their own tried, and be told what came of it, could read the assertions of others; so where no
/// such signature is, "cannot be decrypted" and "is not signed" are one refusal.
pub(super) async fn open(sp: &Sp, xml: String) -> Result<Opened, Refusal> {
    let unsigned = Response::parse(&xml).map_err(unreadable)?;
    let xml: Arc<str> = xml.into();
    let (entry, trust) = choose(&sp.entries, &unsigned).await?;
    let verdict = verified(sp, &xml, &trust, SignedKind::Response).await;
    // Two assertions are refused whatever is in them.
    if unsigned.encrypted != 1 || !unsigned.assertions.is_empty() || !is_open(&verdict) {
        let received = received(&unsigned, &verdict).map_err(unreadable)?;
        return Ok(Opened { entry, trust, verdict, received });
    }
    let (text, assertion) = decrypted(sp, &xml, &verdict).await?;
    // The subject is known only now; it may lead to another entry of the same IdP.
    let inside = Response { assertions: vec![assertion.clone()], ..unsigned.clone() };
    let chosen = choose(&sp.entries, &inside).await;
    let (chosen, trust) = chosen.map_err(|refusal| match &verdict {
        SignatureVerdict::Valid(_) => refusal,
        SignatureVerdict::Invalid(_) => Refusal { reason: Reason::BadSignature, ..refusal },
    })?;
    let around = match chosen == entry {
        true => verdict,
        false => verified(sp, &xml, &trust, SignedKind::Response).await,
    };
    let inside = verified(sp, &text, &trust, SignedKind::Assertion).await;
    let verdict = both(around, inside);
    let received = received_encrypted(&unsigned, &verdict, assertion).map_err(unreadable)?;
    Ok(Opened { entry: chosen, trust, verdict, received })
}

/// Whether what is around an assertion lets it be looked into: it is signed, or says nothing.
fn is_open(verdict: &SignatureVerdict) -> bool {
    matches!(
        verdict,
        SignatureVerdict::Valid(_) | SignatureVerdict::Invalid(SignatureFault::Missing)
    )
}

/// The text of the encrypted assertion, and what it says; nobody vouches for it yet.
async fn decrypted(
    sp: &Sp,
    xml: &Arc<str>,
    around: &SignatureVerdict,
) -> Result<(Arc<str>, Assertion), Refusal> {
    let Some(key) = sp.decryption_key.clone() else {
        let detail = "the assertion is encrypted, and this SP has no key";
        return Err(Refusal::new("G1", Reason::Undecipherable, detail));
    };
    let (source, reason) = match around {
        SignatureVerdict::Valid(parts) => {
            let whole = parts.iter().find(|part| part.kind == SignedKind::Response);
            let canonical = whole.map(|part| part.canonical.as_str().into());
            (canonical.unwrap_or_else(|| xml.clone()), Reason::Undecipherable)
        }
        SignatureVerdict::Invalid(_) => (xml.clone(), Reason::BadSignature),
    };
    let refused = |detail: String| Refusal::new("G2", reason, detail);
    let task = tokio::task::spawn_blocking(move || decrypt_assertion(&source, &key));
    let text = task.await.map_err(|error| refused(error.to_string()))?;
    let text = text.map_err(|error| refused(error.to_string()))?;
    let assertion = Assertion::parse(&text).map_err(|error| refused(error.to_string()))?;
    Ok((text.into(), assertion))
}

/// G2. Off the async threads where it would hold one up: the other engine always, and what is large.
/// The usual response takes less than moving it costs.
async fn verified(
    sp: &Sp,
    xml: &Arc<str>,
    trust: &Arc<Trust>,
    root: SignedKind,
) -> SignatureVerdict {
    const LARGE: usize = 32 << 10;
    let (engine, fault) = (sp.engine, sp.fault);
    let is_heavy = engine != Engine::Native || xml.len() > LARGE;
    let (xml, trust) = (xml.clone(), trust.clone());
    let verified = move || {
        let certificates = fault::binding::certificates(fault, &trust.certificates);
        let policy = AlgorithmPolicy::modern();
        match root {
            SignedKind::Response => verify(engine, &xml, certificates, &policy),
            SignedKind::Assertion => verify_assertion(engine, &xml, certificates, &policy),
            SignedKind::Message => verify_message(engine, &xml, certificates, &policy),
        }
    };
    if !is_heavy {
        return verified();
    }
    tokio::task::spawn_blocking(verified).await.unwrap_or_else(|error| {
        let fault = SignatureFault::Unreadable(error.to_string());
        SignatureVerdict::Invalid(fault)
    })
}

/// The verdict on a response and on the assertion that was encrypted in it: every signature holds,
/// and there is one.
fn both(around: SignatureVerdict, inside: SignatureVerdict) -> SignatureVerdict {
    use SignatureVerdict::{Invalid, Valid};
    match (around, inside) {
        (Valid(mut parts), Valid(more)) => {
            parts.extend(more);
            Valid(parts)
        }
        (Valid(parts), Invalid(SignatureFault::Missing))
        | (Invalid(SignatureFault::Missing), Valid(parts)) => Valid(parts),
        (_, Invalid(fault)) | (Invalid(fault), _) => Invalid(fault),
    }
}

fn unreadable(error: impl ToString) -> Refusal {
    Refusal::new("G1", Reason::Unreadable, error)
}
