//! What the SP is told before the first step, and what every change makes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::fresh::Fresh;
use crate::saml::{AcsUrl, EntityId};
use crate::scenario::{
    Change, EntrySpec, MappingEdit, MappingSpec, MetadataSpec, Scenario, SpUserEdit, SpUserSpec,
    with_rule,
};
use crate::sp::{
    AccountRole, Author, Configuration, Defaults, EmailDomain, Entry, EntryName, Grant,
    GrantSource, GroupTeams, MappingId, MetadataSource, Resource, Role, RoleMapping, Roles, Rules,
    SeedUser, Selector, Settings, SpProfile,
};

/// The SP's configuration as the steps go on.
#[derive(Clone, Debug)]
pub(super) struct Configured {
    entries: Vec<Entry>,
    seeds: BTreeMap<String, SeedUser>,
    emails: BTreeMap<String, String>,
    resources: BTreeSet<Resource>,
    account: String,
}

impl Configured {
    /// The beginning. `emails` are the addresses of everybody by name.
    pub(super) fn new(
        scenario: &Scenario,
        profile: &SpProfile,
        fresh: &Fresh,
        emails: BTreeMap<String, String>,
    ) -> Self {
        let entries = entry_specs(scenario);
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(name, spec)| entry(name, spec, scenario, profile, fresh))
            .collect();
        let account = entries.first().map_or_else(|| "main".into(), |entry| entry.account.clone());
        let mut configured =
            Self { entries, seeds: BTreeMap::new(), emails, resources: BTreeSet::new(), account };
        for spec in scenario.entries.values() {
            configured.exist(spec.resources.iter());
            configured.exist(spec.defaults.iter().map(|(resource, _)| resource));
            for mapping in &spec.mappings {
                configured.exist(mapping.roles.iter().map(|(resource, _)| resource));
            }
        }
        let own: Vec<_> = configured
            .entries
            .iter()
            .filter_map(|entry| entry.rules.default_project.clone().map(Resource::Project))
            .collect();
        configured.exist(own.iter());
        for (name, spec) in &scenario.sp_users {
            configured.exist(spec.roles.iter().map(|(resource, _)| resource));
            let seed = configured.seed(name, spec);
            configured.seeds.insert(name.clone(), seed);
        }
        configured
    }

    /// What the SP is given before the first step.
    pub(super) fn initial(&self) -> Configuration {
        let users = self.seeds.values().cloned().collect();
        Configuration { users, ..self.whole() }
    }

    /// Carries out the changes at the SP; `None` where there are none.
    pub(super) fn change(&mut self, changes: &[Change], fresh: &Fresh) -> Option<Configuration> {
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        let mut deleted_users = Vec::new();
        let mut changed = false;
        let by = match changes.contains(&Change::ByCustomer) {
            true => Author::Customer,
            false => Author::Staff,
        };
        for change in changes {
            changed |= self.change_entry(change, fresh);
            if let Change::ResourcesRemoved(removed) = change {
                self.resources.retain(|resource| !removed.contains(resource));
                changed = true;
            }
            match change {
                Change::SpUser { name, user } => {
                    self.edit_user(name, user);
                    touched.insert(name);
                }
                Change::SpUserDeleted { name } => {
                    self.seeds.remove(name);
                    deleted_users.extend(self.emails.get(name).cloned());
                }
                _ => {}
            }
        }
        let users: Vec<_> =
            touched.iter().filter_map(|name| self.seeds.get(*name)).cloned().collect();
        if !changed && users.is_empty() && deleted_users.is_empty() {
            return None;
        }
        Some(Configuration { users, deleted_users, by, ..self.whole() })
    }

    fn whole(&self) -> Configuration {
        Configuration {
            entries: self.entries.clone(),
            resources: self.resources.iter().cloned().collect(),
            users: Vec::new(),
            deleted_users: Vec::new(),
            by: Author::Staff,
        }
    }

    /// What is named exists, with its parent, and goes on existing. `*` names nothing.
    fn exist<'r>(&mut self, resources: impl Iterator<Item = &'r Resource>) {
        for resource in resources.filter(|resource| !resource.is_wildcard()) {
            self.resources.extend(resource.parent());
            self.resources.insert(resource.clone());
        }
    }

    fn change_entry(&mut self, change: &Change, fresh: &Fresh) -> bool {
        if let Change::EntryRemoved { entry: name } = change {
            self.entries.retain(|entry| entry.name.0 != *name);
            return true;
        }
        let (Change::Setting { entry: name, .. }
        | Change::Mapping { entry: name, .. }
        | Change::MappingRemoved { entry: name, .. }
        | Change::Defaults { entry: name, .. }
        | Change::Domains { entry: name, .. }
        | Change::Validated { entry: name, .. }
        | Change::Metadata { entry: name, .. }) = change
        else {
            return false;
        };
        match change {
            Change::Mapping { mapping, .. } => {
                self.exist(mapping.roles.iter().map(|(resource, _)| resource));
            }
            Change::Defaults { roles, .. } => {
                self.exist(roles.iter().map(|(resource, _)| resource));
            }
            _ => {}
        }
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.name.0 == *name) else {
            return false;
        };
        match change {
            Change::Setting { name, value, .. } => set(&mut entry.settings, name, *value),
            Change::Mapping { mapping, .. } => edit_mapping(&mut entry.mappings, mapping),
            Change::MappingRemoved { id, .. } => entry.mappings.retain(|m| m.id.0 != *id),
            Change::Defaults { roles, .. } => entry.defaults = defaults(roles),
            Change::Domains { domains, .. } => {
                // Confirmed like those it had; an entry without domains has none that are not.
                let validated = entry.domains.iter().all(|domain| domain.validated);
                entry.domains = domains
                    .iter()
                    .map(|domain| EmailDomain { domain: fresh.fill(domain), validated })
                    .collect();
            }
            Change::Validated { validated, .. } => {
                for domain in &mut entry.domains {
                    domain.validated = *validated;
                }
            }
            Change::Metadata { source, .. } => entry.metadata = metadata(source),
            _ => {}
        }
        true
    }

    fn seed(&self, name: &str, spec: &SpUserSpec) -> SeedUser {
        let mut roles = Roles { account: account_role(spec.account_admin), ..Roles::default() };
        for (resource, role) in &spec.roles {
            set_role(&mut roles, resource, role);
        }
        SeedUser {
            email: self.emails.get(name).cloned().unwrap_or_default(),
            password: spec.password.clone(),
            account: spec.account.clone().unwrap_or_else(|| self.account.clone()),
            status: spec.status,
            roles,
        }
    }

    fn edit_user(&mut self, name: &str, edit: &SpUserEdit) {
        self.exist(edit.roles.iter().map(|(resource, _)| resource));
        let fresh = self.seed(name, &SpUserSpec::default());
        let user = self.seeds.entry(name.to_owned()).or_insert(fresh);
        if let Some(password) = &edit.password {
            user.password = Some(password.clone());
        }
        if let Some(status) = edit.status {
            user.status = status;
        }
        if let Some(admin) = edit.account_admin {
            user.roles.account = account_role(admin);
        }
        for (resource, role) in &edit.roles {
            set_role(&mut user.roles, resource, role);
        }
        for resource in &edit.removed {
            user.roles.grants.remove(resource);
        }
    }
}

