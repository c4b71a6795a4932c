//! A scenario as written: every value is what the author wrote, nothing is defaulted or resolved.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Cell, Level, ScenarioId, Wait};
use crate::saml::{Attribute, AttributeValue};
use crate::sp::{AppAttribute, Resource, Role};

/// Where something stands in its file: byte offsets.
pub type Span = Range<usize>;

/// A scenario file.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// `area/slug`.
    pub id: ScenarioId,
    /// One sentence: what is proved.
    pub title: String,
    /// The rule as one MUST/SHOULD sentence, printed when it is broken.
    pub requirement: String,
    /// Where the rule is written.
    pub source: String,
    /// How certain the rule is.
    pub grade: Grade,
    /// Where the documents leave the outcome open: the rules under which it is what the steps expect,
    /// by name. On a profile that states just these it is judged, on any other one it is recorded.
    pub decided_by: BTreeMap<String, serde_json::Value>,
    /// Rows of the facts that this scenario holds.
    pub covers: Vec<String>,
    /// Globs over profile names; `!GLOB` takes out what another took in.
    pub profiles: Vec<String>,
    /// What the target must offer; otherwise the case is skipped, and says so.
    pub needs: Vec<Need>,
    /// The least that has to be seen for a verdict, where that is not told by its steps. A scenario
    /// of level L0 is judged by HTTP alone where the SP does not say who is logged in.
    pub level: Option<Level>,
    /// The scenario that differs in one input and must come out differently.
    pub twin: Option<ScenarioId>,
    /// Entries by name; `[sp]` is `[entries.main]`.
    pub entries: BTreeMap<String, EntrySpec>,
    /// Okta orgs by name; `main` is always there.
    pub orgs: BTreeMap<String, OrgSpec>,
    /// The people the IdP knows.
    pub users: BTreeMap<String, Person>,
    /// Users the SP has before the first step.
    pub sp_users: BTreeMap<String, SpUserSpec>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// How certain a rule is (facts, grades S, I, U).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// A document says it.
    Stated,
    /// It follows from what documents say.
    Implied,
    /// No document says it: the outcome is recorded and frozen, and judged only by what the profile
    /// declares.
    Undefined,
}

/// What a target must offer for a scenario to be played on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The SP can be given other settings. Needed by every scenario that has `[sp]`, said or not.
    Configure,
    /// The stored state can be read.
    Observe,
    /// The SP says who is logged in.
    Whoami,
    /// Logins may start at the SP.
    SpInitiated,
    /// Logins may start at the IdP.
    IdpInitiated,
    /// A password login can be tried.
    PasswordLogin,
    /// A password-reset link can be made.
    ResetLink,
    /// An invitation can be made.
    Invite,
    /// An API key can be made and used.
    ApiKey,
    /// There is a logout.
    Logout,
    /// Time can be set; without it the scenario is slow and waits.
    Clock,
}

/// One `[entries.NAME]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntrySpec {
    /// The account, by default `main` for all entries.
    pub account: Option<String>,
    /// The org whose metadata the entry has; by default the one of the entry's name, else `main`.
    pub org: Option<String>,
    /// E-mail domains; by default one fresh domain.
    pub domains: Option<Vec<String>>,
    /// `validated`: whether its domains are confirmed; by default they are.
    pub validated: Option<bool>,
    /// Settings by name, e.g. `sync_user_roles`.
    pub settings: BTreeMap<String, bool>,
    /// Knobs by name, overriding the profile's `[rules]`; each is known to fit.
    pub rules: BTreeMap<String, serde_json::Value>,
    /// Role mappings in order.
    pub mappings: Vec<MappingSpec>,
    /// Default roles.
    pub defaults: Vec<(Resource, Role)>,
    /// The token, where the SP selects by one.
    pub token: Option<String>,
    /// Group names that become teams: the attribute, and whether missing ones are created.
    pub group_teams: Option<(String, bool)>,
    /// Resources that exist beside those that mappings and defaults name.
    pub resources: Vec<Resource>,
    /// Whether a file of the SP's operator holds it.
    pub managed_by_file: bool,
}

