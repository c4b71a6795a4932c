//! The one form of signature that is accepted, whatever the engine.
//!
//! SAML's signature profile (C 5.4) allows an enveloped signature of the element it stands in, and
//! most attacks on SAML consist of a signature that is something else. What is not named here is
//! refused, harmless or not.

use uppsala::NodeId;

use super::AlgorithmPolicy;
use super::document::{ASSERTION, Bounded, DSIG, PROTOCOL};
use super::primitive::hash_of_digest;
use super::strict::Odd;
use super::template::{ENVELOPED, EXCLUSIVE};
use crate::saml::{DigestAlgorithm, SignatureAlgorithm, SignatureFault, SignedKind};

/// Prefixes in a PrefixList.
pub(super) const MAX_PREFIXES: usize = 16;
/// The messages beside the response that may be signed.
const MESSAGES: [&str; 3] = ["AuthnRequest", "LogoutRequest", "LogoutResponse"];
/// Signatures in one document: each costs a canonicalisation.
const MAX_SIGNATURES: usize = 16;

/// A signature of the accepted form. Nothing is verified yet.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kind: SignedKind,
    /// The ID of `target`.
    pub(super) id: String,
    /// The element that the signature stands in and its Reference names.
    pub(super) target: NodeId,
    pub(super) signature: NodeId,
    pub(super) signed_info: NodeId,
    pub(super) signature_algorithm: SignatureAlgorithm,
    pub(super) digest_algorithm: DigestAlgorithm,
    pub(super) prefixes: Vec<String>,
    pub(super) digest_value: Vec<u8>,
    pub(super) signature_value: Vec<u8>,
}

/// All signatures of a document with this root, in document order; any that is not of the accepted
/// form is a fault of the whole document.
pub(super) fn signatures(
    document: &Bounded<'_>,
    root: SignedKind,
    policy: &AlgorithmPolicy,
) -> Result<Vec<Found>, SignatureFault> {
    let all: Vec<NodeId> = document
        .elements
        .iter()
        .copied()
        .filter(|node| document.is(*node, DSIG, "Signature"))
        .collect();
    if all.is_empty() {
        return Err(SignatureFault::Missing);
    }
    if all.len() > MAX_SIGNATURES {
        return Err(fault(format!("{} signatures, more than {MAX_SIGNATURES}", all.len())));
    }
    let mut found: Vec<Found> = Vec::with_capacity(all.len());
    for signature in all {
        let next = Reader { document, root, policy }.signature(signature)?;
        if found.iter().any(|earlier| earlier.target == next.target) {
            return Err(fault(format!("two signatures in #{}", next.id)));
        }
        found.push(next);
    }
    Ok(found)
}

/// Whether an ID can stand in a Reference, an XPath expression and an XML attribute as it is.
pub(super) fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether a text is a namespace prefix or `#default`.
pub(super) fn is_plain_prefix(prefix: &str) -> bool {
    prefix == "#default" || (is_plain_id(prefix) && prefix.len() <= 64)
}

impl From<Odd> for SignatureFault {
    fn from(odd: Odd) -> Self {
        Self::Form(odd.0)
    }
}

fn fault(cause: impl Into<String>) -> SignatureFault {
    SignatureFault::Form(cause.into())
}

struct Reader<'d, 'x> {
    document: &'d Bounded<'x>,
    root: SignedKind,
    policy: &'d AlgorithmPolicy,
}

