//! The kinds of events that the system log of an org tells of (facts/okta.md 5.3).

/// Declares the types of events: Okta's name, what people read, and the name it had in old logs.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $okta:literal, $display:literal, $legacy:expr;)*) => {
        /// The type of an event. Display messages beyond those of the facts are graded M.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType { $($(#[$doc])* $name,)* }

        impl EventType {
            /// Every type.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `eventType`.
            pub fn name(self) -> &'static str { match self { $(Self::$name => $okta),* } }

            /// `displayMessage`.
            pub fn display_message(self) -> &'static str { match self { $(Self::$name => $display),* } }

            /// `legacyEventType`.
            pub fn legacy(self) -> Option<&'static str> { match self { $(Self::$name => $legacy),* } }
        }
    };
}

event_types! {
    /// A response was sent.
    SingleSignOn = "user.authentication.sso", "User single sign on to app", Some("app.auth.sso");
    /// Somebody asked for an app that is not theirs.
    UnauthorizedAccess = "app.generic.unauth_app_access_attempt",
        "User attempted unauthorized access to app", Some("app.generic.unauth_app_access_attempt");
    /// A logout that an SP asked for.
    SingleLogout = "user.authentication.slo", "User single logout from app", Some("app.auth.slo");
    /// Somebody signed in, or tried to.
    SessionStart = "user.session.start", "User login to Okta", Some("core.user_auth.login_success");
    /// Somebody signed out.
    SessionEnd = "user.session.end", "User logout from Okta", Some("core.user_auth.logout_success");
    /// An app was added.
    AppCreate = "application.lifecycle.create", "Create application", Some("app.generic.app_create");
    /// An app was changed.
    AppUpdate = "application.lifecycle.update", "Update application", Some("app.generic.app_update");
    /// An app was activated.
    AppActivate = "application.lifecycle.activate", "Activate application", None;
    /// An app was deactivated.
    AppDeactivate = "application.lifecycle.deactivate", "Deactivate application", None;
    /// An app was deleted.
    AppDelete = "application.lifecycle.delete", "Delete application", None;
    /// Somebody was assigned to an app.
    AppUserAdd = "application.user_membership.add", "Add user to application membership",
        Some("app.generic.provision.assign_user_to_app");
    /// Somebody lost an app.
    AppUserRemove = "application.user_membership.remove", "Remove user's application membership",
        Some("app.generic.provision.deactivate_user_from_app");
    /// Somebody was put into a group.
    GroupUserAdd = "group.user_membership.add", "Add user to group membership",
        Some("core.user_group_member.user_add");
    /// Somebody was taken out of a group.
    GroupUserRemove = "group.user_membership.remove", "Remove user from group membership",
        Some("core.user_group_member.user_remove");
    /// A group was added.
    GroupCreate = "group.lifecycle.create", "Create group", None;
    /// A group was deleted.
    GroupDelete = "group.lifecycle.delete", "Delete group", None;
    /// A user was added.
    UserCreate = "user.lifecycle.create", "Create Okta user", Some("core.user.config.user_creation.success");
    /// A user was activated.
    UserActivate = "user.lifecycle.activate", "Activate Okta user", Some("core.user.config.user_activated");
    /// A user was deactivated.
    UserDeactivate = "user.lifecycle.deactivate", "Deactivate Okta user",
        Some("core.user.config.user_deactivated");
    /// A user was suspended.
    UserSuspend = "user.lifecycle.suspend", "Suspend Okta user", Some("core.user.config.user_suspended");
    /// A user's suspension ended.
    UserUnsuspend = "user.lifecycle.unsuspend", "Unsuspend Okta user", None;
    /// A user gave too many wrong passwords.
    UserLock = "user.account.lock", "Max sign in attempts exceeded",
        Some("core.user_auth.account_locked");
    /// A deactivated user was deleted.
    UserDelete = "user.lifecycle.delete.initiated", "Delete Okta user initiated", None;
    /// A user's profile was changed.
    UserProfile = "user.account.update_profile", "Update user profile for Okta", None;
    /// An app got a new key.
    KeyGenerate = "app.keys.generate", "Generate key for app", None;
    /// An app signs by another key.
    KeyRotate = "app.keys.rotate", "Rotate key for app", None;
    /// An app's key was given to another.
    KeyClone = "app.keys.clone", "Clone key for app", None;
    /// A login at an app was held against its access policy.
    EvaluateSignOn = "policy.evaluate_sign_on", "Evaluation of sign-on policy", None;
    /// An access policy kept somebody out of an app.
    DenyAccess = "application.policy.sign_on.deny_access", "Deny user access due to app sign on policy",
        None;
    /// A policy was added.
    PolicyCreate = "policy.lifecycle.create", "Create policy", None;
    /// A policy or its rules were changed.
    PolicyUpdate = "policy.lifecycle.update", "Update policy", None;
    /// A policy was deleted.
    PolicyDelete = "policy.lifecycle.delete", "Delete policy", None;
    /// An inline hook gave no answer, or none that could be followed.
    InlineHookExecuted = "inline_hook.executed", "Inline hook executed", None;
}
