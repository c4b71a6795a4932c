//! Worlds in the words that an SP's configuration has.

use std::collections::BTreeSet;

use crate::fuzz::{Action, StoredUser, WorldEntry};
use crate::sp::{BuiltinRole, Resource, ResourceKind, Role, RoleMapping, UserStatus, Vocabulary};

/// What one thing is called where there is no word for its kind. Projects are called like groups: an
/// SP that takes a group for a team of its name is found by that.
const NAMESAKES: [(&str, &str); 2] = [("checkout", "ml-team"), ("search", "ml-ops")];

/// An entry of which everything can be said: what has no word is called something else, or left out.
pub(super) fn entry(entry: WorldEntry, words: &Vocabulary) -> WorldEntry {
    let has = |name: &str| {
        words.settings.as_ref().is_none_or(|settings| settings.iter().any(|known| known == name))
    };
    let mut values = BTreeSet::new();
    let mappings = entry.mappings.into_iter().filter_map(|one| mapping(one, words));
    let mappings =
        mappings.filter(|one| !words.one_role_a_value || values.insert(one.when.clone())).collect();
    let defaults = if has("allow_login_with_defaults") { entry.defaults } else { Vec::new() };
    WorldEntry {
        enforce_saml: entry.enforce_saml && has("enforce_saml"),
        sync_user_roles: entry.sync_user_roles && has("sync_user_roles"),
        jit: entry.jit || !has("jit"),
        mappings,
        defaults: roles(defaults, words),
        ..entry
    }
}

/// A user who is there before the first login.
pub(super) fn stored(user: StoredUser, words: &Vocabulary) -> StoredUser {
    let known = words.statuses.as_ref().is_none_or(|all| all.contains(&user.status));
    let status = if known { user.status } else { UserStatus::Active };
    StoredUser { status, roles: roles(user.roles, words), ..user }
}

/// An action; `None` if nothing is left of it.
pub(super) fn action(action: Action, words: &Vocabulary) -> Option<Action> {
    Some(match action {
        Action::SetMapping { entry, mapping: one } => {
            Action::SetMapping { entry, mapping: mapping(one, words)? }
        }
        Action::SetRole { entry, id, resource, role } => {
            let (resource, role) = roles(vec![(resource, role)], words).pop()?;
            Action::SetRole { entry, id, resource, role }
        }
        Action::SetDefaults { entry, roles: given } => {
            Action::SetDefaults { entry, roles: roles(given, words) }
        }
        Action::RemoveResource { resource } => {
            let member = Role::Builtin(BuiltinRole::Member);
            let (resource, _) = roles(vec![(resource, member)], words).pop()?;
            Action::RemoveResource { resource }
        }
        other => other,
    })
}

/// A mapping; `None` if nothing is left of it.
fn mapping(mut mapping: RoleMapping, words: &Vocabulary) -> Option<RoleMapping> {
    if let Some(known) = &words.attributes {
        let usual = known.first()?;
        for (name, _) in &mut mapping.when {
            if !known.contains(name) {
                name.clone_from(usual);
            }
        }
    }
    mapping.account_admin &= !words.no_account_admin;
    mapping.roles = roles(mapping.roles, words);
    if words.one_role_a_value {
        mapping.when.truncate(1);
        mapping.roles.truncate(1);
        if mapping.when.is_empty() || mapping.roles.is_empty() {
            return None;
        }
    }
    Some(mapping)
}

/// Roles, no two of them on one thing.
fn roles(roles: Vec<(Resource, Role)>, words: &Vocabulary) -> Vec<(Resource, Role)> {
    let mut kept: Vec<(Resource, Role)> = Vec::new();
    for (resource, role) in roles {
        let Some(resource) = called(resource, words) else { continue };
        let known = words.roles.as_ref().is_none_or(|all| all.contains(&role));
        let role = if known { Some(role) } else { words.roles.iter().flatten().next().cloned() };
        if let (Some(role), true) = (role, kept.iter().all(|(known, _)| *known != resource)) {
            kept.push((resource, role));
        }
    }
    kept
}

/// A thing of a kind that there is a word for.
fn called(resource: Resource, words: &Vocabulary) -> Option<Resource> {
    let Some(kinds) = &words.resources else { return Some(resource) };
    if kinds.contains(&ResourceKind::of(&resource)) {
        return Some(resource);
    }
    let name = match resource {
        Resource::Org(name) | Resource::Team(name) => name,
        Resource::Space { space, .. } => space,
        Resource::Project(name) => {
            let namesake = NAMESAKES.iter().find(|(own, _)| *own == name);
            namesake.map_or(name, |(_, other)| (*other).to_owned())
        }
    };
    Some(match kinds.first()? {
        ResourceKind::Org => Resource::Org(name),
        ResourceKind::Space => Resource::Space { org: name.clone(), space: name },
        ResourceKind::Project => Resource::Project(name),
        ResourceKind::Team => Resource::Team(name),
    })
}