/// The entries in order, `main` first; it is there even where the scenario does not speak of it.
pub(super) fn entry_specs(scenario: &Scenario) -> Vec<(&str, Option<&EntrySpec>)> {
    let main = std::iter::once(("main", scenario.entries.get("main")));
    let others = scenario.entries.iter().filter(|(name, _)| *name != "main");
    main.chain(others.map(|(name, spec)| (name.as_str(), Some(spec)))).collect()
}

/// The org whose metadata an entry has: the one it names, else the one of its own name, else `main`.
pub(super) fn org_of<'s>(
    name: &'s str,
    spec: Option<&'s EntrySpec>,
    scenario: &Scenario,
) -> &'s str {
    let named = spec.and_then(|spec| spec.org.as_deref());
    named.unwrap_or_else(|| if scenario.orgs.contains_key(name) { name } else { "main" })
}

fn metadata(source: &MetadataSpec) -> MetadataSource {
    match source {
        MetadataSpec::Org(org) => MetadataSource::Url(format!("{{idp.{org}.metadata_url}}")),
        MetadataSpec::Url(url) => MetadataSource::Url(url.clone()),
        MetadataSpec::Xml(xml) => MetadataSource::Xml(xml.clone()),
    }
}

fn entry(
    name: &str,
    spec: Option<&EntrySpec>,
    scenario: &Scenario,
    profile: &SpProfile,
    fresh: &Fresh,
) -> Entry {
    let none = EntrySpec::default();
    let org = org_of(name, spec, scenario);
    let spec = spec.unwrap_or(&none);
    let rules = rules(spec, profile);
    let validated = spec.validated.unwrap_or(true);
    let domains = match &spec.domains {
        Some(domains) => domains.iter().map(|domain| fresh.fill(domain)).collect(),
        None if rules.selector == Selector::EmailDomain => vec![fresh.domain(name)],
        None => Vec::new(),
    };
    let mut settings = Settings::default();
    for (name, value) in &spec.settings {
        set(&mut settings, name, *value);
    }
    Entry {
        name: EntryName(name.to_owned()),
        account: spec.account.clone().unwrap_or_else(|| "main".into()),
        entity_id: EntityId::new(profile.entity_id.as_str()),
        acs: AcsUrl::new(profile.acs.as_str()),
        name_id_format: Some(profile.name_id_format.clone()),
        domains: domains.into_iter().map(|domain| EmailDomain { domain, validated }).collect(),
        metadata: MetadataSource::Url(format!("{{idp.{org}.metadata_url}}")),
        settings,
        mappings: spec.mappings.iter().map(mapping).collect(),
        defaults: defaults(&spec.defaults),
        token: token(name, spec, &rules, profile, fresh),
        group_teams: spec
            .group_teams
            .clone()
            .map(|(attribute, auto_create)| GroupTeams { attribute, auto_create }),
        rules,
        managed_by_file: spec.managed_by_file,
    }
}

