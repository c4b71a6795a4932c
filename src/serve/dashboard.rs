//! Where people land without an app.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::{OrgService, pages, sign_in};
use crate::idp::App;

/// The dashboard's path.
pub(super) const USER_HOME: &str = "/app/UserHome";

/// GET `/`.
pub(super) async fn front_door(State(service): State<OrgService>) -> Response {
    pages::redirect(&format!("{}{USER_HOME}", service.snapshot().base_url))
}

/// GET `/app/UserHome`: the apps that are assigned, each by its embed link.
pub(super) async fn user_home(State(service): State<OrgService>, headers: HeaderMap) -> Response {
    let org = service.snapshot();
    let Some((_, user)) = service.signed_in(&org, &headers) else {
        return sign_in::first(&org, USER_HOME);
    };
    let apps: Vec<&App> = org.apps.iter().filter(|app| org.is_assigned(app, user)).collect();
    pages::user_home(&org.name, &user.login, &apps)
}
