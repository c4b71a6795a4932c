//! The people of an org.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::idp::expression::Value;

/// A user of an org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// `00u…`.
    pub id: String,
    /// The Okta username.
    pub login: String,
    /// The password, as it is: these people are not real. Empty where none was ever set, which
    /// nobody can sign in with.
    pub password: String,
    /// Whether the user may sign in.
    pub status: UserStatus,
    /// Profile attributes by name, beside `login`.
    pub profile: BTreeMap<String, ProfileValue>,
    /// Names of the groups the user was put in; everybody is also in `Everyone`, said or not, and
    /// group rules add more ([`crate::idp::Org::groups_of`]).
    pub groups: BTreeSet<String>,
    /// Linked objects: user ids by the primary's name, such as `manager`.
    pub linked: BTreeMap<String, String>,
    /// When what happened.
    pub times: UserTimes,
}

/// When what happened to a user, by Okta's names (facts/okta.md 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTimes {
    /// `created`.
    pub created: Timestamp,
    /// `activated`: for the first time; `None` of whoever never was.
    pub activated: Option<Timestamp>,
    /// `statusChanged`; `None` while the first status lasts.
    pub status_changed: Option<Timestamp>,
    /// `lastLogin`.
    pub last_login: Option<Timestamp>,
    /// `lastUpdated`.
    pub last_updated: Timestamp,
    /// `passwordChanged`; `None` where none was ever set.
    pub password_changed: Option<Timestamp>,
}

impl UserTimes {
    /// Of somebody who is made active, with a password, at this instant.
    pub fn active(now: Timestamp) -> Self {
        Self {
            created: now,
            activated: Some(now),
            status_changed: None,
            last_login: None,
            last_updated: now,
            password_changed: Some(now),
        }
    }

    /// Of somebody who is made at this instant and has this status from the beginning.
    pub fn of_status(status: UserStatus, now: Timestamp) -> Self {
        match status {
            UserStatus::Staged => Self::staged(now),
            UserStatus::Provisioned => Self { password_changed: None, ..Self::active(now) },
            _ => Self::active(now),
        }
    }

    /// Of somebody who is made staged, without a password.
    pub fn staged(now: Timestamp) -> Self {
        Self { activated: None, password_changed: None, ..Self::active(now) }
    }
}

impl User {
    /// The attributes that a new org's user profile has (facts/okta.md 4.4).
    pub const BASE_ATTRIBUTES: [&str; 31] = [
        "login",
        "email",
        "secondEmail",
        "firstName",
        "lastName",
        "middleName",
        "honorificPrefix",
        "honorificSuffix",
        "title",
        "displayName",
        "nickName",
        "profileUrl",
        "primaryPhone",
        "mobilePhone",
        "streetAddress",
        "city",
        "state",
        "zipCode",
        "countryCode",
        "postalAddress",
        "preferredLanguage",
        "locale",
        "timezone",
        "userType",
        "employeeNumber",
        "costCenter",
        "organization",
        "division",
        "department",
        "managerId",
        "manager",
    ];

    /// What people call the user: `displayName`, else first and last name, else the login.
    pub fn display_name(&self) -> String {
        let text = |name: &str| match self.profile.get(name) {
            Some(ProfileValue::Text(text)) => text.as_str(),
            _ => "",
        };
        let full = format!("{} {}", text("firstName"), text("lastName"));
        [text("displayName"), full.trim(), &self.login]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// The value of `user.NAME`; null where the attribute is missing.
    pub fn property(&self, name: &str) -> Value {
        match (name, self.profile.get(name)) {
            ("login", _) => Value::from(self.login.as_str()),
            (_, Some(value)) => Value::from(value),
            (_, None) => Value::Null,
        }
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileValue {
    /// One text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; finite.
    Num(f64),
    /// An array attribute: each element becomes an `<AttributeValue>` of its own.
    List(Vec<String>),
}

impl From<&str> for ProfileValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A user's status, by Okta's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
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
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Staged,
        Self::Provisioned,
        Self::Active,
        Self::Recovery,
        Self::LockedOut,
        Self::PasswordExpired,
        Self::Suspended,
        Self::Deprovisioned,
    ];

    /// Whether a user of this status gets into apps. Whoever must set a password first gets in
    /// after that: it makes the user active.
    pub fn may_sign_in(self) -> bool {
        self == Self::Active
    }

    /// Okta's name: `ACTIVE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staged => "STAGED",
            Self::Provisioned => "PROVISIONED",
            Self::Active => "ACTIVE",
            Self::Recovery => "RECOVERY",
            Self::LockedOut => "LOCKED_OUT",
            Self::PasswordExpired => "PASSWORD_EXPIRED",
            Self::Suspended => "SUSPENDED",
            Self::Deprovisioned => "DEPROVISIONED",
        }
    }
}
