//! What several matching mappings give together: at most one role a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::meant;
use super::{
    AccountRole, BuiltinRole, GrantSource, MappingId, Multi, Resource, Role, RoleMapping, Roles,
    Rules,
};

/// Roles that are offered for one resource, in configuration order.
type Offers<'a> = Vec<(&'a Role, GrantSource)>;

/// Merges the roles of the mappings that match and of the teams that groups name.
///
/// P10: a union over resources. P12: one admin flag is enough, and only of a mapping that matches.
/// P15: the roles of an account admin are stored all the same.
pub(super) fn merge(
    hits: &[&RoleMapping],
    teams: &[String],
    existing: &BTreeSet<Resource>,
    rules: &Rules,
) -> Roles {
    // K5, K9: a user who joins a team by its name may read.
    const JOINS: Role = Role::Builtin(BuiltinRole::ReadOnly);
    let mut offers: BTreeMap<Resource, Offers<'_>> = BTreeMap::new();
    for mapping in hits {
        let MappingId(id) = &mapping.id;
        let targets = mapping.roles.iter().flat_map(|(target, role)| {
            meant(target, existing, rules).into_iter().map(move |resource| (resource, role))
        });
        for (resource, role) in targets {
            let source = GrantSource::Saml(id.clone());
            offers.entry(resource.clone()).or_default().push((role, source));
        }
    }
    for team in teams {
        let resource = Resource::Team(team.clone());
        let source = GrantSource::Saml(resource.to_string());
        offers.entry(resource).or_default().push((&JOINS, source));
    }
    let grants = offers.into_iter().filter_map(|(resource, offers)| {
        let (role, source) = choose(rule(&resource, &offers, rules), offers)?;
        Some((resource, (role.clone(), source)))
    });
    let mut roles = Roles { account: AccountRole::Member, grants: grants.collect() };
    roles.account = match hits.iter().any(|mapping| mapping.account_admin) {
        true => AccountRole::Admin,
        false => account_of(&roles),
    };
    roles
}

/// P19: an account whose every organization role is annotator is an annotator's account; it could
/// hold nothing else. Anything else is an ordinary member.
pub(super) fn account_of(roles: &Roles) -> AccountRole {
    let annotator = Role::Builtin(BuiltinRole::Annotator);
    let mut orgs = roles
        .grants
        .iter()
        .filter(|(resource, _)| matches!(resource, Resource::Org(_)))
        .map(|(_, (role, _))| role)
        .peekable();
    match orgs.peek().is_some() && orgs.all(|role| *role == annotator) {
        true => AccountRole::Annotator,
        false => AccountRole::Member,
    }
}

/// Which rule settles several roles on one resource.
fn rule(resource: &Resource, offers: &Offers<'_>, rules: &Rules) -> Multi {
    let custom = offers.iter().any(|(role, _)| matches!(role, Role::Custom(_)));
    match resource {
        // P11: the documents are silent on organization roles.
        Resource::Org(_) => rules.multi_org,
        // P9: as soon as one of them is a custom role, the order decides. P14 refuses such a mix
        // when it is saved.
        Resource::Space { .. } if custom => rules.multi_custom,
        // P8.
        Resource::Space { .. } => rules.multi_space,
        // P9.
        Resource::Project(_) => rules.multi_custom,
        // K16: of several levels the higher one.
        Resource::Team(_) => Multi::MostPermissive,
    }
}

/// P13: built-in roles are ranked annotator < read-only < member < admin. Custom roles have no
/// rank: where one is offered the first in configuration order wins (P9).
fn choose<'a>(rule: Multi, offers: Offers<'a>) -> Option<(&'a Role, GrantSource)> {
    let ranked = offers.iter().all(|(role, _)| matches!(role, Role::Builtin(_)));
    let mut offers = offers.into_iter();
    match rule {
        Multi::Last => offers.last(),
        Multi::MostPermissive if ranked => {
            offers.reduce(|best, next| if next.0 > best.0 { next } else { best })
        }
        Multi::MostPermissive | Multi::First => offers.next(),
    }
}
