//! A case: one scenario on one SP profile, ready to be played.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::saml::{Attribute, AttributeValue};
use crate::scenario::{
    Cell, ExpectWord, Grade, IdpChange, Initiated, Level, Need, ScenarioId, SendEncryption, SendKey,
};
use crate::sp::{AppAttribute, Configuration, Resource, SpProfile, TargetKind};

/// One scenario on one SP profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The scenario.
    pub id: ScenarioId,
    /// Its title.
    pub title: String,
    /// Its rule, in one sentence.
    pub requirement: String,
    /// Where the rule is written.
    pub source: String,
    /// How certain the rule is.
    pub grade: Grade,
    /// What the target must offer.
    pub needs: Vec<Need>,
    /// How much of the target has to be seen.
    pub level: Level,
    /// The scenario's twin.
    pub twin: Option<ScenarioId>,
    /// The SP profile.
    pub profile: Arc<SpProfile>,
    /// Keeps this case's domains, ids and users apart from every other's.
    pub seed: String,
    /// What the SP is given before the first step. An entry's metadata is
    /// `MetadataSource::Url("{idp.ORG.metadata_url}")` until the org has an address.
    pub configuration: Configuration,
    /// Whether the scenario says anything about the SP's configuration.
    pub configures: bool,
    /// The Okta orgs; the first is `main`.
    pub orgs: Vec<CaseOrg>,
    /// The people, by name.
    pub people: BTreeMap<String, CasePerson>,
    /// The steps, in order.
    pub steps: Vec<CaseStep>,
    /// E-mail addresses and domains of this case and the SP's names → the words that snapshots show in
    /// their place.
    pub aliases: Vec<(String, String)>,
}

/// An Okta org of a case with the one app that stands for the SP.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOrg {
    /// Its name in the scenario.
    pub name: String,
    /// Its subdomain.
    pub subdomain: String,
    /// What its app sends, tokens filled in.
    pub attributes: Vec<AppAttribute>,
}

/// A person whom an org knows and has assigned the app to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePerson {
    /// The name in the scenario.
    pub name: String,
    /// The org.
    pub org: String,
    /// The e-mail address, which is also the login.
    pub email: String,
    /// The password at the SP, where the SP has one.
    pub sp_password: Option<String>,
    /// Group names, beside `Everyone`.
    pub groups: Vec<String>,
    /// Further attributes of the Okta profile; `firstName`, `lastName`, `email`, `login` are filled.
    pub profile: BTreeMap<String, String>,
}

/// A step, resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseStep {
    /// Its number, from 1.
    pub number: usize,
    /// The line of the scenario file it stands in, from 1.
    pub line: usize,
    /// One line for people: `login jane`, `advance 59s`.
    pub text: String,
    /// What is done.
    pub action: Action,
    /// Whether this is a control login: if it is refused, the case proves nothing.
    pub control: bool,
    /// What may come of it; empty where it is not judged.
    pub expect: Vec<ExpectWord>,
    /// The acting user's stored roles afterwards, sorted; one of these sets.
    pub grants: Option<Vec<Vec<String>>>,
    /// The session's roles afterwards, sorted.
    pub session: Option<Vec<String>>,
    /// How many users of that address there are afterwards.
    pub users: Option<usize>,
    /// How many sessions of that user there are afterwards.
    pub sessions: Option<usize>,
    /// Resources that exist afterwards.
    pub resources: Option<Vec<Resource>>,
    /// The cell of a matrix that this step was made for.
    pub cell: Option<Cell>,
}

impl Case {
    /// The first thing that the SP would be told and that its configuration has no word for; `None`
    /// if everything can be said.
    pub fn unsaid(&self) -> Option<String> {
        let TargetKind::External(target) = &self.profile.target else { return None };
        let changes = self.steps.iter().filter_map(|step| match &step.action {
            Action::Change { sp, .. } => sp.as_ref(),
            _ => None,
        });
        let told = self.configures || !self.configuration.users.is_empty();
        let first = told.then_some(&self.configuration);
        first.into_iter().chain(changes).find_map(|told| target.adapters.vocabulary.lacks(told))
    }
}

impl CaseStep {
    /// Takes back what is expected, so that the outcome is recorded and not judged. A control login
    /// expects nothing, it is a condition.
    pub(super) fn expect_nothing(&mut self) {
        self.expect.clear();
        (self.grants, self.session, self.resources) = (None, None, None);
        (self.users, self.sessions) = (None, None);
    }
}

/// What a step does, resolved. A `browser` is the name of a cookie jar; a new name is a new jar.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// SAML logins, all at once.
    Login {
        /// Who and with which browser.
        people: Vec<(String, String)>,
        /// Where it starts.
        initiated: Initiated,
        /// What the IdP does differently.
        send: Send,
        /// Whether the response reaches the SP; otherwise it is held back for a replay.
        delivered: bool,
    },
    /// The last response of a person's login is posted again, or for the first time.
    Replay {
        /// Whose.
        person: String,
        /// With which browser.
        browser: String,
    },
    /// A password login.
    PasswordLogin {
        /// Who.
        person: String,
        /// With which browser.
        browser: String,
        /// With which password.
        password: String,
    },
    /// A password-reset link is made and opened.
    ResetLink {
        /// For whom.
        person: String,
        /// With which browser.
        browser: String,
    },
    /// An invitation is made and opened.
    Invite {
        /// For whom.
        person: String,
        /// With which browser.
        browser: String,
    },
    /// An API key is used.
    ApiKey {
        /// Whose.
        person: String,
    },
    /// A browser logs out.
    Logout {
        /// Whose.
        person: String,
        /// Which browser.
        browser: String,
    },
    /// A browser asks who is logged in.
    Probe {
        /// Whose.
        person: String,
        /// Which browser.
        browser: String,
    },
    /// Something changes: the SP's configuration as a whole is replaced, then the IdP is edited.
    Change {
        /// The SP's new configuration, if it changes.
        sp: Option<SpEdit>,
        /// Edits at the IdP.
        idp: Vec<IdpEdit>,
    },
    /// Time passes.
    Advance(SignedDuration),
}

/// What the SP is told. `entries` and `resources` are the whole, `users` only those that change.
pub type SpEdit = Configuration;

/// An edit at the IdP.
#[derive(Clone, Debug, PartialEq)]
pub enum IdpEdit {
    /// A person's groups are replaced.
    Groups {
        /// The person.
        person: String,
        /// The group names.
        groups: Vec<String>,
    },
    /// An attribute of a person's profile is set.
    Profile {
        /// The person.
        person: String,
        /// The attribute.
        key: String,
        /// Its value.
        value: String,
    },
    /// A person may use the app, or may not.
    Assigned {
        /// The person.
        person: String,
        /// Whether they may.
        assigned: bool,
    },
    /// An org's keys or metadata.
    Org {
        /// The org.
        org: String,
        /// What changes.
        change: IdpChange,
    },
}

/// What the IdP does differently in one login, placeholders filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Send {
    /// `<Audience>`.
    pub audience: Option<String>,
    /// Several `<AudienceRestriction>`.
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
    /// `InResponseTo`.
    pub in_response_to: Option<String>,
    /// The key that signs.
    pub key: SendKey,
    /// Attributes replaced.
    pub attributes: BTreeMap<String, Vec<AttributeValue>>,
    /// Attributes left out.
    pub omit: Vec<String>,
    /// Further `<Attribute>` elements.
    pub elements: Vec<Attribute>,
    /// How the assertion is encrypted.
    pub encryption: SendEncryption,
    /// How much older than now the response is.
    pub age: SignedDuration,
}
