//! An org as somebody describes it: before it has an address, ids and keys.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::env::Env;
use crate::idp::expression::Template;
use crate::idp::{
    AccessPolicy, AccessRule, AccessRuleDraft, App, AppKey, AppStatus, AttributeStatement,
    GroupFilter, GroupKind, InlineHookDraft, Org, OrgFeatures, ProfileValue, SignInPage, SignOn,
    User, UserStatus, UserTimes,
};
use crate::keys::{KeyAlgorithm, KeyKind, SigningKey};
use crate::saml::{AcsUrl, EntityId, SignatureAlgorithm};

/// An org as an org file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrgDraft {
    /// The first label of an Okta host; app names begin with it.
    pub subdomain: String,
    /// The name that people see.
    pub name: String,
    /// The token that tools show at its management API.
    pub api_token: String,
    /// What its sign-in page asks for.
    pub sign_in_page: SignInPage,
    /// In what it differs from other orgs.
    pub features: OrgFeatures,
    /// Its people; no two logins are the same but for case.
    pub users: Vec<UserDraft>,
    /// Its apps.
    pub apps: Vec<AppDraft>,
    /// Custom attributes of its users' profiles, beside those that somebody has.
    pub profile_attributes: BTreeSet<String>,
}

/// A user as somebody describes one.
#[derive(Clone, Debug, PartialEq)]
pub struct UserDraft {
    /// The Okta username, and so the NameID.
    pub login: String,
    /// The password; these people are not real.
    pub password: String,
    /// Names of the groups the user is in, beside `Everyone`.
    pub groups: BTreeSet<String>,
    /// Profile attributes by name; `email` is the login unless it stands here.
    pub profile: BTreeMap<String, ProfileValue>,
    /// The status; `None` where nothing is said of it: a new user is ACTIVE, another keeps theirs.
    pub status: Option<UserStatus>,
}

/// An app as somebody describes one.
#[derive(Clone, Debug, PartialEq)]
pub struct AppDraft {
    /// The label that people see.
    pub label: String,
    /// How it signs people on.
    pub sign_on: SignOn,
    /// `credentials.userNameTemplate`: the users' names at the app.
    pub user_name_template: Template,
    /// Whether a request for an address that is not listed is refused.
    pub refuses_unlisted_acs: bool,
    /// `implicitAssignment`: nobody needs to be assigned.
    pub implicit_assignment: bool,
    /// Who may use it.
    pub assigned: Assigned,
    /// The rules of its access policy, the first that fits counting; whoever none fits may enter.
    /// Without any it has the org's own policy.
    pub access_rules: Vec<AccessRuleDraft>,
    /// `accessibility.errorRedirectUrl`: where people are sent instead of an error page.
    pub error_redirect_url: Option<String>,
    /// Who is asked about its assertions.
    pub inline_hook: Option<InlineHookDraft>,
    /// Whether people can use it; `None` where nothing is said of that.
    pub status: Option<AppStatus>,
}

/// Who may use an app, by names instead of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Assigned {
    /// Every user of the org.
    #[default]
    Everyone,
    /// The users of these logins.
    Logins(BTreeSet<String>),
    /// The members of these groups.
    Groups(BTreeSet<String>),
}

impl OrgDraft {
    /// The org with ids, and with a key for each app. It has no address yet: `base_url` is empty.
    ///
    /// Ids are derived from the names in the draft alone. Entity ids and addresses are therefore the
    /// same whenever the same draft is used, which an SP's stored trust needs beside the same key.
    ///
    /// # Errors
    /// The first one that `key` reports.
    pub fn to_org<K: Into<AppKey>, E>(
        &self,
        mut key: impl FnMut(&AppDraft) -> Result<K, E>,
    ) -> Result<Org, E> {
        let mut org = self.empty_org();
        org.name.clone_from(&self.name);
        org.sign_in_page = self.sign_in_page;
        org.features = self.features;
        org.api_token.clone_from(&self.api_token);
        org.profile_attributes.clone_from(&self.profile_attributes);
        for user in &self.users {
            user.add_to(&mut org);
        }
        for app in &self.apps {
            app.add_to(&mut org, key(app)?);
        }
        Ok(org)
    }

    /// The org before anything of the draft is in it but its id and subdomain. It has no dates yet
    /// ([`Org::begin`]).
    pub fn empty_org(&self) -> Org {
        let seed = format!("/org/{}", self.subdomain.to_lowercase());
        Org::new(&self.subdomain, "", &Env::fixed(Timestamp::UNIX_EPOCH, &seed))
    }
}

impl UserDraft {
    /// The password of whoever is given no other.
    pub const PASSWORD: &str = "password";

    /// A user of this login, with the password [`UserDraft::PASSWORD`] and no groups.
    pub fn new(login: impl Into<String>) -> Self {
        Self {
            login: login.into(),
            password: Self::PASSWORD.to_owned(),
            groups: BTreeSet::new(),
            profile: BTreeMap::new(),
            status: None,
        }
    }

    /// The same with another password.
    #[must_use]
    pub fn password(self, password: impl Into<String>) -> Self {
        Self { password: password.into(), ..self }
    }

