//! Smaller worlds: whatever can be taken out of one, taken out.
//!
//! proptest's own shrinking goes through what was drawn, in the order it was drawn. This goes through
//! what is there: a world is a world whatever is missing in it, so every part is tried, the largest
//! first.

use crate::fuzz::{Action, World};
use crate::saml::{AttributeValue, Attributes};
use crate::scenario::Initiated;
use crate::sp::{RoleMapping, UserStatus};

/// The plainest values, that others are replaced by: one that occurs nowhere else in this world.
const PLAIN: [&str; 3] = ["ml-team", "ml-ops", "ml-heads"];

/// Worlds that are smaller than this one by one part or one property, the most telling first.
pub(super) fn smaller(world: &World) -> Vec<World> {
    let mut all = Vec::new();
    without_actions(world, &mut all);
    without(world, &mut all, |world| &mut world.entries);
    without(world, &mut all, |world| &mut world.stored);
    for at in 0..world.entries.len() {
        without(world, &mut all, |world| &mut world.entries[at].mappings);
    }
    for (number, _) in attributes_of(&mut world.clone()).into_iter().enumerate() {
        without_attributes(world, number, &mut all);
    }
    for (number, mapping) in mappings_of(&mut world.clone()).into_iter().enumerate() {
        smaller_mapping(world, (number, mapping), &mut all);
    }
    plainer_entries(world, &mut all);
    plainer_users(world, &mut all);
    plainer_actions(world, &mut all);
    plainer_values(world, &mut all);
    all
}

/// Without a half, without a quarter, … without each one.
fn without_actions(world: &World, all: &mut Vec<World>) {
    let count = world.actions.len();
    let mut length = count / 2;
    while length > 1 {
        for start in (0..count).step_by(length).rev() {
            let mut less = world.clone();
            less.actions.drain(start..(start + length).min(count));
            all.push(less);
        }
        length /= 2;
    }
    without(world, all, |world| &mut world.actions);
}

/// Without each element of a list, the last first.
fn without<T>(world: &World, all: &mut Vec<World>, list: impl Fn(&mut World) -> &mut Vec<T>) {
    let count = list(&mut world.clone()).len();
    for place in (0..count).rev() {
        let mut less = world.clone();
        list(&mut less).remove(place);
        all.push(less);
    }
}

fn changed(world: &World, all: &mut Vec<World>, change: impl FnOnce(&mut World)) {
    let mut other = world.clone();
    change(&mut other);
    if other != *world {
        all.push(other);
    }
}

/// Every assertion that somebody's login may send.
fn attributes_of(world: &mut World) -> Vec<&mut Attributes> {
    let people = world.people.iter_mut().map(|person| &mut person.attributes);
    let actions = world.actions.iter_mut().filter_map(|action| match action {
        Action::SetAttributes { attributes, .. } => Some(attributes),
        _ => None,
    });
    people.chain(actions).collect()
}

/// Every mapping, of entries and of actions.
fn mappings_of(world: &mut World) -> Vec<&mut RoleMapping> {
    let entries = world.entries.iter_mut().flat_map(|entry| &mut entry.mappings);
    let actions = world.actions.iter_mut().filter_map(|action| match action {
        Action::SetMapping { mapping, .. } => Some(mapping),
        _ => None,
    });
    entries.chain(actions).collect()
}

fn without_attributes(world: &World, number: usize, all: &mut Vec<World>) {
    let list = |world: &World| {
        let mut world = world.clone();
        attributes_of(&mut world).get(number).map(|found| (**found).clone()).unwrap_or_default()
    };
    let at_first = list(world);
    let mut put = |attributes: Attributes| {
        changed(world, all, |world| {
            if let Some(place) = attributes_of(world).into_iter().nth(number) {
                *place = attributes;
            }
        });
    };
    put(Attributes::default());
    for place in (0..at_first.0.len()).rev() {
        let mut less = at_first.clone();
        less.0.remove(place);
        put(less);
    }
    for (place, attribute) in at_first.0.iter().enumerate() {
        let count = attribute.values.len();
        let mut length = count / 2;
        while length >= 1 {
            // Of a thousand values halves and quarters are tried, not each.
            for start in (0..count).step_by(length).rev().take(64) {
                let mut less = at_first.clone();
                less.0[place].values.drain(start..(start + length).min(count));
                put(less);
            }
            length /= 2;
        }
        if count == 1 {
            let mut less = at_first.clone();
            less.0[place].values.clear();
            put(less);
        }
        let mut plain = at_first.clone();
        plain.0[place].friendly_name = None;
        put(plain);
    }
}

