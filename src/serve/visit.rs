//! Logging in without a browser, for tests that only need what a browser would post.

use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use thiserror::Error;
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

use super::{OrgService, Outcome, Sent};

/// Why a login came to no response.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogInError {
    /// There is no such user.
    #[error("the org has no user {0}")]
    NoUser(String),
    /// There is no such app.
    #[error("the org has no app {0}")]
    NoApp(String),
    /// An address that is not the org's.
    #[error("{0} is no address of this org")]
    Elsewhere(String),
    /// The org refused.
    #[error("no response was sent: {0}")]
    Refused(String),
}

/// A browser that belongs to one login.
struct Visit<'a> {
    service: &'a OrgService,
    cookie: String,
}

impl OrgService {
    /// Logs a user in at an app, as by a click on its tile, and hands out the response. It goes the way
    /// of every login: it counts, waits and is on the record.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn log_in(&self, login: &str, app: &str) -> Result<Sent, LogInError> {
        let org = self.snapshot();
        let found = org.apps.iter().find(|known| known.label == app || known.id == app);
        let path = found.ok_or_else(|| LogInError::NoApp(app.to_owned()))?.sso_path();
        self.visit(login, &path).await
    }

    /// Logs a user in for an SP's request: `address` is where the SP redirects to, with its
    /// `SAMLRequest`.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn answer(&self, login: &str, address: &str) -> Result<Sent, LogInError> {
        let elsewhere = || LogInError::Elsewhere(address.to_owned());
        let base = self.snapshot().base_url.clone();
        let rest = address.strip_prefix(&base).filter(|rest| rest.starts_with('/'));
        self.visit(login, rest.ok_or_else(elsewhere)?).await
    }

    async fn visit(&self, login: &str, path: &str) -> Result<Sent, LogInError> {
        let org = self.snapshot();
        let user = org.user_by_login(login);
        let user = user.ok_or_else(|| LogInError::NoUser(login.to_owned()))?;
        let before = self.attempts().last().map_or(0, |attempt| attempt.number);
        let mut visit = Visit { service: self, cookie: String::new() };
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", &user.login), ("password", &user.password)])
            .append_pair("fromURI", path)
            .finish();
        let mut answer = visit.send(Method::POST, "/login/login.htm", form).await;
        for _ in 0..5 {
            let Some(next) = location(&answer, &org.base_url) else { break };
            answer = visit.send(Method::GET, &next, String::new()).await;
        }
        let attempts = self.attempts().into_iter().rev();
        let mut own = attempts.take_while(|attempt| attempt.number > before);
        match own.find(|attempt| attempt.login.as_ref() == Some(&user.login)) {
            None => Err(LogInError::Refused(format!("the org answered {}", answer.status()))),
            Some(attempt) => match &attempt.outcome {
                Outcome::Sent { sent, .. } => Ok(Sent::clone(sent)),
                Outcome::Refused(refusal) => Err(LogInError::Refused(refusal.to_string())),
            },
        }
    }
}

impl Visit<'_> {
    async fn send(&mut self, method: Method, path: &str, form: String) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &self.cookie)
            .body(Body::from(form));
        let Ok(request) = request else {
            let mut answer = Response::default();
            *answer.status_mut() = StatusCode::BAD_REQUEST;
            return answer;
        };
        let answer = match self.service.router().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        if let Some(sid) = cookies.into_iter().find(|cookie| cookie.starts_with("sid=")) {
            sid.clone_into(&mut self.cookie);
        }
        answer
    }
}

/// Path and query of where an answer leads to inside the org.
fn location(answer: &Response, base_url: &str) -> Option<String> {
    let location = answer.headers().get(header::LOCATION)?.to_str().ok()?;
    let base =
        Url::parse(base_url).unwrap_or_else(|_| Url::parse("http://org.invalid").expect("a URL"));
    let url = base.join(location).ok()?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", url.path()))
}
