//! The public metadata of an app.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::{MetadataMode, OrgService, pages};
use crate::idp;

/// GET `/app/{exk}/sso/saml/metadata`: nobody needs to be signed in.
pub(super) async fn of_app(
    State(service): State<OrgService>,
    Path(external_key): Path<String>,
) -> Response {
    if service.metadata_mode() == MetadataMode::Down {
        return (StatusCode::SERVICE_UNAVAILABLE, "503 Service Unavailable\n").into_response();
    }
    let mut org = service.snapshot();
    if let Some(id) = org.app_by_external_key(&external_key).map(|app| app.id.clone()) {
        org = service.keyed(org, &id).await;
    }
    match org.active_app(&external_key) {
        // The charset contradicts the document's own declaration, as it does at Okta (facts 2.1).
        Some(app) => match idp::metadata(&org, app, None) {
            Ok(xml) => ([(header::CONTENT_TYPE, "application/xml;charset=ISO-8859-1")], xml)
                .into_response(),
            Err(error) => {
                tracing::error!(app = app.name, %error, "no metadata to show");
                pages::internal_error()
            }
        },
        None => pages::not_found(),
    }
}
