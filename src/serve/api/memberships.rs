//! Who is in which group and at which app, and whom a call brought there or away: the log tells of
//! everybody, by whatever way it came about (facts/okta.md 5.3).

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::idp::Org;
use crate::serve::{Event, EventType, Subject};

/// The ids of the users by that of their group or app.
#[derive(Debug)]
pub(super) struct Memberships(BTreeMap<String, HashSet<String>>);

/// The most events of one call: an app of everybody is not to push all else off the log.
const MOST: usize = 1000;

impl Memberships {
    pub(super) fn of(org: &Org) -> Self {
        let mut all: BTreeMap<String, HashSet<String>> = BTreeMap::new();
        for (place, user) in pairs(org) {
            match all.get_mut(place) {
                Some(users) => drop(users.insert(user.to_owned())),
                None => drop(all.insert(place.to_owned(), HashSet::from([user.to_owned()]))),
            }
        }
        Self(all)
    }

    /// An event for each user who has come or gone since then. Of a user, a group or an app that is
    /// gone altogether its own deletion tells.
    pub(super) fn changed(&self, org: &Org) -> Vec<Event> {
        let now: HashSet<(&str, &str)> = pairs(org).collect();
        let is_old = |(place, user): &(&str, &str)| {
            self.0.get(*place).is_some_and(|users| users.contains(*user))
        };
        let old = self.0.iter().flat_map(|(place, users)| {
            users.iter().map(move |user| (place.as_str(), user.as_str()))
        });
        let came = now.iter().copied().filter(|pair| !is_old(pair)).map(|pair| (pair, true));
        let went = old.filter(|pair| !now.contains(pair)).map(|pair| (pair, false));
        let mut changed: Vec<_> = came.chain(went).collect();
        changed.sort_unstable();
        changed.truncate(MOST);
        changed.into_iter().filter_map(|(pair, came)| event(org, pair, came)).collect()
    }
}

fn event(org: &Org, (place, user): (&str, &str), came: bool) -> Option<Event> {
    let user = Subject::from(org.users.iter().find(|known| known.id == user)?);
    let group = org.groups.iter().find(|group| group.id == place).map(Subject::from);
    let (kind, place) = match (group, came) {
        (Some(group), true) => (EventType::GroupUserAdd, group),
        (Some(group), false) => (EventType::GroupUserRemove, group),
        (None, true) => (EventType::AppUserAdd, Subject::from(org.app_by_id(place)?)),
        (None, false) => (EventType::AppUserRemove, Subject::from(org.app_by_id(place)?)),
    };
    Some(Event::new(kind).on(user).on(place))
}

/// Everybody but for `Everyone`, with the group or the app.
fn pairs(org: &Org) -> impl Iterator<Item = (&str, &str)> {
    let ids: HashMap<&str, &str> =
        org.groups.iter().map(|group| (group.name.as_str(), group.id.as_str())).collect();
    let by_hand = org.users.iter().flat_map(move |user| {
        let groups: Vec<&str> =
            user.groups.iter().filter_map(|name| ids.get(name.as_str()).copied()).collect();
        groups.into_iter().map(|group| (group, user.id.as_str()))
    });
    let by_rule = org.group_rules.iter().flat_map(|rule| {
        let members = rule.members.iter();
        members.flat_map(|user| rule.groups.iter().map(|group| (group.as_str(), user.as_str())))
    });
    let at_apps = org
        .apps
        .iter()
        .flat_map(|app| app.assignments.keys().map(|user| (app.id.as_str(), user.as_str())));
    by_hand.chain(by_rule).chain(at_apps)
}
