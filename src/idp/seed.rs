//! Taking over an org file that has changed.
//!
//! The file is where an org begins; people and programs go on from there. So a file that is read again
//! counts only where it says something else than it said before:
//!
//! - What it says as before is left as it is now, changed or deleted by other ways or not.
//! - What is new in it is added; what it says otherwise is set to what it says now. A user or app keeps
//!   ids, keys and status. App usernames of a changed app are computed anew.
//! - What it said before and says no more is deleted; a group only if nothing names it any longer.
//! - What never stood in it is not touched. A user who is there already under a login that is new in
//!   the file becomes the file's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::draft::{derived_policy_id, derived_user_id};
use crate::idp::{
    AccessRuleDraft, AppDraft, AppKey, Assigned, Org, OrgDraft, UserDraft, UserTimes,
};
use crate::keys::Hash;

/// What an org file said the last time: a fingerprint of each user and app by id, and its groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed {
    said: BTreeMap<String, String>,
    /// Whether the fingerprints are of drafts of another shape than today's.
    #[serde(skip)]
    outdated: bool,
}

/// What taking over a file changed, in numbers of users, apps and groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sown {
    /// New ones.
    pub added: usize,
    /// Those that the file says otherwise than before.
    pub changed: usize,
    /// Those that it does not say any more.
    pub removed: usize,
    /// Whether the org's own name, token, sign-in page or features are others.
    pub org: bool,
}

impl fmt::Display for Sown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, changed, removed, org } = self;
        write!(f, "{added} added, {changed} changed, {removed} removed")?;
        if *org {
            f.write_str("; name, token, sign-in page or features of the org changed")?;
        }
        Ok(())
    }
}

impl Seed {
    /// The one entry that is no user, app or group: the org's name, token, sign-in page and features.
    const ORG: &str = "org";

    /// Says that this was kept by an earlier samlproof, whose fingerprints are not those of today: the next
    /// file is taken to say of all that is known what it said before. What was changed in it meanwhile
    /// waits until it is changed again.
    #[must_use]
    pub fn outdated(self) -> Self {
        Self { outdated: true, ..self }
    }

    fn says_as_before(&self, id: &str, fingerprint: &str) -> bool {
        self.said.get(id).is_some_and(|before| self.outdated || before == fingerprint)
    }
}

/// What a file says now, by the ids that an org has or will have for it.
struct Words<'a> {
    users: Vec<(String, &'a UserDraft)>,
    apps: Vec<(String, &'a AppDraft)>,
    seed: Seed,
}

impl OrgDraft {
    /// Takes the draft over into an org that was made from an earlier one, of which [`Org::seed`] knows
    /// what it said; the module says how. [`OrgDraft::empty_org`] is what it makes a new org of.
    /// `key` is asked for the key of each new app, and of one whose key cannot make its signatures.
    ///
    /// # Errors
    /// The first one that `key` reports; the org is as before then.
    pub fn sow<E>(
        &self,
        org: &mut Org,
        now: Timestamp,
        key: impl FnMut(&AppDraft) -> Result<AppKey, E>,
    ) -> Result<Sown, E> {
        let seed = &org.seed.clone();
        let mut words = self.words(org, seed);
        let keys = words.keys(org, seed, key)?;
        let mut sown = Sown::default();
        if !seed.says_as_before(Seed::ORG, &words.seed.said[Seed::ORG]) {
            org.name.clone_from(&self.name);
            org.sign_in_page = self.sign_in_page;
            org.features = self.features;
            org.api_token.clone_from(&self.api_token);
            sown.org = true;
        }
        org.profile_attributes.extend(self.profile_attributes.iter().cloned());
        let stays = |id: &str| words.seed.said.contains_key(id);
        let gone: Vec<String> = seed.said.keys().filter(|id| !stays(id)).cloned().collect();
        sown.removed += remove_users_and_apps(org, &gone, now);
        for (id, user) in &words.users {
            words.seed.sow_user(org, (id, user, now), &mut sown);
        }
        for ((id, app), key) in words.apps.iter().zip(keys) {
            words.seed.sow_app(org, (id, app, key, now), &mut sown);
        }
        let groups_before = gone.iter().filter(|id| id.starts_with("00g"));
        for id in groups_before.filter(|id| !org.names_group(id)).collect::<Vec<_>>() {
            sown.removed += usize::from(org.delete_group(id));
        }
        for name in self.group_names() {
            if let Some(group) = org.groups.iter().find(|group| group.name == *name) {
                words.seed.said.insert(group.id.clone(), String::new());
            }
        }
        org.seed = words.seed;
        org.begin(now);
        org.settle(now);
        Ok(sown)
    }

    fn words(&self, org: &Org, seed: &Seed) -> Words<'_> {
        let users = self.users.iter().map(|user| (seed.user_id(org, &user.login), user));
        let apps = self.apps.iter().map(|app| (app.id_in(org), app));
        let (users, apps): (Vec<_>, Vec<_>) = (users.collect(), apps.collect());
        let mut said = BTreeMap::from([(
            Seed::ORG.to_owned(),
            fingerprint(&(&self.name, self.sign_in_page, self.features, &self.api_token)),
        )]);
        said.extend(users.iter().map(|(id, user)| (id.clone(), fingerprint(user))));
        said.extend(apps.iter().map(|(id, app)| (id.clone(), fingerprint(app))));
        let named = self.group_names();
        let known = org.groups.iter().filter(|group| named.contains(&group.name));
        said.extend(known.map(|group| (group.id.clone(), String::new())));
        Words { users, apps, seed: Seed { said, outdated: false } }
    }

    /// The names of all groups that users or apps name.
    fn group_names(&self) -> BTreeSet<&String> {
        let of_apps = self.apps.iter().filter_map(|app| match &app.assigned {
            Assigned::Groups(names) => Some(names),
            Assigned::Everyone | Assigned::Logins(_) => None,
        });
        let named = self.users.iter().map(|user| &user.groups).chain(of_apps).flatten();
        let rules = self.apps.iter().flat_map(|app| &app.access_rules);
        named.chain(rules.flat_map(AccessRuleDraft::group_names)).collect()
    }
}

