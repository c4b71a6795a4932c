//! An SP profile: everything that has to be known of a service provider in order to prove it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Rules, Vocabulary};
use crate::saml::{AcsUrl, AttributeNameFormat, EntityId, NameIdFormat};

/// One service provider, as its TOML file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpProfile {
    /// Its name, which scenarios select by (`arize-eu`).
    pub name: String,
    /// Profiles of one family share snapshots (`arize`).
    pub family: String,
    /// The SP's entity id, byte for byte.
    pub entity_id: EntityId,
    /// The SP's assertion consumer service.
    pub acs: AcsUrl,
    /// Where the SP publishes its own metadata, if it does.
    pub metadata: Option<String>,
    /// The NameID format the SP asks for.
    pub name_id_format: NameIdFormat,
    /// Where a browser starts an SP-initiated login; `{email}` is the user's address. Without it
    /// every login is IdP-initiated.
    pub login_start: Option<String>,
    /// How long what is remembered.
    pub timing: Timing,
    /// What the documents leave open.
    pub rules: Rules,
    /// The names of the rules that the profile itself states. All others are as [`Rules::default`]
    /// has them, which nobody has said of this SP.
    pub declared: BTreeSet<String>,
    /// What the IdP's app has to send to this SP.
    pub app: AppProfile,
    /// Where the SP is.
    pub target: TargetKind,
}

/// How long an SP may keep what it has read (facts 1f).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// User settings of an entry.
    pub settings_cache: SignedDuration,
    /// Role mappings of an entry.
    pub mapping_cache: SignedDuration,
    /// Which entry an e-mail domain belongs to.
    pub domain_cache: SignedDuration,
    /// The IdP's metadata.
    pub metadata_cache: SignedDuration,
    /// The longest life of a session.
    pub session: SignedDuration,
}

/// What the IdP's app sends to an SP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppProfile {
    /// The attribute statements.
    pub attributes: Vec<AppAttribute>,
}

/// One attribute statement of the IdP's app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAttribute {
    /// `Name` of the attribute.
    pub name: String,
    /// `NameFormat` of the attribute.
    pub format: AttributeNameFormat,
    /// Where its values come from.
    pub source: AttributeSource,
}

/// Where an attribute's values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeSource {
    /// This text, always. `{token}` is the entry's token.
    Literal(String),
    /// An attribute of the user's profile: `email`, `login`, `firstName`, …
    User(String),
    /// What this expression of Okta's language evaluates to.
    Expression(String),
    /// The names of the user's groups that pass the filter.
    Groups(GroupFilter),
}

/// Okta's four kinds of group filter (facts/okta.md 4.2); all are case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupFilter {
    /// `STARTS_WITH`.
    StartsWith(String),
    /// `EQUALS`.
    Equals(String),
    /// `CONTAINS`.
    Contains(String),
    /// `REGEX`, which must match the whole name.
    Regex(String),
}

/// Where an SP is and how it is handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The embedded reference SP; every case gets its own instance and its own clock.
    Reference,
    /// Somebody else's SP.
    External(Box<ExternalTarget>),
}

/// Somebody else's SP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTarget {
    /// Where programs run: the profile's folder.
    pub folder: PathBuf,
    /// How it is started; `None` if it runs already.
    pub launch: Option<Launch>,
    /// `host:port` as the SP is named, and where it really listens.
    pub resolve: Vec<(String, SocketAddr)>,
    /// A PEM file with the CA of the SP's TLS certificate.
    pub tls_ca: Option<PathBuf>,
    /// How it is configured, observed and acted on.
    pub adapters: Adapters,
}

/// How an SP is configured, observed and acted on. Texts may hold placeholders in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapters {
    /// Gives the SP its entries.
    pub configure: Configure,
    /// What they can say.
    pub vocabulary: Vocabulary,
    /// Asks who is logged in, with the browser's cookies: JSON `{"email": …, "roles": {…}}`, or
    /// 401/403/404/redirect/JSON `null` for nobody.
    pub whoami: Option<HttpCall>,
    /// Reads the stored state: JSON as [`super::State`].
    pub state: Option<Adapter>,
    /// How this SP says no in its own way, so that a 500 is not taken for a crash.
    pub rejected: Vec<RejectedForm>,
    /// The response header that carries the reason of a refusal, if there is one.
    pub reason_header: Option<String>,
    /// Password login.
    pub password_login: Option<PasswordLogin>,
    /// Logout, called with the browser's cookies.
    pub logout: Option<HttpCall>,
    /// Makes a password-reset link for `{email}`: JSON `{"link": …}`, opened by the browser.
    pub reset_link: Option<HttpCall>,
    /// Makes an invitation link for `{email}`: JSON `{"link": …}`, opened by the browser.
    pub invite: Option<HttpCall>,
    /// API keys.
    pub api_key: Option<ApiKey>,
}

/// How an SP is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Program and arguments.
    pub command: Vec<String>,
    /// The folder it runs in: that of the profile.
    pub directory: PathBuf,
    /// Its environment, added to ours. Placeholders: `{idp.metadata_url}`, `{idp.sso_url}`,
    /// `{idp.entity_id}`, `{idp.ca_file}`, `{port}`, `{data}` (a fresh folder), `{config}` (a file
    /// with the [`super::Configuration`] as JSON), `{token}`.
    pub env: BTreeMap<String, String>,
    /// Answers with a status below 500 as soon as the SP is ready.
    pub ready: String,
    /// How long to wait for that.
    pub ready_within: SignedDuration,
    /// How the mock IdP is served to it.
    pub idp: IdpScheme,
}

/// How the mock IdP is served to an external SP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdpScheme {
    /// Plain HTTP on loopback.
    Http,
    /// HTTPS with the certificate of `{idp.ca_file}`'s CA.
    Https,
}

/// How an SP is given its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configure {
    /// It is as it is; a scenario that needs other settings is skipped.
    Fixed,
    /// It is started again with another `{config}`.
    Launch,
    /// The [`super::Configuration`] is sent as JSON.
    Through(Adapter),
}

/// One way of reaching an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// An HTTP request.
    Http(HttpCall),
    /// A program, run in the profile's folder: JSON on standard input, JSON on standard output.
    Command(Vec<String>),
}

/// An HTTP request to an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpCall {
    /// The method.
    pub method: String,
    /// The address, with placeholders.
    pub url: String,
    /// Extra headers (an API token, say).
    pub headers: BTreeMap<String, String>,
}

/// A response by which an SP refuses a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedForm {
    /// The status, if it matters.
    pub status: Option<u16>,
    /// A text that the body contains, if it matters.
    pub body: Option<String>,
}

/// How a browser logs in with a password: a form is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLogin {
    /// Where to.
    pub url: String,
    /// The form's fields, with `{email}` and `{password}`.
    pub form: BTreeMap<String, String>,
}

/// How an API key is made and used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Makes a key for `{email}`: JSON `{"key": …}`.
    pub issue: HttpCall,
    /// Called with `{key}` in a header; a 2xx status means it works.
    pub call: HttpCall,
}
