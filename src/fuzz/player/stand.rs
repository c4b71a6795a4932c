//! An org and a reference SP in one process, with nothing between them but the SP's public router.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, header};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use tower::ServiceExt;
use url::form_urlencoded::Serializer;

use crate::crypto::Engine;
use crate::env::Env;
use crate::idp::{self, Issue, IssueError, Issued, Org, Overrides, SignOn};
use crate::keys::SigningKey;
use crate::observation::Whoami;
use crate::reference::{
    Fault, LOGOUT, PASSWORD, REASON_HEADER, ReferenceError, ReferenceOptions, ReferenceSp, SESSION,
    WHOAMI,
};
use crate::saml::{Attributes, encode_post};
use crate::sp::{Configuration, MetadataSource, Problem, SpProfile, State};

/// When a stand's clock begins; any instant would do.
const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);
/// Bytes of an SP's page, at most.
const PAGE_LIMIT: usize = 1 << 20;
/// Bytes of a form around the encoded response.
const FORM_ROOM: usize = 64;

/// Why a login could not be played. What the SP says to it is no error.
#[derive(Debug, Error)]
pub enum StandError {
    /// The SP was not started.
    #[error(transparent)]
    Sp(#[from] ReferenceError),
    /// No response was made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A request that is none, or an answer that breaks off.
    #[error("a request to the SP's router: {0}")]
    Exchange(String),
}

/// An org and a reference SP that trusts it, without sockets.
///
/// Each login is whole: a response is built, its assertion signed, posted in a form, verified,
/// decided and stored; who is logged in is asked of the SP's own page, and what is stored is read
/// from its store. The IdP keeps no people: whoever is named is known.
#[derive(Debug)]
pub struct Stand {
    env: Env,
    org: Org,
    sp: ReferenceSp,
    router: Router,
    metadata: String,
    acs: String,
}

/// What came of a posted form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The status.
    pub status: u16,
    /// The value of the session's cookie, if one was set.
    pub cookie: Option<String>,
    /// The SP's reason for a refusal.
    pub reason: Option<String>,
}

impl Stand {
    /// Makes both. The SP has stored nothing yet; `seed` keeps the ids of stands apart.
    ///
    /// # Errors
    /// If the profile cannot be served.
    pub fn new(
        profile: &SpProfile,
        key: SigningKey,
        (seed, fault): (&str, Option<Fault>),
    ) -> Result<Self, StandError> {
        let env = Env::fixed(BEGINNING, seed);
        let options = ReferenceOptions {
            fault,
            race: std::time::Duration::ZERO,
            ..ReferenceOptions::new(env.clone())
        };
        let sp = ReferenceSp::start(profile.clone(), options)?;
        let org = org(profile, key, &env);
        let metadata = org.apps.first().map(|app| idp::metadata(&org, app)).unwrap_or_default();
        let acs = path_of(profile.acs.as_str()).to_owned();
        Ok(Self { env, router: sp.public_router(), org, sp, metadata, acs })
    }

    /// Hands the SP a configuration. Every entry of it trusts this stand's org, whatever it names.
    ///
    /// # Errors
    /// Every problem that the SP finds in it; then nothing of it is stored.
    pub async fn configure(&self, mut configuration: Configuration) -> Result<(), Vec<Problem>> {
        for entry in &mut configuration.entries {
            entry.metadata = MetadataSource::Xml(self.metadata.clone());
        }
        self.sp.configure(configuration).await
    }

    /// Makes a response for the user of an address, its assertion signed.
    ///
    /// # Errors
    /// If a text holds what XML cannot carry.
    pub fn issue(&self, email: &str, attributes: &Attributes) -> Result<Issued, IssueError> {
        let user = idp::User {
            id: String::new(),
            login: email.to_owned(),
            password: String::new(),
            status: idp::UserStatus::Active,
            profile: std::collections::BTreeMap::new(),
            groups: std::collections::BTreeSet::new(),
        };
        let overrides = Overrides { elements: attributes.0.clone(), ..Overrides::default() };
        let issue = Issue {
            org: &self.org,
            app: self.org.apps.first().expect("a stand's org is made with one app"),
            user: &user,
            request: None,
            authn_instant: self.env.clock.now(),
            overrides: &overrides,
        };
        idp::issue(&issue, Engine::Native, &self.env)
    }

