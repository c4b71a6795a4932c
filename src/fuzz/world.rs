//! One fuzz case as plain data, for whatever SP.

use serde::{Deserialize, Serialize};

use crate::saml::{Attribute, AttributeNameFormat, AttributeValue, Attributes};
use crate::scenario::Initiated;
use crate::sp::{EntryName, GroupTeams, MappingId, Resource, Role, RoleMapping, UserStatus};

/// What an SP is configured with, whom the IdP knows, and what happens, in order.
///
/// Everything refers to everything else by name, and what refers to a thing that is not there does
/// nothing: whatever is taken out, what is left is a world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct World {
    /// The entries, `main` first. None: the SP is as it is, and only the laws can judge it.
    pub entries: Vec<WorldEntry>,
    /// The people whom the IdP knows, each with what the IdP sends of them.
    pub people: Vec<Person>,
    /// Users whom the SP has before the first action.
    pub stored: Vec<StoredUser>,
    /// What happens.
    pub actions: Vec<Action>,
}

/// What an SP holds about one identity provider, as far as a profile does not say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldEntry {
    /// `main` or `other`; also the name of the account.
    pub name: EntryName,
    /// Only SAML logins are allowed.
    pub enforce_saml: bool,
    /// Roles of existing users are recomputed at every login.
    pub sync_user_roles: bool,
    /// New users are provisioned.
    pub jit: bool,
    /// Role mappings in configuration order; no two have one id.
    pub mappings: Vec<RoleMapping>,
    /// The default roles: an organization together with a space of it. None: logins with defaults
    /// are off (facts D22 ties the switch to the values).
    pub defaults: Vec<(Resource, Role)>,
    /// Group names that become teams (facts K9–K15).
    pub teams: Option<GroupTeams>,
}

/// A person whom the IdP knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name, by which actions refer to them.
    pub name: String,
    /// The e-mail address with `{domain}` or `{domain.other}` in it.
    pub address: String,
    /// The attributes the IdP sends of them, beside those that the profile's app always sends:
    /// these `<Attribute>` elements, in this order.
    pub attributes: Attributes,
}

/// A user whom the SP has before the first action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredUser {
    /// The person.
    pub person: String,
    /// Where the user stands.
    pub status: UserStatus,
    /// Whether the user is an account admin.
    pub account_admin: bool,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Roles given by hand.
    pub roles: Vec<(Resource, Role)>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// A person logs in by SAML with a browser of their own.
    Login {
        /// Who.
        person: String,
        /// Where it starts.
        initiated: Initiated,
        /// How many logins at once, each in a browser of its own; at least 1.
        at_once: usize,
    },
    /// From now on the IdP sends these attributes of a person.
    SetAttributes {
        /// Of whom.
        person: String,
        /// What it sends.
        attributes: Attributes,
    },
    /// A mapping is replaced in place, or added at the end.
    SetMapping {
        /// The entry.
        entry: EntryName,
        /// The mapping as it is to be. Without pairs it is one that an SP refuses (facts P2).
        mapping: RoleMapping,
    },
    /// One role of a mapping is set; its conditions and its place stay.
    SetRole {
        /// The entry.
        entry: EntryName,
        /// The mapping.
        id: MappingId,
        /// On what.
        resource: Resource,
        /// Which role.
        role: Role,
    },
    /// A mapping is removed.
    RemoveMapping {
        /// The entry.
        entry: EntryName,
        /// The mapping.
        id: MappingId,
    },
    /// A mapping is put back as it was at first: in place, or at the end if it was removed.
    RestoreMapping {
        /// The entry.
        entry: EntryName,
        /// The mapping.
        id: MappingId,
    },
    /// A switch of an entry is set.
    SetSwitch {
        /// The entry.
        entry: EntryName,
        /// Which switch.
        switch: Switch,
        /// On or off.
        on: bool,
    },
    /// The defaults of an entry are set, and switched on; none: switched off.
    SetDefaults {
        /// The entry.
        entry: EntryName,
        /// The default roles.
        roles: Vec<(Resource, Role)>,
    },
    /// Something that could be granted is there no more (facts P21).
    RemoveResource {
        /// What.
        resource: Resource,
    },
    /// Time passes.
    Advance {
        /// How much of it.
        seconds: u32,
    },
    /// A person's own browser asks who is logged in.
    Probe {
        /// Whose browser.
        person: String,
    },
    /// A person's own browser logs out.
    Logout {
        /// Whose browser.
        person: String,
    },
    /// A person tries the password they have, or would have.
    PasswordLogin {
        /// Who.
        person: String,
    },
    /// The SP's user of a person's address is deleted.
    Delete {
        /// Whose.
        person: String,
    },
    /// The SP's user of a person's address is set to what the SP was last told of them, and is
    /// inactive from now on.
    Deactivate {
        /// Whose.
        person: String,
    },
}

