//! What differs between an org before and after a change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::store::Changes;
use crate::idp::{AccessPolicy, App, InlineHook, Org, OrgFeatures, Seed, SignInPage};

/// The record of an org itself.
pub(super) const ORG: &str = "org";
/// Kinds of records, as their keys begin.
pub(super) const USER: &str = "user";
pub(super) const GROUP: &str = "group";
pub(super) const RULE: &str = "rule";
pub(super) const APP: &str = "app";
/// `assignment/{app}/{user}`.
pub(super) const ASSIGNMENT: &str = "assignment";

/// What an org holds beside its users, groups, rules and apps, and the order of those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OrgFacts {
    pub(super) id: String,
    pub(super) subdomain: String,
    pub(super) name: String,
    pub(super) sign_in_page: SignInPage,
    #[serde(default)]
    pub(super) features: OrgFeatures,
    pub(super) profile_attributes: BTreeSet<String>,
    pub(super) attribute_definitions: BTreeMap<String, serde_json::Value>,
    pub(super) inline_hooks: Vec<InlineHook>,
    pub(super) access_policies: Vec<AccessPolicy>,
    pub(super) seed: Seed,
    pub(super) api_token: String,
    pub(super) created: Timestamp,
}

/// A record that stands in a list, with its place there: places are not dense, later ones are greater.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Placed<T> {
    pub(super) place: u64,
    pub(super) it: T,
}

/// The parts of an org: whoever adds a field to it decides here how it is kept.
pub(super) struct Parts<'a> {
    facts: OrgFacts,
    org: &'a Org,
}

impl<'a> Parts<'a> {
    pub(super) fn of(org: &'a Org) -> Self {
        let Org {
            id,
            subdomain,
            name,
            // Where it listens is said at each start.
            base_url: _,
            sign_in_page,
            features,
            users: _,
            groups: _,
            apps: _,
            group_rules: _,
            profile_attributes,
            attribute_definitions,
            inline_hooks,
            access_policies,
            seed,
            api_token,
            created,
        } = org;
        let facts = OrgFacts {
            id: id.clone(),
            subdomain: subdomain.clone(),
            name: name.clone(),
            sign_in_page: *sign_in_page,
            features: *features,
            profile_attributes: profile_attributes.clone(),
            attribute_definitions: attribute_definitions.clone(),
            inline_hooks: inline_hooks.clone(),
            access_policies: access_policies.clone(),
            seed: seed.clone(),
            api_token: api_token.clone(),
            created: *created,
        };
        Self { facts, org }
    }
}

/// The places of records that are kept, by key.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: HashMap<String, u64>,
    next: u64,
}

impl Places {
    pub(super) fn insert(&mut self, key: String, place: u64) {
        self.places.insert(key, place);
        self.next = self.next.max(place + 1);
    }

    fn of(&mut self, key: &str) -> u64 {
        if let Some(place) = self.places.get(key) {
            return *place;
        }
        let place = self.next;
        self.insert(key.to_owned(), place);
        place
    }

    fn remove(&mut self, key: &str) {
        self.places.remove(key);
    }
}

/// What has to be written for `after` where `before` is kept; all of it where nothing is.
pub(super) fn changes(before: Option<&Org>, after: &Org, places: &mut Places) -> Changes {
    let mut changes = Changes::new();
    let (old, new) = (before.map(Parts::of), Parts::of(after));
    if old.as_ref().map(|old| &old.facts) != Some(&new.facts) {
        changes.insert(ORG.to_owned(), Some(json(&new.facts)));
    }
    let (old, new) = (old.map(|old| old.org), new.org);
    let id = |kind, id: &str| format!("{kind}/{id}");
    list(&mut changes, places, old.map(|o| &o.users), &new.users, |it| id(USER, it.id()));
    list(&mut changes, places, old.map(|o| &o.groups), &new.groups, |it| id(GROUP, &it.id));
    list(&mut changes, places, old.map(|o| &o.group_rules), &new.group_rules, |it| {
        id(RULE, &it.id)
    });
    list(&mut changes, places, old.map(|o| &o.apps), &new.apps, |it| id(APP, &it.id));
    for app in &new.apps {
        let old = old.and_then(|org| org.app_by_id(&app.id));
        assignments(&mut changes, &app.id, old, Some(app));
    }
    for app in old.into_iter().flat_map(|org| &org.apps) {
        if new.app_by_id(&app.id).is_none() {
            assignments(&mut changes, &app.id, Some(app), None);
        }
    }
    changes
}

fn list<T: Serialize + Kept>(
    changes: &mut Changes,
    places: &mut Places,
    old: Option<&Vec<T>>,
    new: &[T],
    key: impl Fn(&T) -> String,
) {
    let old: &[T] = old.map(Vec::as_slice).unwrap_or_default();
    // Nearly all stand where they stood: they are compared without looking them up.
    let same_place = old.iter().zip(new).take_while(|(old, new)| old.id() == new.id()).count();
    for (old, it) in old[..same_place].iter().zip(new).filter(|(old, it)| !old.is_kept_as(it)) {
        let key = key(old);
        let place = places.of(&key);
        changes.insert(key, Some(json(&Placed { place, it })));
    }
    let mut gone: HashMap<String, &T> = old[same_place..].iter().map(|it| (key(it), it)).collect();
    for it in &new[same_place..] {
        let key = key(it);
        let known = gone.remove(&key);
        if known.is_some_and(|known| known.is_kept_as(it)) {
            continue;
        }
        let place = places.of(&key);
        changes.insert(key, Some(json(&Placed { place, it })));
    }
    for key in gone.into_keys() {
        places.remove(&key);
        changes.insert(key, None);
    }
}

/// Whether something is written down the same.
trait Kept {
    fn id(&self) -> &str;

    fn is_kept_as(&self, other: &Self) -> bool;
}

impl Kept for crate::idp::User {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_kept_as(&self, other: &Self) -> bool {
        self == other
    }
}

impl Kept for crate::idp::Group {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_kept_as(&self, other: &Self) -> bool {
        self == other
    }
}

impl Kept for crate::idp::GroupRule {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_kept_as(&self, other: &Self) -> bool {
        self == other
    }
}

/// Apps are few, and their assignments are kept apart.
impl Kept for App {
    fn id(&self) -> &str {
        &self.id
    }

    fn is_kept_as(&self, other: &Self) -> bool {
        json(self) == json(other)
    }
}

fn assignments(changes: &mut Changes, app: &str, old: Option<&App>, new: Option<&App>) {
    let none = BTreeMap::new();
    let old = old.map_or(&none, |app| &app.assignments);
    let new = new.map_or(&none, |app| &app.assignments);
    let key = |user: &str| format!("{ASSIGNMENT}/{app}/{user}");
    for (user, assignment) in new {
        if old.get(user) != Some(assignment) {
            changes.insert(key(user), Some(json(assignment)));
        }
    }
    for user in old.keys().filter(|user| !new.contains_key(*user)) {
        changes.insert(key(user), None);
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("what an org holds has text for keys and finite numbers")
}
