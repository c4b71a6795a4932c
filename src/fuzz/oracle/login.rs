//! What may come of one login by SAML.

use std::collections::BTreeSet;

use super::possible::{Expected, Row};
use crate::saml::Attributes;
use crate::sp::{
    AccountRole, Claim, Decision, Entry, OutcomeClass, Reason, Resource, Roles, State, User,
    UserStatus, admit, explain, spare_last_admin,
};

/// A login, and what it meets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Login<'a> {
    pub(super) email: &'a str,
    pub(super) attributes: &'a Attributes,
    /// Whether it started at the SP.
    pub(super) solicited: bool,
    /// What is stored.
    pub(super) state: &'a State,
    /// What can be granted.
    pub(super) existing: &'a BTreeSet<Resource>,
}

impl Login<'_> {
    /// Whether the SP has a user of this address.
    pub(super) fn is_known(&self) -> bool {
        self.state.users_of(self.email).next().is_some()
    }

    /// What an SP with these entries does, `entry` being the one of the user's domain as it sees it.
    /// The gates are in the order of facts 1.
    pub(super) fn through(&self, entries: &[Entry], entry: &Entry) -> Expected {
        match self.decide(entries, entry) {
            Ok(expected) => expected,
            Err(reason) => Expected::Refused(reason),
        }
    }

    fn decide(&self, entries: &[Entry], entry: &Entry) -> Result<Expected, Reason> {
        let (user, roles, resources) = self.ruling(entries, entry)?;
        Ok(entered(user, &roles, resources))
    }

    /// The user, the roles they have from now on, and what is made for them.
    pub(super) fn ruling(
        &self,
        entries: &[Entry],
        entry: &Entry,
    ) -> Result<(Option<&User>, Roles, Vec<Resource>), Reason> {
        if !self.solicited && !entry.rules.idp_initiated {
            return Err(Reason::UnsolicitedNotAllowed);
        }
        let claim = Claim::of(entry.rules.selector, self.email, self.attributes)?;
        claim.settle(entry, claim.owner(entries).as_ref())?;
        let users: Vec<&User> = self.state.users_of(self.email).collect();
        if users.len() > 1 {
            return Err(Reason::Ambiguous);
        }
        let user = users.first().copied();
        admit(entry, user, self.solicited)?;
        let why = explain(entry, self.existing, user, self.attributes);
        let is_last = user.is_some_and(|user| self.is_last_admin(user));
        let why = spare_last_admin(why, user, is_last, entry.rules.last_admin);
        match why.decision {
            Decision::Reject(reason) => Err(reason),
            Decision::Create { roles, resources } | Decision::Update { roles, resources } => {
                Ok((user, roles, resources))
            }
            Decision::Unchanged => {
                Ok((user, user.map(|user| user.roles.clone()).unwrap_or_default(), Vec::new()))
            }
        }
    }

    /// Y5: nobody else is an active admin of the account.
    fn is_last_admin(&self, user: &User) -> bool {
        !self.state.users.iter().any(|other| {
            other.id != user.id
                && other.account == user.account
                && other.roles.account == AccountRole::Admin
                && other.status == UserStatus::Active
        })
    }
}

/// D17: who enters is active.
fn entered(user: Option<&User>, roles: &Roles, resources: Vec<Resource>) -> Expected {
    let row = Row { status: UserStatus::Active, roles: roles.lines() };
    let class = match user {
        None => OutcomeClass::Created,
        Some(user) if Row::of(user) == row => OutcomeClass::Unchanged,
        Some(_) => OutcomeClass::Updated,
    };
    Expected::Entered { class, row, resources }
}