fn rules(spec: &EntrySpec, profile: &SpProfile) -> Rules {
    spec.rules.iter().fold(profile.rules.clone(), |rules, (name, value)| {
        // The scenario's parser has tried each of them.
        with_rule(&rules, name, value.clone()).unwrap_or(rules)
    })
}

/// An entry has a token where the SP selects by one, or where the app sends one.
fn token(
    name: &str,
    spec: &EntrySpec,
    rules: &Rules,
    profile: &SpProfile,
    fresh: &Fresh,
) -> Option<String> {
    let sent = profile.app.attributes.iter().any(|attribute| {
        matches!(&attribute.source, crate::sp::AttributeSource::Literal(text) if text.contains("{token}"))
    });
    let needed = sent || rules.selector == Selector::Token;
    spec.token.clone().or_else(|| needed.then(|| fresh.token(name)))
}

fn mapping(spec: &MappingSpec) -> RoleMapping {
    RoleMapping {
        id: MappingId(spec.id.clone()),
        when: spec.when.clone(),
        account_admin: spec.account_admin,
        roles: spec.roles.clone(),
    }
}

fn edit_mapping(mappings: &mut Vec<RoleMapping>, edit: &MappingEdit) {
    let place = mappings.iter().position(|mapping| mapping.id.0 == edit.id);
    let place = place.unwrap_or_else(|| {
        let id = MappingId(edit.id.clone());
        mappings.push(RoleMapping { id, when: vec![], account_admin: false, roles: vec![] });
        mappings.len() - 1
    });
    let mapping = &mut mappings[place];
    if let Some(when) = &edit.when {
        mapping.when.clone_from(when);
    }
    if let Some(admin) = edit.account_admin {
        mapping.account_admin = admin;
    }
    for (resource, role) in &edit.roles {
        match mapping.roles.iter_mut().find(|(known, _)| known == resource) {
            Some(known) => known.1 = role.clone(),
            None => mapping.roles.push((resource.clone(), role.clone())),
        }
    }
    mapping.roles.retain(|(resource, _)| !edit.removed.contains(resource));
}

fn defaults(roles: &[(Resource, Role)]) -> Option<Defaults> {
    let grant = |(resource, role): &(Resource, Role)| Grant {
        resource: resource.clone(),
        role: role.clone(),
        source: GrantSource::Default,
    };
    (!roles.is_empty()).then(|| Defaults { grants: roles.iter().map(grant).collect() })
}

fn set(settings: &mut Settings, name: &str, value: bool) {
    match name {
        "allow_login_with_defaults" => settings.allow_login_with_defaults = value,
        "enforce_saml" => settings.enforce_saml = value,
        "jit" => settings.jit = value,
        "sign_authn" => settings.sign_authn = value,
        "sync_user_roles" => settings.sync_user_roles = value,
        // The parser knows these five.
        _ => {}
    }
}

fn set_role(roles: &mut Roles, resource: &Resource, role: &Role) {
    let source = GrantSource::Manual;
    roles.set(Grant { resource: resource.clone(), role: role.clone(), source });
}

fn account_role(admin: bool) -> AccountRole {
    if admin { AccountRole::Admin } else { AccountRole::Member }
}
