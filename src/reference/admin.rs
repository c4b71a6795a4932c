//! The administrators' listener: configure, observe, make links and keys.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::response::{IntoResponse, Response as Reply};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use axum_extra::extract::cookie::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::configure::configure;
use super::server::Sp;
use super::store::LinkKind;
use super::{api_key, cookie, link};
use crate::sp::{Configuration, Problem};

pub(super) const CONFIG: &str = "/config";
pub(super) const STATE: &str = "/state";
pub(super) const WHOAMI: &str = "/whoami";
pub(super) const RESET_LINKS: &str = "/reset-links";
pub(super) const INVITES: &str = "/invites";
pub(super) const API_KEYS: &str = "/api-keys";
pub(super) const DECISIONS: &str = "/decisions";

/// Bytes of a configuration.
const CONFIG_LIMIT: usize = 8 << 20;

pub(super) fn router(sp: Arc<Sp>) -> Router {
    Router::new()
        .route(CONFIG, put(put_config).layer(DefaultBodyLimit::max(CONFIG_LIMIT)))
        .route(STATE, get(state))
        .route(WHOAMI, get(whoami))
        .route(RESET_LINKS, post(reset_link))
        .route(INVITES, post(invite))
        .route(API_KEYS, post(issue_key))
        .route(DECISIONS, get(decisions))
        .with_state(sp)
}

/// 204, or 422 with every problem at once.
async fn put_config(State(sp): State<Arc<Sp>>, body: Bytes) -> Reply {
    let given: Result<Configuration, _> = serde_json::from_slice(&body);
    let outcome = match given {
        Ok(given) => configure(&sp, given).await,
        Err(error) => Err(vec![Problem {
            place: "the configuration".into(),
            text: error.to_string(),
            row: "0",
        }]),
    };
    match outcome {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "problems": problems })))
            .into_response(),
    }
}

async fn state(State(sp): State<Arc<Sp>>) -> Reply {
    let now = sp.env.clock.now();
    Json(sp.store.read(|book| book.state(now))).into_response()
}

/// Who the browser of this session cookie is, with the roles the session was opened with.
pub(super) async fn whoami(State(sp): State<Arc<Sp>>, jar: CookieJar) -> Reply {
    match cookie::session_of(&jar).and_then(|value| sp.session(value)) {
        Some(session) => {
            Json(json!({ "email": session.email, "roles": session.roles })).into_response()
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// Whom a link or key is for: `?email=`, or JSON `{"email": …}`.
#[derive(Debug, Default, Deserialize)]
struct Addressee {
    email: Option<String>,
}

impl Addressee {
    fn of(query: Self, body: &[u8]) -> Option<String> {
        let told = || serde_json::from_slice::<Self>(body).ok().and_then(|body| body.email);
        query.email.or_else(told).filter(|email| !email.is_empty())
    }
}

async fn reset_link(
    State(sp): State<Arc<Sp>>,
    Query(query): Query<Addressee>,
    body: Bytes,
) -> Reply {
    linked(&sp, LinkKind::Reset, Addressee::of(query, &body))
}

async fn invite(State(sp): State<Arc<Sp>>, Query(query): Query<Addressee>, body: Bytes) -> Reply {
    let email = Addressee::of(query, &body);
    if email.as_ref().is_some_and(|email| !link::may_invite(&sp, email)) {
        let why = "this account has an identity provider, so nobody is invited any more (K20)\n";
        return (StatusCode::CONFLICT, why).into_response();
    }
    linked(&sp, LinkKind::Invite, email)
}

fn linked(sp: &Sp, kind: LinkKind, email: Option<String>) -> Reply {
    match email {
        Some(email) => Json(json!({ "link": link::make(sp, kind, &email) })).into_response(),
        None => no_email(),
    }
}

async fn issue_key(
    State(sp): State<Arc<Sp>>,
    Query(query): Query<Addressee>,
    body: Bytes,
) -> Reply {
    let Some(email) = Addressee::of(query, &body) else {
        return no_email();
    };
    match api_key::issue(&sp, &email) {
        Some(key) => Json(json!({ "key": key })).into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such user\n").into_response(),
    }
}

fn no_email() -> Reply {
    (StatusCode::BAD_REQUEST, "say for whom: ?email=… or {\"email\": …}\n").into_response()
}

async fn decisions(State(sp): State<Arc<Sp>>) -> Reply {
    Json(sp.trail.all()).into_response()
}
