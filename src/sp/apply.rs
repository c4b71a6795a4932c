//! What a sync leaves of the roles a user had (facts 1c).

use super::targets::is_linked;
use super::{AccountRole, AdminRevocable, Entry, GrantSource, Resource, Roles, Rules, SyncScope};

/// The roles of a user who held `held` after a sync that gives `want`.
///
/// Y1: what is given is held from now on, in every scope. Y2, Y3: what is not given goes as the
/// scope says. Y4, Y5: so does the account role, the last admin's too. Other sessions, API keys
/// (Y7) and flags of the user (Y8) are nobody's business here.
pub(super) fn apply(held: &Roles, want: &Roles, entry: &Entry) -> Roles {
    let rules = &entry.rules;
    let mut after = want.clone();
    after.account = account(held.account, want.account, rules);
    if rules.sync_scope == SyncScope::ReplaceAll {
        return after;
    }
    for (resource, (role, source)) in &held.grants {
        let stays = match rules.sync_scope {
            SyncScope::ReplaceAll => false,
            SyncScope::ManagedOnly => !is_managed(source),
            SyncScope::LinkedTargets => !is_linked(entry, resource),
            SyncScope::Additive => true,
        };
        match after.grants.get(resource) {
            None if stays => {
                after.grants.insert(resource.clone(), (role.clone(), source.clone()));
            }
            // No mapping gave it, so it is a default: that makes a member, and no other one of who
            // is a member already.
            Some(_) if stays && rules.sync_scope == SyncScope::LinkedTargets => {
                after.grants.insert(resource.clone(), (role.clone(), source.clone()));
            }
            // Given by hand and now by a mapping too: it stays the hand's, and outlives the mapping.
            Some((given, _)) if given == role && !is_managed(source) => {
                after.grants.insert(resource.clone(), (role.clone(), source.clone()));
            }
            _ => {}
        }
    }
    leave_spaces(held, &mut after);
    after
}

/// The roles of a user from whom all memberships are taken, or all that a mapping could give where
/// the sync looks at no other.
pub(super) fn strip(held: &Roles, entry: &Entry) -> Roles {
    if entry.rules.sync_scope == SyncScope::LinkedTargets {
        return apply(held, &Roles::default(), entry);
    }
    let account = account(held.account, AccountRole::Member, &entry.rules);
    Roles { account, ..Roles::default() }
}

/// Adds what is missing and takes nothing away, the account role included.
pub(super) fn add(held: &Roles, more: &Roles) -> Roles {
    let mut after = held.clone();
    for grant in more.iter().filter(|grant| !held.grants.contains_key(&grant.resource)) {
        after.set(grant);
    }
    after
}

/// Y4: an admin who is no longer matched becomes what the assertion gives, unless the SP never
/// takes the role back.
fn account(held: AccountRole, want: AccountRole, rules: &Rules) -> AccountRole {
    match (held, want, rules.admin_revocable) {
        (AccountRole::Admin, _, AdminRevocable::No) => AccountRole::Admin,
        _ => want,
    }
}

/// Y6: whoever leaves an organization leaves its spaces. An organization that was not held before
/// is none of this.
fn leave_spaces(held: &Roles, after: &mut Roles) {
    let left: Vec<Resource> = held
        .grants
        .keys()
        .filter(|resource| matches!(resource, Resource::Org(_)))
        .filter(|org| !after.grants.contains_key(org))
        .cloned()
        .collect();
    after.grants.retain(|resource, _| resource.parent().is_none_or(|org| !left.contains(&org)));
}

/// Whether a SAML login gave this role, directly or along with another.
fn is_managed(source: &GrantSource) -> bool {
    match source {
        GrantSource::Saml(_) | GrantSource::Default | GrantSource::Inherited => true,
        GrantSource::Manual | GrantSource::Invite => false,
    }
}
