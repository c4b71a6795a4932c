//! Holds each action of a played world against what may come of it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::difference::{actual, differs, nearest};
use super::history::History;
use super::login::Login;
use super::open::OpenRules;
use super::possible::{Expected, Row, others_differ};
use super::session::{Session, session};
use crate::fuzz::{Disagreement, Judge, Judged, Played, PlayedAttempt, PlayedStep, Script};
use crate::plan::{Action, ExpectWord, Initiated};
use crate::saml::{Attribute, AttributeValue, Attributes};
use crate::sp::{
    AttributeSource, Configuration, Entry, OutcomeClass, Reason, Resource, State, TargetKind, User,
    UserStatus, email_domain,
};

/// The documented semantics as a judge of one script.
#[derive(Clone, Debug)]
pub struct Oracle<'s> {
    pub(super) script: &'s Script,
    open: &'s OpenRules,
    pub(super) history: History,
}

impl<'s> Oracle<'s> {
    /// The judge of a script, with the knobs that nobody declared.
    pub fn new(script: &'s Script, open: &'s OpenRules) -> Self {
        Self { script, open, history: History::of(script) }
    }

    /// Judges a whole world.
    ///
    /// # Errors
    /// The first disagreement.
    pub fn judge(&self, played: &Played) -> Judged {
        (0..played.steps.len().min(self.script.steps.len()))
            .try_for_each(|action| self.judge_action(played, action))
    }

    /// Judges what was seen of one action, from what was seen before it.
    ///
    /// # Errors
    /// The disagreement.
    pub fn judge_action(&self, played: &Played, action: usize) -> Judged {
        let Some(seen) = played.steps.get(action) else { return Ok(()) };
        match self.script.case_action(action) {
            None | Some(Action::Advance(_)) => self.nothing_stored(action, seen),
            Some(Action::Login { people, initiated, .. }) => {
                let person = people.first().map_or("", |(person, _)| person.as_str());
                self.login(action, seen, (person, *initiated))
            }
            Some(Action::PasswordLogin { person, .. }) => self.password(action, seen, person),
            Some(Action::Probe { person, .. } | Action::Logout { person, .. }) => {
                self.nothing_stored(action, seen)?;
                self.session(action, played, person)
            }
            Some(Action::Change { sp: Some(told), .. }) => self.change(action, seen, told),
            Some(_) => Ok(()),
        }
    }

    /// What may come of a login of either kind, given what was seen before it; `None` where nothing
    /// is known of the SP's entries or what it has stored. First comes what an SP does that was told
    /// long ago, under the declared rules.
    pub fn expected(&self, action: usize, seen: &PlayedStep) -> Option<Vec<Expected>> {
        let (people, initiated) = match self.script.case_action(action)? {
            Action::Login { people, initiated, .. } => (people, initiated),
            Action::PasswordLogin { person, .. } => {
                let before = seen.before.as_ref().filter(|_| self.script.case.configures)?;
                return Some(self.passwords(action, before, person));
            }
            _ => return None,
        };
        let (person, _) = people.first()?;
        let sent = self.sent(action, seen, person);
        self.all(action, seen.before.as_ref(), (person, *initiated, &sent))
    }

    /// Everything that may come of a login, each once.
    fn all(
        &self,
        action: usize,
        before: Option<&State>,
        login: (&str, Initiated, &Attributes),
    ) -> Option<Vec<Expected>> {
        let mut all: Vec<Expected> = Vec::new();
        let known = self.possible(action, before, login, &mut |expected| {
            if !all.contains(&expected) {
                all.push(expected);
            }
            ControlFlow::Continue(())
        });
        known.map(|_| all)
    }

    /// Shows `visit` everything that may come of a login until it has seen enough; `None` where
    /// nothing is known of the SP's entries or what it has stored.
    fn possible(
        &self,
        action: usize,
        before: Option<&State>,
        login: (&str, Initiated, &Attributes),
        visit: &mut dyn FnMut(Expected) -> ControlFlow<()>,
    ) -> Option<ControlFlow<()>> {
        let (person, initiated, attributes) = login;
        let state = before.filter(|_| self.script.case.configures)?;
        let told = self.history.told(action);
        let existing = existing(state, told);
        let email = self.script.email_of(person);
        let solicited = initiated == Initiated::Sp;
        let owner = self.owner(told, email);
        let state = &with_accounts(state, owner);
        let login = Login { email, attributes, solicited, state, existing: &existing };
        for entry in owner.map(|owner| self.history.seen(action, &owner.name)).unwrap_or_default() {
            for rules in self.open.readings(&login, &entry) {
                let entry = Entry { rules, ..entry.clone() };
                if visit(login.through(&told.entries, &entry)).is_break() {
                    return Some(ControlFlow::Break(()));
                }
            }
        }
        Some(ControlFlow::Continue(()))
    }

