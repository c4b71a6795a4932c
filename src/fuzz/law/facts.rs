//! What a world says up to an action, as far as laws ask for it.

use std::collections::BTreeSet;

use crate::fuzz::{Action, Script, Switch, World};
use crate::sp::{EntryName, Resource, Role, RoleMapping};

/// The entry of a person's address.
pub(super) fn entry_of(world: &World, person: &str) -> EntryName {
    let address = world.person(person).map_or("", |person| person.address.as_str());
    EntryName(if address.contains("{domain.other}") { "other" } else { "main" }.into())
}

/// Every mapping that an entry has, or has had, before an action.
pub(super) fn mappings<'w>(
    world: &'w World,
    entry: &'w EntryName,
    action: usize,
) -> impl Iterator<Item = &'w RoleMapping> {
    let first = world.entry(entry).into_iter().flat_map(|entry| &entry.mappings);
    let set = world.actions.iter().take(action).filter_map(move |done| match done {
        Action::SetMapping { entry: own, mapping } if own == entry => Some(mapping),
        _ => None,
    });
    first.chain(set)
}

/// Every default role that an entry has, or has had, before an action.
pub(super) fn defaults<'w>(
    world: &'w World,
    entry: &'w EntryName,
    action: usize,
) -> impl Iterator<Item = &'w (Resource, Role)> {
    let first = world.entry(entry).into_iter().flat_map(|entry| &entry.defaults);
    let set = world.actions.iter().take(action).flat_map(move |done| match done {
        Action::SetDefaults { entry: own, roles } if own == entry => roles.as_slice(),
        _ => &[],
    });
    first.chain(set)
}

/// The values that a switch has, or has had, before an action.
pub(super) fn switch(
    world: &World,
    entry: &EntryName,
    wanted: Switch,
    action: usize,
) -> BTreeSet<bool> {
    let first = world.entry(entry).map(|entry| match wanted {
        Switch::EnforceSaml => entry.enforce_saml,
        Switch::SyncUserRoles => entry.sync_user_roles,
        Switch::Jit => entry.jit,
    });
    let set = world.actions.iter().take(action).filter_map(|done| match done {
        Action::SetSwitch { entry: own, switch, on } if own == entry && *switch == wanted => {
            Some(*on)
        }
        _ => None,
    });
    first.into_iter().chain(set).collect()
}

/// Who logs in at an action, if somebody does.
pub(super) fn logs_in(script: &Script, action: usize) -> Option<&str> {
    script.steps.get(action).copied().flatten()?;
    match script.world.actions.get(action)? {
        Action::Login { person, .. } => Some(person),
        _ => None,
    }
}
