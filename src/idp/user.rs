//! The people of an org.

use std::collections::{BTreeMap, BTreeSet};

/// A user of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// `00u…`.
    pub id: String,
    /// The Okta username; the app username, and so the NameID, is the same text.
    pub login: String,
    /// The password, as it is: these people are not real.
    pub password: String,
    /// Whether the user may sign in.
    pub status: UserStatus,
    /// Profile attributes by name, beside `login`.
    pub profile: BTreeMap<String, ProfileValue>,
    /// Names of the groups the user is in; everybody is also in `Everyone`, said or not.
    pub groups: BTreeSet<String>,
}

impl User {
    /// The values of `user.NAME`: one for text, one for each element of a list, none where the
    /// attribute is missing or empty.
    ///
    /// An empty text counts as none, as Okta then omits the attribute (facts/okta.md 3.2).
    pub fn attribute(&self, name: &str) -> Vec<&str> {
        let values = match (name, self.profile.get(name)) {
            ("login", _) => vec![self.login.as_str()],
            (_, Some(ProfileValue::Text(text))) => vec![text.as_str()],
            (_, Some(ProfileValue::List(list))) => list.iter().map(String::as_str).collect(),
            (_, None) => vec![],
        };
        values.into_iter().filter(|value| !value.is_empty()).collect()
    }

    /// Sets a profile attribute to a text; `login` changes the login itself.
    pub fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let name = name.into();
        if name == "login" {
            self.login = text.into();
        } else {
            self.profile.insert(name, ProfileValue::Text(text.into()));
        }
    }
}

/// The value of a profile attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileValue {
    /// One text.
    Text(String),
    /// An array attribute: each element becomes an `<AttributeValue>` of its own.
    List(Vec<String>),
}

impl From<&str> for ProfileValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A user's status, by Okta's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Created, not activated.
    Staged,
    /// Activated, has not set a password.
    Provisioned,
    /// May sign in.
    #[default]
    Active,
    /// Is resetting a forgotten password.
    Recovery,
    /// Too many wrong passwords.
    LockedOut,
    /// Must set a new password first.
    PasswordExpired,
    /// Suspended by an administrator.
    Suspended,
    /// Deactivated.
    Deprovisioned,
}

impl UserStatus {
    /// Whether a user of this status gets into apps.
    pub fn may_sign_in(self) -> bool {
        self == Self::Active
    }
}
