//! Reading elements that may hold what is expected and nothing beside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uppsala::{NodeId, NodeKind};

use super::document::Bounded;

/// What is odd about an element, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Odd(pub(super) String);

impl Bounded<'_> {
    /// The children of a node that may hold elements and white space only: a comment or a processing
    /// instruction is where readers differ.
    pub(super) fn only_elements(&self, parent: NodeId, name: &str) -> Result<Vec<NodeId>, Odd> {
        let mut elements = Vec::new();
        for child in self.tree.children_iter(parent) {
            match self.tree.node_kind(child) {
                Some(NodeKind::Element(_)) => elements.push(child),
                Some(NodeKind::Text(text)) if text.trim_ascii().is_empty() => {}
                _ => return Err(Odd(format!("text, comment or instruction beside {name}"))),
            }
        }
        Ok(elements)
    }

    /// Refuses attributes that are not among these.
    pub(super) fn only_attributes(&self, node: NodeId, allowed: &[&str]) -> Result<(), Odd> {
        let element = self.tree.element(node);
        let odd = element.and_then(|element| {
            element.attributes.iter().find(|attribute| {
                attribute.name.namespace_uri.is_some()
                    || !allowed.contains(&&*attribute.name.local_name)
            })
        });
        match odd {
            None => Ok(()),
            Some(attribute) => {
                Err(Odd(format!("an attribute `{}`", attribute.name.prefixed_name())))
            }
        }
    }

    /// The base64 text of an element that holds nothing else; `name` is the element's.
    pub(super) fn only_base64(&self, node: NodeId, name: &str) -> Result<Vec<u8>, Odd> {
        let mut compact = Vec::new();
        for child in self.tree.children_iter(node) {
            match self.tree.node_kind(child) {
                Some(NodeKind::Text(text)) => {
                    compact.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
                }
                _ => return Err(Odd(format!("more than text in {name}"))),
            }
        }
        let bytes = STANDARD.decode(compact).map_err(|error| Odd(format!("{name}: {error}")))?;
        if bytes.is_empty() { Err(Odd(format!("an empty {name}"))) } else { Ok(bytes) }
    }
}
