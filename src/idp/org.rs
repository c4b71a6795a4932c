//! An org: its users, groups and apps.

use std::collections::{BTreeMap, BTreeSet};

use crate::env::Env;
use crate::idp::{App, Assignment, SignOn, User, UserStatus};
use crate::keys::SigningKey;

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
    /// Its people.
    pub users: Vec<User>,
    /// Its groups; `Everyone` is the first.
    pub groups: Vec<Group>,
    /// Its apps.
    pub apps: Vec<App>,
}

/// A group of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `00g…`.
    pub id: String,
    /// Its name, which is what a group attribute carries.
    pub name: String,
}

impl Org {
    /// The group that everybody is in.
    pub const EVERYONE: &str = "Everyone";

    /// An org with no users and no apps.
    pub fn new(subdomain: &str, base_url: &str, env: &Env) -> Self {
        Self {
            id: env.ids.okta("00o"),
            subdomain: subdomain.to_owned(),
            name: subdomain.to_owned(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            users: vec![],
            groups: vec![Group { id: env.ids.okta("00g"), name: Self::EVERYONE.to_owned() }],
            apps: vec![],
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
        });
        self.users.last_mut().expect("a user was pushed just now")
    }

    /// Replaces a user's groups, making those that the org does not have yet; `Everyone` need not
    /// be named. Says whether there is such a user.
    pub fn set_groups(&mut self, login: &str, names: &[impl AsRef<str>], env: &Env) -> bool {
        let Some(user) = self.user_by_login_mut(login) else {
            return false;
        };
        user.groups = names.iter().map(|name| name.as_ref().to_owned()).collect();
        for name in names {
            self.add_group(name.as_ref(), env);
        }
        true
    }

    /// Adds a group unless there is one of that name.
    pub fn add_group(&mut self, name: &str, env: &Env) {
        if !self.groups.iter().any(|group| group.name == name) {
            self.groups.push(Group { id: env.ids.okta("00g"), name: name.to_owned() });
        }
    }

    /// Adds an app with one key, which signs and is published, assigned to everyone, and hands it
    /// out so that it can be changed.
    pub fn add_app(
        &mut self,
        label: &str,
        sign_on: SignOn,
        key: SigningKey,
        env: &Env,
    ) -> &mut App {
        let name = self.app_name(label);
        self.apps.push(App {
            id: env.ids.okta("0oa"),
            external_key: env.ids.okta("exk"),
            link_id: env.ids.okta("aln"),
            name,
            label: label.to_owned(),
            sign_on,
            keys: vec![key],
            signing: 0,
            published: vec![0],
            assigned: Assignment::Everyone,
        });
        self.apps.last_mut().expect("an app was pushed just now")
    }

    /// The user of this login, upper and lower case being the same to Okta.
    pub fn user_by_login(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| same_login(&user.login, login))
    }

    /// As [`Org::user_by_login`], to change the user.
    pub fn user_by_login_mut(&mut self, login: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| same_login(&user.login, login))
    }

    /// The app of this `exk…`.
    pub fn app_by_external_key(&self, external_key: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.external_key == external_key)
    }

    /// The app of this `0oa…`.
    pub fn app_by_id(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// Whether the user may use the app.
    pub fn is_assigned(&self, app: &App, user: &User) -> bool {
        match &app.assigned {
            Assignment::Everyone => true,
            Assignment::Users(ids) => ids.contains(&user.id),
            Assignment::Groups(names) => {
                self.groups_of(user).iter().any(|group| names.contains(*group))
            }
        }
    }

    /// The names of the groups a user is in, `Everyone` among them, sorted.
    pub fn groups_of<'a>(&self, user: &'a User) -> BTreeSet<&'a str> {
        user.groups.iter().map(String::as_str).chain([Self::EVERYONE]).collect()
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
    one.to_lowercase() == other.to_lowercase()
}
