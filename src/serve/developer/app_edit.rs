//! An app that is there: its form, and what else can be done with it.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::app_form::AppForm;
use super::field::Fields;
use super::{app_page, usernames};
use crate::idp::AppStatus;
use crate::serve::app_lifecycle::AppLifecycleError;
use crate::serve::{EventType, OrgService, pages};

/// GET `/_samlproof/apps/{id}/edit`.
pub(super) async fn form(State(service): State<OrgService>, Path(id): Path<String>) -> Response {
    let org = service.snapshot();
    let Some(app) = org.app_by_id(&id) else { return pages::not_found() };
    let form = AppForm::of_app(&org, app);
    app_page::shown(&org, Some(app), form, (StatusCode::OK, service.now()))
}

/// POST `/_samlproof/apps/{id}`.
pub(super) async fn save(
    State(service): State<OrgService>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    let now = service.now();
    let again = |form: AppForm, status: StatusCode| {
        let org = service.snapshot();
        let Some(app) = org.app_by_id(&id) else { return pages::not_found() };
        app_page::shown(&org, Some(app), form, (status, now))
    };
    if fields.says("more") {
        return again(AppForm::read(&fields, service.snapshot().app_by_id(&id)), StatusCode::OK);
    }
    // Read, checked and done in one go: nothing else can change the app in between.
    let saved = service.update(|org| {
        let app = org.app_by_id(&id)?;
        match AppForm::read(&fields, Some(app)).check(org, Some(app)) {
            Ok(wanted) => wanted.apply(org, &id, now).map(Ok),
            Err(form) => Some(Err(form)),
        }
    });
    match saved {
        None => pages::not_found(),
        Some(Err(form)) => again(*form, StatusCode::UNPROCESSABLE_ENTITY),
        Some(Ok(applied)) => {
            applied.report(&[EventType::AppUpdate], &service, &headers);
            to_list(&service, &id)
        }
    }
}

/// POST `…/usernames`: Okta's "Update Now".
pub(super) async fn update_usernames(
    State(service): State<OrgService>,
    Path(id): Path<String>,
) -> Response {
    let now = service.now();
    match service.update(|org| usernames::update_all(org, &id, now)) {
        Some(()) => to_edit(&service, &id),
        None => pages::not_found(),
    }
}

/// POST `…/activate`.
pub(super) async fn activate(
    State(service): State<OrgService>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    set_status(&service, &id, AppStatus::Active, &headers)
}

/// POST `…/deactivate`.
pub(super) async fn deactivate(
    State(service): State<OrgService>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    set_status(&service, &id, AppStatus::Inactive, &headers)
}

fn set_status(service: &OrgService, id: &str, status: AppStatus, headers: &HeaderMap) -> Response {
    match service.set_app_status(id, status, headers) {
        Ok(()) => to_edit(service, id),
        Err(error) => refused(error),
    }
}

/// POST `…/delete`: of one that is not active.
pub(super) async fn delete(
    State(service): State<OrgService>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match service.delete_app(&id, &headers) {
        Ok(()) => pages::redirect(&format!("{}/_samlproof/apps", service.snapshot().base_url)),
        Err(error) => refused(error),
    }
}

fn refused(error: AppLifecycleError) -> Response {
    match error {
        AppLifecycleError::NoApp => pages::not_found(),
        AppLifecycleError::Active => pages::bad_request("Deactivate the app before you delete it"),
    }
}

/// To where the app stands in the list.
pub(super) fn to_list(service: &OrgService, id: &str) -> Response {
    pages::redirect(&format!("{}/_samlproof/apps#app-{id}", service.snapshot().base_url))
}

/// To where on its own page the buttons are.
fn to_edit(service: &OrgService, id: &str) -> Response {
    let base = &service.snapshot().base_url;
    pages::redirect(&format!("{base}/_samlproof/apps/{id}/edit#more"))
}
