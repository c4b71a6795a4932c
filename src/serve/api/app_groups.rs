//! Which groups are assigned to an app.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::body;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::page::{self, PageSize};
use super::profile_body;
use super::user_json;
use crate::idp::{App, GroupAssignment, GroupSettings, Org};
use crate::serve::app_members::{self, MembersChanged};

const PAGE: PageSize = PageSize::new(20, 200);

fn shown(org: &Org, app: &App, group: &str, assignment: &GroupAssignment) -> Value {
    let base = &org.base_url;
    let own = format!("{base}/api/v1/apps/{}", app.id);
    let profile: Map<String, Value> = assignment
        .profile
        .iter()
        .map(|(name, value)| (name.clone(), user_json::value(value)))
        .collect();
    json!({
        "id": group,
        "lastUpdated": instant(assignment.last_updated.unwrap_or(app.created)),
        "priority": assignment.priority,
        "profile": profile,
        "_links": {
            "app": { "href": own },
            "self": { "href": format!("{own}/groups/{group}") },
            "group": { "href": format!("{base}/api/v1/groups/{group}") },
        },
    })
}

/// The assignment of a path.
fn assigned<'a>(call: &Call, org: &'a Org) -> Result<(&'a App, &'a GroupAssignment), ApiError> {
    let app = call::app(org, call.name("app"))?;
    let group = call.name("group");
    let found = app.group_assignments.get(group);
    Ok((app, found.ok_or_else(|| ApiError::not_found(group, "ApplicationGroupAssignment"))?))
}

fn answer(call: &Call, org: &Org) -> Result<Value, ApiError> {
    let (app, assignment) = assigned(call, org)?;
    Ok(shown(org, app, call.name("group"), assignment))
}

/// GET `/api/v1/apps/{app}/groups`, by priority.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let app = call::app(&org, call.name("app"))?;
    let start = call.param("q").map(str::to_lowercase);
    let begins = |id: &String| {
        let group = org.groups.iter().find(|group| group.id == *id);
        start.as_ref().is_none_or(|start| {
            group.is_some_and(|group| group.name.to_lowercase().starts_with(start))
        })
    };
    let mut groups: Vec<_> = app.group_assignments.iter().filter(|(id, _)| begins(id)).collect();
    groups.sort_by_key(|(id, assignment)| (assignment.priority, (*id).clone()));
    page::page(call, &groups, PAGE, |(id, _)| id, |(id, group)| shown(&org, app, id, group))
}

/// GET `/api/v1/apps/{app}/groups/{group}`.
pub(super) fn one(call: &Call) -> Outcome {
    Ok(Answer::json(answer(call, &call.org())?))
}

/// What a body says of an assignment. One that says no profile has none.
fn read(app: &App, body: &Map<String, Value>) -> Result<GroupSettings, ApiError> {
    let problems = Problems::default();
    let fields = Fields::new(body, &problems);
    let priority = fields.number("priority", 0..=GroupAssignment::LAST);
    let profile = fields.child("profile");
    let known = |name: &str| app.profile_attributes.contains(name);
    let given = profile.map().map(|map| profile_body::read(map, &problems, known));
    problems.check("groupAssignment")?;
    let given = given.into_iter().flatten().filter_map(|(name, value)| Some((name, value?)));
    Ok(GroupSettings { priority, profile: Some(given.collect()) })
}

/// PUT `/api/v1/apps/{app}/groups/{group}`: the whole assignment; the body may be left out. Without a
/// priority a new one is the last, and one that is there stays where it is.
pub(super) fn assign(call: &Call) -> Outcome {
    let body = call.optional_object()?;
    let now = call.now();
    let (shown, changed) = call.change(|org| {
        let app = call::app(org, call.name("app"))?;
        let before = app_members::members(app);
        let settings = read(app, &body)?;
        let app = app.id.clone();
        org.assign_group(&app, call.name("group"), settings, now)?;
        Ok((answer(call, org)?, MembersChanged::of(org, call.name("app"), &before)))
    })?;
    changed.report(&call.service, &call.headers);
    Ok(Answer::json(shown))
}

/// PATCH: a JSON Patch (RFC 6902) that replaces, adds or removes `/priority` and `/profile/…`.
pub(super) fn patch(call: &Call) -> Outcome {
    let operations = body::list(&call.body)?;
    let now = call.now();
    let shown = call.change(|org| {
        let (app, old) = assigned(call, org)?;
        let mut profile: Map<String, Value> =
            old.profile.iter().map(|(name, it)| (name.clone(), user_json::value(it))).collect();
        let mut priority = Value::from(old.priority);
        apply(&operations, &mut priority, &mut profile)?;
        let body = Map::from_iter([
            ("priority".to_owned(), priority),
            ("profile".to_owned(), profile.into()),
        ]);
        let settings = read(app, &body)?;
        let app = app.id.clone();
        org.assign_group(&app, call.name("group"), settings, now)?;
        answer(call, org)
    })?;
    Ok(Answer::json(shown))
}

fn apply(
    operations: &[Value],
    priority: &mut Value,
    profile: &mut Map<String, Value>,
) -> Result<(), ApiError> {
    let problems = Problems::default();
    for (index, operation) in operations.iter().enumerate() {
        let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default();
        let value = operation.get("value").cloned().unwrap_or(Value::Null);
        let name = text("path").strip_prefix("/profile/").filter(|name| !name.contains('/'));
        match (text("op"), text("path"), name, value) {
            ("add" | "replace", "/priority", _, value) => *priority = value,
            ("add" | "replace", "/profile", _, Value::Object(value)) => *profile = value,
            ("add" | "replace", _, Some(name), value) => {
                profile.insert(name.to_owned(), value);
            }
            ("remove", _, Some(name), _) => {
                profile.remove(name);
            }
            _ => problems.note(
                &format!("[{index}]"),
                "op is add, replace or remove, path is /priority or /profile/…",
            ),
        }
    }
    problems.check("groupAssignment")
}

/// DELETE `/api/v1/apps/{app}/groups/{group}`.
pub(super) fn unassign(call: &Call) -> Outcome {
    let now = call.now();
    let changed = call.change(|org| {
        let app = assigned(call, org)?.0;
        let (app, before) = (app.id.clone(), app_members::members(app));
        org.unassign_group(&app, call.name("group"), now)?;
        Ok::<_, ApiError>(MembersChanged::of(org, &app, &before))
    })?;
    changed.report(&call.service, &call.headers);
    Ok(Answer::nothing())
}
