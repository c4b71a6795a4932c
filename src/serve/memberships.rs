//! Who is in which group and at which app, and whom a change brought there or away: the log tells of
//! everybody, by whatever way it came about (facts/okta.md 5.3).

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Event, EventType, Subject};
use crate::idp::Org;

/// The ids of the users by that of their group or app.
#[derive(Debug)]
pub(super) struct Memberships(BTreeMap<String, Vec<String>>);

/// The most events of one change: an app of everybody is not to push all else off the log.
const MOST: usize = 1000;

impl Memberships {
    pub(super) fn of(org: &Org) -> Self {
        let owned = |users: Vec<&str>| users.into_iter().map(str::to_owned).collect();
        let all = all(org).into_iter().map(|(place, users)| (place.to_owned(), owned(users)));
        Self(all.collect())
    }

    /// An event for each user who has come or gone since then. Of a user, a group or an app that is
    /// gone altogether its own deletion tells.
    pub(super) fn changed(&self, org: &Org) -> Vec<Event> {
        let mut changed = vec![];
        for (place, now) in all(org) {
            let before = self.0.get(place).map_or(&[][..], Vec::as_slice);
            // Nearly all are as they were, and with thousands of users that is seen quickly.
            if before != now {
                changed.extend(differences(before, &now).map(|(user, came)| (place, user, came)));
            }
        }
        changed.truncate(MOST);
        events(org, &changed)
    }
}

/// Everybody but for `Everyone`, by group and app. A place that nobody is in is there as well.
fn all(org: &Org) -> BTreeMap<&str, Vec<&str>> {
    let apps = org.apps.iter().map(|app| {
        let users = app.assignments.keys().map(String::as_str).collect();
        (app.id.as_str(), users)
    });
    let groups = org.groups.iter().map(|group| (group.id.as_str(), vec![]));
    let mut all: BTreeMap<&str, Vec<&str>> = apps.chain(groups).collect();
    let ids: HashMap<&str, &str> =
        org.groups.iter().map(|group| (group.name.as_str(), group.id.as_str())).collect();
    let by_hand = org.users.iter().flat_map(|user| {
        let groups = user.groups.iter().filter_map(|name| ids.get(name.as_str()));
        groups.map(|group| (*group, user.id.as_str()))
    });
    let by_rule = org.group_rules.iter().flat_map(|rule| {
        let members = rule.members.iter();
        members.flat_map(|user| rule.groups.iter().map(|group| (group.as_str(), user.as_str())))
    });
    for (group, user) in by_hand.chain(by_rule) {
        if let Some(users) = all.get_mut(group) {
            users.push(user);
        }
    }
    all
}

/// Who came, and who went, by id.
fn differences<'a>(
    before: &'a [String],
    now: &[&'a str],
) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
    let was: HashSet<&str> = before.iter().map(String::as_str).collect();
    let is: HashSet<&str> = now.iter().copied().collect();
    let came = is.difference(&was).map(|user| (*user, true));
    let went = was.difference(&is).map(|user| (*user, false));
    let mut changed: Vec<(&str, bool)> = came.chain(went).collect();
    changed.sort_unstable();
    changed.into_iter()
}

fn events(org: &Org, changed: &[(&str, &str, bool)]) -> Vec<Event> {
    let ids: HashSet<&str> = changed.iter().map(|(_, user, _)| *user).collect();
    let users = org.users.iter().filter(|user| ids.contains(user.id.as_str()));
    let users: HashMap<&str, Subject> =
        users.map(|user| (user.id.as_str(), Subject::from(user))).collect();
    let event = |(place, user, came): &(&str, &str, bool)| {
        let user = users.get(user)?.clone();
        let group = org.groups.iter().find(|group| group.id == *place).map(Subject::from);
        let (kind, place) = match (group, came) {
            (Some(group), true) => (EventType::GroupUserAdd, group),
            (Some(group), false) => (EventType::GroupUserRemove, group),
            (None, true) => (EventType::AppUserAdd, Subject::from(org.app_by_id(place)?)),
            (None, false) => (EventType::AppUserRemove, Subject::from(org.app_by_id(place)?)),
        };
        Some(Event::new(kind).on(user).on(place))
    };
    changed.iter().filter_map(event).collect()
}