    /// The same, in these groups too.
    #[must_use]
    pub fn groups<Name: Into<String>>(mut self, names: impl IntoIterator<Item = Name>) -> Self {
        self.groups.extend(names.into_iter().map(Into::into));
        self
    }

    /// The same with one profile attribute more, such as `firstName`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<ProfileValue>) -> Self {
        self.profile.insert(name.into(), value.into());
        self
    }

    /// Adds the user to an org, in the place of one of the same login.
    pub fn add_to(&self, org: &mut Org) {
        let id = user_id(org, &self.login);
        org.users.retain(|user| user.id != id);
        let env = derived(org, "user", &self.login);
        let user: &mut User = org.add_user(&self.login, &self.password, &env);
        user.id = id;
        user.profile.extend(self.profile.clone());
        let custom =
            self.profile.keys().filter(|name| !User::BASE_ATTRIBUTES.contains(&name.as_str()));
        org.profile_attributes.extend(custom.cloned());
        for name in &self.groups {
            group_id(org, name);
        }
        let user = org.users.last_mut().expect("a user was added just now");
        user.groups.clone_from(&self.groups);
        if let Some(status) = self.status {
            user.status = status;
            user.times = UserTimes::of_status(status, user.times.created);
        }
    }
}

impl AppDraft {
    /// An app with Okta's defaults for this SP ([`SignOn::new`]), assigned to everyone.
    pub fn new(
        label: impl Into<String>,
        acs: impl Into<String>,
        entity_id: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            sign_on: SignOn::new(AcsUrl::new(acs), EntityId::new(entity_id)),
            user_name_template: Template::login(),
            refuses_unlisted_acs: false,
            implicit_assignment: false,
            assigned: Assigned::Everyone,
            access_rules: vec![],
            error_redirect_url: None,
            inline_hook: None,
            status: None,
        }
    }

    /// The same with one more attribute: an expression such as `user.firstName`, or literal text
    /// ([`crate::idp::AttributeSource::parse`]).
    #[must_use]
    pub fn attribute(self, name: impl Into<String>, value: &str) -> Self {
        self.statement(AttributeStatement::expression(name, value))
    }

    /// The same with one more attribute: the user's groups that pass the filter.
    #[must_use]
    pub fn groups(self, name: impl Into<String>, filter: GroupFilter) -> Self {
        self.statement(AttributeStatement::groups(name, filter))
    }

    /// The same with one more attribute statement.
    #[must_use]
    pub fn statement(mut self, statement: AttributeStatement) -> Self {
        self.sign_on.attribute_statements.push(statement);
        self
    }

    /// The same for these users alone, who may be added later.
    #[must_use]
    pub fn assigned_to<Login: Into<String>>(self, logins: impl IntoIterator<Item = Login>) -> Self {
        Self { assigned: Assigned::Logins(logins.into_iter().map(Into::into).collect()), ..self }
    }

    /// The same, and nobody needs to be assigned: federation broker mode.
    #[must_use]
    pub fn implicit(self) -> Self {
        Self { implicit_assignment: true, ..self }
    }

    /// The same with one more rule of who may enter, looked at behind those that it has.
    #[must_use]
    pub fn access(mut self, rule: AccessRuleDraft) -> Self {
        self.access_rules.push(rule);
        self
    }

    /// The kind of key that can make its signatures: RSA with 2048 bits as Okta's, unless its
    /// signature algorithm asks for ECDSA.
    pub fn key_kind(&self) -> KeyKind {
        match self.sign_on.signature_algorithm {
            SignatureAlgorithm::EcdsaSha256 => KeyKind::EcdsaP256,
            SignatureAlgorithm::EcdsaSha384 | SignatureAlgorithm::EcdsaSha512 => KeyKind::EcdsaP384,
            _ => KeyKind::Rsa2048,
        }
    }

    /// Whether this key can make its signatures.
    pub fn takes(&self, key: &SigningKey) -> bool {
        let wanted: KeyAlgorithm = self.key_kind().algorithm();
        key.kind().algorithm() == wanted
    }

    /// The label in lower case, letters and digits of ASCII alone: its part of the app's name.
    pub fn slug(&self) -> String {
        let plain = self.label.chars().filter(char::is_ascii_alphanumeric);
        plain.collect::<String>().to_lowercase()
    }

    /// Adds the app with its key to an org, and hands it out.
    pub fn add_to<'org>(&self, org: &'org mut Org, key: impl Into<AppKey>) -> &'org mut App {
        let before = org.apps.iter().filter(|app| app.label == self.label).count();
        self.add_as(org, key.into(), before)
    }

    /// As [`AppDraft::add_to`], with the id of [`AppDraft::id_in`] whatever other apps there are.
    pub(super) fn add_first_to<'org>(&self, org: &'org mut Org, key: AppKey) -> &'org mut App {
        self.add_as(org, key, 0)
    }

    fn add_as<'org>(&self, org: &'org mut Org, key: AppKey, before: usize) -> &'org mut App {
        let env = derived(org, "app", &format!("{before} {}", self.label));
        let id = org.add_app(&self.label, self.sign_on.clone(), key, &env).id.clone();
        self.set_in(org, &id).expect("an app was added just now")
    }

    /// The id that the app has in an org that was made from a file with it ([`OrgDraft`]).
    pub fn id_in(&self, org: &Org) -> String {
        derived(org, "app", &format!("0 {}", self.label)).ids.okta("0oa")
    }

    /// Has the app of this id say what the draft says; its ids, name and keys stay,
    /// and its status where the draft says nothing of it.
    pub(super) fn set_in<'org>(&self, org: &'org mut Org, id: &str) -> Option<&'org mut App> {
        let users: Vec<String> = match &self.assigned {
            Assigned::Logins(logins) => logins.iter().map(|login| user_id(org, login)).collect(),
            Assigned::Everyone | Assigned::Groups(_) => vec![],
        };
        let groups: Vec<String> = match &self.assigned {
            Assigned::Groups(names) => names.iter().map(|name| group_id(org, name)).collect(),
            Assigned::Everyone | Assigned::Logins(_) => vec![],
        };
        let hook = self.inline_hook.as_ref().map(|hook| {
            let id = derived(org, "hook", id).ids.okta("cal");
            org.put_inline_hook(hook.registered(&id, &self.label, org.created));
            id
        });
        let policy = self.put_access_policy(org, id);
        let everyone = org.groups.iter().find(|group| group.kind == GroupKind::BuiltIn);
        let everyone = everyone.map(|group| group.id.clone());
        let app = org.apps.iter_mut().find(|app| app.id == id)?;
        app.label.clone_from(&self.label);
        app.sign_on.clone_from(&self.sign_on);
        app.sign_on.inline_hooks.extend(hook);
        app.federated_claims.retain(|claim| {
            self.sign_on.attribute_statements.iter().all(|one| one.name != claim.statement.name)
        });
        app.access_policy = policy;
        app.error_redirect_url.clone_from(&self.error_redirect_url);
        app.status = self.status.unwrap_or(app.status);
        app.user_name_template.clone_from(&self.user_name_template);
        app.refuses_unlisted_acs = self.refuses_unlisted_acs;
        app.implicit_assignment = self.implicit_assignment;
        match &self.assigned {
            Assigned::Everyone => app.assign_to_groups(everyone),
            Assigned::Logins(_) => app.assign_to_users(users),
            Assigned::Groups(_) => app.assign_to_groups(groups),
        }
        Some(app)
    }
}

