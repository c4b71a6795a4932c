//! What an SP that does everything right makes of a script: nothing is played.

use std::collections::BTreeSet;

use super::Oracle;
use super::login::Login;
use crate::fuzz::{Played, PlayedAttempt, PlayedStep};
use crate::observation::Whoami;
use crate::plan::{Action, ExpectWord, Initiated};
use crate::sp::{
    Configuration, GrantSource, Outcome, OutcomeClass, Resource, Roles, State, User, UserStatus,
};

impl Oracle<'_> {
    /// The script as an SP plays it that does what was last told, under the declared rules, and has
    /// no cache. Where more than that is right, [`Oracle::expected`] says so.
    ///
    /// Sessions are not followed; nobody has one after a password login or a probe.
    pub fn rehearse(&self) -> Played {
        let mut state = State::default();
        let first = self.history.told(0).clone();
        tell(&mut state, &first);
        let mut steps = Vec::new();
        for action in 0..self.script.steps.len() {
            let before = state.clone();
            let attempts = match self.script.case_action(action) {
                Some(Action::Login { people, initiated, .. }) => people
                    .iter()
                    .map(|(person, _)| self.enter(action, &mut state, (person, *initiated)))
                    .collect(),
                Some(Action::Change { sp: Some(told), .. }) => {
                    let place = self.script.steps[action].unwrap_or_default();
                    let expect = &self.script.case.steps[place].expect;
                    if *expect != [ExpectWord::ConfigurationRefused] {
                        tell(&mut state, told);
                    }
                    Vec::new()
                }
                _ => Vec::new(),
            };
            steps.push(PlayedStep { before: Some(before), after: Some(state.clone()), attempts });
        }
        Played { steps }
    }

    fn enter(
        &self,
        action: usize,
        state: &mut State,
        (person, initiated): (&str, Initiated),
    ) -> PlayedAttempt {
        let email = self.script.email_of(person);
        let attributes = self.would_send(action, person);
        let told = self.history.told(action);
        let existing: BTreeSet<Resource> = state.resources.iter().cloned().collect();
        let ruling = self.owner(told, email).map(|entry| {
            let solicited = initiated == Initiated::Sp;
            let login =
                Login { email, attributes: &attributes, solicited, state, existing: &existing };
            let ruling = login.ruling(&told.entries, entry);
            ruling.map(|(user, roles, made)| (user.cloned(), roles, made, entry.account.clone()))
        });
        let refused = |reason: Option<String>| (OutcomeClass::Rejected, reason, None);
        let (class, reason, session) = match ruling {
            None => refused(None),
            Some(Err(reason)) => refused(Some(reason.to_string())),
            Some(Ok((known, roles, made, account))) => {
                state.resources.extend(made);
                let class = store(state, known, (email, account), &roles);
                (class, None, Some(Whoami { email: email.to_owned(), roles }))
            }
        };
        let outcome = Outcome { class, reason };
        PlayedAttempt {
            email: email.to_owned(),
            outcome,
            session,
            told: true,
            sent: Some(attributes),
        }
    }
}

fn store(
    state: &mut State,
    known: Option<User>,
    (email, account): (&str, String),
    roles: &Roles,
) -> OutcomeClass {
    let id = known.as_ref().map_or_else(|| format!("new {email}"), |u| u.id.clone());
    let base = known.clone().unwrap_or_else(|| User {
        id,
        email: email.to_owned(),
        account,
        status: UserStatus::Active,
        has_password: false,
        roles: Roles::default(),
        extra: Default::default(),
    });
    let user = User { status: UserStatus::Active, roles: roles.clone(), ..base };
    let class = match &known {
        None => OutcomeClass::Created,
        Some(known) if *known == user => OutcomeClass::Unchanged,
        Some(_) => OutcomeClass::Updated,
    };
    state.users.retain(|other| !other.email.eq_ignore_ascii_case(email));
    state.users.push(user);
    class
}

/// An SP does what it is told.
fn tell(state: &mut State, told: &Configuration) {
    let made: Vec<Resource> = state
        .users
        .iter()
        .flat_map(|user| user.roles.iter())
        .filter(|grant| {
            // What groups have made (K10) is nobody's to tell.
            matches!(&grant.source, GrantSource::Saml(id) if *id == grant.resource.to_string())
        })
        .map(|grant| grant.resource)
        .collect();
    let mut resources: Vec<Resource> = told.resources.clone();
    resources.extend(made);
    resources.sort();
    resources.dedup();
    state.resources = resources;
    let named = |email: &str, user: &User| user.email.eq_ignore_ascii_case(email);
    state.users.retain(|user| !told.deleted_users.iter().any(|email| named(email, user)));
    for seed in &told.users {
        let old = state.users.iter().position(|user| named(&seed.email, user));
        let id = match old {
            Some(old) => state.users.remove(old).id,
            None => format!("told {}", seed.email),
        };
        state.users.push(User {
            id,
            email: seed.email.clone(),
            account: seed.account.clone(),
            status: seed.status,
            has_password: seed.password.is_some(),
            roles: seed.roles.clone(),
            extra: Default::default(),
        });
    }
}
