//! What an SP's configuration has a word for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Configuration, Entry, Resource, Role, RoleMapping, SeedUser, UserStatus};

/// What an SP's configuration has a word for. A list that is `None` has everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// The switches that can be set away from where they stand by themselves, by their names in
    /// scenarios.
    pub settings: Option<Vec<String>>,
    /// The attributes that a mapping can ask for.
    pub attributes: Option<Vec<String>>,
    /// What a role can be held on.
    pub resources: Option<Vec<ResourceKind>>,
    /// The roles.
    pub roles: Option<Vec<Role>>,
    /// Where a user can stand who is there before the first login.
    pub statuses: Option<Vec<UserStatus>>,
    /// No mapping makes an account admin.
    pub no_account_admin: bool,
    /// Mappings are a table: each is one pair that gives one role, and no value stands there twice.
    pub one_role_a_value: bool,
}

/// A kind of [`Resource`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    /// Organizations.
    Org,
    /// Spaces.
    Space,
    /// Projects.
    Project,
    /// Teams or groups.
    Team,
}

impl ResourceKind {
    /// The kind of a resource.
    pub fn of(resource: &Resource) -> Self {
        match resource {
            Resource::Org(_) => Self::Org,
            Resource::Space { .. } => Self::Space,
            Resource::Project(_) => Self::Project,
            Resource::Team(_) => Self::Team,
        }
    }
}

/// Whether a list has a word.
fn has<T: PartialEq>(list: &Option<Vec<T>>, word: &T) -> bool {
    list.as_ref().is_none_or(|list| list.contains(word))
}

impl Vocabulary {
    /// The first thing in a configuration that there is no word for; `None` if all of it can be said.
    pub fn lacks(&self, told: &Configuration) -> Option<String> {
        let entries = told.entries.iter().find_map(|entry| self.lacks_of_entry(entry));
        let resources = || told.resources.iter().find_map(|resource| self.lacks_resource(resource));
        entries
            .or_else(resources)
            .or_else(|| told.users.iter().find_map(|user| self.lacks_of_user(user)))
    }

    /// Whether a role can be given on a resource.
    pub fn has_role(&self, resource: &Resource, role: &Role) -> bool {
        has(&self.resources, &ResourceKind::of(resource)) && has(&self.roles, role)
    }

    fn lacks_of_entry(&self, entry: &Entry) -> Option<String> {
        let settings = &entry.settings;
        let switches = [
            ("enforce_saml", settings.enforce_saml),
            ("sync_user_roles", settings.sync_user_roles),
            ("allow_login_with_defaults", settings.allow_login_with_defaults),
            ("sign_authn", settings.sign_authn),
            ("jit", !settings.jit),
        ];
        let set = switches.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned());
        let switch = set.into_iter().find(|name| !has(&self.settings, name));
        let grants = entry.defaults.iter().flat_map(|defaults| &defaults.grants);
        switch
            .map(|name| format!("the setting `{name}`"))
            .or_else(|| entry.mappings.iter().find_map(|mapping| self.lacks_of_mapping(mapping)))
            .or_else(|| self.value_with_two_roles(entry))
            .or_else(|| {
                grants.into_iter().find_map(|grant| self.lacks_role(&grant.resource, &grant.role))
            })
    }

    fn lacks_of_mapping(&self, mapping: &RoleMapping) -> Option<String> {
        let id = &mapping.id.0;
        if mapping.account_admin && self.no_account_admin {
            return Some(format!("a mapping that makes account admins (`{id}`)"));
        }
        if self.one_role_a_value && (mapping.when.len(), mapping.roles.len()) != (1, 1) {
            return Some(format!("a mapping of anything but one pair to one role (`{id}`)"));
        }
        let attribute = mapping.when.iter().find(|(name, _)| !has(&self.attributes, name));
        attribute
            .map(|(name, _)| format!("a mapping from the attribute `{name}` (`{id}`)"))
            .or_else(|| mapping.roles.iter().find_map(|(on, role)| self.lacks_role(on, role)))
    }

    fn value_with_two_roles(&self, entry: &Entry) -> Option<String> {
        let mut roles = BTreeMap::new();
        let all = entry
            .mappings
            .iter()
            .flat_map(|mapping| mapping.when.iter().map(|pair| (pair, &mapping.roles)));
        let twice = all
            .filter(|_| self.one_role_a_value)
            .find(|(pair, given)| *roles.entry(*pair).or_insert(*given) != *given);
        twice.map(|((_, value), _)| format!("two roles of one value ({value:?})"))
    }

    fn lacks_of_user(&self, user: &SeedUser) -> Option<String> {
        if !has(&self.statuses, &user.status) {
            let status = format!("{:?}", user.status).to_lowercase();
            return Some(format!("a user who is {status}"));
        }
        let grants = user.roles.iter();
        grants.into_iter().find_map(|grant| self.lacks_role(&grant.resource, &grant.role))
    }

    fn lacks_resource(&self, resource: &Resource) -> Option<String> {
        (!has(&self.resources, &ResourceKind::of(resource))).then(|| format!("`{resource}`"))
    }

    fn lacks_role(&self, resource: &Resource, role: &Role) -> Option<String> {
        (!self.has_role(resource, role)).then(|| format!("the role `{resource} {role}`"))
    }
}
