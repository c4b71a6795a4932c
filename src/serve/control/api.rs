//! The control API over HTTP.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};

use super::shown;
use super::upcoming::is_called;
use super::wish::Wish;
use super::{NextLogin, Upcoming};
use crate::serve::{Attempt, OrgService, Outcome, origin};

const ROOT: &str = "/_samlproof/api";

/// The addresses under `/_samlproof/api`.
pub(in crate::serve) fn router() -> Router<OrgService> {
    let next = get(waiting).post(add).delete(take_all_back);
    Router::new()
        .route(ROOT, get(contents))
        .route("/_samlproof/api/next-logins", next)
        .route("/_samlproof/api/next-logins/{id}", get(one_waiting).delete(take_back))
        .route("/_samlproof/api/logins", get(logins))
        .route("/_samlproof/api/logins/last", get(last_login))
        .route("/_samlproof/api/logins/{number}", get(one_login))
        .route("/_samlproof/api/{*rest}", axum::routing::any(nothing))
        .layer(middleware::from_fn(guarded))
}

/// What a web page of elsewhere could send is refused (see the module).
async fn guarded(request: Request, next: Next) -> Response {
    if !origin::is_own(request.headers()) {
        return problem(
            StatusCode::FORBIDDEN,
            &["this request comes from another site".to_owned()],
        );
    }
    if request.method() == Method::POST && !is_json(request.headers()) {
        let text =
            "the body has to be JSON, and the header to say so: Content-Type: application/json";
        return problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &[text.to_owned()]);
    }
    next.run(request).await
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    media.trim().eq_ignore_ascii_case("application/json")
}

async fn contents() -> Json<Value> {
    Json(json!({
        "version": 1,
        "addresses": [
            format!("GET {ROOT}/next-logins"),
            format!("POST {ROOT}/next-logins"),
            format!("DELETE {ROOT}/next-logins"),
            format!("GET {ROOT}/next-logins/{{id}}"),
            format!("DELETE {ROOT}/next-logins/{{id}}"),
            format!("GET {ROOT}/logins?user=&app=&outcome=&limit="),
            format!("GET {ROOT}/logins/{{number}}"),
            format!("GET {ROOT}/logins/last?user=&app=&outcome="),
        ],
    }))
}

async fn waiting(State(service): State<OrgService>) -> Json<Value> {
    Json(service.upcoming().iter().map(shown::upcoming).collect())
}

async fn add(State(service): State<OrgService>, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return problem(rejection.status(), &[rejection.body_text()]),
    };
    let wish = match Wish::read(&body) {
        Ok(wish) => wish,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &[error]),
    };
    let problems = wish.problems(&service.snapshot());
    if !problems.is_empty() {
        return problem(StatusCode::BAD_REQUEST, &problems);
    }
    let login = NextLogin::from(wish);
    let (id, replaced) = service.put_next_login(login.clone());
    let mut shown = shown::upcoming(&Upcoming { id, login });
    shown["replaces"] = json!(replaced);
    tracing::info!(%shown, "the next login is made otherwise");
    (StatusCode::CREATED, Json(shown)).into_response()
}

async fn take_all_back(State(service): State<OrgService>) -> StatusCode {
    service.take_all_back();
    StatusCode::NO_CONTENT
}

async fn one_waiting(State(service): State<OrgService>, Path(id): Path<String>) -> Response {
    let upcoming = service.upcoming();
    match upcoming.iter().find(|upcoming| upcoming.id.to_string() == id) {
        Some(upcoming) => Json(shown::upcoming(upcoming)).into_response(),
        None => not_waiting(&id),
    }
}

async fn take_back(State(service): State<OrgService>, Path(id): Path<String>) -> Response {
    match id.parse().is_ok_and(|id| service.take_back(id)) {
        true => StatusCode::NO_CONTENT.into_response(),
        false => not_waiting(&id),
    }
}

fn not_waiting(id: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &[format!("nothing of the id {id:?} is waiting")])
}

async fn logins(
    State(service): State<OrgService>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match Selection::read(&service, &query) {
        Ok(selection) => {
            let mut chosen = service.attempts();
            chosen.retain(|attempt| selection.takes(attempt));
            let spare = selection.limit.map_or(0, |limit| chosen.len().saturating_sub(limit));
            let latest = chosen[spare..].iter();
            Json(latest.map(|chosen| shown::attempt(chosen)).collect::<Value>()).into_response()
        }
        Err(problems) => problem(StatusCode::BAD_REQUEST, &problems),
    }
}

async fn last_login(
    State(service): State<OrgService>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let selection = match Selection::read(&service, &query) {
        Ok(selection) => selection,
        Err(problems) => return problem(StatusCode::BAD_REQUEST, &problems),
    };
    match service.attempts().iter().rev().find(|attempt| selection.takes(attempt)) {
        Some(attempt) => Json(shown::attempt(attempt)).into_response(),
        None => problem(StatusCode::NOT_FOUND, &["there is no such login yet".to_owned()]),
    }
}

async fn one_login(State(service): State<OrgService>, Path(number): Path<String>) -> Response {
    match number.parse().ok().and_then(|number| service.attempt(number)) {
        Some(attempt) => Json(shown::attempt(&attempt)).into_response(),
        None => {
            problem(StatusCode::NOT_FOUND, &[format!("no login of the number {number:?} is kept")])
        }
    }
}

async fn nothing() -> Response {
    problem(StatusCode::NOT_FOUND, &[format!("GET {ROOT} says what there is")])
}

/// Which attempts are wanted.
#[derive(Default)]
struct Selection {
    user: Option<String>,
    /// `0oa…`.
    app: Option<String>,
    sent: Option<bool>,
    /// The latest so many.
    limit: Option<usize>,
}

impl Selection {
    fn read(service: &OrgService, query: &HashMap<String, String>) -> Result<Self, Vec<String>> {
        let (mut selection, mut problems) = (Self::default(), vec![]);
        for (name, value) in query {
            match (name.as_str(), value.as_str()) {
                ("user", login) => selection.user = Some(login.to_lowercase()),
                ("app", text) => {
                    let org = service.snapshot();
                    let app = org.apps.iter().find(|app| is_called(app, text));
                    selection.app = app.map(|app| app.id.clone());
                    if selection.app.is_none() {
                        problems.push(format!("app: there is no app {text:?}"));
                    }
                }
                ("outcome", "sent") => selection.sent = Some(true),
                ("outcome", "refused") => selection.sent = Some(false),
                ("outcome", other) => {
                    problems.push(format!("outcome: {other:?} is neither sent nor refused"));
                }
                ("limit", number) => {
                    selection.limit = number.parse().ok();
                    if selection.limit.is_none() {
                        problems.push(format!("limit: {number:?} is no number"));
                    }
                }
                (other, _) => problems.push(format!("{other}: only user, app, outcome and limit")),
            }
        }
        if problems.is_empty() { Ok(selection) } else { Err(problems) }
    }

    fn takes(&self, attempt: &Attempt) -> bool {
        let login = attempt.login.as_ref().map(|login| login.to_lowercase());
        let app = attempt.app.as_ref().map(|app| &app.id);
        let sent = matches!(attempt.outcome, Outcome::Sent { .. });
        (self.user.is_none() || self.user == login)
            && (self.app.is_none() || self.app.as_ref() == app)
            && self.sent.is_none_or(|wanted| wanted == sent)
    }
}

fn problem(status: StatusCode, problems: &[String]) -> Response {
    (status, Json(json!({ "errors": problems }))).into_response()
}
