//! The groups of an org.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A group of an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `00g…`.
    pub id: String,
    /// Its name, which is what a group attribute carries.
    pub name: String,
    /// What people say of it.
    pub description: String,
    /// Where it comes from.
    pub kind: GroupKind,
    /// The id of the app that it was imported from, for one of [`GroupKind::App`].
    pub source: Option<String>,
    /// `created`.
    pub created: Timestamp,
    /// `lastUpdated`: of its name and description.
    pub last_updated: Timestamp,
    /// `lastMembershipUpdated`.
    pub last_membership_updated: Timestamp,
}

impl Group {
    /// A group that the org itself has.
    pub fn new(id: impl Into<String>, name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            description: String::new(),
            kind: GroupKind::Okta,
            source: None,
            created: now,
            last_updated: now,
            last_membership_updated: now,
        }
    }
}

/// Where a group comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupKind {
    /// Made in the org.
    #[default]
    Okta,
    /// Imported from an app or directory; rules and people do not change who is in it.
    App,
    /// `Everyone`.
    BuiltIn,
}

impl GroupKind {
    /// Okta's name: `OKTA_GROUP`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Okta => "OKTA_GROUP",
            Self::App => "APP_GROUP",
            Self::BuiltIn => "BUILT_IN",
        }
    }
}
