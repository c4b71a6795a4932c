//! M37 to M43: what a sync changes. (M44 and M45 are told in [`super::life`].)

use super::Fault;
use super::decision::{Given, written};
use crate::sp::{AbsentAttribute, AdminRevocable, Decision, Explanation, Resource, SyncScope};

pub(super) fn on_the_way_in(fault: Fault, given: &mut Given<'_>) {
    let entry = &mut given.entry;
    match fault {
        Fault::SyncsWhenOff => entry.settings.sync_user_roles |= given.user.is_some(),
        Fault::SyncOffBlocksMappings if given.user.is_none() && !entry.settings.sync_user_roles => {
            entry.mappings.clear();
        }
        Fault::SyncOnlyAdds => entry.rules.sync_scope = SyncScope::Additive,
        Fault::SyncKeepsAdmin => entry.rules.admin_revocable = AdminRevocable::No,
        Fault::AbsentAttributeMistaken => {
            entry.rules.absent_attribute = match entry.rules.absent_attribute {
                AbsentAttribute::NoGroups => AbsentAttribute::Keep,
                AbsentAttribute::Keep => AbsentAttribute::NoGroups,
            };
        }
        _ => {}
    }
}

pub(super) fn on_the_way_out(fault: Fault, given: &Given<'_>, why: &mut Explanation) {
    match (fault, why.row) {
        (Fault::SyncOnlyInMatchedOrgs, "T4") => keep_other_orgs(given, why),
        (Fault::EmptyResultNotWritten, "T6" | "T7" | "T10") => why.decision = Decision::Unchanged,
        _ => {}
    }
}

/// M40.
fn keep_other_orgs(given: &Given<'_>, why: &mut Explanation) {
    let (Some(user), Some(roles)) = (given.user, written(&mut why.decision)) else { return };
    let org = |resource: &Resource| resource.parent().unwrap_or_else(|| resource.clone());
    let matched: Vec<Resource> = roles.grants.keys().map(org).collect();
    for grant in user.roles.iter().filter(|grant| !matched.contains(&org(&grant.resource))) {
        roles.set(grant);
    }
}