/// One `[[sp.mapping]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingSpec {
    /// Its id.
    pub id: String,
    /// The pairs.
    pub when: Vec<(String, String)>,
    /// Whether a match makes an account admin.
    pub account_admin: bool,
    /// The roles a match gives.
    pub roles: Vec<(Resource, Role)>,
}

/// One `[orgs.NAME]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrgSpec {
    /// Attribute statements of its app, in place of the profile's.
    pub attributes: Option<Vec<AppAttribute>>,
}

/// One `[users.NAME]`: a person the IdP knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    /// The org; `main` by default.
    pub org: Option<String>,
    /// The e-mail address; `NAME@{domain}` by default, with the domain of the org's entry.
    pub email: Option<String>,
    /// Group names, beside `Everyone`.
    pub groups: Vec<String>,
    /// Further attributes of the Okta profile (`firstName`, `department` …).
    pub profile: BTreeMap<String, String>,
}

/// One `[sp_users.NAME]`: a user the SP has already. `NAME` may be a person's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpUserSpec {
    /// The e-mail address; the person's, or `NAME@{domain}`.
    pub email: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The password, for a user who has one.
    pub password: Option<String>,
    /// The status.
    pub status: UserStatusWord,
    /// Whether the user is an account admin.
    pub account_admin: bool,
    /// Roles held.
    pub roles: Vec<(Resource, Role)>,
}

/// The status words of `[sp_users.NAME]`.
pub type UserStatusWord = crate::sp::UserStatus;

/// One `[[steps]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where its action stands in the file.
    pub span: Span,
    /// The line of that, from 1.
    pub line: usize,
    /// What is done.
    pub action: StepAction,
    /// The browser: `fresh`, or a name; by default one for each person.
    pub browser: Option<String>,
    /// What may come of it; several where several are right, none where it is not judged.
    pub expect: Vec<ExpectWord>,
    /// The acting user's stored roles afterwards, exactly (see [`crate::sp::Roles::lines`]); several
    /// sets where each of them is right: `grants = [["org a member"], ["org a admin"]]`.
    pub grants: Option<Vec<Vec<String>>>,
    /// The roles of the session afterwards, exactly.
    pub session: Option<Vec<String>>,
    /// How many users of that address the SP has afterwards.
    pub users: Option<usize>,
    /// How many sessions of that user the SP has afterwards.
    pub sessions: Option<usize>,
    /// Resources that exist at the SP afterwards, among others.
    pub resources: Option<Vec<Resource>>,
    /// The cell of a `[matrix]` that this step was made for.
    pub cell: Option<Cell>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepAction {
    /// People log in by SAML, all at once if there are several.
    Login {
        /// Who; the same name may occur several times.
        people: Vec<String>,
        /// Where it starts; by default at the SP where the profile has a start address.
        initiated: Option<Initiated>,
        /// What the IdP does differently this once.
        send: Box<SendSpec>,
        /// `delivered = false`: the response is held back before it is posted to the SP, and a
        /// `replay` may post it from whatever browser.
        delivered: bool,
        /// Written `control = "jane"`: a login that must be accepted for the case to prove
        /// anything. Before and after every refusal there is one.
        control: bool,
    },
    /// The last response of a person's login is posted again, or for the first time.
    Replay {
        /// Whose.
        person: String,
    },
    /// A password login.
    PasswordLogin {
        /// Who.
        person: String,
        /// With which password; the stored one by default.
        password: Option<String>,
    },
    /// A password-reset link is made and opened.
    ResetLink {
        /// For whom.
        person: String,
    },
    /// An invitation is made and opened.
    Invite {
        /// For whom.
        person: String,
    },
    /// An API key is used; it is made at its first use in the case.
    ApiKey {
        /// Whose.
        person: String,
    },
    /// A browser logs out.
    Logout {
        /// Whose browser.
        person: String,
    },
    /// A browser asks who is logged in.
    Probe {
        /// Whose browser.
        person: String,
    },
    /// Something is changed, at the SP or at the IdP; all of it at once.
    Change(Vec<Change>),
    /// Time passes: `59s`, `settings_cache - 1s`.
    Advance(Wait),
}

