//! Signs an element of a document.

use thiserror::Error;

use super::canonical::CanonicalError;
use super::document::{ASSERTION, Bounded, DSIG, Unread};
use super::form::{MAX_PREFIXES, is_plain_id, is_plain_prefix};
use super::{Engine, native, primitive, template};
use crate::keys::{KeyAlgorithm, KeyError, SigningKey};
use crate::saml::{DigestAlgorithm, MessageId, SignatureAlgorithm};

/// How a signature is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureProfile {
    /// The algorithm of the signature; its family is the key's.
    pub signature: SignatureAlgorithm,
    /// The algorithm of the digest.
    pub digest: DigestAlgorithm,
    /// The PrefixList of `ec:InclusiveNamespaces`; empty for none. Okta writes `xs` when there are
    /// attributes (facts/okta.md 3.2).
    pub inclusive_prefixes: Vec<String>,
}

impl Default for SignatureProfile {
    /// Okta's default: RSA-SHA256 over SHA-256.
    fn default() -> Self {
        Self {
            signature: SignatureAlgorithm::RsaSha256,
            digest: DigestAlgorithm::Sha256,
            inclusive_prefixes: Vec::new(),
        }
    }
}

impl SignatureProfile {
    /// The profile with SHA-256 for keys of a family.
    pub fn for_key(key: &SigningKey) -> Self {
        let signature = match key.kind().algorithm() {
            KeyAlgorithm::Rsa => SignatureAlgorithm::RsaSha256,
            KeyAlgorithm::Ecdsa => SignatureAlgorithm::EcdsaSha256,
        };
        Self { signature, ..Self::default() }
    }

    /// The same with a PrefixList.
    #[must_use]
    pub fn with_prefixes<Prefix: Into<String>>(
        self,
        prefixes: impl IntoIterator<Item = Prefix>,
    ) -> Self {
        Self { inclusive_prefixes: prefixes.into_iter().map(Into::into).collect(), ..self }
    }
}

/// Why a document was not signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// Not well-formed, a DTD, or over a limit.
    #[error("the document to sign cannot be read: {0}")]
    Unreadable(String),
    /// The same ID stands in the document twice.
    #[error("the document to sign has the ID {0} more than once")]
    DuplicateId(String),
    /// No element has the ID.
    #[error("no element of the document to sign has the ID {0}")]
    NoSuchId(MessageId),
    /// The ID has characters that would have to be escaped in a Reference.
    #[error("the ID {0:?} is not of letters, digits, `_`, `-` and `.`")]
    OddId(MessageId),
    /// A prefix of the PrefixList is not one.
    #[error("{0:?} is not a list of at most {MAX_PREFIXES} namespace prefixes")]
    OddPrefixes(Vec<String>),
    /// The signature goes behind the Issuer, and there is none.
    #[error("the element {0} has no saml:Issuer as a child, behind which its signature would go")]
    NoIssuer(MessageId),
    /// The element is signed already.
    #[error("the element {0} is signed already")]
    AlreadySigned(MessageId),
    /// The element cannot be canonicalised.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The key does not make this signature.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// libxmlsec1 refused.
    #[error("libxmlsec1 made no signature: {0}")]
    Libxmlsec(String),
}

impl From<Unread> for SignError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(cause) => Self::Unreadable(cause),
            Unread::DuplicateId(id) => Self::DuplicateId(id),
        }
    }
}

/// What an engine computes, as the texts of the two elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) digest: String,
    pub(super) signature: String,
}

/// What is to be signed.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) id: &'a str,
    pub(super) key: &'a SigningKey,
    pub(super) profile: &'a SignatureProfile,
}

/// Signs the element with an `ID` and puts the signature behind its Issuer, where the schema wants
/// it (C 2.3.3, 3.2.1). All other bytes of the document stay as they are. With an RSA key the result
/// depends on nothing but the arguments, and not on the engine.
///
/// If assertion and response are to be signed, the assertion comes first: its signature is part of
/// what the response's signature covers.
pub fn sign_enveloped(
    engine: Engine,
    xml: &str,
    id: &MessageId,
    key: &SigningKey,
    profile: &SignatureProfile,
) -> Result<String, SignError> {
    if !is_plain_id(id.as_str()) {
        return Err(SignError::OddId(id.clone()));
    }
    let prefixes = &profile.inclusive_prefixes;
    if prefixes.len() > MAX_PREFIXES || !prefixes.iter().all(|prefix| is_plain_prefix(prefix)) {
        return Err(SignError::OddPrefixes(prefixes.clone()));
    }
    let (family, hash) = primitive::parts(profile.signature);
    if family != key.kind().algorithm() {
        return Err(KeyError::Unsupported(key.kind(), family, hash).into());
    }
    let document = Bounded::parse(xml)?;
    let target = document.by_id(id.as_str()).ok_or_else(|| SignError::NoSuchId(id.clone()))?;
    let place = behind_issuer(&document, target, id)?;
    let job = Job { id: id.as_str(), key, profile };
    let values = match engine {
        Engine::Native => native::values(&document, target, &job)?,
        #[cfg(feature = "xmlsec")]
        Engine::Libxmlsec => super::libxmlsec::values(xml, place, &job)?,
    };
    let (before, after) = xml.split_at(place);
    Ok([
        before,
        &template::open(),
        &template::signed_info(job.id, profile, &values.digest),
        &template::close(&values.signature, Some(key.certificate())),
        after,
    ]
    .concat())
}

/// The position in the text right behind the Issuer of an element that is not signed yet.
fn behind_issuer(
    document: &Bounded<'_>,
    target: uppsala::NodeId,
    id: &MessageId,
) -> Result<usize, SignError> {
    if document.child_elements(target).any(|child| document.is(child, DSIG, "Signature")) {
        return Err(SignError::AlreadySigned(id.clone()));
    }
    let issuer =
        document.child_elements(target).find(|child| document.is(*child, ASSERTION, "Issuer"));
    issuer
        .and_then(|issuer| document.tree.node_range(issuer))
        .map(|range| range.end)
        .ok_or_else(|| SignError::NoIssuer(id.clone()))
}
