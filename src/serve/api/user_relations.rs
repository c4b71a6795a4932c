//! What belongs to a user.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::{group_json, page, users};
use crate::idp::{App, AppStatus};

/// GET `/api/v1/users/{id}/groups`.
pub(super) fn groups(call: &Call) -> Outcome {
    let org = call.org();
    let user = users::asked_for(call, &org)?;
    let groups = org.group_list(user);
    let size = page::PageSize::new(200, 200);
    page::page(call, &groups, size, |group| &group.id, |group| group_json::group(&org, group))
}

/// GET `/api/v1/users/{id}/appLinks`.
pub(super) fn app_links(call: &Call) -> Outcome {
    let org = call.org();
    let user = users::asked_for(call, &org)?;
    let apps =
        org.apps.iter().filter(|app| app.status == AppStatus::Active && org.is_assigned(app, user));
    let link = |(order, app): (usize, &App)| {
        json!({
            "id": app.link_id,
            "label": app.label,
            "linkUrl": format!("{}{}", org.base_url, app.embed_path()),
            "appName": app.name,
            "appInstanceId": app.id,
            "appAssignmentId": user.id,
            "credentialsSetup": false,
            "hidden": !app.is_on_dashboard(),
            "sortOrder": order,
        })
    };
    let links: Vec<Value> = apps.enumerate().map(link).collect();
    Ok(Answer::json(links.into()))
}

/// GET `/api/v1/users/{id}/roles`: nobody of an org here is an administrator.
pub(super) fn roles(call: &Call) -> Outcome {
    let org = call.org();
    if call.name("id") != "me" {
        users::asked_for(call, &org)?;
    }
    Ok(Answer::json(json!([])))
}
