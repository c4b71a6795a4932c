//! The way of every call: counted, let in, answered.

use std::cell::RefCell;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use url::form_urlencoded;

use super::answer::Answer;
use super::call::{Call, Caller, Outcome};
use super::error::ApiError;
use super::routes::{self, Access, Found};
use crate::excerpt;
use crate::serve::rate_limit::Counted;
use crate::serve::{OrgService, cookies};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 1 << 20;

/// The API's addresses, for the org's router.
pub(in crate::serve) fn router() -> Router<OrgService> {
    Router::new()
        .route("/api", any(answer))
        .route("/api/{*rest}", any(answer))
        .route("/.well-known/okta-organization", any(answer))
        .route("/.well-known/openid-configuration", any(answer))
        .route("/.well-known/oauth-authorization-server", any(answer))
        .route("/oauth2", any(answer))
        .route("/oauth2/", any(answer))
        .route("/oauth2/{*rest}", any(answer))
        .route("/idp/idx", any(answer))
        .route("/idp/idx/", any(answer))
        .route("/login/sessionCookieRedirect", any(answer))
        .route("/idp/idx/{*rest}", any(answer))
}

async fn answer(State(service): State<OrgService>, request: Request) -> Response {
    let (method, path) = (request.method().clone(), routes::loggable(request.uri().path()));
    let allowance = service.count(Counted::Api(routes::kind(request.uri().path())));
    let outcome = match allowance.exceeded {
        true => Err(ApiError::rate_limit()),
        false => called(&service, request).await,
    };
    let answer = outcome.unwrap_or_else(|error| {
        let (status, causes) = (error.status.as_u16(), error.causes.join("; "));
        tracing::warn!(%method, path, status, code = error.code, causes, "API call refused");
        Answer::json(error.body(service.log_ids())).status(error.status)
    });
    if answer.status.is_success() && method != Method::GET {
        tracing::info!(%method, path, status = answer.status.as_u16(), "API call");
    }
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.extend(allowance.headers());
    headers.insert(
        HeaderName::from_static("accept-ch"),
        HeaderValue::from_static("Sec-CH-UA-Platform-Version"),
    );
    response
}

async fn called(service: &OrgService, request: Request) -> Outcome {
    let (head, body) = request.into_parts();
    let path = head.uri.path().trim_end_matches('/').to_owned();
    let found = routes::find(head.method.as_str(), &path);
    let access = found.as_ref().map_or(Access::Token, Found::access);
    let caller = caller(service, &head.headers, access)?;
    let (handler, names) = match found {
        None => return Err(ApiError::no_path()),
        Some(Found::OtherMethod(_)) => return Err(ApiError::method()),
        Some(Found::Absent(_)) => {
            let what = format!("{} {}", head.method, excerpt::name(&path));
            return Err(ApiError::unimplemented(&what));
        }
        Some(Found::Route(handler, names, _)) => (handler, names),
    };
    let body = axum::body::to_bytes(body, LARGEST_BODY).await;
    let body = body.map_err(|_too_long_or_broken_off| ApiError::too_large(LARGEST_BODY))?;
    let query = head.uri.query().unwrap_or_default().as_bytes();
    let call = Call {
        service: service.clone(),
        caller,
        path,
        names,
        query: form_urlencoded::parse(query).into_owned().collect(),
        headers: head.headers,
        body,
        memberships: RefCell::default(),
    };
    // Handlers make keys, look through thousands of users, and wait for what is kept.
    let answered = tokio::task::spawn_blocking(move || {
        let outcome = handler(&call);
        call.report_memberships();
        outcome
    });
    let answered = answered.await;
    answered.unwrap_or_else(|error| {
        tracing::error!(%error, "a call of the API was given up");
        Err(ApiError::internal())
    })
}

/// Who calls, if that is somebody who may.
fn caller(service: &OrgService, headers: &HeaderMap, access: Access) -> Result<Caller, ApiError> {
    let wanted = &service.snapshot().api_token;
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    // Okta's Python SDK 3.x leaves the space out (facts/okta.md 5.4).
    let shown = shown.and_then(|value| value.strip_prefix("SSWS")).map(str::trim);
    match (shown, access) {
        (Some(token), _) if !wanted.is_empty() && token == wanted => Ok(Caller::Token),
        (_, Access::Open) => Ok(Caller::Nobody),
        (Some(_), _) | (None, Access::Token) => Err(ApiError::token()),
        (None, Access::Session) => {
            let sid = cookies::sid(headers).ok_or_else(ApiError::session)?;
            let session = service.signed_in(&service.snapshot(), headers).is_some();
            if session { Ok(Caller::Session(sid)) } else { Err(ApiError::session()) }
        }
    }
}
