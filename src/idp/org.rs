//! An org: its users, groups and apps.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::env::Env;
use crate::idp::expression::Template;
use crate::idp::{
    AccessPolicy, App, AppKey, AppStatus, Group, GroupAssignment, GroupKind, GroupRule, InlineHook,
    OrgFeatures, Seed, SignInPage, SignOn, User, UserStatus, UserTimes,
};

/// An Okta org.
#[derive(Clone, Debug)]
pub struct Org {
    /// `00o…`.
    pub id: String,
    /// The first label of its host; app names begin with it.
    pub subdomain: String,
    /// The name that people see.
    pub name: String,
    /// Scheme, host and port without a slash at the end: `https://acme.okta.com`.
    pub base_url: String,
    /// What its sign-in page asks for.
    pub sign_in_page: SignInPage,
    /// In what it differs from other orgs of Okta's.
    pub features: OrgFeatures,
    /// Its people.
    pub users: Vec<User>,
    /// Its groups; `Everyone` is the first.
    pub groups: Vec<Group>,
    /// Its apps.
    pub apps: Vec<App>,
    /// Its group rules, in the order they are applied in.
    pub group_rules: Vec<GroupRule>,
    /// Its inline hooks, by the order of registration.
    pub inline_hooks: Vec<InlineHook>,
    /// Its access policies; the first is the org's own.
    pub access_policies: Vec<AccessPolicy>,
    /// Custom attributes of its users' profiles, beside [`User::BASE_ATTRIBUTES`].
    pub profile_attributes: BTreeSet<String>,
    /// What a client of the management API said of them, by name: kept as it came, and shown again.
    pub attribute_definitions: BTreeMap<String, serde_json::Value>,
    /// What the org file said that was taken over last.
    pub seed: Seed,
    /// The token that tools show at its management API: `SSWS {token}`.
    pub api_token: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Org {
    /// The group that everybody is in.
    pub const EVERYONE: &str = "Everyone";

    /// The API token of an org that is given no other. It protects nothing: everybody knows it.
    pub const API_TOKEN: &str = "00samlproofTokenThatEverybodyKnows00000000";

    /// An org with no users and no apps.
    pub fn new(subdomain: &str, base_url: &str, env: &Env) -> Self {
        let id = env.ids.okta("00o");
        let everyone = Group::new(env.ids.okta("00g"), Self::EVERYONE, env.clock.now());
        let policy = AccessPolicy::of_org(&id, env.clock.now());
        Self {
            id,
            subdomain: subdomain.to_owned(),
            name: subdomain.to_owned(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            sign_in_page: SignInPage::default(),
            features: OrgFeatures::default(),
            users: vec![],
            groups: vec![Group { kind: GroupKind::BuiltIn, ..everyone }],
            apps: vec![],
            group_rules: vec![],
            inline_hooks: vec![],
            access_policies: vec![policy],
            profile_attributes: BTreeSet::new(),
            attribute_definitions: BTreeMap::new(),
            seed: Seed::default(),
            api_token: Self::API_TOKEN.to_owned(),
            created: env.clock.now(),
        }
    }

    /// Gives an org that was made from a file its dates: all that has none was made `now`. One that
    /// has them keeps them.
    pub fn begin(&mut self, now: Timestamp) {
        let date = |at: &mut Timestamp| {
            if *at == Timestamp::UNIX_EPOCH {
                *at = now;
            }
        };
        date(&mut self.created);
        for User { times, .. } in &mut self.users {
            [&mut times.created, &mut times.last_updated].into_iter().for_each(date);
            times.activated.iter_mut().chain(&mut times.password_changed).for_each(date);
        }
        for group in &mut self.groups {
            date(&mut group.created);
            date(&mut group.last_updated);
            date(&mut group.last_membership_updated);
        }
        for app in &mut self.apps {
            date(&mut app.created);
            date(&mut app.last_updated);
        }
        for policy in &mut self.access_policies {
            [&mut policy.created, &mut policy.last_updated].into_iter().for_each(date);
            for rule in &mut policy.rules {
                [&mut rule.created, &mut rule.last_updated].into_iter().for_each(date);
            }
        }
    }

    /// Adds an active user of this login, whose e-mail address is the same text, and hands it out
    /// so that the profile can be filled. Groups are set with [`Org::set_groups`].
    pub fn add_user(&mut self, login: &str, password: &str, env: &Env) -> &mut User {
        self.users.push(User {
            id: env.ids.okta("00u"),
            login: login.to_owned(),
            password: password.to_owned(),
            status: UserStatus::Active,
            profile: BTreeMap::from([("email".to_owned(), login.into())]),
            groups: BTreeSet::new(),
            linked: BTreeMap::new(),
            times: UserTimes::active(env.clock.now()),
        });
        self.users.last_mut().expect("a user was pushed just now")
    }

    /// Replaces a user's groups, making those that the org does not have yet; `Everyone` need not
    /// be named. Says whether there is such a user.
    pub fn set_groups(&mut self, login: &str, names: &[impl AsRef<str>], env: &Env) -> bool {
        let Some(user) = self.user_by_login_mut(login) else {
            return false;
        };
        let wanted: BTreeSet<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
        let old = std::mem::replace(&mut user.groups, wanted.clone());
        for name in names {
            self.add_group(name.as_ref(), env);
        }
        self.touch_membership(old.symmetric_difference(&wanted), env.clock.now());
        true
    }

    /// Adds a group unless there is one of that name, and hands out its id.
    pub fn add_group(&mut self, name: &str, env: &Env) -> String {
        if let Some(known) = self.groups.iter().find(|group| group.name == name) {
            return known.id.clone();
        }
        let id = env.ids.okta("00g");
        self.groups.push(Group::new(id.clone(), name, env.clock.now()));
        id
    }

    /// Gives a group of the org's own another name, unless another group has it. Says whether that
    /// was done.
    pub fn rename_group(&mut self, id: &str, name: &str, now: Timestamp) -> bool {
        let taken = self.groups.iter().any(|group| group.name == name && group.id != id);
        let mut groups = self.groups.iter_mut();
        let group = groups.find(|group| group.id == id && group.kind == GroupKind::Okta);
        let (Some(group), false, false) = (group, taken, name.is_empty()) else { return false };
        group.last_updated = now;
        let old = std::mem::replace(&mut group.name, name.to_owned());
        for user in &mut self.users {
            if user.groups.remove(&old) {
                user.groups.insert(name.to_owned());
            }
        }
        true
    }

    /// Deletes a group of the org's own, and what depends on it. Says whether that was done. Rules of
    /// access policies go on naming it: without it they would be for everybody.
    pub fn delete_group(&mut self, id: &str) -> bool {
        let found = self.groups.iter().position(|group| group.id == id);
        let Some(at) = found.filter(|at| self.groups[*at].kind == GroupKind::Okta) else {
            return false;
        };
        let group = self.groups.remove(at);
        for user in &mut self.users {
            user.groups.remove(&group.name);
        }
        for app in &mut self.apps {
            app.group_assignments.remove(id);
        }
        for rule in &mut self.group_rules {
            rule.groups.remove(id);
        }
        true
    }

    /// Adds an app with one key, which signs and is published, assigned to everyone, and hands it
    /// out so that it can be changed.
    pub fn add_app(
        &mut self,
        label: &str,
        sign_on: SignOn,
        key: impl Into<AppKey>,
        env: &Env,
    ) -> &mut App {
        let name = self.app_name(label);
        let everyone = self.groups.iter().filter(|group| group.kind == GroupKind::BuiltIn);
        let everyone = everyone.map(|group| (group.id.clone(), GroupAssignment::default()));
        let group_assignments = everyone.collect();
        self.apps.push(App {
            id: env.ids.okta("0oa"),
            external_key: env.ids.okta("exk"),
            link_id: env.ids.okta("aln"),
            name,
            label: label.to_owned(),
            sign_on,
            status: AppStatus::Active,
            created: env.clock.now(),
            last_updated: env.clock.now(),
            keys: vec![key.into()],
            signing: 0,
            published: vec![0],
            csrs: vec![],
            federated_claims: vec![],
            user_name_template: Template::login(),
            profile_attributes: BTreeSet::new(),
            attribute_definitions: BTreeMap::new(),
            refuses_unlisted_acs: false,
            implicit_assignment: false,
            assignments: BTreeMap::new(),
            group_assignments,
            access_policy: None,
            error_redirect_url: None,
            preset: None,
            kept: serde_json::Map::new(),
        });
        self.apps.last_mut().expect("an app was pushed just now")
    }

    /// Notes that the members of these groups, by name, are others now.
    pub(super) fn touch_membership<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a String>,
        now: Timestamp,
    ) {
        let names: BTreeSet<&String> = names.into_iter().collect();
        for group in self.groups.iter_mut().filter(|group| names.contains(&group.name)) {
            group.last_membership_updated = now;
        }
    }

    /// The user of this login, upper and lower case being the same to Okta.
    pub fn user_by_login(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| same_login(&user.login, login))
    }

