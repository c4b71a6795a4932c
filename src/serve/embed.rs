//! The classic chain of an embed link (facts/okta.md 1.1): `/home/{name}/{0oa}/{aln}` leads to
//! `/app/{name}/{0oa}/mc`, and that to the SSO address, where somebody who is not signed in is sent to
//! the sign-in page. A token of `/api/v1/authn` in the link begins a session on the way, for tools that
//! sign in by API and go on in a browser.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use url::form_urlencoded;

use super::{OrgService, cookies, pages};
use crate::idp::AppStatus;

/// GET `/home/{name}/{0oa}/{aln}`.
pub(super) async fn home(
    State(service): State<OrgService>,
    Path((name, id, link)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let org = service.snapshot();
    let app = org.app_by_id(&id).filter(|app| app.name == name && app.link_id == link);
    if app.is_none_or(|app| app.status != AppStatus::Active) {
        return pages::not_found();
    }
    let query = query.unwrap_or_default();
    let page = onwards(&org.base_url, &format!("/app/{name}/{id}/mc"), &query);
    let token = parameter(&query, "sessionToken").or_else(|| parameter(&query, "onetimetoken"));
    match token.and_then(|token| service.begin_by_token(&token, &headers)) {
        Some(sid) => {
            let cookie = cookies::begin(&org.base_url, &sid);
            ([(header::SET_COOKIE, cookie)], page).into_response()
        }
        None => page,
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
        Some(app) => onwards(&org.base_url, &app.sso_path(), &query.unwrap_or_default()),
        None => pages::not_found(),
    }
}

/// Goes on with `fromHome=true`, and with `RelayState` if there was one.
fn onwards(base_url: &str, path: &str, query: &str) -> Response {
    let mut location = format!("{base_url}{path}?fromHome=true");
    if let Some(value) = parameter(query, "RelayState") {
        location.push_str("&RelayState=");
        location.extend(form_urlencoded::byte_serialize(value.as_bytes()));
    }
    pages::redirect(&location)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut all = form_urlencoded::parse(query.as_bytes());
    all.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
