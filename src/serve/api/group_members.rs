//! Who is in a group, and what that opens.

use jiff::Timestamp;

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::page::{self, PageSize};
use super::{app_json, groups, user_json, users};
use crate::idp::{App, GroupRuleError, Org, User};

/// GET `/api/v1/groups/{group}/users`.
pub(super) fn users(call: &Call) -> Outcome {
    let org = call.org();
    let group = groups::asked_for(call, &org)?;
    let is_in = |user: &&User| org.group_list(user).iter().any(|other| other.id == group.id);
    let members: Vec<&User> = org.users.iter().filter(is_in).collect();
    let size = PageSize::new(1000, 1000);
    page::page(call, &members, size, |user| &user.id, |user| user_json::user(&org, user))
}

/// GET `/api/v1/groups/{group}/apps`.
pub(super) fn apps(call: &Call) -> Outcome {
    let org = call.org();
    let group = groups::asked_for(call, &org)?;
    let apps = org.apps.iter().filter(|app| app.group_assignments.contains_key(&group.id));
    let apps: Vec<&App> = apps.collect();
    page::page(call, &apps, PageSize::new(20, 200), |app| &app.id, |app| app_json::app(&org, app))
}

/// PUT `/api/v1/groups/{group}/users/{id}`.
pub(super) fn add(call: &Call) -> Outcome {
    change(call, Org::add_member)
}

/// DELETE `/api/v1/groups/{group}/users/{id}`.
pub(super) fn remove(call: &Call) -> Outcome {
    change(call, Org::remove_member)
}

fn change(
    call: &Call,
    change: impl Fn(&mut Org, &str, &str, Timestamp) -> Result<(), GroupRuleError>,
) -> Outcome {
    let now = call.now();
    call.change(|org| {
        let user = users::asked_for(call, org)?.id.clone();
        let group = groups::asked_for(call, org)?.id.clone();
        Ok(change(org, &group, &user, now)?)
    })?;
    Ok(Answer::nothing())
}