    /// The user whom people mean by this: of that login, or of the part of one before the `@` if that is
    /// nobody else's.
    pub fn user_by_name(&self, name: &str) -> Option<&User> {
        let name = name.trim();
        let short = |user: &&User| {
            user.login.split_once('@').is_some_and(|(short, _)| same_login(short, name))
        };
        self.user_by_login(name).or_else(|| {
            let mut found = self.users.iter().filter(short);
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// As [`Org::user_by_login`], to change the user.
    pub fn user_by_login_mut(&mut self, login: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| same_login(&user.login, login))
    }

    /// The app of this `exk…`.
    pub fn app_by_external_key(&self, external_key: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.external_key == external_key)
    }

    /// As [`Org::app_by_external_key`], if people can use it.
    pub fn active_app(&self, external_key: &str) -> Option<&App> {
        self.app_by_external_key(external_key).filter(|app| app.status == AppStatus::Active)
    }

    /// The app of this `0oa…`.
    pub fn app_by_id(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// The names of the groups a user is in, by hand, by rule, and `Everyone`, sorted.
    pub fn groups_of<'a>(&'a self, user: &'a User) -> BTreeSet<&'a str> {
        let by_rule = self.group_list(user).into_iter().map(|group| group.name.as_str());
        let by_hand = user.groups.iter().map(String::as_str);
        by_hand.chain(by_rule).chain([Self::EVERYONE]).collect()
    }

    /// Whether a user is in the group of this id, by hand, by rule, or because everybody is.
    pub fn is_member(&self, user: &User, group_id: &str) -> bool {
        let group = self.groups.iter().find(|group| group.id == group_id);
        group.is_some_and(|group| {
            let in_rule = |rule: &GroupRule| {
                rule.groups.contains(group_id) && rule.members.contains(&user.id)
            };
            group.kind == GroupKind::BuiltIn
                || user.groups.contains(&group.name)
                || self.group_rules.iter().any(in_rule)
        })
    }

    /// The groups a user is in, sorted by name.
    pub fn group_list(&self, user: &User) -> Vec<&Group> {
        let rules = self.group_rules.iter().filter(|rule| rule.members.contains(&user.id));
        let by_rule: BTreeSet<&String> = rules.flat_map(|rule| &rule.groups).collect();
        let is_in = |group: &&Group| {
            group.kind == GroupKind::BuiltIn
                || user.groups.contains(&group.name)
                || by_rule.contains(&group.id)
        };
        let mut groups: Vec<&Group> = self.groups.iter().filter(is_in).collect();
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        groups
    }

    /// `{subdomain}_{label, lower case, letters and digits only}_{n}`, n counting from 1 the apps of
    /// that base (facts/okta.md 1.2).
    fn app_name(&self, label: &str) -> String {
        let label: String =
            label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let base = format!("{}_{label}_", self.subdomain);
        let taken = self.apps.iter().filter_map(|app| app.name.strip_prefix(&base)?.parse().ok());
        format!("{base}{}", taken.max().unwrap_or(0_u32) + 1)
    }
}

fn same_login(one: &str, other: &str) -> bool {
    // Most are told apart without a copy: thousands are compared for each that is found.
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one.to_lowercase() == other.to_lowercase(),
    }
}