/// Where a login starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Initiated {
    /// At the SP: AuthnRequest by redirect.
    Sp,
    /// At the IdP: an unsolicited response.
    Idp,
}

/// What the IdP does differently in one login. Texts may hold `{sp.entity_id}`, `{sp.acs}` and
/// `{sp.entity_id.slash}` (the entity id with its trailing slash added or removed).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SendSpec {
    /// `<Audience>`.
    pub audience: Option<String>,
    /// Several `<AudienceRestriction>` with their audiences, in place of the usual one.
    pub restrictions: Option<Vec<Vec<String>>>,
    /// `Recipient`.
    pub recipient: Option<String>,
    /// `Destination`.
    pub destination: Option<String>,
    /// `<Issuer>`.
    pub issuer: Option<String>,
    /// The NameID's value.
    pub name_id: Option<String>,
    /// The NameID's format.
    pub name_id_format: Option<String>,
    /// `InResponseTo`, whatever was asked.
    pub in_response_to: Option<String>,
    /// The key that signs.
    pub key: SendKey,
    /// Attributes by name, replacing what the app would send: no value at all is an element without
    /// values.
    pub attributes: BTreeMap<String, Vec<AttributeValue>>,
    /// Attributes that are left out.
    pub omit: Vec<String>,
    /// Further `<Attribute>` elements behind all others, also of names that occur already.
    pub elements: Vec<Attribute>,
    /// How the assertion is encrypted.
    pub encryption: SendEncryption,
    /// The response is this much older than now (negative: from the future), e.g. `10m`.
    pub age: Option<SignedDuration>,
}

/// The key that signs a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SendKey {
    /// The app's active key.
    #[default]
    Own,
    /// A key that the SP has never heard of.
    Other,
    /// No key: nothing is signed, which Okta never does.
    None,
}

/// How the assertion of a response is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SendEncryption {
    /// As the app does: to the certificate in the SP's metadata, where the SP's rules say that it
    /// takes encrypted assertions.
    #[default]
    Own,
    /// Not at all.
    None,
    /// To a certificate whose key the SP does not have, as after it changed its own.
    Stale,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `by = "customer"`: an administrator of the customer makes the step's changes at the SP, not
    /// its staff.
    ByCustomer,
    /// `entries.NAME = "removed"`.
    EntryRemoved {
        /// The entry.
        entry: String,
    },
    /// `sp.settings.NAME` / `entries.E.settings.NAME`.
    Setting {
        /// The entry.
        entry: String,
        /// The setting.
        name: String,
        /// Its new value.
        value: bool,
    },
    /// `sp.mapping.ID = {…}`: the mapping is replaced in place, or added at the end.
    Mapping {
        /// The entry.
        entry: String,
        /// The mapping as it is to be.
        mapping: MappingEdit,
    },
    /// `sp.mapping.ID = "removed"`.
    MappingRemoved {
        /// The entry.
        entry: String,
        /// The mapping.
        id: String,
    },
    /// `sp.defaults`: replaced.
    Defaults {
        /// The entry.
        entry: String,
        /// The default roles.
        roles: Vec<(Resource, Role)>,
    },
    /// `sp.domains`: replaced.
    Domains {
        /// The entry.
        entry: String,
        /// The domains.
        domains: Vec<String>,
    },
    /// `sp.validated`: the SP's staff confirm the entry's domains, or take that back.
    Validated {
        /// The entry.
        entry: String,
        /// Whether they are confirmed.
        validated: bool,
    },
    /// `sp.org`, `sp.metadata_url`, `sp.metadata_xml`: where the IdP's metadata comes from.
    Metadata {
        /// The entry.
        entry: String,
        /// The new source.
        source: MetadataSpec,
    },
    /// `removed = ["space research/vision"]`: what could be granted at the SP is there no more.
    ResourcesRemoved(Vec<Resource>),
    /// `users.NAME.assigned`: whether the person may use the app, at the IdP.
    Assigned {
        /// The person.
        person: String,
        /// Whether they may.
        assigned: bool,
    },
    /// `users.NAME.groups`: replaced, at the IdP.
    Groups {
        /// The person.
        person: String,
        /// The group names.
        groups: Vec<String>,
    },
    /// `users.NAME.profile.KEY`, at the IdP.
    Profile {
        /// The person.
        person: String,
        /// The attribute.
        key: String,
        /// Its new value.
        value: String,
    },
    /// `sp_users.NAME = {…}`: created or edited, at the SP.
    SpUser {
        /// The name.
        name: String,
        /// What changes.
        user: SpUserEdit,
    },
    /// `sp_users.NAME = "deleted"`.
    SpUserDeleted {
        /// The name.
        name: String,
    },
    /// `idp.…` / `orgs.O.…`: the IdP's keys or its metadata endpoint.
    Idp {
        /// The org.
        org: String,
        /// What changes.
        change: IdpChange,
    },
}

