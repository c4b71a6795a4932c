//! Who is assigned to an app, and under which name.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::{instant, maybe};
use super::page::{self, PageSize};
use super::profile_body::{self, Given};
use super::user_json;
use crate::idp::{App, Assignment, Org, User};

const PAGE: PageSize = PageSize::new(50, 500);

/// A user at an app. Whoever has it by a group that was never settled has today's username.
pub(super) fn shown(org: &Org, app: &App, user: &User, now: Timestamp) -> Value {
    let unsettled = Assignment::default();
    let assignment = app.assignments.get(&user.id).unwrap_or(&unsettled);
    let scope = org.assignment_scope(app, user).unwrap_or(assignment.scope);
    let username = org.app_username(app, user, now).unwrap_or_default();
    let created = assignment.created.unwrap_or(app.created);
    let profile: Map<String, Value> = assignment
        .profile
        .iter()
        .map(|(name, value)| (name.clone(), user_json::value(value)))
        .collect();
    let base = &org.base_url;
    json!({
        "id": user.id,
        "externalId": null,
        "created": instant(created),
        "lastUpdated": instant(assignment.last_updated.unwrap_or(created)),
        "scope": scope.name(),
        "status": "ACTIVE",
        "statusChanged": instant(created),
        "passwordChanged": maybe(None),
        "syncState": "DISABLED",
        "credentials": { "userName": username },
        "profile": profile,
        "_links": {
            "app": { "href": format!("{base}/api/v1/apps/{}", app.id) },
            "user": { "href": format!("{base}/api/v1/users/{}", user.id) },
        },
    })
}

/// GET `/api/v1/apps/{app}/users`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let app = call::app(&org, call.name("app"))?;
    let start = call.param("q").map(str::to_lowercase);
    let begins = |user: &&User| {
        start.as_ref().is_none_or(|start| {
            let named = [user.login.clone(), user.display_name()];
            named.iter().any(|name| name.to_lowercase().starts_with(start))
        })
    };
    let users = org.users.iter().filter(|user| org.assignment_scope(app, user).is_some());
    let users: Vec<&User> = users.filter(begins).collect();
    page::page(call, &users, PAGE, |user| &user.id, |user| shown(&org, app, user, call.now()))
}

/// The user of a path, who has to be assigned to its app.
fn assigned<'a>(call: &Call, org: &'a Org) -> Result<(&'a App, &'a User), ApiError> {
    let app = call::app(org, call.name("app"))?;
    let id = call.name("id");
    let user = org.users.iter().find(|user| user.id == id);
    let user = user.filter(|user| org.assignment_scope(app, user).is_some());
    Ok((app, user.ok_or_else(|| ApiError::not_found(id, "AppUser"))?))
}

/// GET `/api/v1/apps/{app}/users/{id}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    let (app, user) = assigned(call, &org)?;
    Ok(Answer::json(shown(&org, app, user, call.now())))
}

/// What a body says of an assignment.
struct Wanted {
    id: Option<String>,
    username: Option<String>,
    profile: Given,
}

fn read(call: &Call, org: &Org, with_id: bool) -> Result<Wanted, ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let id = if with_id { fields.required("id") } else { None };
    let _ = fields.choice("scope", &[("USER", ()), ("GROUP", ())]);
    let username = fields.child("credentials").text("userName").filter(|name| !name.is_empty());
    let app = call::app(org, call.name("app"))?;
    let profile = fields.child("profile");
    let known = |name: &str| app.profile_attributes.contains(name);
    let profile = profile.map().map(|map| profile_body::read(map, &problems, known));
    problems.check("appUser")?;
    Ok(Wanted {
        id: id.map(str::to_owned),
        username: username.map(str::to_owned),
        profile: profile.unwrap_or_default(),
    })
}

/// POST `/api/v1/apps/{app}/users`.
pub(super) fn assign(call: &Call) -> Outcome {
    let now = call.now();
    let shown = call.change(|org| {
        let wanted = read(call, org, true)?;
        let id = call::user(org, wanted.id.as_deref().unwrap_or_default())?.id.clone();
        set(call, org, &id, &wanted)?;
        let (app, user) = (call::app(org, call.name("app"))?, call::user(org, &id)?);
        Ok(shown(org, app, user, now))
    })?;
    Ok(Answer::json(shown))
}

/// Assigns a user directly.
fn set(call: &Call, org: &mut Org, id: &str, wanted: &Wanted) -> Result<(), ApiError> {
    let app = call::app(org, call.name("app"))?;
    // A name that was given before stays until another is given (facts/okta.md 4.1).
    let old = app.assignments.get(id).and_then(|old| old.username.clone());
    let username = wanted.username.clone().or(old);
    let app = app.id.clone();
    let assignment = org.assign_user(&app, id, username.as_deref(), call.now())?;
    change(&mut assignment.profile, &wanted.profile);
    Ok(())
}

fn change(profile: &mut BTreeMap<String, crate::idp::ProfileValue>, given: &Given) {
    for (name, value) in given {
        match value {
            Some(value) => profile.insert(name.clone(), value.clone()),
            None => profile.remove(name),
        };
    }
}

/// POST `/api/v1/apps/{app}/users/{id}`. Whoever had it by a group has it directly from now on.
pub(super) fn update(call: &Call) -> Outcome {
    let now = call.now();
    let shown = call.change(|org| {
        let id = assigned(call, org)?.1.id.clone();
        let wanted = read(call, org, false)?;
        set(call, org, &id, &wanted)?;
        let (app, user) = assigned(call, org)?;
        Ok::<_, ApiError>(shown(org, app, user, now))
    })?;
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/apps/{app}/users/{id}`.
pub(super) fn unassign(call: &Call) -> Outcome {
    let now = call.now();
    call.change(|org| {
        let (app, user) = assigned(call, org)?;
        let (app, user) = (app.id.clone(), user.id.clone());
        org.settle(now);
        Ok(org.unassign_user(&app, &user, now)?)
    })?;
    Ok(Answer::nothing())
}
