//! What an SP holds about one identity provider.

use serde::{Deserialize, Serialize};

use super::{Grant, Resource, Role, Rules};
use crate::saml::{AcsUrl, EntityId, NameIdFormat};

/// The name of an entry inside a scenario (`main`, `other`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryName(pub String);

/// The id of a role mapping; edits name it, and its place in the list is what "first" means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MappingId(pub String);

/// One identity provider as an SP's account has configured it.
///
/// Serialised, this is what a `configure` adapter hands to an SP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the scenario.
    pub name: EntryName,
    /// The account it belongs to.
    pub account: String,
    /// The SP's own entity id, compared with `<Audience>` byte for byte.
    pub entity_id: EntityId,
    /// The SP's assertion consumer service, compared with Destination and Recipient.
    pub acs: AcsUrl,
    /// The NameID format the SP asks for; `None` if it takes any.
    pub name_id_format: Option<NameIdFormat>,
    /// Users of these e-mail domains belong to this entry. Empty where the SP selects otherwise.
    pub domains: Vec<EmailDomain>,
    /// Where the IdP's metadata comes from; exactly one source (facts D21).
    pub metadata: MetadataSource,
    /// The switches.
    pub settings: Settings,
    /// Role mappings in configuration order.
    pub mappings: Vec<RoleMapping>,
    /// The default organization, space or project, where configured.
    pub defaults: Option<Defaults>,
    /// The secret that selects this entry where the SP has one (k6: attribute `token`).
    pub token: Option<String>,
    /// Group names that become teams (k6), where arranged.
    pub group_teams: Option<GroupTeams>,
    /// What the documents leave open, as the profile declares it.
    pub rules: Rules,
    /// Whether a file of the SP's operator holds it, and no administrator may change it (D7–D9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed_by_file: bool,
}

/// An e-mail domain of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailDomain {
    /// Compared case-insensitively and whole: `eng.example.com` is not `example.com` (facts D11).
    pub domain: String,
    /// Whether the SP's staff have confirmed it (facts D2–D5).
    pub validated: bool,
}

/// Where an entry takes the IdP's metadata from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataSource {
    /// Fetched, and fetched again when the cached copy is too old.
    Url(String),
    /// Pasted.
    Xml(String),
}

/// The switches of an entry (facts, section 0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Only SAML logins are allowed.
    pub enforce_saml: bool,
    /// Roles of existing users are recomputed at every login.
    pub sync_user_roles: bool,
    /// A new user without a matching mapping gets the defaults instead of a refusal.
    pub allow_login_with_defaults: bool,
    /// The SP signs its AuthnRequests.
    pub sign_authn: bool,
    /// New users are provisioned at their first login; on unless said otherwise.
    pub jit: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enforce_saml: false,
            sync_user_roles: false,
            allow_login_with_defaults: false,
            sign_authn: false,
            jit: true,
        }
    }
}

/// One rule: when all pairs match, these roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleMapping {
    /// Its id.
    pub id: MappingId,
    /// `(attribute name, value)` pairs; all must match, and a name may repeat.
    pub when: Vec<(String, String)>,
    /// Whether a match makes the user an account admin.
    pub account_admin: bool,
    /// The roles a match gives.
    pub roles: Vec<(Resource, Role)>,
}

/// What a user gets where no mapping decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// The roles, each with the source [`super::GrantSource::Default`].
    pub grants: Vec<Grant>,
}

/// Group names that become teams of the same name (facts K9–K15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTeams {
    /// The attribute that carries the groups.
    pub attribute: String,
    /// Whether a missing team is created, together with a project of the same name (K10).
    pub auto_create: bool,
}