    /// The entry whose IdP speaks for an address.
    pub(super) fn owner<'t>(&self, told: &'t Configuration, email: &str) -> Option<&'t Entry> {
        let domain = email_domain(email)?;
        let has = |entry: &&Entry| {
            entry.domains.iter().any(|own| own.domain.eq_ignore_ascii_case(domain))
        };
        told.entries.iter().find(has).or(told.entries.first())
    }

    fn login(
        &self,
        action: usize,
        seen: &PlayedStep,
        (person, initiated): (&str, Initiated),
    ) -> Judged {
        let crashed = |attempt: &&PlayedAttempt| attempt.outcome.class == OutcomeClass::ServerError;
        if let Some(attempt) = seen.attempts.iter().find(crashed) {
            let difference = "the SP failed".to_owned();
            return Err(self.disagree(action, vec![], actual(seen, attempt), difference));
        }
        let sent = self.sent(action, seen, person);
        let login = (person, initiated, &sent);
        let mut expected: Vec<Expected> = Vec::new();
        let known = self.possible(action, seen.before.as_ref(), login, &mut |one| {
            if expected.contains(&one) {
                return ControlFlow::Continue(());
            }
            let others =
                if seen.attempts.len() > 1 { self.then(&one, action, seen, login) } else { vec![] };
            let allowed: Vec<&Expected> = std::iter::once(&one).chain(&others).collect();
            if nearest(seen, &allowed).is_none() {
                return ControlFlow::Break(());
            }
            expected.push(one);
            ControlFlow::Continue(())
        });
        if known != Some(ControlFlow::Continue(())) {
            return Ok(());
        }
        let differences = expected.iter().filter_map(|one| nearest(seen, &[one]));
        let difference = differences.min_by_key(String::len).unwrap_or_default();
        let lines = expected.iter().take(8).map(ToString::to_string).collect();
        let attempt = seen.attempts.first();
        let actual = attempt.map_or_else(|| "nothing".into(), |attempt| actual(seen, attempt));
        Err(self.disagree(action, lines, actual, difference))
    }

    /// What may come of a second login at once with one that came out like this.
    fn then(
        &self,
        first: &Expected,
        action: usize,
        seen: &PlayedStep,
        login: (&str, Initiated, &Attributes),
    ) -> Vec<Expected> {
        let Expected::Entered { row, .. } = first else { return Vec::new() };
        let email = self.script.email_of(login.0);
        let (Some(before), Some(after)) = (&seen.before, &seen.after) else { return Vec::new() };
        let mut state = before.clone();
        // The user as it was really stored, if it is the one that is expected.
        let stored = after.users_of(email).find(|user| Row::of(user) == *row).cloned();
        let Some(stored) = stored else { return Vec::new() };
        state.users.retain(|user| !user.email.eq_ignore_ascii_case(email));
        state.users.push(stored);
        self.all(action, Some(&state), login).unwrap_or_default()
    }

    fn password(&self, action: usize, seen: &PlayedStep, person: &str) -> Judged {
        let (Some(before), Some(attempt)) = (&seen.before, seen.attempts.first()) else {
            return Ok(());
        };
        if !self.script.case.configures {
            return self.nothing_stored(action, seen);
        }
        let allowed = self.passwords(action, before, person);
        let differences: Option<Vec<String>> =
            allowed.iter().map(|one| differs(seen, attempt, one)).collect();
        let Some(differences) = differences else { return Ok(()) };
        let lines = allowed.iter().map(ToString::to_string).collect();
        let difference = differences.into_iter().next().unwrap_or_default();
        Err(self.disagree(action, lines, actual(seen, attempt), difference))
    }

    /// What may come of a password login.
    fn passwords(&self, action: usize, before: &State, person: &str) -> Vec<Expected> {
        let (may, must) = self.forbidden(action, before, person);
        let mut allowed = Vec::new();
        if !must {
            allowed.extend(self.by_password(action, before, person));
        }
        if may {
            allowed.push(Expected::Refused(Reason::SamlOnly));
        }
        allowed
    }

    /// E1, E2, E8: whether passwords may be forbidden to a person, and whether they must be.
    fn forbidden(&self, action: usize, before: &State, person: &str) -> (bool, bool) {
        let email = self.script.email_of(person);
        let told = self.history.told(action);
        let stored = before.users_of(email).next().map(|user| user.account.as_str());
        let by_domain = self.owner(told, email).map(|entry| entry.account.as_str());
        let account = stored.filter(|account| !account.is_empty()).or(by_domain);
        let entries = told.entries.iter().filter(|entry| Some(entry.account.as_str()) == account);
        let seen: Vec<Vec<Entry>> =
            entries.map(|entry| self.history.seen(action, &entry.name)).collect();
        let enforced = |entry: &Entry| entry.settings.enforce_saml;
        let may = seen.iter().any(|versions| versions.iter().any(enforced));
        // Nobody enters as a user who is not there; why is the SP's to say.
        let must = stored.is_some() && seen.iter().any(|versions| versions.iter().all(enforced));
        (may, must)
    }

    /// What a password gives where passwords are allowed (facts E6, E7).
    fn by_password(&self, action: usize, before: &State, person: &str) -> Vec<Expected> {
        let email = self.script.email_of(person);
        let Some(user) = before.users_of(email).next() else {
            return vec![Expected::Refused(Reason::WrongPassword)];
        };
        let entered = Expected::Entered {
            class: OutcomeClass::Unchanged,
            row: Row::of(user),
            resources: Vec::new(),
        };
        let has_password = user.has_password || self.keeps_password(action, person);
        let external = self.script.case.profile.target != TargetKind::Reference;
        match user.status {
            UserStatus::Active if has_password => vec![entered],
            UserStatus::Active => vec![Expected::Refused(Reason::NoPassword)],
            UserStatus::Inactive => vec![Expected::Refused(Reason::UserInactive)],
            // What an invited user's password does is not written anywhere.
            UserStatus::Invited | UserStatus::Expired if external && has_password => {
                vec![Expected::Refused(Reason::UserInactive), entered]
            }
            UserStatus::Invited | UserStatus::Expired => {
                vec![Expected::Refused(Reason::UserInactive)]
            }
        }
    }

    /// Whether a person was given a password and not deleted since, for an SP that does not tell.
    fn keeps_password(&self, action: usize, person: &str) -> bool {
        let world = &self.script.world;
        let given = world.stored.iter().any(|user| user.person == person && user.has_password);
        let deleted = |done: &crate::fuzz::Action| matches!(done, crate::fuzz::Action::Delete { person: gone } if gone == person);
        given && !world.actions.iter().take(action).any(deleted)
    }

    fn session(&self, action: usize, played: &Played, person: &str) -> Judged {
        let seen = &played.steps[action];
        let Some(attempt) = seen.attempts.first().filter(|attempt| attempt.told) else {
            return Ok(());
        };
        let expected = match self.script.case_action(action) {
            Some(Action::Logout { .. }) => Session::Out,
            _ => session(self.script, played, &self.history, (action, person)),
        };
        let is = attempt.session.as_ref().map(|session| session.roles.lines());
        let list = |roles: &BTreeSet<String>| {
            format!("signed in: {}", Row { status: UserStatus::Active, roles: roles.clone() })
        };
        let (right, lines) = match &expected {
            Session::Out => (is.is_none(), vec!["signed out".to_owned()]),
            Session::In(roles) => (is.as_ref() == Some(roles), vec![list(roles)]),
            Session::Either(roles) => (
                is.as_ref().is_none_or(|is| is == roles),
                vec![list(roles), "signed out".to_owned()],
            ),
        };
        if right {
            return Ok(());
        }
        let difference = match (&expected, &is) {
            (Session::Out, _) => "a session is open that has to be over",
            (_, None) => "the session is over too early",
            _ => "the session has other roles than it was opened with",
        };
        let actual = is.as_ref().map_or_else(|| "signed out".to_owned(), list);
        Err(self.disagree(action, lines, actual, difference.to_owned()))
    }

    /// A configuration is taken whole, or refused and nothing of it stored.
    fn change(&self, action: usize, seen: &PlayedStep, told: &Configuration) -> Judged {
        let place = self.script.steps[action].unwrap_or_default();
        let refused = self.script.case.steps[place].expect == [ExpectWord::ConfigurationRefused];
        if let Some(attempt) = seen.attempts.first() {
            let taken = attempt.outcome.class.is_accepted();
            if taken == refused {
                let word = |taken| if taken { "taken" } else { "refused" };
                let difference = match refused {
                    true => "a configuration was taken that has to be refused",
                    false => "a configuration was refused that is right",
                };
                let lines = vec![word(!refused).to_owned()];
                return Err(self.disagree(action, lines, word(taken).into(), difference.into()));
            }
        }
        if refused {
            return self.nothing_stored(action, seen);
        }
        let (Some(before), Some(after)) = (&seen.before, &seen.after) else { return Ok(()) };
        let set: Vec<&str> = told.users.iter().map(|user| user.email.as_str()).collect();
        let touched = |user: &User| {
            let named = |email: &str| email.eq_ignore_ascii_case(&user.email);
            set.iter().any(|email| named(email)) || told.deleted_users.iter().any(|e| named(e))
        };
        let rest = |state: &State| State {
            users: state.users.iter().filter(|user| !touched(user)).cloned().collect(),
            ..State::default()
        };
        let mut difference = others_differ(&rest(before), &rest(after), None);
        for seed in &told.users {
            let wanted = Row { status: seed.status, roles: seed.roles.lines() };
            let is = after.users_of(&seed.email).next();
            let found = is.map_or_else(
                || Some(format!("the user {} is not there", seed.email)),
                |user| wanted.difference(&Row::of(user)),
            );
            difference = difference.or(found);
        }
        let left = told.deleted_users.iter().find(|email| after.users_of(email).next().is_some());
        difference = difference.or(left.map(|email| format!("the user {email} is still there")));
        difference.map_or(Ok(()), |difference| {
            let lines = vec!["what was told is stored, and nothing else".to_owned()];
            Err(self.disagree(action, lines, difference.clone(), difference))
        })
    }

    /// Nothing that is stored changes.
    fn nothing_stored(&self, action: usize, seen: &PlayedStep) -> Judged {
        let (Some(before), Some(after)) = (&seen.before, &seen.after) else { return Ok(()) };
        others_differ(before, after, None).map_or(Ok(()), |difference| {
            let lines = vec!["nothing that is stored changes".to_owned()];
            Err(self.disagree(action, lines, difference.clone(), difference))
        })
    }

    /// What the IdP sent of a person; what it should have sent, if it sent nothing.
    fn sent(&self, action: usize, seen: &PlayedStep, person: &str) -> Attributes {
        let sent = seen.attempts.iter().find_map(|attempt| attempt.sent.clone());
        sent.unwrap_or_else(|| self.would_send(action, person))
    }

    pub(super) fn would_send(&self, action: usize, person: &str) -> Attributes {
        let case = &self.script.case;
        let Some(known) = case.people.get(person) else { return Attributes::default() };
        let org = case.orgs.iter().find(|org| org.name == known.org);
        let own = org.into_iter().flat_map(|org| &org.attributes).filter_map(|attribute| {
            let value = match &attribute.source {
                AttributeSource::Literal(text) => text.clone(),
                AttributeSource::User(key) => known.profile.get(key)?.clone(),
                // What the app sends of these by itself, a world says.
                AttributeSource::Groups(_) | AttributeSource::Expression(_) => return None,
            };
            Some(Attribute {
                name: attribute.name.clone(),
                friendly_name: None,
                name_format: Some(attribute.format.urn().to_owned()),
                values: vec![AttributeValue::Text(value)],
            })
        });
        let mut all: Vec<Attribute> = own.collect();
        let made_up = self.script.world.attributes_at(action, person);
        all.extend(made_up.into_iter().flat_map(|attributes| attributes.0.clone()));
        Attributes(all)
    }

    fn disagree(
        &self,
        action: usize,
        expected: Vec<String>,
        actual: String,
        difference: String,
    ) -> Box<Disagreement> {
        let about = self.script.text(action);
        Box::new(Disagreement { judge: Judge::Oracle, action, about, expected, actual, difference })
    }
}

/// What is stored where an SP tells no accounts: everybody is of the one that is spoken of.
fn with_accounts<'s>(state: &'s State, entry: Option<&Entry>) -> Cow<'s, State> {
    let untold = |user: &User| user.account.is_empty();
    match entry {
        Some(entry) if state.users.iter().any(untold) => {
            let mut state = state.clone();
            for user in state.users.iter_mut().filter(|user| untold(user)) {
                user.account.clone_from(&entry.account);
            }
            Cow::Owned(state)
        }
        _ => Cow::Borrowed(state),
    }
}

/// What can be granted: by the SP's own word, or else what it was told.
fn existing(state: &State, told: &Configuration) -> BTreeSet<Resource> {
    let known = if state.resources.is_empty() { &told.resources } else { &state.resources };
    known.iter().cloned().collect()
}
