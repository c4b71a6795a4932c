//! Verifies the signatures of a response.

use super::canonical::{CanonicalError, canonical_node};
use super::document::{Bounded, Unread};
use super::form::{self, Found};
use super::{AlgorithmPolicy, Engine, native, primitive};
use crate::keys::Certificate;
use crate::saml::{MessageId, SignatureFault, SignatureVerdict, SignedKind, SignedPart};

/// Verifies the signatures of a response and of the assertions in it, with pinned certificates.
///
/// The document may be anything. It is believed only if all of this holds:
///
/// - it is well-formed UTF-8 without a DTD, at most 1 MiB and 64 levels deep, and no ID occurs
///   twice, in whatever spelling (`ID`, `Id`, `id`, `xml:id`);
/// - every `ds:Signature` in it is a child of the root `samlp:Response` or of a `saml:Assertion`
///   that is a child of the root, and no element has two;
/// - each has SignedInfo, SignatureValue and at most KeyInfo, with one Reference, whose URI is `#`
///   and the `ID` of the element the signature stands in (C 5.4.2), and whose transforms are
///   enveloped-signature and then exclusive canonicalisation (C 5.4.4);
/// - its algorithms are in `policy`;
/// - digest and signature value hold with one of the `trusted` certificates. KeyInfo is not read.
///
/// One signature that does not hold makes the whole document invalid: if response and assertion are
/// signed, both must hold. [`SignedPart::canonical`] is what was signed, without the signature.
pub fn verify(
    engine: Engine,
    xml: &str,
    trusted: &[Certificate],
    policy: &AlgorithmPolicy,
) -> SignatureVerdict {
    verdict(verified(engine, (xml, SignedKind::Response), trusted, policy))
}

/// Verifies the signature of an assertion that is a document of its own, as
/// [`super::decrypt_assertion`] gives it, by the same rules: the one signature in it is a child of the
/// root `saml:Assertion` and signs that.
pub fn verify_assertion(
    engine: Engine,
    xml: &str,
    trusted: &[Certificate],
    policy: &AlgorithmPolicy,
) -> SignatureVerdict {
    verdict(verified(engine, (xml, SignedKind::Assertion), trusted, policy))
}

/// Verifies the signature of an AuthnRequest, LogoutRequest or LogoutResponse by the same rules: the
/// one signature in it is a child of the root and signs that.
pub fn verify_message(
    engine: Engine,
    xml: &str,
    trusted: &[Certificate],
    policy: &AlgorithmPolicy,
) -> SignatureVerdict {
    verdict(verified(engine, (xml, SignedKind::Message), trusted, policy))
}

fn verdict(verified: Result<Vec<SignedPart>, SignatureFault>) -> SignatureVerdict {
    match verified {
        Ok(parts) => SignatureVerdict::Valid(parts),
        Err(fault) => SignatureVerdict::Invalid(fault),
    }
}

fn verified(
    engine: Engine,
    (xml, root): (&str, SignedKind),
    trusted: &[Certificate],
    policy: &AlgorithmPolicy,
) -> Result<Vec<SignedPart>, SignatureFault> {
    let document = Bounded::parse(xml)?;
    let signatures = form::signatures(&document, root, policy)?;
    let parts = signatures.iter().map(|found| match engine {
        Engine::Native => with_native(&document, found, trusted),
        #[cfg(feature = "xmlsec")]
        Engine::Libxmlsec => with_libxmlsec(&document, xml, found, trusted),
    });
    parts.collect()
}

fn with_native(
    document: &Bounded<'_>,
    found: &Found,
    trusted: &[Certificate],
) -> Result<SignedPart, SignatureFault> {
    let canonical = canonical_target(document, found)?;
    if !is_digest_of(found, &canonical) {
        return Err(SignatureFault::Digest(found.id.clone()));
    }
    let trusted = native::verified_by(document, found, trusted)?;
    let trusted = trusted.ok_or_else(|| SignatureFault::Key(found.id.clone()))?;
    Ok(part(found, canonical, trusted))
}

/// libxmlsec1 decides on digest and signature. The canonical bytes come from the other
/// canonicaliser, and are handed out only if they have the digest that libxmlsec1 found right: so
/// they are the bytes that libxmlsec1 saw.
#[cfg(feature = "xmlsec")]
fn with_libxmlsec(
    document: &Bounded<'_>,
    xml: &str,
    found: &Found,
    trusted: &[Certificate],
) -> Result<SignedPart, SignatureFault> {
    let index = super::libxmlsec::verified_by(xml, found, trusted);
    let canonical = canonical_target(document, found)?;
    match (index, is_digest_of(found, &canonical)) {
        (Some(index), true) => Ok(part(found, canonical, index)),
        (Some(_), false) => Err(SignatureFault::Form(format!(
            "the canonical form of #{} is not what libxmlsec1 made of it",
            found.id
        ))),
        (None, false) => Err(SignatureFault::Digest(found.id.clone())),
        (None, true) => Err(SignatureFault::Key(found.id.clone())),
    }
}

fn canonical_target(document: &Bounded<'_>, found: &Found) -> Result<String, SignatureFault> {
    let without = Some(found.signature);
    Ok(canonical_node(&document.tree, found.target, without, &found.prefixes)?)
}

fn is_digest_of(found: &Found, canonical: &str) -> bool {
    primitive::digest(found.digest_algorithm, canonical.as_bytes()) == found.digest_value
}

fn part(found: &Found, canonical: String, trusted: usize) -> SignedPart {
    SignedPart {
        kind: found.kind,
        id: MessageId::new(&found.id),
        canonical,
        signature: found.signature_algorithm,
        digest: found.digest_algorithm,
        trusted,
    }
}

impl From<Unread> for SignatureFault {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(cause) => Self::Unreadable(cause),
            Unread::DuplicateId(id) => Self::DuplicateId(id),
        }
    }
}

impl From<CanonicalError> for SignatureFault {
    fn from(error: CanonicalError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
