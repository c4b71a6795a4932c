//! Access policies: rules that say, at each login at an app, who may enter (facts/okta.md 3.4).
//!
//! An org has one policy of its own, and every app that is given no other has that one. Rules are
//! looked at in order, the first that fits counts, and the last fits everybody.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::env::Env;
use crate::idp::{App, Org, User};

/// A policy of Okta's type `ACCESS_POLICY`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessPolicy {
    /// `rst…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its rules, in the order they are looked at; the last is the [catch-all](AccessRule::catch_all).
    pub rules: Vec<AccessRule>,
    /// `created`.
    pub created: Timestamp,
    /// `lastUpdated`.
    pub last_updated: Timestamp,
}

/// A rule of an [`AccessPolicy`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessRule {
    /// `rul…`.
    pub id: String,
    /// Its name, of which there is no other in its policy.
    pub name: String,
    /// Whether it is looked at.
    pub active: bool,
    /// Whether it came with the policy: it fits everybody, is the last one, and cannot be deleted.
    pub system: bool,
    /// Whom it is for.
    pub people: People,
    /// What it says of them.
    pub access: Access,
    /// `created`.
    pub created: Timestamp,
    /// `lastUpdated`.
    pub last_updated: Timestamp,
    /// What a client of the management API said of it that changes nothing here, such as how often
    /// people have to authenticate anew: kept as it came, and shown again.
    pub kept: serde_json::Map<String, serde_json::Value>,
}

/// `conditions.people` of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Ids of users who are meant.
    pub users: BTreeSet<String>,
    /// Ids of groups whose members are meant. Where neither users nor groups are named, everybody is.
    pub groups: BTreeSet<String>,
    /// Ids of users who are not, whatever else is said.
    pub excluded_users: BTreeSet<String>,
    /// Ids of groups whose members are not.
    pub excluded_groups: BTreeSet<String>,
}

/// A rule as somebody describes one, by names instead of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRuleDraft {
    /// What it says of them.
    pub access: Access,
    /// Logins of users who are meant.
    pub users: BTreeSet<String>,
    /// Names of groups whose members are meant. Where neither users nor groups are named, everybody is.
    pub groups: BTreeSet<String>,
    /// Logins of users who are not, whatever else is said.
    pub except_users: BTreeSet<String>,
    /// Names of groups whose members are not.
    pub except_groups: BTreeSet<String>,
}

/// `actions.appSignOn.access` of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Access {
    /// They may enter.
    #[default]
    Allow,
    /// They may not: "You do not have permission to perform the requested action."
    Deny,
}

impl Access {
    /// Okta's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
        }
    }
}

impl AccessPolicy {
    /// A policy whose one rule lets everybody in.
    pub fn new(id: impl Into<String>, name: &str, env: &Env) -> Self {
        let now = env.clock.now();
        Self {
            id: id.into(),
            name: name.to_owned(),
            description: String::new(),
            rules: vec![AccessRule::catch_all(env)],
            created: now,
            last_updated: now,
        }
    }

    /// The policy that every org has.
    pub(super) fn of_org(org_id: &str, now: Timestamp) -> Self {
        let env = Env::fixed(now, &format!("{org_id}/access policy"));
        let policy = Self::new(env.ids.okta("rst"), "Default Policy", &env);
        Self { description: "Lets in whoever is assigned".to_owned(), ..policy }
    }

    /// Puts a rule at a place, the first being 0; the catch-all stays behind it.
    pub fn insert_rule(&mut self, place: usize, rule: AccessRule) {
        let last = self.rules.iter().position(|rule| rule.system).unwrap_or(self.rules.len());
        self.rules.insert(place.min(last), rule);
    }
}

impl AccessRule {
    /// A rule that is looked at, for everybody until [`AccessRule::people`] says otherwise.
    pub fn new(id: impl Into<String>, name: &str, access: Access, now: Timestamp) -> Self {
        Self {
            id: id.into(),
            name: name.to_owned(),
            active: true,
            system: false,
            people: People::default(),
            access,
            created: now,
            last_updated: now,
            kept: serde_json::Map::new(),
        }
    }

    /// The rule that comes with each policy.
    pub fn catch_all(env: &Env) -> Self {
        let rule = Self::new(env.ids.okta("rul"), "Catch-all Rule", Access::Allow, env.clock.now());
        Self { system: true, ..rule }
    }
}

impl AccessRuleDraft {
    /// One that keeps everybody out whom no rule before it lets in.
    pub fn deny_everybody() -> Self {
        Self { access: Access::Deny, ..Self::default() }
    }

    /// One that lets everybody in whom no rule before it keeps out.
    pub fn allow_everybody() -> Self {
        Self::default()
    }

    /// One that keeps the members of these groups out. Without any it is for everybody.
    pub fn deny<Name: Into<String>>(groups: impl IntoIterator<Item = Name>) -> Self {
        let groups = groups.into_iter().map(Into::into).collect();
        Self { access: Access::Deny, groups, ..Self::default() }
    }

    /// One that lets the members of these groups in. Without any it is for everybody.
    pub fn allow<Name: Into<String>>(groups: impl IntoIterator<Item = Name>) -> Self {
        Self { access: Access::Allow, ..Self::deny(groups) }
    }

    /// The names of all groups that it names.
    pub fn group_names(&self) -> impl Iterator<Item = &String> {
        self.groups.iter().chain(&self.except_groups)
    }
}

impl People {
    /// All ids that are named.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        let Self { users, groups, excluded_users, excluded_groups } = self;
        users.iter().chain(groups).chain(excluded_users).chain(excluded_groups)
    }

    /// Whether it is for everybody who is not excluded.
    pub fn is_everybody(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty()
    }

    fn include(&self, org: &Org, user: &User) -> bool {
        let in_any = |named: &BTreeSet<String>| named.iter().any(|id| org.is_member(user, id));
        let meant = self.is_everybody() || self.users.contains(&user.id) || in_any(&self.groups);
        meant && !self.excluded_users.contains(&user.id) && !in_any(&self.excluded_groups)
    }
}

impl Org {
    /// The policy that every org has, and every app that is given no other.
    pub fn default_access_policy(&self) -> Option<&AccessPolicy> {
        self.access_policies.first()
    }

    /// The policy of an app.
    pub fn access_policy_of(&self, app: &App) -> Option<&AccessPolicy> {
        let named = app.access_policy.as_ref();
        let named = named.and_then(|id| self.access_policies.iter().find(|it| it.id == *id));
        named.or_else(|| self.default_access_policy())
    }

    /// The policy of an app and its rule that counts for a user.
    pub fn access_rule(&self, app: &App, user: &User) -> Option<(&AccessPolicy, &AccessRule)> {
        let policy = self.access_policy_of(app)?;
        let mut active = policy.rules.iter().filter(|rule| rule.active);
        Some((policy, active.find(|rule| rule.people.include(self, user))?))
    }
}
