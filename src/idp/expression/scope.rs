//! What an evaluation may see.

use jiff::Timestamp;

use super::{Root, Value};
use crate::idp::{App, Org, User};

/// What an evaluation may see. Nothing else exists for it: no clock, no other user.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The org.
    pub org: &'a Org,
    /// The user.
    pub user: &'a User,
    /// The app that it is evaluated for, if it is one.
    pub app: Option<&'a App>,
    /// `session.amr`: how the user signed in.
    pub amr: &'a [&'a str],
    /// What `Time.now` says.
    pub now: Timestamp,
    /// Whether a username is being made: usernames that are not stored are not to be had then, since
    /// templates could name each other in a circle.
    naming: bool,
}

impl<'a> Scope<'a> {
    /// `session.amr` of a sign-in by password.
    pub const PASSWORD: &'static [&'static str] = &["pwd"];

    /// What group rules see: the user and the org.
    pub fn new(org: &'a Org, user: &'a User, now: Timestamp) -> Self {
        Self { org, user, app: None, amr: Self::PASSWORD, now, naming: false }
    }

    /// The same for an app.
    #[must_use]
    pub fn at(self, app: &'a App) -> Self {
        Self { app: Some(app), ..self }
    }

    /// The same for making a username.
    pub(in crate::idp) fn naming(self) -> Self {
        Self { naming: true, ..self }
    }

    /// A property; one that nobody has is null.
    pub(super) fn property(&self, root: &Root, name: &str) -> Value {
        match (root, name) {
            (Root::User, "userName") => match self.app {
                Some(app) => self.username(app),
                None => Value::from(self.user.login.as_str()),
            },
            (Root::User | Root::Source, name) => self.user.property(name),
            (Root::AppUser, name) => self.app_user(self.app, name),
            (Root::Named(app), name) => {
                self.app_user(self.org.apps.iter().find(|known| known.name == *app), name)
            }
            (Root::App, name) => self.app.map_or(Value::Null, |app| match name {
                "id" => Value::from(app.id.as_str()),
                "name" => Value::from(app.name.as_str()),
                "label" => Value::from(app.label.as_str()),
                _ => Value::Null,
            }),
            (Root::Org, "name") => Value::from(self.org.name.as_str()),
            (Root::Org, "subDomain" | "subdomain") => Value::from(self.org.subdomain.as_str()),
            (Root::Org, "externalKey") => {
                self.app.map_or(Value::Null, |app| Value::from(app.external_key.as_str()))
            }
            (Root::Session, "amr") => {
                Value::Array(self.amr.iter().copied().map(Value::from).collect())
            }
            (Root::Org | Root::Session, _) => Value::Null,
        }
    }

    /// A property of the user's profile at an app.
    fn app_user(&self, app: Option<&App>, name: &str) -> Value {
        let Some(app) = app.filter(|app| self.org.is_assigned(app, self.user)) else {
            return Value::Null;
        };
        if name == "userName" {
            return self.username(app);
        }
        let assignment = app.assignments.get(&self.user.id);
        assignment.and_then(|found| found.profile.get(name)).map_or(Value::Null, Value::from)
    }

    fn username(&self, app: &App) -> Value {
        let stored = app.assignments.get(&self.user.id).and_then(|found| found.username.clone());
        match stored {
            Some(username) => Value::Text(username),
            None if self.naming => Value::Null,
            None => {
                let made = self.org.username_for(app, self.user, self.now);
                made.map_or(Value::Null, Value::Text)
            }
        }
    }
}
