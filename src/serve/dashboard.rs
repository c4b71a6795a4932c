//! Where people land without an app.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::{OrgService, pages, sign_in};
use crate::idp::{App, AppStatus};

/// The dashboard's path.
pub(super) const USER_HOME: &str = "/app/UserHome";

/// GET `/`, `/login/default` and `/enduser/…`: to the dashboard, with the hint that Okta gives
/// (facts/okta.md 1.1).
pub(super) async fn front_door(State(service): State<OrgService>, headers: HeaderMap) -> Response {
    let org = service.snapshot();
    let home = format!("{USER_HOME}?session_hint=AUTHENTICATED");
    match service.signed_in(&org, &headers) {
        Some(_) => pages::redirect(&format!("{}{home}", org.base_url)),
        None => sign_in::first(&org, &home),
    }
}

/// GET `/app/UserHome`: the apps that are assigned, each by its embed link.
pub(super) async fn user_home(State(service): State<OrgService>, headers: HeaderMap) -> Response {
    let org = service.snapshot();
    let Some((_, user)) = service.signed_in(&org, &headers) else {
        return sign_in::first(&org, USER_HOME);
    };
    let open = |app: &&App| {
        app.status == AppStatus::Active && app.is_on_dashboard() && org.is_assigned(app, user)
    };
    let apps: Vec<&App> = org.apps.iter().filter(open).collect();
    pages::user_home(&org.name, &user.login, &apps)
}
