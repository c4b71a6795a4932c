//! Apps: made, shown, changed (facts/okta.md 4.3, 5.2).

use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::filter::{Filter, Operator};
use super::page::{self, PageSize};
use super::{app_body, app_json, app_users};
use crate::idp::{self, App, AppKey, AppStatus, Org, SignOn};
use crate::saml::{AcsUrl, EntityId};
use crate::serve::app_lifecycle::AppLifecycleError;
use crate::serve::{Event, EventType, Subject};

/// What Okta's default is, its documents do not agree on (facts/okta.md 5.1).
const PAGE: PageSize = PageSize::new(200, 200);

/// GET `/api/v1/apps`. There are no deleted apps to be included.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let filter = call.param("filter").map(Filter::parse).transpose()?;
    let start = call.param("q").map(str::to_lowercase);
    let begins = |app: &App| {
        let names = [&app.label, &app.name];
        let begins =
            |start: &String| names.iter().any(|name| name.to_lowercase().starts_with(start));
        start.as_ref().is_none_or(begins)
    };
    let passes = |app: &App| {
        filter.as_ref().is_none_or(|filter| filter.accepts(&with_people(&org, app, filter)))
    };
    let apps: Vec<&App> = org.apps.iter().filter(|app| begins(app) && passes(app)).collect();
    let user = filter.as_ref().and_then(|filter| expanded(call, filter));
    page::page(
        call,
        &apps,
        PAGE,
        |app| &app.id,
        |app| {
            let mut shown = app_json::app(&org, app);
            let user = user.as_ref().and_then(|id| org.users.iter().find(|user| user.id == *id));
            if let Some(user) = user {
                shown["_embedded"] =
                    json!({ "user": app_users::shown(&org, app, user, call.now()) });
            }
            shown
        },
    )
}

/// The user whose assignment is to be shown: `expand=user/{id}` beside `user.id eq "{id}"`.
fn expanded(call: &Call, filter: &Filter) -> Option<String> {
    let wanted = call.param("expand")?.strip_prefix("user/")?;
    let demanded = filter.demands().into_iter().any(|(path, operator, value)| {
        path == "user.id" && operator == Operator::Equal && value == wanted
    });
    demanded.then(|| wanted.to_owned())
}

/// The app with what a filter may ask for beside: the ids of its users and groups, and
/// `settings.slo.enabled`, as Okta's filter calls what stands elsewhere in the app.
fn with_people(org: &Org, app: &App, filter: &Filter) -> Value {
    let mut shown = app_json::app(org, app);
    shown["settings"]["slo"] = json!({ "enabled": app.sign_on.slo.is_some() });
    if filter.names("user.id") {
        let users = org.users.iter().filter(|user| org.assignment_scope(app, user).is_some());
        shown["user"] = json!({ "id": users.map(|user| &user.id).collect::<Vec<_>>() });
    }
    if filter.names("group.id") {
        shown["group"] = json!({ "id": app.group_assignments.keys().collect::<Vec<_>>() });
    }
    shown
}

/// GET `/api/v1/apps/{app}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(app_json::app(&org, call::app(&org, call.name("app"))?)))
}

/// POST `/api/v1/apps?activate=`. Nobody is assigned at first. Its key is made while nobody waits.
pub(super) fn create(call: &Call) -> Outcome {
    let activate = call.flag("activate", true)?;
    let body = call.object()?;
    let env = call.service.env();
    let (shown, subject) = call.change(|org| {
        let wanted = app_body::read(org, None, &body)?;
        // Something to begin with: what is wanted takes its place.
        let sign_on = SignOn::new(AcsUrl::new(""), EntityId::new(""));
        let key = AppKey::pending(AppKey::VALIDITY_YEARS, env);
        let app = org.add_app(&wanted.label, sign_on, key, env);
        app.assign_to_nobody();
        app.status = if activate { AppStatus::Active } else { AppStatus::Inactive };
        let id = app.id.clone();
        wanted.apply(app)?;
        let app = call::app(org, &id)?;
        Ok((app_json::app(org, app), Subject::from(app)))
    })?;
    call.report(Event::new(EventType::AppCreate).on(subject.clone()));
    if activate {
        call.report(Event::new(EventType::AppActivate).on(subject));
    }
    call.service.make_keys_in_background();
    Ok(Answer::json(shown))
}

/// PUT `/api/v1/apps/{app}`.
pub(super) fn replace(call: &Call) -> Outcome {
    let body = call.object()?;
    let now = call.now();
    let (shown, subject, rotated) = call.change(|org| {
        let app = call::app(org, call.name("app"))?;
        let wanted = app_body::read(org, Some(app), &body)?;
        let app = call::app_mut(org, call.name("app"))?;
        let rotated = wanted.apply(app)?;
        app.last_updated = now;
        let kid = app.active_key().map(|key| key.kid.clone()).filter(|_| rotated);
        org.settle(now);
        let app = call::app(org, call.name("app"))?;
        Ok((app_json::app(org, app), Subject::from(app), kid))
    })?;
    call.report(Event::new(EventType::AppUpdate).on(subject.clone()));
    if let Some(kid) = rotated {
        call.report(Event::new(EventType::KeyRotate).on(subject).on(Subject::key(&kid)));
    }
    call.service.make_keys_in_background();
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/apps/{app}`: of one that is not active.
pub(super) fn delete(call: &Call) -> Outcome {
    let id = call.name("app");
    call.service.delete_app(id, &call.headers).map_err(|error| refused(id, error))?;
    Ok(Answer::nothing())
}

/// POST `…/lifecycle/activate`.
pub(super) fn activate(call: &Call) -> Outcome {
    set_status(call, AppStatus::Active)
}

/// POST `…/lifecycle/deactivate`.
pub(super) fn deactivate(call: &Call) -> Outcome {
    set_status(call, AppStatus::Inactive)
}

fn set_status(call: &Call, status: AppStatus) -> Outcome {
    let id = call.name("app");
    let set = call.service.set_app_status(id, status, &call.headers);
    set.map_err(|error| refused(id, error))?;
    Ok(Answer::json(json!({})))
}

fn refused(id: &str, error: AppLifecycleError) -> ApiError {
    match error {
        AppLifecycleError::NoApp => ApiError::not_found(id, "AppInstance"),
        AppLifecycleError::Active => ApiError::active_app(),
    }
}

/// GET `…/sso/saml/metadata?kid=`: of the key that is asked for, else of the active one.
pub(super) fn metadata(call: &Call) -> Outcome {
    let org = call.org();
    let id = call.name("app");
    let app = call::app(&org, id)?;
    let active = app.active_key().map(|key| key.kid.clone()).unwrap_or_default();
    let kid = call.param("kid").unwrap_or(&active);
    if app.key_credential(kid).is_none() {
        return Err(ApiError::not_found(kid, "AppKeyCredential"));
    }
    Handle::current().block_on(call.service.made(id, kid));
    let org = call.org();
    let document = idp::metadata(&org, call::app(&org, id)?, Some(kid));
    let document = document.map_err(|error| {
        tracing::error!(%error, "no metadata");
        ApiError::internal()
    })?;
    Ok(Answer::text("application/xml;charset=ISO-8859-1", document))
}
