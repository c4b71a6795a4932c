//! How large a world is, in the measure that counter-examples are held to.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fuzz::{Action, World};
use crate::saml::Attributes;
use crate::sp::RoleMapping;

/// How large a world is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Mappings, over all entries, and those that are added on the way.
    pub mappings: usize,
    /// The most pairs that one mapping has.
    pub pairs: usize,
    /// The most values that one assertion has.
    pub values: usize,
    /// Actions.
    pub actions: usize,
}

impl Size {
    /// The size that every counter-example should have: two mappings of two pairs, and two values.
    pub const SMALL: Self = Self { mappings: 2, pairs: 2, values: 2, actions: usize::MAX };

    /// The size of a world.
    pub fn of(world: &World) -> Self {
        let mut ids = BTreeSet::new();
        let mut pairs = 0;
        let mut values = 0;
        let mut see = |entry: &str, mapping: &RoleMapping| {
            ids.insert((entry.to_owned(), mapping.id.0.clone()));
            pairs = pairs.max(mapping.when.len());
        };
        for entry in &world.entries {
            entry.mappings.iter().for_each(|mapping| see(&entry.name.0, mapping));
        }
        let mut heard = |attributes: &Attributes| {
            let count = attributes.0.iter().map(|attribute| attribute.values.len()).sum();
            values = values.max(count);
        };
        world.people.iter().for_each(|person| heard(&person.attributes));
        for action in &world.actions {
            match action {
                Action::SetMapping { entry, mapping } => see(&entry.0, mapping),
                Action::SetAttributes { attributes, .. } => heard(attributes),
                _ => {}
            }
        }
        Self { mappings: ids.len(), pairs, values, actions: world.actions.len() }
    }

    /// Whether it is at most this large, in every measure.
    pub fn fits(self, most: Self) -> bool {
        self.mappings <= most.mappings
            && self.pairs <= most.pairs
            && self.values <= most.values
            && self.actions <= most.actions
    }
}

/// `2 × 1 × 2, 3 actions`.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mappings, pairs, values, actions } = self;
        let plural = if *actions == 1 { "" } else { "s" };
        write!(f, "{mappings} × {pairs} × {values}, {actions} action{plural}")
    }
}