/// A switch of an entry that stands by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Switch {
    /// `enforce_saml`.
    EnforceSaml,
    /// `sync_user_roles`.
    SyncUserRoles,
    /// `jit`.
    Jit,
}

impl Switch {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::EnforceSaml => "enforce_saml",
            Self::SyncUserRoles => "sync_user_roles",
            Self::Jit => "jit",
        }
    }
}

impl World {
    /// The entry of this name.
    pub fn entry(&self, name: &EntryName) -> Option<&WorldEntry> {
        self.entries.iter().find(|entry| entry.name == *name)
    }

    /// The person of this name.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// The world without the people, and the users, whose address is of an entry that is not there.
    #[must_use]
    pub fn without_strangers(mut self) -> Self {
        let others = self.entry(&EntryName("other".into())).is_some();
        self.people.retain(|person| others || !person.address.contains("{domain.other}"));
        let people: Vec<String> = self.people.iter().map(|person| person.name.clone()).collect();
        self.stored.retain(|user| people.contains(&user.person));
        self
    }

    /// What the IdP sends of a person at an action: what was last set before it.
    pub fn attributes_at(&self, action: usize, name: &str) -> Option<&Attributes> {
        let before = self.actions.iter().take(action).rev();
        let set = before.filter_map(|action| match action {
            Action::SetAttributes { person, attributes } if person == name => Some(attributes),
            _ => None,
        });
        let at_first = self.person(name).map(|person| &person.attributes);
        at_first.map(|at_first| set.into_iter().next().unwrap_or(at_first))
    }
}

impl WorldEntry {
    /// An entry with one mapping and every switch off but `jit`.
    pub fn new(name: &str, mappings: Vec<RoleMapping>) -> Self {
        Self {
            name: EntryName(name.into()),
            enforce_saml: false,
            sync_user_roles: false,
            jit: true,
            mappings,
            defaults: Vec::new(),
            teams: None,
        }
    }
}

impl Action {
    /// A login of a person, started at the IdP.
    pub fn login(person: &str) -> Self {
        Self::Login { person: person.into(), initiated: Initiated::Idp, at_once: 1 }
    }

    /// The person it is about.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Login { person, .. }
            | Self::SetAttributes { person, .. }
            | Self::Probe { person }
            | Self::Logout { person }
            | Self::PasswordLogin { person }
            | Self::Delete { person }
            | Self::Deactivate { person } => Some(person),
            _ => None,
        }
    }

    /// The entry it is about.
    pub fn entry(&self) -> Option<&EntryName> {
        match self {
            Self::SetMapping { entry, .. }
            | Self::SetRole { entry, .. }
            | Self::RemoveMapping { entry, .. }
            | Self::RestoreMapping { entry, .. }
            | Self::SetSwitch { entry, .. }
            | Self::SetDefaults { entry, .. } => Some(entry),
            _ => None,
        }
    }
}

/// An `<Attribute>` with the NameFormat that a scenario's `elements` have.
pub fn attribute(
    name: impl Into<String>,
    friendly_name: Option<String>,
    values: Vec<AttributeValue>,
) -> Attribute {
    let name_format = Some(AttributeNameFormat::default().urn().to_owned());
    Attribute { name: name.into(), friendly_name, name_format, values }
}
