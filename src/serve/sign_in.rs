//! Classic sign-in with a password, and sign-out.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use url::{Url, form_urlencoded};

use super::dashboard::USER_HOME;
use super::pages::{Notice, SignIn};
use super::session::Session;
use super::{OrgService, cookies, pages};
use crate::idp::Org;

const SIGN_IN: &str = "/login/login.htm";

/// Sends somebody who is not signed in to the form, which leads back to this path.
pub(super) fn first(org: &Org, back_to: &str) -> Response {
    let from: String = form_urlencoded::byte_serialize(back_to.as_bytes()).collect();
    pages::redirect(&format!("{}{SIGN_IN}?fromURI={from}", org.base_url))
}

/// GET `/login/login.htm`.
pub(super) async fn form(State(service): State<OrgService>, RawQuery(query): RawQuery) -> Response {
    let from = field(query.unwrap_or_default().as_bytes(), "fromURI");
    let org = service.snapshot();
    SignIn { org: &org.name, from: &from, ..SignIn::default() }.page(StatusCode::OK)
}

/// POST `/login/login.htm`. Whatever is wrong, the answer is the same (facts/okta.md 3.4).
pub(super) async fn submit(
    State(service): State<OrgService>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let org = service.snapshot();
    let [username, password, from] =
        ["username", "password", "fromURI"].map(|name| field(&body, name));
    let user = org
        .user_by_login(username.trim())
        .filter(|user| user.password == password && user.status.may_sign_in());
    let Some(user) = user else {
        tracing::info!(login = username, "sign-in refused");
        let notice = Some(Notice::Problem("Unable to sign in"));
        let page = SignIn {
            org: &org.name,
            from: &from,
            username: &username,
            notice,
            ..SignIn::default()
        };
        return page.page(StatusCode::UNAUTHORIZED);
    };
    let sid = format!("102{}", service.env().ids.secret());
    let back_to = local(&org, &from);
    let session = Session {
        user_id: user.id.clone(),
        since: service.env().clock.now(),
        fresh_for: Some(back_to.clone()),
    };
    {
        let mut sessions = service.sessions();
        if let Some(old) = cookies::sid(&headers) {
            sessions.end(&old);
        }
        sessions.begin(sid.clone(), session);
    }
    let cookie = cookies::begin(&org.base_url, &sid);
    let location = format!("{}{back_to}", org.base_url);
    ([(header::SET_COOKIE, cookie)], pages::redirect(&location)).into_response()
}

/// GET `/login/signout`.
pub(super) async fn sign_out(State(service): State<OrgService>, headers: HeaderMap) -> Response {
    if let Some(sid) = cookies::sid(&headers) {
        service.sessions().end(&sid);
    }
    let base_url = &service.snapshot().base_url;
    let location = format!("{base_url}{SIGN_IN}");
    ([(header::SET_COOKIE, cookies::end(base_url))], pages::redirect(&location)).into_response()
}

/// Path and query of `fromURI` if it stays on this org, else the dashboard. It is read as a browser
/// would read it, so that `//host`, `/\host` and tabs in between do not lead away.
fn local(org: &Org, from: &str) -> String {
    let inside = Url::parse(&org.base_url).ok().and_then(|base| {
        let url = from.starts_with('/').then(|| base.join(from).ok())??;
        (url.origin() == base.origin()).then_some(url)
    });
    match inside {
        Some(url) => match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
        None => USER_HOME.to_owned(),
    }
}

/// The first field of this name; empty if there is none.
fn field(encoded: &[u8], name: &str) -> String {
    form_urlencoded::parse(encoded)
        .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        .unwrap_or_default()
}
