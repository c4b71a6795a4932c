//! Exclusive canonical XML 1.0 without comments.

use bergshamra_c14n::{C14nMode, C14nSink, canonicalize_doc_to};
use bergshamra_xml::NodeSet;
use thiserror::Error;
use uppsala::{Document, NodeId};

use super::document::{Bounded, Unread};
use crate::saml::MessageId;

/// Bytes of a canonical form: the limits on the document keep it far below.
const MAX_CANONICAL: usize = 8 << 20;

/// Why there is no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CanonicalError {
    /// Not well-formed, a DTD, or over a limit.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// The same ID stands in the document twice.
    #[error("the ID {0} occurs more than once")]
    DuplicateId(String),
    /// No element has the ID.
    #[error("no element has the ID {0}")]
    NoSuchId(MessageId),
    /// The canonical form is over the limit.
    #[error("the canonical form is longer than {MAX_CANONICAL} bytes")]
    TooLong,
    /// The canonicaliser refused.
    #[error("the document has no canonical form: {0}")]
    Refused(String),
}

impl From<Unread> for CanonicalError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(cause) => Self::Unreadable(cause),
            Unread::DuplicateId(id) => Self::DuplicateId(id),
        }
    }
}

/// The exclusive canonical form (without comments) of the whole document, or of the element with an
/// `ID`. `prefixes` is the PrefixList of `ec:InclusiveNamespaces`.
pub fn canonicalize(
    xml: &str,
    id: Option<&MessageId>,
    prefixes: &[String],
) -> Result<String, CanonicalError> {
    let document = Bounded::parse(xml)?;
    let node = match id {
        None => document.tree.root(),
        Some(id) => {
            document.by_id(id.as_str()).ok_or_else(|| CanonicalError::NoSuchId(id.clone()))?
        }
    };
    canonical_node(&document.tree, node, None, prefixes)
}

/// The canonical form of a node's subtree, with or without one subtree inside it (the enveloped
/// signature transform).
pub(super) fn canonical_node(
    tree: &Document<'_>,
    node: NodeId,
    without: Option<NodeId>,
    prefixes: &[String],
) -> Result<String, CanonicalError> {
    let mut nodes = NodeSet::tree_without_comments(node, tree);
    if let Some(without) = without {
        nodes = nodes.subtract(&NodeSet::tree_with_comments(without, tree));
    }
    let mut sink = Capped::default();
    canonicalize_doc_to(tree, C14nMode::Exclusive, Some(&nodes), prefixes, &mut sink)
        .map_err(|error| CanonicalError::Refused(error.to_string()))?;
    if sink.overflow {
        return Err(CanonicalError::TooLong);
    }
    String::from_utf8(sink.bytes).map_err(|error| CanonicalError::Refused(error.to_string()))
}

/// Keeps what fits.
#[derive(Default)]
struct Capped {
    bytes: Vec<u8>,
    overflow: bool,
}

impl C14nSink for Capped {
    fn reserve(&mut self, additional: usize) {
        self.bytes.reserve(additional.min(MAX_CANONICAL));
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() <= MAX_CANONICAL {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.overflow = true;
        }
    }
}
