//! The default engine: bergshamra canonicalises, aws-lc digests and signs with a key that was parsed
//! once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uppsala::NodeId;

use super::canonical::{CanonicalError, canonical_node};
use super::document::Bounded;
use super::form::Found;
use super::sign::{Job, SignError, Values};
use super::{primitive, template};
use crate::keys::Certificate;

/// Computes the values of a signature that is to stand in an element.
pub(super) fn values(
    document: &Bounded<'_>,
    target: NodeId,
    job: &Job<'_>,
) -> Result<Values, SignError> {
    let prefixes = &job.profile.inclusive_prefixes;
    let canonical = canonical_node(&document.tree, target, None, prefixes)?;
    let digest = primitive::digest(job.profile.digest, canonical.as_bytes());
    let digest = template::digest_text(&STANDARD.encode(digest));
    let signed_info = canonical_signed_info(job, &digest)?;
    let signature = primitive::sign_bytes(job.key, job.profile.signature, signed_info.as_bytes())?;
    Ok(Values { digest, signature: STANDARD.encode(signature) })
}

/// The canonical SignedInfo. Exclusive canonicalisation sees nothing of what is around the
/// signature, so it can be read on its own.
fn canonical_signed_info(job: &Job<'_>, digest: &str) -> Result<String, SignError> {
    let alone = [
        template::open(),
        template::signed_info(job.id, job.profile, digest),
        "</ds:Signature>".to_owned(),
    ]
    .concat();
    let document = Bounded::parse(&alone)?;
    let signed_info = document
        .root()
        .and_then(|signature| document.child_elements(signature).next())
        .ok_or_else(|| SignError::Unreadable("the signature's own text".to_owned()))?;
    Ok(canonical_node(&document.tree, signed_info, None, &[])?)
}

/// The first trusted certificate that verifies a signature, by its index.
pub(super) fn verified_by(
    document: &Bounded<'_>,
    found: &Found,
    trusted: &[Certificate],
) -> Result<Option<usize>, CanonicalError> {
    let signed_info = canonical_node(&document.tree, found.signed_info, None, &[])?;
    Ok(trusted.iter().position(|certificate| {
        let bytes = signed_info.as_bytes();
        primitive::verify_bytes(
            certificate,
            found.signature_algorithm,
            bytes,
            &found.signature_value,
        )
    }))
}
