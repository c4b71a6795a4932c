//! Who may use an app, and under which name.
//!
//! A user is assigned directly, by a group, or by nobody at all in federation broker mode
//! ([`App::implicit_assignment`]). The username at the app is computed when the user is assigned and
//! stays until it is updated (facts/okta.md 4.1). Whoever changes groups, users or assignments calls
//! [`Org::settle`] afterwards; until then a username that is not stored yet is computed when asked for.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::idp::expression::{EvaluationError, Scope};
use crate::idp::{App, GroupAssignment, GroupSettings, Org, ProfileValue, User, UserStatus};

/// A user's assignment to an app: Okta's app user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// How the user came by it.
    pub scope: AssignmentScope,
    /// The username at the app: `appuser.userName`, and so the NameID. `None` until it is computed,
    /// empty if the template came to nothing: nobody can sign on with that.
    pub username: Option<String>,
    /// The profile at the app beside it.
    pub profile: BTreeMap<String, ProfileValue>,
    /// `created`; `None` until it is settled ([`Org::settle`]).
    pub created: Option<Timestamp>,
    /// `lastUpdated`, likewise.
    pub last_updated: Option<Timestamp>,
}

/// How a user came by an assignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentScope {
    /// `USER`: directly.
    #[default]
    User,
    /// `GROUP`: by being in an assigned group, and for as long.
    Group,
}

impl AssignmentScope {
    /// Okta's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Group => "GROUP",
        }
    }
}

/// Why an assignment cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssignmentError {
    /// Nothing of this id: E0000007.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// `AppInstance`, `User`, `UserGroup` or `AppUser`, as Okta's summaries say.
        kind: &'static str,
        /// The id.
        id: String,
    },
    /// The user is deactivated: E0000038.
    #[error("the user {id} is deactivated; activate the user first")]
    Deactivated {
        /// The user.
        id: String,
    },
    /// The template yields no name for the user: E0000001.
    #[error("the app username of {login} is blank; give one or change the username template")]
    BlankUsername {
        /// The user's login.
        login: String,
    },
    /// The template cannot be evaluated for the user: E0000001.
    #[error("the app username of {login} cannot be computed: {cause}")]
    Username {
        /// The user's login.
        login: String,
        /// Why.
        cause: EvaluationError,
    },
    /// The user has it by a group alone and loses it with that: E0000001.
    #[error("the user {id} is assigned by a group; take the user out of the group instead")]
    ByGroup {
        /// The user.
        id: String,
    },
}

impl AssignmentError {
    /// Okta's code for it.
    pub fn okta_code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "E0000007",
            Self::Deactivated { .. } => "E0000038",
            Self::BlankUsername { .. } | Self::Username { .. } | Self::ByGroup { .. } => "E0000001",
        }
    }
}

impl App {
    /// The users who are assigned directly, and not by a group alone, by id.
    pub fn direct_users(&self) -> impl Iterator<Item = &String> {
        let users = self.assignments.iter();
        users.filter(|(_, one)| one.scope == AssignmentScope::User).map(|(id, _)| id)
    }

    /// Takes the app from everybody.
    pub fn assign_to_nobody(&mut self) {
        self.assignments.clear();
        self.group_assignments.clear();
    }

    /// Lets these users use it and nobody else, by id; those who could keep their names.
    pub fn assign_to_users(&mut self, ids: impl IntoIterator<Item = String>) {
        let ids: BTreeSet<String> = ids.into_iter().collect();
        self.group_assignments.clear();
        self.assignments.retain(|id, _| ids.contains(id));
        for id in ids {
            self.assignments.entry(id).or_default().scope = AssignmentScope::User;
        }
    }

    /// Lets the members of these groups use it and nobody else, by id.
    pub fn assign_to_groups(&mut self, ids: impl IntoIterator<Item = String>) {
        self.assign_to_nobody();
        let assignment = GroupAssignment::default();
        self.group_assignments = ids.into_iter().map(|id| (id, assignment.clone())).collect();
    }
}

impl Org {
    /// Whether the user may use the app.
    pub fn is_assigned(&self, app: &App, user: &User) -> bool {
        app.implicit_assignment || self.assignment_scope(app, user).is_some()
    }

