//! Classic sign-in with a password or, where the org says so, by a click; and sign-out.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use url::{Url, form_urlencoded};

use super::attempt::{Initiated, Refusal, SignInProblem};
use super::dashboard::USER_HOME;
use super::pages::{Notice, Persona, SignIn};
use super::rate_limit::Counted;
use super::session::Session;
use super::slo::{self, Round, Then};
use super::trial::Trial;
use super::{Event, OrgService, cookies, origin, pages};
use crate::idp::{Org, SignInPage, User};

const SIGN_IN: &str = "/login/login.htm";
/// Has the form say that the session has ended.
const SIGNED_OUT: &str = "signedOut";

/// Sends somebody who is not signed in to the form, which leads back to this path.
pub(super) fn first(org: &Org, back_to: &str) -> Response {
    let from: String = form_urlencoded::byte_serialize(back_to.as_bytes()).collect();
    pages::redirect(&format!("{}{SIGN_IN}?fromURI={from}", org.base_url))
}

/// GET `/login/login.htm`.
pub(super) async fn form(
    State(service): State<OrgService>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let from = field(query.as_bytes(), "fromURI");
    let notice = (field(query.as_bytes(), SIGNED_OUT) == "true").then_some(Notice::SignedOut);
    let org = service.snapshot();
    let page = page(&org, &from, "", notice, StatusCode::OK);
    (cookies::of_a_browser(&org.base_url, &headers, service.page_ids()), page).into_response()
}

/// POST `/login/login.htm`. Whatever is wrong, the answer is the same (facts/okta.md 3.4).
pub(super) async fn submit(
    State(service): State<OrgService>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let allowance = service.count(Counted::SignIn);
    if allowance.exceeded {
        tracing::warn!("too many sign-ins within a minute");
        return (allowance.headers(), pages::too_many_requests()).into_response();
    }
    let org = service.snapshot();
    let from = field(&body, "fromURI");
    let found = match field(&body, "persona") {
        id if id.is_empty() => by_password(&org, &body),
        id => by_click(&org, &id, &headers),
    };
    let user = match found {
        Ok(user) => user,
        Err((login, problem)) => {
            tracing::info!(login, %problem, "sign-in refused");
            if let (Some(user), SignInProblem::Password) = (org.user_by_name(&login), problem) {
                service.password_was_wrong(user, &headers);
            }
            let app = org.apps.iter().find(|app| from.starts_with(&app.sso_path()));
            let by_sp = from.contains("SAMLRequest=");
            let initiated = if by_sp { Initiated::Sp } else { Initiated::Idp };
            let trial = Trial {
                app,
                login: Some(&login),
                initiated: app.map(|_| initiated),
                ..Trial::default()
            };
            service.refused(trial, Refusal::SignIn(problem));
            service.report(Event::sign_in_refused(&org, login.trim()).from_request(&headers));
            let notice = Some(Notice::Problem("Unable to sign in"));
            return page(&org, &from, &login, notice, StatusCode::UNAUTHORIZED);
        }
    };
    if field(&body, "persona").is_empty() {
        service.password_was_right(user);
    }
    begin(&service, &org, user, &local(&org, &from), &headers)
}

/// Begins a session in the place of the one that the browser had, and leads on.
fn begin(
    service: &OrgService,
    org: &Org,
    user: &User,
    back_to: &str,
    headers: &HeaderMap,
) -> Response {
    let sid = format!("102{}", service.env().ids.secret());
    let session = Session {
        user_id: user.id.clone(),
        since: service.env().clock.now(),
        fresh_for: Some(back_to.to_owned()),
        visits: vec![],
    };
    {
        let mut sessions = service.sessions();
        if let Some(old) = cookies::sid(headers) {
            sessions.end(&old);
        }
        sessions.begin(sid.clone(), session);
    }
    service.signed_on(user, &sid, headers);
    let cookie = cookies::begin(&org.base_url, &sid);
    let location = format!("{}{back_to}", org.base_url);
    ([(header::SET_COOKIE, cookie)], pages::redirect(&location)).into_response()
}

/// The user of a username and a password, or what was typed and what is wrong with it.
fn by_password<'a>(org: &'a Org, body: &[u8]) -> Result<&'a User, (String, SignInProblem)> {
    let [username, password] = ["username", "password"].map(|name| field(body, name));
    let Some(user) = org.user_by_name(&username) else {
        return Err((username, SignInProblem::UnknownUser));
    };
    if user.password != password || password.is_empty() {
        return Err((username, SignInProblem::Password));
    }
    if !user.status.may_sign_in() {
        return Err((username, SignInProblem::Status(user.status)));
    }
    Ok(user)
}

/// The user who was picked, where that is how people sign in and one of our own pages asked.
fn by_click<'a>(
    org: &'a Org,
    id: &str,
    headers: &HeaderMap,
) -> Result<&'a User, (String, SignInProblem)> {
    let offered = org.sign_in_page == SignInPage::Personas && origin::is_own(headers);
    let user = org.users.iter().find(|user| user.id == id).filter(|_| offered);
    let user = user.ok_or_else(|| (id.to_owned(), SignInProblem::UnknownUser))?;
    match user.status.may_sign_in() {
        true => Ok(user),
        false => Err((user.login.clone(), SignInProblem::Status(user.status))),
    }
}

fn page(
    org: &Org,
    from: &str,
    username: &str,
    notice: Option<Notice>,
    status: StatusCode,
) -> Response {
    let personas = match org.sign_in_page {
        SignInPage::Password => vec![],
        SignInPage::Personas => {
            let users = org.users.iter().filter(|user| user.status.may_sign_in());
            users.map(|user| persona(org, user)).collect()
        }
    };
    SignIn { org: &org.name, from, username, notice, personas }.page(status)
}

fn persona(org: &Org, user: &User) -> Persona {
    let text = |name| user.property(name).text();
    let name = match text("displayName") {
        display if display.is_empty() => format!("{} {}", text("firstName"), text("lastName")),
        display => display,
    };
    let name = if name.trim().is_empty() { user.login.clone() } else { name.trim().to_owned() };
    let groups = org.groups_of(user).into_iter().filter(|group| *group != Org::EVERYONE);
    let groups: Vec<&str> = groups.collect();
    Persona { id: user.id.clone(), name, login: user.login.clone(), groups: groups.join(", ") }
}

/// GET `/login/signout`. Apps that the session visited and that take part are asked to log out first.
pub(super) async fn sign_out(State(service): State<OrgService>, headers: HeaderMap) -> Response {
    let org = service.snapshot();
    let visits = slo::end_session(&service, &org, &headers);
    let round = Round { left: visits.into(), then: Then::SignIn };
    let page = round.go_on(&service).await;
    ([(header::SET_COOKIE, cookies::end(&org.base_url))], page).into_response()
}

/// Leads to the form, which says that the session has ended.
pub(super) fn after_sign_out(org: &Org) -> Response {
    pages::redirect(&format!("{}{SIGN_IN}?{SIGNED_OUT}=true", org.base_url))
}

/// Path and query of `fromURI` if it stays on this org, else the dashboard. It is read as a browser
/// would read it, so that `//host`, `/\host` and tabs in between do not lead away.
fn local(org: &Org, from: &str) -> String {
    let inside = Url::parse(&org.base_url).ok().and_then(|base| {
        let url = from.starts_with('/').then(|| base.join(from).ok())??;
        (url.origin() == base.origin()).then_some(url)
    });
    // A signed query counts byte for byte, and reading would have encoded some characters anew.
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\#".contains(&byte);
    match inside {
        Some(_) if from.bytes().all(plain) => from.to_owned(),
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
