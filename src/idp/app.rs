//! An app: what the org knows of one SP.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::idp::expression::Template;
use crate::idp::{AppCsr, AppKey, Assignment, FederatedClaim, GroupAssignment, SignOn};
use crate::keys::SigningKey;
use crate::saml::EntityId;

/// A custom SAML 2.0 app of an org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct App {
    /// `0oa…`.
    pub id: String,
    /// `exk…`, the externalKey: part of the issuer and of the SSO address.
    pub external_key: String,
    /// `aln…`, the last part of the embed link.
    pub link_id: String,
    /// `{subdomain}_{label}_{n}` (facts/okta.md 1.2).
    pub name: String,
    /// The label that people see.
    pub label: String,
    /// Whether people can use it.
    pub status: AppStatus,
    /// When it was added.
    pub created: Timestamp,
    /// When it was changed last.
    pub last_updated: Timestamp,
    /// How it signs people on.
    pub sign_on: SignOn,
    /// Its keys, in order of making; never empty in a useful app.
    pub keys: Vec<AppKey>,
    /// Index into `keys`: the one that signs.
    pub signing: usize,
    /// Indices into `keys`: those that the metadata shows. Okta shows the active one alone; more
    /// of them are for trying how an SP takes a roll-over.
    pub published: Vec<usize>,
    /// Keys that wait for a certificate of somebody else.
    pub csrs: Vec<AppCsr>,
    /// What it says of its users beside the attribute statements of `sign_on`.
    pub federated_claims: Vec<FederatedClaim>,
    /// `credentials.userNameTemplate`: under which name users are assigned.
    pub user_name_template: Template,
    /// Attributes of its users' profiles beside `userName`.
    pub profile_attributes: BTreeSet<String>,
    /// What a client of the management API said of them, by name: kept as it came, and shown again.
    pub attribute_definitions: BTreeMap<String, serde_json::Value>,
    /// Whether a request for an ACS URL or index that is not listed is refused instead of being answered
    /// at the usual one. Reports of Okta's contradict each other (facts/okta.md 3.3).
    #[serde(default)]
    pub refuses_unlisted_acs: bool,
    /// `implicitAssignment`, federation broker mode: nobody needs to be assigned.
    pub implicit_assignment: bool,
    /// Users who are assigned, by id. There may be many, so they are kept apart from the app.
    #[serde(skip)]
    pub assignments: BTreeMap<String, Assignment>,
    /// Groups that are assigned, by id.
    pub group_assignments: BTreeMap<String, GroupAssignment>,
    /// `rst…` of its access policy; `None` is the org's own.
    pub access_policy: Option<String>,
    /// `accessibility.errorRedirectUrl`: where people are sent instead of an error page.
    pub error_redirect_url: Option<String>,
    /// The [`crate::idp::Preset`] that it was made from, by its id.
    pub preset: Option<String>,
    /// What a client of the management API said of it that changes nothing here, such as
    /// `visibility` and `settings.notes`: kept as it came, and shown again.
    pub kept: serde_json::Map<String, serde_json::Value>,
}

/// `status` of an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AppStatus {
    /// People can use it.
    #[default]
    Active,
    /// Nobody can: its addresses answer as if it were not there (facts/okta.md 3.4, graded M).
    Inactive,
}

impl AppStatus {
    /// Whether people can use it.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }

    /// Okta's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }
}

impl App {
    /// Path of the SSO endpoint of both bindings: `/app/{name}/{exk}/sso/saml`.
    pub fn sso_path(&self) -> String {
        format!("/app/{}/{}/sso/saml", self.name, self.external_key)
    }

    /// Path of the logout endpoint of both bindings: `/app/{name}/{exk}/slo/saml`.
    pub fn slo_path(&self) -> String {
        format!("/app/{}/{}/slo/saml", self.name, self.external_key)
    }

    /// Path where answers to the org's own logout requests go: `/app/{name}/{exk}/slo/saml/callback`.
    pub fn slo_callback_path(&self) -> String {
        format!("{}/callback", self.slo_path())
    }

    /// Path of the public metadata: `/app/{exk}/sso/saml/metadata`.
    pub fn metadata_path(&self) -> String {
        format!("/app/{}/sso/saml/metadata", self.external_key)
    }

    /// Path of the embed link, where IdP-initiated logins begin: `/home/{name}/{0oa}/{aln}`.
    pub fn embed_path(&self) -> String {
        format!("/home/{}/{}/{}", self.name, self.id, self.link_id)
    }

    /// The entity id: `idpIssuer` with `${org.externalKey}` filled in, by default
    /// `http://www.okta.com/{exk}` whatever the org's host (facts/okta.md 1.2).
    pub fn issuer(&self) -> EntityId {
        EntityId::new(self.sign_on.idp_issuer.replace("${org.externalKey}", &self.external_key))
    }

    /// Whether it is shown on the dashboard: not where `visibility.hide.web` says otherwise.
    pub fn is_on_dashboard(&self) -> bool {
        let hide = self.kept.get("visibility").and_then(|visibility| visibility.get("hide"));
        hide.and_then(|hide| hide.get("web")).and_then(serde_json::Value::as_bool) != Some(true)
    }

    /// Whether people can be sent to this address: a URL of http or https in ASCII.
    pub fn is_redirect_url(text: &str) -> bool {
        let url =
            Url::parse(text).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_graphic()));
        url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    }

    /// The key that signs, if `signing` names one that is made.
    pub fn signing_key(&self) -> Option<&SigningKey> {
        self.keys.get(self.signing)?.key()
    }
}
