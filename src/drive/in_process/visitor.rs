//! The SP's public router, and the cookies that a browser keeps of it.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, header};
use tower::ServiceExt;

use crate::observation::{Identity, Trouble, Whoami};
use crate::reference::{REASON_HEADER, ReferenceSp, WHOAMI};

/// Bytes of an SP's page, at most.
const PAGE_LIMIT: usize = 1 << 20;

/// The SP as browsers see it.
#[derive(Clone, Debug)]
pub(super) struct Site(Router);

/// A browser's cookies of the one site it visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cookies(BTreeMap<String, String>);

/// An answer whose body is not looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) reason: Option<String>,
}

impl Site {
    pub(super) fn new(sp: &ReferenceSp) -> Self {
        Self(sp.public_router())
    }

    /// Posts a form.
    pub(super) async fn post(
        &self,
        path: &str,
        form: String,
        cookies: &mut Cookies,
    ) -> Result<Answer, Trouble> {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.answer(request, Body::from(form), cookies).await
    }

    /// Opens a page.
    pub(super) async fn get(&self, path: &str, cookies: &mut Cookies) -> Result<Answer, Trouble> {
        self.answer(Request::get(path), Body::empty(), cookies).await
    }

    /// Asks who is logged in.
    pub(super) async fn whoami(&self, cookies: &Cookies) -> Result<Identity, Trouble> {
        let answer = self.send(Request::get(WHOAMI), Body::empty(), cookies).await?;
        if !answer.status().is_success() {
            return Ok(Identity::Nobody);
        }
        let body = to_bytes(answer.into_body(), PAGE_LIMIT).await.map_err(broken)?;
        serde_json::from_slice::<Whoami>(&body).map(Identity::User).map_err(broken)
    }

    async fn answer(
        &self,
        request: http::request::Builder,
        body: Body,
        cookies: &mut Cookies,
    ) -> Result<Answer, Trouble> {
        let answer = self.send(request, body, cookies).await?;
        cookies.store(answer.headers());
        let text = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        Ok(Answer {
            status: answer.status().as_u16(),
            location: text(header::LOCATION.as_str()),
            reason: text(REASON_HEADER),
        })
    }

    async fn send(
        &self,
        mut request: http::request::Builder,
        body: Body,
        cookies: &Cookies,
    ) -> Result<http::Response<Body>, Trouble> {
        if let Some(line) = cookies.line() {
            request = request.header(header::COOKIE, line);
        }
        let request = request.body(body).map_err(broken)?;
        self.0.clone().oneshot(request).await.map_err(broken)
    }
}

impl Cookies {
    fn line(&self) -> Option<String> {
        let pairs: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Keeps what is set. The SP takes a cookie back by an empty value.
    fn store(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let Some((name, rest)) = line.to_str().ok().and_then(|line| line.split_once('='))
            else {
                continue;
            };
            match rest.split(';').next().unwrap_or_default() {
                "" => self.0.remove(name),
                value => self.0.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

fn broken(error: impl ToString) -> Trouble {
    Trouble::Launch(format!("the SP's router: {}", error.to_string()))
}