impl Words<'_> {
    /// The keys that apps need, in their order, before anything is changed.
    fn keys<E>(
        &self,
        org: &Org,
        before: &Seed,
        mut key: impl FnMut(&AppDraft) -> Result<AppKey, E>,
    ) -> Result<Vec<Option<AppKey>>, E> {
        let needs = |(id, app): &(String, &AppDraft)| {
            if before.says_as_before(id, &self.seed.said[id]) {
                return false;
            }
            let found = org.app_by_id(id).and_then(|found| found.keys.get(found.signing));
            found.is_none_or(|found| found.key().is_some_and(|key| !app.takes(key)))
        };
        let keys = self.apps.iter().map(|named| needs(named).then(|| key(named.1)).transpose());
        keys.collect()
    }
}

impl Seed {
    /// The id of the file's user of this login: the one it has had, or that of whoever has the login.
    fn user_id(&self, org: &Org, login: &str) -> String {
        let own = derived_user_id(org, login);
        let known = self.said.contains_key(&own) || org.users.iter().any(|user| user.id == own);
        match org.user_by_login(login) {
            Some(other) if !known => other.id.clone(),
            _ => own,
        }
    }

    fn sow_user(
        &self,
        org: &mut Org,
        (id, draft, now): (&str, &UserDraft, Timestamp),
        sown: &mut Sown,
    ) {
        if org.seed.says_as_before(id, &self.said[id]) {
            return;
        }
        let Some(at) = org.users.iter().position(|user| user.id == id) else {
            draft.add_to(org);
            if let Some(user) = org.users.last_mut() {
                user.times = UserTimes::of_status(user.status, now);
            }
            sown.added += 1;
            return;
        };
        let old = org.users.remove(at);
        draft.add_to(org);
        let mut user = org.users.pop().expect("a user was added just now");
        user.status = draft.status.unwrap_or(old.status);
        (user.id, user.linked, user.times) = (old.id, old.linked, old.times);
        user.times.last_updated = now;
        if user.status != old.status {
            user.times.status_changed = Some(now);
        }
        org.users.insert(at, user);
        sown.changed += 1;
    }

    fn sow_app(
        &self,
        org: &mut Org,
        (id, draft, key, now): (&str, &AppDraft, Option<AppKey>, Timestamp),
        sown: &mut Sown,
    ) {
        if org.seed.says_as_before(id, &self.said[id]) {
            return;
        }
        if draft.set_in(org, id).is_none() {
            if let Some(key) = key {
                let app = draft.add_first_to(org, key);
                (app.created, app.last_updated) = (now, now);
                sown.added += 1;
            }
            return;
        }
        sown.changed += 1;
        let Some(app) = org.apps.iter_mut().find(|app| app.id == id) else { return };
        app.last_updated = now;
        if let Some(key) = key {
            app.keys.push(key);
            app.signing = app.keys.len() - 1;
            app.published = vec![app.signing];
        }
    }
}

impl Org {
    /// Whether somebody is in the group, or something is said of it.
    fn names_group(&self, id: &str) -> bool {
        let group = self.groups.iter().find(|group| group.id == id);
        let name = group.map(|group| group.name.as_str()).unwrap_or_default();
        self.users.iter().any(|user| user.groups.contains(name))
            || self.apps.iter().any(|app| app.group_assignments.contains_key(id))
            || self.group_rules.iter().any(|rule| rule.groups.contains(id))
            || self.access_policies.iter().flat_map(|policy| &policy.rules).any(|rule| {
                rule.people.groups.contains(id) || rule.people.excluded_groups.contains(id)
            })
    }
}

fn remove_users_and_apps(org: &mut Org, ids: &[String], now: Timestamp) -> usize {
    let before = org.users.len() + org.apps.len();
    org.apps.retain(|app| !ids.contains(&app.id));
    // Their own go with them, not those that somebody has made by other ways.
    let own: Vec<String> = ids.iter().map(|id| derived_policy_id(org, id)).collect();
    org.access_policies.retain(|policy| !own.contains(&policy.id));
    for id in ids.iter().filter(|id| id.starts_with("00u")) {
        // The first time deactivates, the second deletes; there is nobody left to be told.
        let _ = org.delete_user(id, now).and_then(|_| org.delete_user(id, now));
    }
    before - org.users.len() - org.apps.len()
}

/// Two drafts are the same if their fingerprints are. It is that of their debug text, which says all
/// there is in them.
fn fingerprint(draft: &impl fmt::Debug) -> String {
    let hash = Hash::Sha256.of(format!("{draft:?}").as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
