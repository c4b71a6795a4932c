//! M75, M76, M78 to M80, M82, M83: what k6 Cloud does otherwise than Arize.

use super::Fault;
use super::decision::{Given, written};
use crate::sp::{BuiltinRole, Decision, Explanation, Resource, Role, Roles};

const READ_ONLY: Role = Role::Builtin(BuiltinRole::ReadOnly);

pub(super) fn on_the_way_in(fault: Fault, given: &mut Given<'_>) {
    let entry = &mut given.entry;
    match fault {
        Fault::DefaultProjectReadOnly => {
            let grants = entry.defaults.iter_mut().flat_map(|defaults| &mut defaults.grants);
            let projects = grants.filter(|grant| matches!(grant.resource, Resource::Project(_)));
            projects.for_each(|grant| grant.role = READ_ONLY);
        }
        Fault::EveryoneMakesTeam => entry.rules.ignored_groups.clear(),
        _ => {}
    }
}

pub(super) fn on_the_way_out(fault: Fault, given: &Given<'_>, why: &mut Explanation) {
    match (fault, why.row, given.user) {
        (Fault::DefaultsReapplied, "K8", Some(user)) => {
            let mut roles = user.roles.clone();
            let defaults = given.entry.defaults.iter().flat_map(|defaults| &defaults.grants);
            defaults.for_each(|grant| roles.set(grant.clone()));
            why.decision = Decision::Update { roles, resources: Vec::new() };
        }
        (Fault::GroupsReevaluated, "K8", Some(user)) => {
            let anew = Given {
                entry: given.entry.clone(),
                attributes: given.attributes.clone(),
                existing: given.existing,
                user: None,
            };
            if let Explanation {
                decision: Decision::Create { roles, resources }, row: "T1", ..
            } = anew.explain()
            {
                let roles = Roles { account: user.roles.account, ..roles };
                why.decision = Decision::Update { roles, resources };
            }
        }
        (Fault::LowerMembershipWins, _, _) => lower(given, why),
        (Fault::TeamWithoutProject, _, _) => {
            if let Decision::Create { resources, .. } | Decision::Update { resources, .. } =
                &mut why.decision
            {
                resources.retain(|resource| !matches!(resource, Resource::Project(_)));
            }
        }
        _ => {}
    }
}

/// M82: the least that a match or a team of that name offers.
fn lower(given: &Given<'_>, why: &mut Explanation) {
    let Explanation { hits, teams, decision, .. } = why;
    let Some(roles) = written(decision) else { return };
    let mappings = given.entry.mappings.iter().filter(|mapping| hits.contains(&mapping.id));
    let mut offers: Vec<(&Resource, Role)> = mappings
        .flat_map(|mapping| &mapping.roles)
        .map(|(resource, role)| (resource, role.clone()))
        .collect();
    let teams: Vec<Resource> = teams.iter().cloned().map(Resource::Team).collect();
    offers.extend(teams.iter().map(|team| (team, READ_ONLY)));
    for (resource, (role, _)) in &mut roles.grants {
        if matches!(resource, Resource::Team(_) | Resource::Project(_)) {
            let offered = offers.iter().filter(|(other, _)| *other == resource);
            *role = offered.map(|(_, role)| role.clone()).min().unwrap_or_else(|| role.clone());
        }
    }
}
