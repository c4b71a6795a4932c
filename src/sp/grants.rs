//! Roles on resources, and where they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::excerpt;

/// Something a role is held on.
///
/// Written `org research`, `space research/vision`, `project checkout`, `team ml` in scenarios,
/// snapshots and the adapters' JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Resource {
    /// An organization of the account.
    Org(String),
    /// A space inside an organization.
    Space {
        /// The organization it belongs to.
        org: String,
        /// Its own name.
        space: String,
    },
    /// A project.
    Project(String),
    /// A team or group.
    Team(String),
}

impl Resource {
    /// The organization a space belongs to; `None` for anything else.
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Space { org, .. } => Some(Self::Org(org.clone())),
            _ => None,
        }
    }

    /// Whether its name is `*`, which where a profile's `wildcard` says so stands for every resource
    /// of its kind. Nothing that exists is called that. A space has no wildcard: it would be one of
    /// two names.
    pub fn is_wildcard(&self) -> bool {
        matches!(self, Self::Org(name) | Self::Project(name) | Self::Team(name) if name == "*")
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org(name) => write!(f, "org {name}"),
            Self::Space { org, space } => write!(f, "space {org}/{space}"),
            Self::Project(name) => write!(f, "project {name}"),
            Self::Team(name) => write!(f, "team {name}"),
        }
    }
}

impl From<Resource> for String {
    fn from(resource: Resource) -> Self {
        resource.to_string()
    }
}

impl TryFrom<String> for Resource {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || {
            let found = excerpt::name(&text);
            format!("`{found}` is not `org X`, `space X/Y`, `project X` or `team X`")
        };
        let (kind, name) = text.split_once(' ').ok_or_else(wrong)?;
        match (kind, name.split_once('/')) {
            (_, _) if name.is_empty() => Err(wrong()),
            ("org", _) => Ok(Self::Org(name.into())),
            ("space", Some((org, space))) if !org.is_empty() && !space.is_empty() => {
                Ok(Self::Space { org: org.into(), space: space.into() })
            }
            ("project", _) => Ok(Self::Project(name.into())),
            ("team", _) => Ok(Self::Team(name.into())),
            _ => Err(wrong()),
        }
    }
}

/// The role of a user in the account as a whole.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum AccountRole {
    /// May hold only annotator roles (facts P19).
    Annotator,
    /// The ordinary role.
    #[default]
    Member,
    /// Sees and does everything, whatever else is granted.
    Admin,
}

impl fmt::Display for AccountRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Annotator => "annotator",
            Self::Member => "member",
            Self::Admin => "admin",
        })
    }
}

/// A role every account has, in rising order of power (facts P13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltinRole {
    /// `annotator`.
    Annotator,
    /// `read-only`.
    ReadOnly,
    /// `member`; on a k6 project `read-write`.
    Member,
    /// `admin`.
    Admin,
}

/// A role on a resource: one of the built-in ones, or a custom one by name.
///
/// Written `admin`, `member`, `read-only`, `annotator`, or `custom:NAME`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// A built-in role.
    Builtin(BuiltinRole),
    /// A custom role; ranks are not compared.
    Custom(String),
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin(BuiltinRole::Annotator) => f.write_str("annotator"),
            Self::Builtin(BuiltinRole::ReadOnly) => f.write_str("read-only"),
            Self::Builtin(BuiltinRole::Member) => f.write_str("member"),
            Self::Builtin(BuiltinRole::Admin) => f.write_str("admin"),
            Self::Custom(name) => write!(f, "custom:{name}"),
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.to_string()
    }
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "annotator" => Ok(Self::Builtin(BuiltinRole::Annotator)),
            "read-only" => Ok(Self::Builtin(BuiltinRole::ReadOnly)),
            // k6's word for the role that Arize calls member.
            "member" | "read-write" => Ok(Self::Builtin(BuiltinRole::Member)),
            "admin" => Ok(Self::Builtin(BuiltinRole::Admin)),
            other => match other.strip_prefix("custom:") {
                Some(name) if !name.is_empty() => Ok(Self::Custom(name.into())),
                _ => Err(format!(
                    "`{}` is not `admin`, `member`, `read-write`, `read-only`, `annotator` or `custom:NAME`",
                    excerpt::name(other)
                )),
            },
        }
    }
}

/// Where a grant came from; what "managed only" sync needs to know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantSource {
    /// A role mapping, by its id.
    Saml(String),
    /// The entry's default organization, space or project.
    Default,
    /// Given by hand in the SP.
    Manual,
    /// An invitation.
    Invite,
    /// Follows from a role on the parent.
    Inherited,
}

/// One role on one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// On what.
    pub resource: Resource,
    /// Which role.
    pub role: Role,
    /// From where.
    pub source: GrantSource,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.resource, self.role)
    }
}

/// Everything a user may do: the account role, and at most one role a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// In the account as a whole.
    pub account: AccountRole,
    /// On resources.
    #[serde(default, with = "grant_list")]
    pub grants: BTreeMap<Resource, (Role, GrantSource)>,
}

impl Roles {
    /// The grants in the order of their resources.
    pub fn iter(&self) -> impl Iterator<Item = Grant> {
        self.grants.iter().map(|(resource, (role, source))| Grant {
            resource: resource.clone(),
            role: role.clone(),
            source: source.clone(),
        })
    }

    /// Adds or replaces the role on a resource.
    pub fn set(&mut self, grant: Grant) {
        self.grants.insert(grant.resource, (grant.role, grant.source));
    }

    /// The sorted lines that scenarios and snapshots compare: `org research member`, and
    /// `account admin` unless the account role is the ordinary one. Sources are left out.
    pub fn lines(&self) -> BTreeSet<String> {
        let account =
            (self.account != AccountRole::Member).then(|| format!("account {}", self.account));
        account.into_iter().chain(self.iter().map(|grant| grant.to_string())).collect()
    }
}

/// `grants` as a JSON list of [`Grant`].
mod grant_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Grant, GrantSource, Resource, Role};

    type Grants = BTreeMap<Resource, (Role, GrantSource)>;

    pub(super) fn serialize<S: Serializer>(grants: &Grants, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(grants.iter().map(|(resource, (role, source))| Grant {
            resource: resource.clone(),
            role: role.clone(),
            source: source.clone(),
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Grants, D::Error> {
        let grants = Vec::<Grant>::deserialize(from)?;
        Ok(grants.into_iter().map(|g| (g.resource, (g.role, g.source))).collect())
    }
}
