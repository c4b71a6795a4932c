//! What an SP has stored: users, what exists to be granted, sessions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, Resource, Roles};

/// The whole of an SP's state that a verdict looks at. Also the JSON that an `observe` adapter
/// answers with; only `users` is required of an SP, the rest defaults to empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Users by id.
    #[serde(default)]
    pub users: Vec<User>,
    /// Resources that exist and can be granted.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Live sessions, if the SP tells.
    #[serde(default)]
    pub sessions: Vec<Session>,
}

impl State {
    /// Users of this e-mail address, case-insensitively (facts D14). More than one is a fault.
    pub fn users_of<'a>(&'a self, email: &'a str) -> impl Iterator<Item = &'a User> {
        self.users.iter().filter(move |user| user.email.eq_ignore_ascii_case(email))
    }
}

/// What a `configure` adapter hands to an SP, as JSON.
///
/// Entries and resources replace what was there. A user is created, or set to exactly what is given.
/// Handing over the same configuration twice changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The identity providers, in order.
    pub entries: Vec<Entry>,
    /// Resources that exist and can be granted.
    pub resources: Vec<Resource>,
    /// Users to create or to set.
    pub users: Vec<SeedUser>,
    /// E-mail addresses of users to delete.
    pub deleted_users: Vec<String>,
    /// Who hands it over.
    #[serde(default, skip_serializing_if = "Author::is_staff")]
    pub by: Author,
}

/// Who hands a configuration over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The SP's own staff, who may confirm domains and write the file of entries (D4).
    #[default]
    Staff,
    /// An administrator of the customer, through the API (D5, D9).
    Customer,
}

impl Author {
    fn is_staff(&self) -> bool {
        *self == Self::Staff
    }
}

/// A user as the SP is told to have them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedUser {
    /// The e-mail address.
    pub email: String,
    /// The password, for a user who has one.
    pub password: Option<String>,
    /// The account; the entry's by default.
    pub account: String,
    /// The status.
    pub status: UserStatus,
    /// Account role and grants.
    pub roles: Roles,
}

/// A stored user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The SP's own id; a user who was deleted and comes back has a new one (facts D19).
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The account, where the SP has several.
    #[serde(default)]
    pub account: String,
    /// Whether the user may log in.
    #[serde(default)]
    pub status: UserStatus,
    /// Whether the user has a password.
    #[serde(default)]
    pub has_password: bool,
    /// Account role and grants.
    #[serde(default)]
    pub roles: Roles,
    /// Other stored facts worth comparing (first name, staff flag …).
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

/// Where a user stands in the SP (facts D16–D19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// May log in.
    #[default]
    Active,
    /// Invited, not yet accepted.
    Invited,
    /// The invitation ran out.
    Expired,
    /// Deactivated.
    Inactive,
}

/// A live session and the roles it was opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub user_id: String,
    /// The e-mail address of that user.
    pub email: String,
    /// The roles as they were when it was opened: a mapping change does not reach them (facts C5).
    #[serde(default)]
    pub roles: Roles,
    /// When it ends, at the latest.
    #[serde(default)]
    pub expires: Option<Timestamp>,
}