    /// A browser posts a response to the ACS; `cookie` is the session it has already.
    ///
    /// # Errors
    /// [`StandError::Exchange`].
    pub async fn post(&self, issued: &Issued, cookie: Option<&str>) -> Result<Entered, StandError> {
        let encoded = encode_post(&issued.xml);
        let mut form = Serializer::new(String::with_capacity(encoded.len() + FORM_ROOM));
        form.append_pair("SAMLResponse", &encoded);
        self.form(&self.acs, form.finish(), cookie).await
    }

    /// A browser logs in by password.
    ///
    /// # Errors
    /// [`StandError::Exchange`].
    pub async fn password(&self, email: &str, password: &str) -> Result<Entered, StandError> {
        let mut form = Serializer::new(String::new());
        form.append_pair("email", email).append_pair("password", password);
        self.form(PASSWORD, form.finish(), None).await
    }

    /// A browser logs out.
    ///
    /// # Errors
    /// [`StandError::Exchange`].
    pub async fn logout(&self, cookie: &str) -> Result<(), StandError> {
        self.form(LOGOUT, String::new(), Some(cookie)).await.map(drop)
    }

    /// Who is logged in, by the SP's word.
    ///
    /// # Errors
    /// [`StandError::Exchange`].
    pub async fn whoami(&self, cookie: &str) -> Result<Option<Whoami>, StandError> {
        let request = Request::get(WHOAMI).header(header::COOKIE, format!("{}={cookie}", SESSION));
        let answer = self.send(request, Body::empty()).await?;
        if !answer.status().is_success() {
            return Ok(None);
        }
        let body = to_bytes(answer.into_body(), PAGE_LIMIT).await.map_err(exchange)?;
        serde_json::from_slice(&body).map(Some).map_err(exchange)
    }

    /// What is stored.
    pub fn state(&self) -> State {
        self.sp.state()
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.env.clock.advance(by);
    }

    async fn form(
        &self,
        path: &str,
        form: String,
        cookie: Option<&str>,
    ) -> Result<Entered, StandError> {
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("{}={cookie}", SESSION));
        }
        let answer = self.send(request, Body::from(form)).await?;
        Ok(Entered {
            status: answer.status().as_u16(),
            cookie: session_of(&answer),
            reason: answer
                .headers()
                .get(REASON_HEADER)
                .and_then(|reason| Some(reason.to_str().ok()?.to_owned())),
        })
    }

    async fn send(
        &self,
        request: http::request::Builder,
        body: Body,
    ) -> Result<Response<Body>, StandError> {
        let request = request.body(body).map_err(exchange)?;
        self.router.clone().oneshot(request).await.map_err(exchange)
    }
}

fn exchange(error: impl ToString) -> StandError {
    StandError::Exchange(error.to_string())
}

/// The value of a session cookie that was set and is not empty.
fn session_of(answer: &Response<Body>) -> Option<String> {
    answer.headers().get_all(header::SET_COOKIE).iter().find_map(|value| {
        let (name, rest) = value.to_str().ok()?.split_once('=')?;
        let value = rest.split(';').next().unwrap_or_default();
        (name == SESSION && !value.is_empty()).then(|| value.to_owned())
    })
}

/// An org whose one app signs the assertion alone and sends nothing by itself.
fn org(profile: &SpProfile, key: SigningKey, env: &Env) -> Org {
    let mut org = Org::new("fuzz", "https://fuzz.okta.com", env);
    let mut sign_on = SignOn::new(profile.acs.clone(), profile.entity_id.clone());
    sign_on.response_signed = false;
    sign_on.subject_name_id_format = profile.name_id_format.clone();
    org.add_app("sp", sign_on, key, env);
    org
}

/// The path of an http URL.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |start| &rest[start..])
}
