//! The classic chain of an embed link (facts/okta.md 1.1): `/home/{name}/{0oa}/{aln}` leads to
//! `/app/{name}/{0oa}/mc`, and that to the SSO address, where somebody who is not signed in is sent to
//! the sign-in page.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use url::form_urlencoded;

use super::{OrgService, pages};
use crate::idp::AppStatus;

/// GET `/home/{name}/{0oa}/{aln}`.
pub(super) async fn home(
    State(service): State<OrgService>,
    Path((name, id, link)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let org = service.snapshot();
    let app = org.app_by_id(&id).filter(|app| app.name == name && app.link_id == link);
    match app.filter(|app| app.status == AppStatus::Active) {
        Some(_) => onwards(&org.base_url, &format!("/app/{name}/{id}/mc"), query),
        None => pages::not_found(),
    }
}

/// GET `/app/{name}/{0oa}/mc`.
pub(super) async fn click(
    State(service): State<OrgService>,
    Path((name, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let org = service.snapshot();
    let app = org.app_by_id(&id).filter(|app| app.name == name);
    match app.filter(|app| app.status == AppStatus::Active) {
        Some(app) => onwards(&org.base_url, &app.sso_path(), query),
        None => pages::not_found(),
    }
}

/// Goes on with `fromHome=true`, and with `RelayState` if there was one.
fn onwards(base_url: &str, path: &str, query: Option<String>) -> Response {
    let mut location = format!("{base_url}{path}?fromHome=true");
    let query = query.unwrap_or_default();
    let relay_state = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "RelayState");
    if let Some((_, value)) = relay_state {
        location.push_str("&RelayState=");
        location.extend(form_urlencoded::byte_serialize(value.as_bytes()));
    }
    pages::redirect(&location)
}
