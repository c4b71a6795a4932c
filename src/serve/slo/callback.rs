//! GET and POST `/app/{name}/{exk}/slo/saml/callback`: an app's answer to the org's LogoutRequest.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::super::arrival::{self, Arrival, BadRequest, Parameters};
use super::super::{OrgService, pages};
use super::round::Round;
use crate::idp::App;
use crate::saml::LogoutResponse;

/// GET.
pub(in crate::serve) async fn by_redirect(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let arrived = Parameters::of(query.as_bytes()).and_then(|parameters| {
        parameters.by_redirect(&query)?.ok_or(BadRequest::Missing("SAMLResponse"))
    });
    answered(&service, (&name, &external_key), arrived).await
}

/// POST.
pub(in crate::serve) async fn by_post(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let arrived = arrival::body(body).and_then(|body| Parameters::of(&body)?.by_post());
    answered(&service, (&name, &external_key), arrived).await
}

/// Whatever the app says of its session, the sign-out of the org goes on; the log has it.
pub(super) async fn answered(
    service: &OrgService,
    (name, external_key): (&str, &str),
    arrived: Result<Arrival, BadRequest>,
) -> Response {
    let org = service.snapshot();
    let Some(app) = org.active_app(external_key).filter(|app| app.name == name) else {
        return pages::not_found();
    };
    match arrived.and_then(|arrival| waiting(service, app, &arrival)) {
        Ok(round) => round.go_on(service).await,
        Err(problem) => {
            tracing::warn!(app = app.name, %problem, "Bad SAML request");
            pages::bad_saml_request()
        }
    }
}

/// The round that the answer belongs to.
fn waiting(service: &OrgService, app: &App, arrival: &Arrival) -> Result<Round, BadRequest> {
    let response = LogoutResponse::parse(&arrival.xml)?;
    let id = response.in_response_to.as_ref().ok_or(BadRequest::Unasked)?;
    let round = service.rounds().take(id, app).ok_or(BadRequest::Unasked)?;
    let unsigned = app.sign_on.sp_certificate.as_ref().and_then(|it| arrival.signed_by(it).err());
    if let Some(fault) = unsigned {
        tracing::warn!(app = app.name, %fault, "the LogoutResponse is not the app's");
    }
    match response.status.is_success() {
        true => tracing::info!(app = app.name, "logged out"),
        false => tracing::warn!(app = app.name, status = response.status.code, "not logged out"),
    }
    Ok(round)
}
