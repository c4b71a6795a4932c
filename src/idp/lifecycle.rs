//! What may be done with a user of which status (facts/okta.md 5.2; the transitions are Okta's as
//! remembered, [M]).

use jiff::Timestamp;
use thiserror::Error;

use crate::idp::{Org, User, UserStatus};

/// Something that is done with a user as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lifecycle {
    /// STAGED or DEPROVISIONED → ACTIVE with a password, PROVISIONED without.
    Activate,
    /// PROVISIONED stays so: the activation mail is sent again. RECOVERY likewise.
    Reactivate,
    /// Any but DEPROVISIONED → DEPROVISIONED.
    Deactivate,
    /// ACTIVE → SUSPENDED.
    Suspend,
    /// SUSPENDED → ACTIVE.
    Unsuspend,
    /// LOCKED_OUT → ACTIVE.
    Unlock,
    /// ACTIVE, PASSWORD_EXPIRED, LOCKED_OUT, PROVISIONED, RECOVERY → RECOVERY.
    ResetPassword,
    /// ACTIVE, PASSWORD_EXPIRED → PASSWORD_EXPIRED.
    ExpirePassword,
    /// ACTIVE → LOCKED_OUT, which too many wrong passwords do and no API call.
    LockOut,
}

impl Lifecycle {
    /// Every one of them.
    pub const ALL: [Self; 9] = [
        Self::Activate,
        Self::Reactivate,
        Self::Deactivate,
        Self::Suspend,
        Self::Unsuspend,
        Self::Unlock,
        Self::ResetPassword,
        Self::ExpirePassword,
        Self::LockOut,
    ];

    /// The last part of its address in Okta's API; of [`Lifecycle::LockOut`], which has none, a word
    /// for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reactivate => "reactivate",
            Self::Deactivate => "deactivate",
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::Unlock => "unlock",
            Self::ResetPassword => "reset_password",
            Self::ExpirePassword => "expire_password",
            Self::LockOut => "lock_out",
        }
    }
}

/// Why something cannot be done with a user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LifecycleError {
    /// Activating someone who is active: E0000016.
    #[error("activation failed because the user is already active")]
    AlreadyActive,
    /// Not with this status: E0000038, or E0000001 for suspend and unsuspend.
    #[error("{} is not allowed in the user's current status, {}", operation.name(), status.name())]
    Status {
        /// What was asked for.
        operation: Lifecycle,
        /// The user's status.
        status: UserStatus,
    },
    /// There is no such user: E0000007.
    #[error("there is no user {id}")]
    NoUser {
        /// The id.
        id: String,
    },
    /// A user without a login, or with one that another has: E0000001.
    #[error("login: {login:?} is empty or another user's; logins are unique whatever their case")]
    Login {
        /// The login.
        login: String,
    },
}

impl LifecycleError {
    /// Okta's code for it.
    pub fn okta_code(&self) -> &'static str {
        match self {
            Self::AlreadyActive => "E0000016",
            Self::Status { operation: Lifecycle::Suspend | Lifecycle::Unsuspend, .. } => "E0000001",
            Self::Status { operation: Lifecycle::Unlock, .. } => "E0000032",
            Self::Status { .. } => "E0000038",
            Self::NoUser { .. } => "E0000007",
            Self::Login { .. } => "E0000001",
        }
    }
}

/// What became of a user who was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The first time: DEPROVISIONED.
    Deactivated,
    /// The second time: gone.
    Deleted,
}

impl User {
    /// Does it, if the user's status allows it, and says the new one. What follows for assignments
    /// is up to [`Org::settle`].
    ///
    /// # Errors
    /// If the status does not allow it.
    pub fn apply(
        &mut self,
        operation: Lifecycle,
        now: Timestamp,
    ) -> Result<UserStatus, LifecycleError> {
        use UserStatus::{
            Active, Deprovisioned, LockedOut, PasswordExpired, Provisioned, Recovery, Staged,
            Suspended,
        };
        let next = match (operation, self.status) {
            (Lifecycle::Activate, Active) => return Err(LifecycleError::AlreadyActive),
            (Lifecycle::Activate, Staged | Deprovisioned) => {
                if self.password.is_empty() {
                    Provisioned
                } else {
                    Active
                }
            }
            (Lifecycle::Reactivate, same @ (Provisioned | Recovery)) => same,
            (Lifecycle::Deactivate, status) if status != Deprovisioned => Deprovisioned,
            (Lifecycle::Suspend, Active) => Suspended,
            (Lifecycle::Unsuspend, Suspended) => Active,
            (Lifecycle::Unlock, LockedOut) => Active,
            (
                Lifecycle::ResetPassword,
                Active | PasswordExpired | LockedOut | Provisioned | Recovery,
            ) => Recovery,
            (Lifecycle::ExpirePassword, Active | PasswordExpired) => PasswordExpired,
            (Lifecycle::LockOut, Active) => LockedOut,
            (operation, status) => return Err(LifecycleError::Status { operation, status }),
        };
        if operation == Lifecycle::Activate {
            self.times.activated.get_or_insert(now);
        }
        self.become_status(next, now);
        Ok(next)
    }

    fn become_status(&mut self, next: UserStatus, now: Timestamp) {
        if next != self.status {
            self.times.status_changed = Some(now);
        }
        self.status = next;
        self.times.last_updated = now;
    }

    /// Sets a password, which is what PROVISIONED, RECOVERY and PASSWORD_EXPIRED wait for; says the
    /// status afterwards. Anybody else keeps theirs.
    pub fn set_password(&mut self, password: impl Into<String>, now: Timestamp) -> UserStatus {
        self.password = password.into();
        self.times.password_changed = Some(now);
        self.times.last_updated = now;
        if let UserStatus::Provisioned | UserStatus::Recovery | UserStatus::PasswordExpired =
            self.status
        {
            self.become_status(UserStatus::Active, now);
        }
        self.status
    }
}

impl Org {
    /// Deactivates a user, or deletes one who is deactivated already: Okta's two-step DELETE.
    ///
    /// # Errors
    /// If there is no such user.
    pub fn delete_user(&mut self, id: &str, now: Timestamp) -> Result<Deletion, LifecycleError> {
        let user = self.users.iter_mut().find(|user| user.id == id);
        let user = user.ok_or_else(|| LifecycleError::NoUser { id: id.to_owned() })?;
        if user.status != UserStatus::Deprovisioned {
            user.apply(Lifecycle::Deactivate, now)?;
            return Ok(Deletion::Deactivated);
        }
        self.users.retain(|user| user.id != id);
        for app in &mut self.apps {
            app.assignments.remove(id);
        }
        for rule in &mut self.group_rules {
            rule.members.remove(id);
            rule.excluded.remove(id);
        }
        for user in &mut self.users {
            user.linked.retain(|_, other| other != id);
        }
        Ok(Deletion::Deleted)
    }

    /// Changes a user's login, which no other user may have. App usernames stay as they are until
    /// they are updated ([`Org::update_username`]).
    ///
    /// # Errors
    /// If there is no such user, or the login is empty or taken.
    pub fn rename_user(
        &mut self,
        id: &str,
        login: &str,
        now: Timestamp,
    ) -> Result<(), LifecycleError> {
        if login.is_empty() || self.user_by_login(login).is_some_and(|other| other.id != id) {
            return Err(LifecycleError::Login { login: login.to_owned() });
        }
        let user = self.users.iter_mut().find(|user| user.id == id);
        let user = user.ok_or_else(|| LifecycleError::NoUser { id: id.to_owned() })?;
        login.clone_into(&mut user.login);
        user.times.last_updated = now;
        Ok(())
    }
}
