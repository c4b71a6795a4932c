//! The running mock.

use crate::env::Env;
use crate::idp::{AppDraft, Org, Overrides, UserDraft};
use crate::keys::{SigningKey, test_only};
use crate::serve::{AppAddresses, Listen, OrgServer, OrgService, Sent, StartError};

/// An Okta org on a free port of 127.0.0.1, in plain HTTP. It stops when it is dropped.
///
/// Several can run side by side; their ids, and so their entity ids, differ.
#[derive(Debug)]
#[must_use = "the org stops when it is dropped: bind it to a name"]
pub struct MockOkta(OrgServer);

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
        Ok(Self(OrgServer::start(&Listen::default(), service).await?))
    }

    /// Adds a user, in the place of one of the same login.
    pub fn user(&self, user: UserDraft) {
        self.0.service().update(|org| user.add_to(org));
    }

    /// Adds an app and says where it is.
    pub fn app(&self, app: AppDraft) -> AppAddresses {
        let key = test_only::signing("okta-1").expect("the name is one of the published keys");
        self.app_with_key(app, key)
    }

    /// Adds an app that signs with a key of yours.
    pub fn app_with_key(&self, app: AppDraft, key: SigningKey) -> AppAddresses {
        let now = self.0.service().now();
        self.0.service().update(|org| {
            let app = app.add_to(org, key);
            (app.created, app.last_updated) = (now, now);
            let id = app.id.clone();
            let app = org.app_by_id(&id).expect("the app was added just now");
            AppAddresses::of(org, app)
        })
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.0.service().org().base_url
    }

    /// Where the metadata of the app of this label is, of the first one if there are several.
    pub fn metadata_url(&self, label: &str) -> Option<String> {
        let org = self.0.service().org();
        let app = org.apps.iter().find(|app| app.label == label)?;
        Some(AppAddresses::of(&org, app).metadata_url)
    }

    /// Has the next response for this user made with these overrides, once.
    pub fn next_login(&self, login: &str, overrides: Overrides) {
        self.0.service().next_login(login, overrides);
    }

    /// Every response that was sent, oldest first; the latest 4096 are kept.
    pub fn sent(&self) -> Vec<Sent> {
        self.0.service().sent()
    }

    /// The org itself, for all that has no word of its own here: keys, assignments, metadata that is
    /// down.
    pub fn service(&self) -> &OrgService {
        self.0.service()
    }

    /// Stops, and lets requests that are under way finish for a moment.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}