    /// How the user comes by the app: directly if at all so, else by a group.
    pub fn assignment_scope(&self, app: &App, user: &User) -> Option<AssignmentScope> {
        let stored = app.assignments.get(&user.id).map(|assignment| assignment.scope);
        if stored == Some(AssignmentScope::User) {
            return stored;
        }
        self.group_assignment(app, user).map(|_| AssignmentScope::Group)
    }

    /// The username at the app: the one that was stored when the user was assigned, else what the
    /// template says now.
    ///
    /// # Errors
    /// If the template cannot be evaluated.
    pub fn app_username(
        &self,
        app: &App,
        user: &User,
        now: Timestamp,
    ) -> Result<String, EvaluationError> {
        match app.assignments.get(&user.id).and_then(|found| found.username.clone()) {
            Some(username) => Ok(username),
            None => self.username_for(app, user, now),
        }
    }

    /// What the app's username template says of a user.
    ///
    /// # Errors
    /// If it cannot be evaluated.
    pub fn username_for(
        &self,
        app: &App,
        user: &User,
        now: Timestamp,
    ) -> Result<String, EvaluationError> {
        app.user_name_template.evaluate(&Scope::new(self, user, now).at(app).naming())
    }

    /// Assigns a user directly, under the given username or the one of the template. Whoever is
    /// assigned by a group is so directly from now on.
    ///
    /// # Errors
    /// If there is no such app or user, the user is deactivated, or there is no username.
    pub fn assign_user(
        &mut self,
        app: &str,
        user: &str,
        username: Option<&str>,
        now: Timestamp,
    ) -> Result<&mut Assignment, AssignmentError> {
        let username = self.new_username(app, user, username, now)?;
        let assignment = self.app_mut(app)?.assignments.entry(user.to_owned()).or_default();
        assignment.scope = AssignmentScope::User;
        assignment.username = Some(username);
        assignment.created.get_or_insert(now);
        assignment.last_updated = Some(now);
        Ok(assignment)
    }

