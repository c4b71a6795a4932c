//! Who came to an app or lost it, for the system log.

use std::collections::BTreeSet;

use http::HeaderMap;

use super::{Event, EventType, OrgService, Subject};
use crate::idp::{App, Org};

/// The ids of an app's users.
pub(super) fn members(app: &App) -> BTreeSet<String> {
    app.assignments.keys().cloned().collect()
}

/// Who came to an app or lost it by one change of it.
pub(super) struct MembersChanged {
    app: Option<Subject>,
    users: Vec<(EventType, Subject)>,
}

impl MembersChanged {
    /// The most events of one change: an app of everybody is not to push all else off the log.
    const MOST: usize = 1000;

    /// What is different from the [`members`] that the app had before.
    pub(super) fn of(org: &Org, app: &str, before: &BTreeSet<String>) -> Self {
        let app = org.app_by_id(app);
        let after = app.map(members).unwrap_or_default();
        let changed = before.symmetric_difference(&after).take(Self::MOST);
        let users = changed.filter_map(|id| {
            let user = org.users.iter().find(|user| user.id == *id)?;
            let kind = match after.contains(id) {
                true => EventType::AppUserAdd,
                false => EventType::AppUserRemove,
            };
            Some((kind, Subject::from(user)))
        });
        Self { app: app.map(Subject::from), users: users.collect() }
    }

    /// Reports it as what a request with these headers did.
    pub(super) fn report(self, service: &OrgService, headers: &HeaderMap) {
        for (kind, user) in self.users {
            let event = Event::new(kind).on(user).from_request(headers);
            service.report(match &self.app {
                Some(app) => event.on(app.clone()),
                None => event,
            });
        }
    }
}
