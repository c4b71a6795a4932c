//! Other worlds in which the IdP sends other attributes that say the same.

use super::draw::Draw;
use crate::fuzz::{Action, Script, World, attribute};
use crate::saml::{AttributeValue, Attributes};

/// The values of each attribute in another order.
pub(super) fn shuffled_values(script: &Script, seed: u64) -> Option<World> {
    let mut draw = Draw::new(seed);
    changed(script, |attributes| {
        for attribute in &mut attributes.0 {
            draw.shuffle(&mut attribute.values);
        }
    })
}

/// An attribute more, with values that mappings name, of a name that none does.
pub(super) fn unreferenced_attribute(script: &Script, seed: u64) -> Option<World> {
    let mut draw = Draw::new(seed);
    let mappings = script.world.entries.iter().flat_map(|entry| &entry.mappings);
    let values: Vec<String> =
        mappings.flat_map(|mapping| &mapping.when).map(|(_, value)| value.clone()).collect();
    changed(script, |attributes| {
        let chosen = values.get(draw.below(values.len())).cloned();
        let values = chosen.into_iter().map(AttributeValue::Text).collect();
        let place = draw.below(attributes.0.len() + 1);
        attributes.0.insert(place, attribute("urn:samlproof:unreferenced", None, values));
    })
}

/// The world with all attributes changed; `None` if that changes nothing.
fn changed(script: &Script, mut change: impl FnMut(&mut Attributes)) -> Option<World> {
    let mut world = script.world.clone();
    for person in &mut world.people {
        change(&mut person.attributes);
    }
    for action in &mut world.actions {
        if let Action::SetAttributes { attributes, .. } = action {
            change(attributes);
        }
    }
    (world != script.world).then_some(world)
}
