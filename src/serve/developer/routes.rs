//! The addresses of the developer's view.

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::{apps, login, logins};
use crate::serve::{OrgService, pages};

/// The addresses under `/_samlproof/`, those of the control API apart.
pub(in crate::serve) fn routes() -> Router<OrgService> {
    Router::new()
        .route("/_samlproof", get(to_front))
        .route("/_samlproof/", get(logins::page))
        .route("/_samlproof/logins/{number}", get(login::page))
        .route("/_samlproof/next-logins/{id}", post(logins::take_back))
        .route("/_samlproof/apps", get(apps::list).post(apps::create))
        .route("/_samlproof/apps/new", get(apps::form))
}

async fn to_front() -> Response {
    pages::redirect("/_samlproof/")
}