fn smaller_mapping(world: &World, (number, at_first): (usize, &RoleMapping), all: &mut Vec<World>) {
    let mut put = |mapping: RoleMapping| {
        changed(world, all, |world| {
            if let Some(place) = mappings_of(world).into_iter().nth(number) {
                *place = mapping;
            }
        });
    };
    // Without any pair it would be something else: a mapping that SPs refuse.
    for place in (0..at_first.when.len()).rev().filter(|_| at_first.when.len() > 1) {
        let mut less = at_first.clone();
        less.when.remove(place);
        put(less);
    }
    for place in (0..at_first.roles.len()).rev() {
        let mut less = at_first.clone();
        less.roles.remove(place);
        put(less);
    }
    put(RoleMapping { account_admin: false, ..at_first.clone() });
}

fn plainer_entries(world: &World, all: &mut Vec<World>) {
    for at in 0..world.entries.len() {
        changed(world, all, |world| world.entries[at].defaults.clear());
        changed(world, all, |world| world.entries[at].teams = None);
        changed(world, all, |world| world.entries[at].enforce_saml = false);
        changed(world, all, |world| world.entries[at].sync_user_roles = false);
        changed(world, all, |world| world.entries[at].jit = true);
    }
}

fn plainer_users(world: &World, all: &mut Vec<World>) {
    for at in 0..world.stored.len() {
        changed(world, all, |world| world.stored[at].has_password = false);
        changed(world, all, |world| world.stored[at].account_admin = false);
        changed(world, all, |world| world.stored[at].status = UserStatus::Active);
        for place in (0..world.stored[at].roles.len()).rev() {
            changed(world, all, |world| drop(world.stored[at].roles.remove(place)));
        }
    }
    // Whoever nobody speaks of, and what the IdP would send of them.
    for at in (0..world.people.len()).rev() {
        changed(world, all, |world| {
            let name = world.people.remove(at).name;
            world.stored.retain(|user| user.person != name);
            world.actions.retain(|action| action.person() != Some(&name));
        });
    }
}

fn plainer_actions(world: &World, all: &mut Vec<World>) {
    for at in 0..world.actions.len() {
        changed(world, all, |world| match &mut world.actions[at] {
            Action::Login { at_once, .. } => *at_once = 1,
            Action::SetDefaults { roles, .. } => roles.clear(),
            _ => {}
        });
        changed(world, all, |world| {
            if let Action::Login { initiated, .. } = &mut world.actions[at] {
                *initiated = Initiated::Idp;
            }
        });
    }
}

/// One text everywhere replaced by a plain one that is not there yet.
fn plainer_values(world: &World, all: &mut Vec<World>) {
    let mut texts: Vec<String> = Vec::new();
    let mut copy = world.clone();
    for attributes in attributes_of(&mut copy) {
        let values = attributes.0.iter().flat_map(|attribute| &attribute.values);
        texts.extend(values.filter_map(AttributeValue::text).map(str::to_owned));
    }
    for mapping in mappings_of(&mut copy) {
        texts.extend(mapping.when.iter().map(|(_, value)| value.clone()));
    }
    texts.sort();
    texts.dedup();
    let Some(plain) = PLAIN.iter().find(|plain| texts.iter().all(|text| text != *plain)) else {
        return;
    };
    for text in texts.iter().filter(|text| !PLAIN.contains(&text.as_str())).take(32) {
        changed(world, all, |world| replace(world, text, plain));
    }
}

fn replace(world: &mut World, text: &str, by: &str) {
    for attributes in attributes_of(world) {
        for value in attributes.0.iter_mut().flat_map(|attribute| &mut attribute.values) {
            if value.text() == Some(text) {
                *value = AttributeValue::Text(by.to_owned());
            }
        }
    }
    for mapping in mappings_of(world) {
        for (_, value) in &mut mapping.when {
            if value == text {
                by.clone_into(value);
            }
        }
    }
}