    /// Takes back a direct assignment. Whoever is in an assigned group has it by that then.
    ///
    /// # Errors
    /// If there is none, or only one by a group.
    pub fn unassign_user(
        &mut self,
        app: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<(), AssignmentError> {
        let assignments = &mut self.app_mut(app)?.assignments;
        match assignments.get(user).map(|assignment| assignment.scope) {
            None => return Err(not_found("AppUser", user)),
            Some(AssignmentScope::Group) => {
                return Err(AssignmentError::ByGroup { id: user.to_owned() });
            }
            Some(AssignmentScope::User) => assignments.remove(user),
        };
        self.settle(now);
        Ok(())
    }

    /// Lets these users and the members of these groups use an app, and nobody else, by id. Whoever can
    /// use it as before keeps the username there, and a group its priority and profile; new groups come
    /// last.
    ///
    /// # Errors
    /// If there is no such app or group.
    pub fn reassign(
        &mut self,
        app: &str,
        users: &BTreeSet<String>,
        groups: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<(), AssignmentError> {
        for group in groups {
            if !self.app_mut(app)?.group_assignments.contains_key(group) {
                self.assign_group(app, group, GroupSettings::default(), now)?;
            }
        }
        let app = self.app_mut(app)?;
        app.group_assignments.retain(|id, _| groups.contains(id));
        for (id, assignment) in &mut app.assignments {
            // Settling takes it from those whom no group gives it.
            let scope = match users.contains(id) {
                true => AssignmentScope::User,
                false => AssignmentScope::Group,
            };
            if assignment.scope != scope {
                (assignment.scope, assignment.last_updated) = (scope, Some(now));
            }
        }
        for id in users {
            app.assignments.entry(id.clone()).or_default();
        }
        self.settle(now);
        Ok(())
    }

    /// Computes a user's username at an app anew: Okta's "Update Now". Says the new one.
    ///
    /// # Errors
    /// If there is no such assignment, or no username.
    pub fn update_username(
        &mut self,
        app: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<String, AssignmentError> {
        let username = self.new_username(app, user, None, now)?;
        let assignment = self.app_mut(app)?.assignments.get_mut(user);
        let assignment = assignment.ok_or_else(|| not_found("AppUser", user))?;
        assignment.username = Some(username.clone());
        assignment.last_updated = Some(now);
        Ok(username)
    }

    /// Brings everything that follows from users and groups up to date: what active group rules put
    /// into groups, and who is assigned to apps by groups. A new assignment gets its username here,
    /// empty if there is none to be had; old ones keep theirs. Deactivated users lose all
    /// assignments, and keep their groups (graded M in the facts).
    pub fn settle(&mut self, now: Timestamp) {
        self.apply_rules(now);
        for index in 0..self.apps.len() {
            // Nearly all are settled already: with thousands of users, only what differs is made anew.
            let unsettled = self.unsettled(&self.apps[index], now);
            let assignments = &mut self.apps[index].assignments;
            for (user, assignment) in unsettled {
                match assignment {
                    Some(assignment) => assignments.insert(user, assignment),
                    None => assignments.remove(&user),
                };
            }
        }
    }

    /// The assignments of an app that have to be others, by user; `None` is none.
    fn unsettled(&self, app: &App, now: Timestamp) -> Vec<(String, Option<Assignment>)> {
        let mut unsettled = vec![];
        let mut known = 0;
        for user in &self.users {
            let stored = app.assignments.get(&user.id);
            known += usize::from(stored.is_some());
            let gone = user.status == UserStatus::Deprovisioned;
            let wanted = match self.assignment_scope(app, user).filter(|_| !gone) {
                Some(scope) => self.settled(app, user, scope, now).map(Some),
                None => stored.map(|_| None),
            };
            unsettled.extend(wanted.map(|wanted| (user.id.clone(), wanted)));
        }
        // Somebody may be assigned who is yet to come, but not by a group.
        if known < app.assignments.len() {
            let users: HashSet<&String> = self.users.iter().map(|user| &user.id).collect();
            let by_group = app.assignments.iter().filter(|(id, assignment)| {
                assignment.scope == AssignmentScope::Group && !users.contains(id)
            });
            unsettled.extend(by_group.map(|(id, _)| (id.clone(), None)));
        }
        unsettled
    }

    /// The assignment that a user has to have, unless it is the one that is stored.
    fn settled(
        &self,
        app: &App,
        user: &User,
        scope: AssignmentScope,
        now: Timestamp,
    ) -> Option<Assignment> {
        let by_group = match scope {
            AssignmentScope::Group => self.group_assignment(app, user).map(|group| &group.profile),
            AssignmentScope::User => None,
        };
        let stored = app.assignments.get(&user.id);
        let is_settled = |stored: &Assignment| {
            stored.scope == scope
                && stored.username.is_some()
                && stored.created.is_some()
                && stored.last_updated.is_some()
                && by_group.is_none_or(|profile| stored.profile == *profile)
        };
        if stored.is_some_and(is_settled) {
            return None;
        }
        let mut assignment = stored.cloned().unwrap_or_default();
        assignment.scope = scope;
        if let Some(profile) = by_group {
            assignment.profile.clone_from(profile);
        }
        let compute = || self.username_for(app, user, now).unwrap_or_default();
        assignment.username = Some(assignment.username.unwrap_or_else(compute));
        assignment.created.get_or_insert(now);
        assignment.last_updated.get_or_insert(now);
        Some(assignment)
    }

    fn new_username(
        &self,
        app: &str,
        user: &str,
        given: Option<&str>,
        now: Timestamp,
    ) -> Result<String, AssignmentError> {
        let app = self.app_by_id(app).ok_or_else(|| not_found("AppInstance", app))?;
        let found = self.users.iter().find(|known| known.id == user);
        let user = found.ok_or_else(|| not_found("User", user))?;
        if user.status == UserStatus::Deprovisioned {
            return Err(AssignmentError::Deactivated { id: user.id.clone() });
        }
        let login = || user.login.clone();
        let username = match given {
            Some(given) => given.to_owned(),
            None => self
                .username_for(app, user, now)
                .map_err(|cause| AssignmentError::Username { login: login(), cause })?,
        };
        if username.trim().is_empty() {
            return Err(AssignmentError::BlankUsername { login: login() });
        }
        Ok(username)
    }

    pub(super) fn app_mut(&mut self, id: &str) -> Result<&mut App, AssignmentError> {
        let app = self.apps.iter_mut().find(|app| app.id == id);
        app.ok_or_else(|| not_found("AppInstance", id))
    }
}

pub(super) fn not_found(kind: &'static str, id: &str) -> AssignmentError {
    AssignmentError::NotFound { kind, id: id.to_owned() }
}