impl Reader<'_, '_> {
    fn signature(&self, signature: NodeId) -> Result<Found, SignatureFault> {
        let (kind, target) = self.place(signature)?;
        let id = self.document.attribute(target, "ID").unwrap_or_default().to_owned();
        if !is_plain_id(&id) {
            return Err(fault(format!("the signed element's ID is {id:?}")));
        }
        self.attributes(signature, &["Id"])?;
        let children = self.children(signature, "Signature")?;
        let (signed_info, value) = match *children.as_slice() {
            [signed_info, value] => (signed_info, value),
            [signed_info, value, key_info] if self.is(key_info, "KeyInfo") => (signed_info, value),
            _ => return Err(fault("a Signature is SignedInfo, SignatureValue and KeyInfo")),
        };
        self.named(signed_info, "SignedInfo")?;
        self.named(value, "SignatureValue")?;
        let [canonicalization, method, reference] =
            self.exactly(signed_info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
        self.without_parameters(canonicalization, EXCLUSIVE)?;
        let signature_algorithm = self.signature_algorithm(method)?;
        let reference = self.reference(reference, &id)?;
        Ok(Found {
            kind,
            id,
            target,
            signature,
            signed_info,
            signature_algorithm,
            digest_algorithm: reference.algorithm,
            prefixes: reference.prefixes,
            digest_value: reference.value,
            signature_value: self.base64(value)?,
        })
    }

    /// The signed element: the root response or an assertion that is its child; of an assertion on
    /// its own and of any other message the root.
    fn place(&self, signature: NodeId) -> Result<(SignedKind, NodeId), SignatureFault> {
        let elsewhere = || fault("a Signature outside the response and its assertions");
        let parent = self.document.tree.parent(signature).ok_or_else(elsewhere)?;
        let root = self.document.root().ok_or_else(elsewhere)?;
        let is_root = match self.root {
            SignedKind::Response => self.document.is(root, PROTOCOL, "Response"),
            SignedKind::Assertion => self.document.is(root, ASSERTION, "Assertion"),
            SignedKind::Message => {
                MESSAGES.iter().any(|name| self.document.is(root, PROTOCOL, name))
            }
        };
        if !is_root {
            return Err(elsewhere());
        }
        if parent == root {
            return Ok((self.root, root));
        }
        let is_assertion = self.document.is(parent, ASSERTION, "Assertion");
        let in_response = self.root == SignedKind::Response;
        if in_response && is_assertion && self.document.tree.parent(parent) == Some(root) {
            return Ok((SignedKind::Assertion, parent));
        }
        Err(elsewhere())
    }

    fn signature_algorithm(&self, method: NodeId) -> Result<SignatureAlgorithm, SignatureFault> {
        let uri = self.algorithm(method)?;
        SignatureAlgorithm::from_uri(uri)
            .filter(|algorithm| self.policy.signatures.contains(algorithm))
            .ok_or_else(|| SignatureFault::Algorithm(uri.to_owned()))
    }

    fn reference(&self, reference: NodeId, id: &str) -> Result<Reference, SignatureFault> {
        self.attributes(reference, &["URI"])?;
        let uri = self.document.attribute(reference, "URI");
        if uri.and_then(|uri| uri.strip_prefix('#')) != Some(id) {
            return Err(fault(format!("a Reference to {uri:?} inside #{id}")));
        }
        let [transforms, method, value] =
            self.exactly(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
        let [enveloped, exclusive] = self.exactly(transforms, ["Transform", "Transform"])?;
        self.without_parameters(enveloped, ENVELOPED)?;
        let prefixes = self.exclusive(exclusive)?;
        let digest = self.algorithm(method)?;
        let algorithm = DigestAlgorithm::from_uri(digest)
            .filter(|algorithm| self.policy.digests.contains(algorithm))
            .ok_or_else(|| SignatureFault::Algorithm(digest.to_owned()))?;
        let value = self.base64(value)?;
        if value.len() != hash_of_digest(algorithm).length() {
            return Err(fault("a DigestValue of another length than its algorithm's"));
        }
        Ok(Reference { algorithm, prefixes, value })
    }

    /// The exclusive canonicalisation transform, and its PrefixList.
    fn exclusive(&self, transform: NodeId) -> Result<Vec<String>, SignatureFault> {
        self.attributes(transform, &["Algorithm"])?;
        let algorithm = self.document.attribute(transform, "Algorithm").unwrap_or_default();
        if algorithm != EXCLUSIVE {
            return Err(SignatureFault::Algorithm(algorithm.to_owned()));
        }
        let children = self.children(transform, "Transform")?;
        let list = match *children.as_slice() {
            [] => return Ok(Vec::new()),
            [list] if self.document.is(list, EXCLUSIVE, "InclusiveNamespaces") => list,
            _ => return Err(fault("a Transform with parameters that are not InclusiveNamespaces")),
        };
        self.attributes(list, &["PrefixList"])?;
        if !self.children(list, "InclusiveNamespaces")?.is_empty() {
            return Err(fault("InclusiveNamespaces with children"));
        }
        let text = self.document.attribute(list, "PrefixList").unwrap_or_default();
        let prefixes: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        if prefixes.len() > MAX_PREFIXES || !prefixes.iter().all(|prefix| is_plain_prefix(prefix)) {
            return Err(fault("a PrefixList that is too long or holds more than prefixes"));
        }
        Ok(prefixes)
    }

    /// An element that names an algorithm and nothing else.
    fn without_parameters(&self, node: NodeId, expected: &str) -> Result<(), SignatureFault> {
        let algorithm = self.algorithm(node)?;
        if algorithm == expected {
            Ok(())
        } else {
            Err(SignatureFault::Algorithm(algorithm.to_owned()))
        }
    }

    fn algorithm(&self, node: NodeId) -> Result<&str, SignatureFault> {
        let algorithm = self.document.attribute(node, "Algorithm").unwrap_or_default();
        self.attributes(node, &["Algorithm"])?;
        if self.children(node, "algorithm")?.is_empty() {
            Ok(algorithm)
        } else {
            // An XSLT or XPath transform is told by its name, whatever it holds.
            Err(match algorithm {
                EXCLUSIVE | ENVELOPED => fault("an algorithm with parameters"),
                other if SignatureAlgorithm::from_uri(other).is_some() => {
                    fault("an algorithm with parameters")
                }
                other => SignatureFault::Algorithm(other.to_owned()),
            })
        }
    }

    /// The children, which must have these names.
    fn exactly<const N: usize>(
        &self,
        parent: NodeId,
        names: [&str; N],
    ) -> Result<[NodeId; N], SignatureFault> {
        let children = self.children(parent, names[0])?;
        let found = children.len();
        let children: [NodeId; N] = children.try_into().map_err(|_other_length| {
            fault(format!("{found} elements where {} are expected", names.join(", ")))
        })?;
        for (child, name) in children.iter().zip(names) {
            self.named(*child, name)?;
        }
        Ok(children)
    }

    fn children(&self, parent: NodeId, name: &str) -> Result<Vec<NodeId>, SignatureFault> {
        Ok(self.document.only_elements(parent, name)?)
    }

    /// The base64 text of an element that holds nothing else.
    fn base64(&self, node: NodeId) -> Result<Vec<u8>, SignatureFault> {
        self.attributes(node, &["Id"])?;
        Ok(self.document.only_base64(node, "DigestValue or SignatureValue")?)
    }

    fn attributes(&self, node: NodeId, allowed: &[&str]) -> Result<(), SignatureFault> {
        Ok(self.document.only_attributes(node, allowed)?)
    }

    fn is(&self, node: NodeId, local: &str) -> bool {
        self.document.is(node, DSIG, local)
    }

    fn named(&self, node: NodeId, local: &str) -> Result<(), SignatureFault> {
        if self.is(node, local) {
            Ok(())
        } else {
            Err(fault(format!("another element where {local} is expected")))
        }
    }
}

struct Reference {
    algorithm: DigestAlgorithm,
    prefixes: Vec<String>,
    value: Vec<u8>,
}