/// An edit of one mapping: what is given replaces, what is not given stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MappingEdit {
    /// The mapping.
    pub id: String,
    /// Its pairs.
    pub when: Option<Vec<(String, String)>>,
    /// Its admin flag.
    pub account_admin: Option<bool>,
    /// Roles set on resources.
    pub roles: Vec<(Resource, Role)>,
    /// Roles removed from resources (`"none"`).
    pub removed: Vec<Resource>,
}

/// An edit of one user of the SP: what is given replaces, what is not given stays as the scenario
/// last gave it. What logins did to the user in between is not known here and is overwritten.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpUserEdit {
    /// The password.
    pub password: Option<String>,
    /// The status.
    pub status: Option<UserStatusWord>,
    /// Whether the user is an account admin.
    pub account_admin: Option<bool>,
    /// Roles set on resources.
    pub roles: Vec<(Resource, Role)>,
    /// Roles removed from resources (`"none"`).
    pub removed: Vec<Resource>,
}

/// A metadata source as a change gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataSpec {
    /// The URL of an org of the scenario.
    Org(String),
    /// Any URL.
    Url(String),
    /// Pasted text.
    Xml(String),
}

/// A change at the IdP.
#[derive(Clone, Debug, PartialEq)]
pub enum IdpChange {
    /// `publish = ["current", "next"]`: the keys that the metadata shows, by number (0 = current).
    Publish(Vec<usize>),
    /// `sign_with = "next"`: the key that signs, by number.
    SignWith(usize),
    /// `metadata = "down"` / `"up"`: whether the metadata can be fetched.
    MetadataUp(bool),
}

/// A word of `expect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExpectWord {
    /// Any of the three accepted classes.
    Accepted,
    /// One class.
    Class(crate::sp::OutcomeClass),
    /// Rejected for this reason, where the SP tells.
    RejectedFor(crate::sp::Reason),
    /// The API call works.
    Works,
    /// The API call is refused.
    Refused,
    /// Somebody is logged in (for `probe`).
    SignedIn,
    /// Nobody is logged in (for `probe`).
    SignedOut,
    /// The SP refuses the configuration (for `change`).
    ConfigurationRefused,
}

impl std::fmt::Display for ExpectWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Accepted => f.write_str("accepted"),
            Self::Class(class) => write!(f, "{class}"),
            Self::RejectedFor(reason) => write!(f, "rejected {reason}"),
            Self::Works => f.write_str("works"),
            Self::Refused => f.write_str("refused"),
            Self::SignedIn => f.write_str("signed-in"),
            Self::SignedOut => f.write_str("signed-out"),
            Self::ConfigurationRefused => f.write_str("configuration-refused"),
        }
    }
}
