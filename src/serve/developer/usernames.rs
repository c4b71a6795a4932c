//! App usernames that are not what the app's template says today (facts/okta.md 4.1).

use jiff::Timestamp;

use crate::idp::{App, Org, User, UserStatus};

/// Users of an app whose stored names are old, or were given by somebody.
pub(super) struct OldNames {
    /// The first of them.
    pub(super) first: Vec<OldName>,
    /// How many are not among them.
    pub(super) more: usize,
}

/// One of them.
pub(super) struct OldName {
    id: String,
    pub(super) login: String,
    pub(super) stored: String,
    /// What the template says, or why it says nothing.
    pub(super) today: Result<String, String>,
}

impl OldNames {
    /// The most that are shown.
    const SHOWN: usize = 20;

    pub(super) fn of(org: &Org, app: &App, now: Timestamp) -> Self {
        let mut all = old_names(org, app, now);
        let first: Vec<OldName> = all.by_ref().take(Self::SHOWN).collect();
        Self { first, more: all.count() }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

/// Has every user of an app named as its template says, those apart whom it gives no name: theirs stay.
/// `None` if there is no such app.
pub(super) fn update_all(org: &mut Org, app: &str, now: Timestamp) -> Option<()> {
    org.settle(now);
    let old: Vec<OldName> = old_names(org, org.app_by_id(app)?, now).collect();
    for OldName { id, .. } in old.iter().filter(|one| one.today.is_ok()) {
        org.update_username(app, id, now).ok()?;
    }
    Some(())
}

fn old_names(org: &Org, app: &App, now: Timestamp) -> impl Iterator<Item = OldName> {
    let there = org.users.iter().filter(|user| user.status != UserStatus::Deprovisioned);
    there.filter_map(move |user: &User| {
        let stored = app.assignments.get(&user.id)?.username.as_ref()?;
        let today = org.username_for(app, user, now).map_err(|error| error.to_string());
        let today = today.and_then(|name| match name.trim().is_empty() {
            true => Err("it comes to nothing".to_owned()),
            false => Ok(name),
        });
        (today.as_ref() != Ok(stored)).then(|| OldName {
            id: user.id.clone(),
            login: user.login.clone(),
            stored: stored.clone(),
            today,
        })
    })
}