impl AppDraft {
    /// Puts the policy of its own into an org, in the place of the one that it had, and hands out the
    /// id; `None` if it needs none.
    fn put_access_policy(&self, org: &mut Org, app_id: &str) -> Option<String> {
        let env = derived(org, "policy", app_id);
        let id = env.ids.okta("rst");
        org.access_policies.retain(|policy| policy.id != id);
        if self.access_rules.is_empty() {
            return None;
        }
        let mut policy = AccessPolicy::new(&id, &self.label, &env);
        for (place, draft) in self.access_rules.iter().enumerate() {
            let name = format!("Rule {}", place + 1);
            let id = env.ids.okta("rul");
            let mut rule = AccessRule::new(id, &name, draft.access, env.clock.now());
            let ids = |logins: &BTreeSet<String>| -> BTreeSet<String> {
                logins.iter().map(|login| user_id(org, login)).collect()
            };
            rule.people.users = ids(&draft.users);
            rule.people.excluded_users = ids(&draft.except_users);
            let mut ids = |names: &BTreeSet<String>| -> BTreeSet<String> {
                names.iter().map(|name| group_id(org, name)).collect()
            };
            rule.people.groups = ids(&draft.groups);
            rule.people.excluded_groups = ids(&draft.except_groups);
            policy.insert_rule(place, rule);
        }
        org.access_policies.push(policy);
        Some(id)
    }
}

/// The id of the group of this name, which is made if there is none yet.
pub(super) fn group_id(org: &mut Org, name: &str) -> String {
    // Unlike logins, names of groups differ by case.
    let env = Env::fixed(org.created, &format!("{}/group/{name}", org.id));
    org.add_group(name, &env)
}

/// The id of the user of this login, or the one that a draft of it will get.
fn user_id(org: &Org, login: &str) -> String {
    match org.user_by_login(login) {
        Some(user) => user.id.clone(),
        None => derived_user_id(org, login),
    }
}

/// The id of the policy that an app has by the rules of its draft.
pub(super) fn derived_policy_id(org: &Org, app_id: &str) -> String {
    derived(org, "policy", app_id).ids.okta("rst")
}

/// The id of a user who is made from a draft of this login.
pub(super) fn derived_user_id(org: &Org, login: &str) -> String {
    derived(org, "user", login).ids.okta("00u")
}

/// Ids that follow from names alone, and the time at which the org was made.
fn derived(org: &Org, kind: &str, name: &str) -> Env {
    Env::fixed(org.created, &format!("{}/{kind}/{}", org.id, name.to_lowercase()))
}
