//! Why an app is not a user's: whose it is, and where the user stands instead.

use std::fmt::{self, Display, Formatter};

use super::SomeNames;
use crate::idp::{App, Org, User};

/// Whose an app is that is not the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unassigned {
    /// The groups that it is assigned to.
    pub to_groups: SomeNames,
    /// How many users it is assigned to directly.
    pub to_users: usize,
    /// The user's groups.
    pub user_groups: SomeNames,
}

impl Unassigned {
    pub(super) fn of(org: &Org, app: &App, user: &User) -> Self {
        let assigned =
            org.groups.iter().filter(|group| app.group_assignments.contains_key(&group.id));
        Self {
            to_groups: assigned.map(|group| group.name.as_str()).collect(),
            to_users: app.direct_users().count(),
            user_groups: org.groups_of(user).into_iter().collect(),
        }
    }
}

impl Display for Unassigned {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { to_groups, to_users, user_groups } = self;
        match (to_groups.is_empty(), to_users) {
            (true, 0) => return f.write_str("it is assigned to nobody"),
            (true, users) => write!(f, "it is assigned to {users} by name")?,
            (false, 0) => write!(f, "it is assigned to the groups {to_groups}")?,
            (false, users) => {
                write!(f, "it is assigned to the groups {to_groups} and to {users} by name")?;
            }
        }
        write!(f, "; the user is in {user_groups}")
    }
}
