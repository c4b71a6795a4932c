//! M11 to M16 and M34: what a login without a match gets. (M10 is told in [`super::life`].)

use super::Fault;
use super::decision::{Given, written};
use crate::sp::{
    AccountRole, BuiltinRole, Decision, Defaults, DefaultsCombine, Explanation, Grant, GrantSource,
    Resource, Role, Roles,
};

pub(super) fn on_the_way_in(fault: Fault, given: &mut Given<'_>) {
    let entry = &mut given.entry;
    match fault {
        Fault::EnforcementTurnsDefaultsOn
            if entry.settings.enforce_saml && !entry.settings.allow_login_with_defaults =>
        {
            entry.settings.allow_login_with_defaults = true;
            entry.defaults = entry.defaults.take().or_else(|| first_there_is(given.existing));
        }
        Fault::DefaultsOnTopOfMatch => entry.rules.defaults_combine = DefaultsCombine::OnTop,
        Fault::DefaultSpaceForgotten => {
            let grants = entry.defaults.iter_mut().map(|defaults| &mut defaults.grants);
            grants.for_each(|grants| grants.retain(|grant| grant.resource.parent().is_none()));
        }
        _ => {}
    }
}

pub(super) fn on_the_way_out(fault: Fault, given: &Given<'_>, why: &mut Explanation) {
    match (fault, why.row) {
        (Fault::NoMatchEntersWithoutRoles, "T3") => {
            why.decision = Decision::Create { roles: Roles::default(), resources: Vec::new() };
        }
        (Fault::EnforcedDefaultsForgotten, "T6") => why.decision = Decision::Unchanged,
        (Fault::DefaultsOverrideMatch, "T4") => {
            let defaults = given.entry.defaults.iter().flat_map(|defaults| &defaults.grants);
            if let Some(roles) = written(&mut why.decision) {
                defaults.for_each(|grant| roles.set(grant.clone()));
            }
        }
        (Fault::DefaultsMakeAdmin, "T2") => {
            if let Some(roles) = written(&mut why.decision) {
                roles.account = AccountRole::Admin;
            }
        }
        _ => {}
    }
}

/// M12: switched off there are no default values, so a faulty SP finds some of its own.
fn first_there_is(existing: &std::collections::BTreeSet<Resource>) -> Option<Defaults> {
    let resource = existing
        .iter()
        .find(|resource| matches!(resource, Resource::Org(_) | Resource::Project(_)))?;
    let (resource, role) = (resource.clone(), Role::Builtin(BuiltinRole::Member));
    Some(Defaults { grants: vec![Grant { resource, role, source: GrantSource::Default }] })
}
