//! What roles can be held on: targets that exist, and the memberships they imply.

use std::collections::BTreeSet;

use super::matching::heard;
use super::{
    BuiltinRole, Entry, Grant, GrantSource, GroupTeams, Resource, Role, Roles, Rules, Wildcard,
};
use crate::saml::Attributes;

/// P21: takes away the roles on targets that do not exist (any more), and names those.
pub(super) fn drop_dangling(
    roles: &mut Roles,
    exists: impl Fn(&Resource) -> bool,
) -> Vec<Resource> {
    let dropped: Vec<Resource> =
        roles.grants.keys().filter(|resource| !exists(resource)).cloned().collect();
    roles.grants.retain(|resource, _| !dropped.contains(resource));
    dropped
}

/// Whether a resource is among those that exist; an organization exists also by its spaces.
pub(super) fn exists(existing: &BTreeSet<Resource>, resource: &Resource) -> bool {
    existing.contains(resource)
        || existing.iter().any(|other| other.parent().as_ref() == Some(resource))
}

/// What a mapping's target stands for: itself, or where `*` means all, every resource of its kind.
pub(super) fn meant<'a>(
    target: &'a Resource,
    existing: &'a BTreeSet<Resource>,
    rules: &Rules,
) -> Vec<&'a Resource> {
    if !is_all(target, rules) {
        return vec![target];
    }
    existing.iter().filter(|other| same_kind(target, other) && !other.is_wildcard()).collect()
}

/// Whether some mapping of the entry names this resource, by its name or by `*`: only such a one is
/// looked at by a sync of linked targets.
pub(super) fn is_linked(entry: &Entry, resource: &Resource) -> bool {
    let mut targets = entry.mappings.iter().flat_map(|mapping| &mapping.roles);
    targets.any(|(target, _)| {
        target == resource || (is_all(target, &entry.rules) && same_kind(target, resource))
    })
}

fn is_all(target: &Resource, rules: &Rules) -> bool {
    target.is_wildcard() && matches!(rules.wildcard, Wildcard::AllTargets | Wildcard::Both)
}

fn same_kind(one: &Resource, other: &Resource) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// P18: nobody is in a space without being in its organization, so a space role brings a membership
/// of the organization along.
///
/// Its role is not written anywhere. It is the least that does no more than open the door,
/// read-only: users without a role on a public space fall back to their organization role (P17), so
/// `member` would hand out every public space. If all their spaces there are annotator's it is
/// annotator, since an annotator may hold nothing else (P19).
///
/// The other way round nothing is stored: an organization role reaches into spaces by itself (P17).
pub(super) fn with_memberships(roles: &mut Roles) {
    let annotator = Role::Builtin(BuiltinRole::Annotator);
    let orgs: BTreeSet<Resource> = roles.grants.keys().filter_map(Resource::parent).collect();
    for org in orgs.into_iter().filter(|org| !roles.grants.contains_key(org)).collect::<Vec<_>>() {
        let all_annotator = roles
            .grants
            .iter()
            .filter(|(resource, _)| resource.parent().as_ref() == Some(&org))
            .all(|(_, (role, _))| *role == annotator);
        let role = if all_annotator { BuiltinRole::Annotator } else { BuiltinRole::ReadOnly };
        roles.set(Grant {
            resource: org,
            role: Role::Builtin(role),
            source: GrantSource::Inherited,
        });
    }
}

/// The teams that an assertion's groups name, and what has to be created for them.
#[derive(Debug, Default)]
pub(super) struct NamedTeams {
    /// Their names, each once, in the order of the assertion.
    pub(super) joined: Vec<String>,
    /// Teams and projects that do not exist yet.
    pub(super) missing: Vec<Resource>,
}

/// K9: a team that exists is joined. K10: one that does not is created with a project of its name,
/// if that is arranged. K11: if it is not, the group says nothing.
pub(super) fn named_teams(
    entry: &Entry,
    existing: &BTreeSet<Resource>,
    attributes: &Attributes,
) -> NamedTeams {
    let mut named = NamedTeams::default();
    let Some(GroupTeams { attribute, auto_create }) = &entry.group_teams else {
        return named;
    };
    let mut told = BTreeSet::new();
    for group in heard(&entry.rules, attributes, attribute).filter(|group| told.insert(*group)) {
        let team = Resource::Team(group.into());
        let there = existing.contains(&team);
        if !there && !auto_create {
            continue;
        }
        named.joined.push(group.into());
        if !there {
            let project = Resource::Project(group.into());
            let pair = [team, project].into_iter();
            named.missing.extend(pair.filter(|resource| !existing.contains(resource)));
        }
    }
    named
}
