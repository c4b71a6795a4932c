//! A small entry, users and assertions to decide about.

use std::collections::BTreeSet;

use samlproof::saml::{AcsUrl, Attribute, AttributeValue, Attributes, EntityId};
use samlproof::sp::{
    AccountRole, Decision, Defaults, EmailDomain, Entry, EntryName, Grant, GrantSource, MappingId,
    MetadataSource, Resource, Role, RoleMapping, Roles, Rules, Settings, User, UserStatus, explain,
};

/// An entry without mappings or defaults.
pub(crate) fn entry() -> Entry {
    Entry {
        name: EntryName("main".into()),
        account: "acme".into(),
        entity_id: EntityId::new("https://app.arize.com"),
        acs: AcsUrl::new("https://app.arize.com/auth/v2/saml"),
        name_id_format: None,
        domains: vec![EmailDomain { domain: "example.com".into(), validated: true }],
        metadata: MetadataSource::Url("https://idp.example/metadata".into()),
        settings: Settings::default(),
        mappings: Vec::new(),
        defaults: None,
        token: None,
        group_teams: None,
        rules: Rules::default(),
        managed_by_file: false,
    }
}

/// An entry with sync and these mappings.
pub(crate) fn synced(mappings: Vec<RoleMapping>) -> Entry {
    let settings = Settings { sync_user_roles: true, ..Settings::default() };
    Entry { mappings, settings, ..entry() }
}

pub(crate) fn resource(text: &str) -> Resource {
    Resource::try_from(text.to_owned()).unwrap()
}

pub(crate) fn role(text: &str) -> Role {
    Role::try_from(text.to_owned()).unwrap()
}

/// `("org research", "member")`.
pub(crate) fn roles_of(pairs: &[(&str, &str)]) -> Vec<(Resource, Role)> {
    pairs.iter().map(|(on, is)| (resource(on), role(is))).collect()
}

pub(crate) fn mapping(id: &str, when: &[(&str, &str)], roles: &[(&str, &str)]) -> RoleMapping {
    RoleMapping {
        id: MappingId(id.into()),
        when: when.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        account_admin: false,
        roles: roles_of(roles),
    }
}

pub(crate) fn admin(mapping: RoleMapping) -> RoleMapping {
    RoleMapping { account_admin: true, ..mapping }
}

pub(crate) fn defaults(roles: &[(&str, &str)]) -> Option<Defaults> {
    let grants = roles_of(roles).into_iter();
    let grants =
        grants.map(|(resource, role)| Grant { resource, role, source: GrantSource::Default });
    Some(Defaults { grants: grants.collect() })
}

/// A stored user with roles given by hand.
pub(crate) fn user(account: AccountRole, roles: &[(&str, &str)]) -> User {
    holder(account, roles, GrantSource::Manual)
}

/// A stored user with roles of this source.
pub(crate) fn holder(account: AccountRole, roles: &[(&str, &str)], source: GrantSource) -> User {
    let mut held = Roles { account, ..Roles::default() };
    for (resource, role) in roles_of(roles) {
        held.set(Grant { resource, role, source: source.clone() });
    }
    User {
        id: "u1".into(),
        email: "jane@example.com".into(),
        account: "acme".into(),
        status: UserStatus::Active,
        has_password: false,
        roles: held,
        extra: Default::default(),
    }
}

/// One `<Attribute>` for each name, in order.
pub(crate) fn says(attributes: &[(&str, &[&str])]) -> Attributes {
    Attributes(attributes.iter().map(|(name, values)| attribute(name, values)).collect())
}

pub(crate) fn attribute(name: &str, values: &[&str]) -> Attribute {
    Attribute {
        name: name.into(),
        friendly_name: None,
        name_format: None,
        values: values.iter().map(|value| AttributeValue::Text((*value).into())).collect(),
    }
}

/// `groups` with these values.
pub(crate) fn groups(values: &[&str]) -> Attributes {
    says(&[("groups", values)])
}

/// Every resource that an entry names.
pub(crate) fn named(entry: &Entry) -> BTreeSet<Resource> {
    let mapped = entry.mappings.iter().flat_map(|mapping| &mapping.roles).map(|(on, _)| on);
    let default = entry.defaults.iter().flat_map(|d| &d.grants).map(|grant| &grant.resource);
    mapped.chain(default).cloned().collect()
}

/// The decision in one line: `T1 create: org research member`.
pub(crate) fn ruling(entry: &Entry, user: Option<&User>, attributes: &Attributes) -> String {
    ruling_among(entry, &named(entry), user, attributes)
}

/// The same where not everything exists.
pub(crate) fn ruling_among(
    entry: &Entry,
    existing: &BTreeSet<Resource>,
    user: Option<&User>,
    attributes: &Attributes,
) -> String {
    let why = explain(entry, existing, user, attributes);
    let list = |roles: &Roles| roles.lines().into_iter().collect::<Vec<_>>().join(", ");
    let made =
        |made: &[Resource]| made.iter().map(|resource| format!(" +{resource}")).collect::<String>();
    let decision = match &why.decision {
        Decision::Create { roles, resources } => {
            format!("create: {}{}", list(roles), made(resources))
        }
        Decision::Update { roles, resources } => {
            format!("update: {}{}", list(roles), made(resources))
        }
        Decision::Unchanged => "unchanged".into(),
        Decision::Reject(reason) => format!("reject {reason}"),
    };
    format!("{} {decision}", why.row)
}
