//! The running mock.

use std::sync::Arc;

use super::Login;
use super::expectations::Expectations;
use crate::env::Env;
use crate::idp::{AppDraft, Org, Overrides, UserDraft};
use crate::keys::{SigningKey, test_only};
use crate::serve::{
    AppAddresses, Listen, LogInError, NextLogin, OrgServer, OrgService, Sent, StartError,
};

/// An Okta org on a free port of 127.0.0.1, in plain HTTP. It stops when it is dropped, and panics then
/// if logins were not as expected ([`MockOkta::expect`]).
///
/// Several can run side by side; their ids, and so their entity ids, differ.
#[derive(Debug)]
#[must_use = "the org stops when it is dropped: bind it to a name"]
pub struct MockOkta {
    service: OrgService,
    expectations: Arc<Expectations>,
    /// Until it is stopped.
    server: Option<OrgServer>,
}

impl MockOkta {
    /// Starts an org without users and apps on the system's clock.
    ///
    /// # Errors
    /// If this machine lets nobody listen on 127.0.0.1.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_in(&Env::real()).await
    }

    /// As [`MockOkta::start`], with a clock and ids of yours: with [`Env::fixed`] you say what time it
    /// is, and messages have the same ids in every run.
    ///
    /// # Errors
    /// As [`MockOkta::start`].
    pub async fn start_in(env: &Env) -> Result<Self, StartError> {
        let org = Org::new("mock", "", env);
        let service = OrgService::new(org, env.clone(), Default::default());
        let server = OrgServer::start(&Listen::default(), service.clone()).await?;
        let expectations = Arc::new(Expectations::default());
        let seen = expectations.clone();
        service.watch(move |attempt| seen.observe(attempt));
        Ok(Self { service, expectations, server: Some(server) })
    }

    /// Adds a user, in the place of one of the same login.
    pub fn user(&self, user: UserDraft) {
        self.service.update(|org| user.add_to(org));
    }

    /// Adds an app and says where it is.
    pub fn app(&self, app: AppDraft) -> AppAddresses {
        let key = test_only::signing("okta-1").expect("the name is one of the published keys");
        self.app_with_key(app, key)
    }

    /// Adds an app that signs with a key of yours.
    pub fn app_with_key(&self, app: AppDraft, key: SigningKey) -> AppAddresses {
        let now = self.service.now();
        self.service.update(|org| {
            let app = app.add_to(org, key);
            (app.created, app.last_updated) = (now, now);
            let id = app.id.clone();
            let app = org.app_by_id(&id).expect("the app was added just now");
            AppAddresses::of(org, app)
        })
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.service.org().base_url
    }

    /// The token that tools show at the management API under `{base_url}/api/v1`: `SSWS {token}`.
    pub fn api_token(&self) -> String {
        self.service.org().api_token
    }

    /// Where the metadata of the app of this label is, of the first one if there are several.
    pub fn metadata_url(&self, label: &str) -> Option<String> {
        let org = self.service.org();
        let app = org.apps.iter().find(|app| app.label == label)?;
        Some(AppAddresses::of(&org, app).metadata_url)
    }

    /// Has the next response for this user made with these overrides, once.
    pub fn next_login(&self, login: &str, overrides: Overrides) {
        self.service.next_login(login, overrides);
    }

    /// Every response that was sent, oldest first; the latest 4096 are kept.
    pub fn sent(&self) -> Vec<Sent> {
        self.service.sent()
    }

    /// The org itself, for all that has no word of its own here: keys, assignments, metadata that is
    /// down.
    pub fn service(&self) -> &OrgService {
        &self.service
    }

    /// Has a login made otherwise than the org says: expired, by another key, late, or not at all.
    /// Says the number to take it back by ([`OrgService::take_back`]).
    pub fn next(&self, login: NextLogin) -> u64 {
        self.service.set_next_login(login)
    }

    /// Logs a user in at the app of this label, as by a click on its tile, and hands out what a browser
    /// would post: `POST` [`Sent::form`] to `sent.issued.acs`.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn log_in(&self, login: &str, app: &str) -> Result<Sent, LogInError> {
        self.service.log_in(login, app).await
    }

    /// Logs a user in for your SP's request, and hands out what a browser would post. `address` is where
    /// your SP redirects to, with its `SAMLRequest`.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn answer(&self, login: &str, address: &str) -> Result<Sent, LogInError> {
        self.service.answer(login, address).await
    }

    /// Expects a login from now on. Every login counts for all expectations that it meets; refused ones
    /// count for none.
    pub fn expect(&self, login: Login) {
        self.expectations.add(login);
    }

    /// What is not as expected so far, and what was seen instead; `None` if all is.
    pub fn unmet(&self) -> Option<String> {
        self.expectations.report()
    }

    /// Checks what is expected; dropping the mock does so too.
    ///
    /// # Panics
    /// If logins are not as expected, with [`MockOkta::unmet`].
    #[track_caller]
    #[expect(clippy::panic, reason = "that is how a test fails")]
    pub fn verify(&self) {
        if let Some(report) = self.unmet() {
            panic!("{report}");
        }
    }

    /// Stops, and lets requests that are under way finish for a moment.
    ///
    /// # Panics
    /// As [`MockOkta::verify`].
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

impl Drop for MockOkta {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return self.verify();
        }
        // A second panic would end the process, and the first may well follow from this.
        if let Some(report) = self.unmet() {
            eprintln!("{report}");
        }
    }
}
