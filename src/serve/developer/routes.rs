//! The addresses of the developer's view.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};

use super::{app_edit, apps, login, logins};
use crate::serve::{OrgService, origin, pages};

/// The addresses under `/_samlproof/`, those of the control API apart.
pub(in crate::serve) fn routes() -> Router<OrgService> {
    Router::new()
        .route("/_samlproof", get(to_front))
        .route("/_samlproof/", get(logins::page))
        .route("/_samlproof/logins/{number}", get(login::page))
        .route("/_samlproof/next-logins/{id}", post(logins::take_back))
        .route("/_samlproof/apps", get(apps::list).post(apps::create))
        .route("/_samlproof/apps/new", get(apps::form))
        .route("/_samlproof/apps/{id}", post(app_edit::save))
        .route("/_samlproof/apps/{id}/edit", get(app_edit::form))
        .route("/_samlproof/apps/{id}/usernames", post(app_edit::update_usernames))
        .route("/_samlproof/apps/{id}/activate", post(app_edit::activate))
        .route("/_samlproof/apps/{id}/deactivate", post(app_edit::deactivate))
        .route("/_samlproof/apps/{id}/delete", post(app_edit::delete))
        .layer(middleware::from_fn(from_own_pages))
}

/// Lets nothing be changed by the pages of others.
async fn from_own_pages(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && !origin::is_own(request.headers()) {
        return pages::bad_request("This form was not sent by a page of this org");
    }
    next.run(request).await
}

async fn to_front() -> Response {
    pages::redirect("/_samlproof/")
}
