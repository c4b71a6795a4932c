//! What an SP has to be told of an app, for people: the setup instructions that the API links to, and
//! the certificate alone (facts/okta.md 1.1). Whoever knows the address may see them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::{OrgService, pages};
use crate::idp::{App, Org};

#[derive(Template)]
#[template(path = "setup.html")]
struct Setup {
    label: String,
    metadata_url: String,
    sso_url: String,
    slo_url: String,
    issuer: String,
    certificate: String,
    certificate_url: String,
}

/// Path of an app's setup instructions.
pub(super) fn instructions_path(app: &App) -> String {
    format!("/app/{}/{}/setup/help/SAML_2_0/instructions", app.name, app.id)
}

/// GET `/app/{name}/{0oa}/setup/help/SAML_2_0/instructions`.
pub(super) async fn instructions(
    State(service): State<OrgService>,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    let org = keyed(&service, &id).await;
    let Some(app) = active(&org, &id).filter(|app| app.name == name) else {
        return pages::not_found();
    };
    let Some(certificate) = certificate(app) else { return pages::internal_error() };
    let url = |path: &str| format!("{}{path}", org.base_url);
    let slo_url = app.sign_on.slo.as_ref().map(|_| url(&app.slo_path())).unwrap_or_default();
    let page = Setup {
        label: app.label.clone(),
        metadata_url: url(&app.metadata_path()),
        sso_url: url(&app.sso_path()),
        slo_url,
        issuer: app.issuer().to_string(),
        certificate,
        certificate_url: url(&format!("/admin/org/security/{}/cert", app.id)),
    };
    pages::html(StatusCode::OK, &page)
}

/// GET `/admin/org/security/{0oa}/cert`: the certificate of the key that signs, in PEM.
pub(super) async fn certificate_file(
    State(service): State<OrgService>,
    Path(id): Path<String>,
) -> Response {
    let org = keyed(&service, &id).await;
    let Some(app) = active(&org, &id) else { return pages::not_found() };
    let Some(certificate) = certificate(app) else { return pages::internal_error() };
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"okta.cert\""),
    ];
    (headers, certificate).into_response()
}

async fn keyed(service: &OrgService, id: &str) -> Arc<Org> {
    service.keyed(service.snapshot(), id).await
}

fn active<'a>(org: &'a Org, id: &str) -> Option<&'a App> {
    org.app_by_id(id).filter(|app| app.status.is_active())
}

fn certificate(app: &App) -> Option<String> {
    app.signing_key().map(|key| key.certificate().to_pem())
}
