//! The org that everybody talks to.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::Router;
use axum::middleware;
use axum::routing::get;
use http::HeaderMap;
use jiff::Timestamp;

use super::api::{self, ApiState};
use super::attempt::{Attempt, Attempts};
use super::control::{self, NextLogin, UpcomingLogins};
#[cfg(feature = "data")]
use super::data::{DataError, Journal, OrgData};
use super::keeping::{self, Keeping};
use super::key_making::KeyMaking;
use super::lock_out::WrongPasswords;
use super::rate_limit::RateLimit;
use super::record::{Record, Sent};
use super::session::{Session, Sessions};
use super::system_log::SystemLog;
use super::{
    AppKeys, cookies, dashboard, developer, embed, headers, metadata, pages, setup, sign_in, slo,
    sso,
};
use crate::crypto::Engine;
use crate::env::{Env, Ids};
use crate::idp::{Org, Overrides, User};

/// Whether the metadata address answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetadataMode {
    /// 200 with the metadata.
    #[default]
    Up,
    /// 503, as from an org that has trouble.
    Down,
}

/// One org over HTTP. Clones are the same org.
#[derive(Clone)]
pub struct OrgService(Arc<Shared>);

/// Somebody who is told of attempts to log in.
type Watcher = Box<dyn Fn(&Attempt) + Send + Sync>;

struct Shared {
    env: Env,
    /// Ids of requests and browsers, apart from those of messages.
    page_ids: Ids,
    /// Of the system log and the API's answers: as many as there may be, no message's ID changes.
    log_ids: Ids,
    engine: Engine,
    org: RwLock<Arc<Org>>,
    metadata: Mutex<MetadataMode>,
    sessions: Mutex<Sessions>,
    rounds: Mutex<slo::Rounds>,
    /// What the next login does otherwise.
    upcoming: Mutex<UpcomingLogins>,
    watchers: RwLock<Vec<Watcher>>,
    record: Mutex<Record>,
    attempts: Mutex<Attempts>,
    keys: KeyMaking,
    system_log: Mutex<SystemLog>,
    keeping: Keeping,
    rate: Mutex<RateLimit>,
    wrong_passwords: Mutex<WrongPasswords>,
    api: ApiState,
}

impl OrgService {
    /// Serves this org; time and ids are those of `env`, signatures are made by `engine`.
    pub fn new(org: Org, env: Env, engine: Engine) -> Self {
        Self::with_keys(org, env, engine, AppKeys::Fresh)
    }

    /// As [`OrgService::new`]; keys that are pending are made by `keys`, soon or when they are needed.
    pub fn with_keys(mut org: Org, env: Env, engine: Engine, keys: AppKeys) -> Self {
        org.begin(env.clock.now());
        Self::start(Arc::new(org), env, engine, (keys, Keeping::default()))
    }

    /// As [`OrgService::with_keys`], and from here on the org is kept in `data`, from which it was
    /// loaded or which is new. Every answer waits for what was changed before it.
    ///
    /// # Errors
    /// [`DataError`].
    #[cfg(feature = "data")]
    pub fn kept(
        mut org: Org,
        env: Env,
        engine: Engine,
        keys: AppKeys,
        data: OrgData,
    ) -> Result<Self, DataError> {
        org.begin(env.clock.now());
        let org = Arc::new(org);
        let keeping = Keeping { journal: Some(Journal::start(data, org.clone())?) };
        Ok(Self::start(org, env, engine, (keys, keeping)))
    }

    fn start(org: Arc<Org>, env: Env, engine: Engine, (keys, keeping): (AppKeys, Keeping)) -> Self {
        let (page_ids, log_ids) = (env.ids.apart("pages"), env.ids.apart("log"));
        let service = Self(Arc::new(Shared {
            env,
            page_ids,
            log_ids,
            engine,
            org: RwLock::new(org),
            metadata: Mutex::default(),
            sessions: Mutex::default(),
            rounds: Mutex::default(),
            upcoming: Mutex::default(),
            watchers: RwLock::default(),
            record: Mutex::default(),
            attempts: Mutex::default(),
            keys: KeyMaking::new(keys),
            system_log: Mutex::default(),
            keeping,
            rate: Mutex::default(),
            wrong_passwords: Mutex::default(),
            api: ApiState::default(),
        }));
        service.make_keys_in_background();
        service
    }

    /// What to serve under the host of the org's `base_url`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/app/{name}/{exk}/sso/saml", get(sso::by_redirect).post(sso::by_post))
            .route("/app/{name}/{exk}/slo/saml", get(slo::by_redirect).post(slo::by_post))
            .route(
                "/app/{name}/{exk}/slo/saml/callback",
                get(slo::callback_by_redirect).post(slo::callback_by_post),
            )
            .route("/app/{exk}/sso/saml/metadata", get(metadata::of_app))
            .route("/home/{name}/{id}/{link}", get(embed::home))
            .route("/app/{name}/{id}/mc", get(embed::click))
            .route("/app/{name}/{id}/setup/help/SAML_2_0/instructions", get(setup::instructions))
            .route("/admin/org/security/{id}/cert", get(setup::certificate_file))
            .route("/login/login.htm", get(sign_in::form).post(sign_in::submit))
            .route("/login/signout", get(sign_in::sign_out))
            .route("/", get(dashboard::front_door))
            .route("/login/default", get(dashboard::front_door))
            .route("/enduser/{*rest}", get(dashboard::front_door))
            .route("/error/400_SAML", get(|| async { pages::bad_saml_request() }))
            .route("/error/404", get(|| async { pages::not_found() }))
            .route("/app/UserHome", get(dashboard::user_home))
            .merge(control::router())
            .merge(developer::routes())
            .merge(pages::assets())
            .merge(api::router())
            .fallback(|| async { pages::not_found() })
            .layer(middleware::from_fn_with_state(self.clone(), keeping::first))
            .layer(middleware::from_fn_with_state(self.clone(), headers::on_every_answer))
            .with_state(self.clone())
    }

    /// A copy of the org as it is now.
    pub fn org(&self) -> Org {
        (*self.snapshot()).clone()
    }

    /// Changes the org. A request that is under way still sees it as it was; the next sees it changed.
    /// Where the org is kept, the change is on its way to the disk afterwards ([`OrgService::flushed`]).
    pub fn update<R>(&self, change: impl FnOnce(&mut Org) -> R) -> R {
        let result = {
            let mut org = self.0.org.write().unwrap_or_else(PoisonError::into_inner);
            let result = change(Arc::make_mut(&mut org));
            self.0.keeping.note(&org);
            result
        };
        self.make_keys_in_background();
        result
    }

    /// Has the next response for this user, at whichever app, made with these overrides. They are used
    /// up by that response; giving others before it replaces them.
    pub fn next_login(&self, login: &str, overrides: Overrides) {
        self.set_next_login(NextLogin::new().of(login).with(overrides));
    }

    /// Every response that was sent and not yet taken, oldest first. The latest 4096 are kept.
    pub fn sent(&self) -> Vec<Sent> {
        lock(&self.0.record).all()
    }

    /// The response that was sent as this document, if it is still on the record.
    pub fn sent_as(&self, xml: &str) -> Option<Sent> {
        lock(&self.0.record).find(xml)
    }

    /// Takes the responses for this user off the record, oldest first, so that logins side by side do
    /// not see each other's.
    pub fn take_sent_for(&self, login: &str) -> Vec<Sent> {
        lock(&self.0.record).take_for(login)
    }

    /// The latest attempts to log in, refused ones too, oldest first. The latest 512 are kept, and
    /// taking responses off the record leaves them.
    pub fn attempts(&self) -> Vec<Arc<Attempt>> {
        lock(&self.0.attempts).all()
    }

    /// The attempt of this number, if it is still kept.
    pub fn attempt(&self, number: u64) -> Option<Arc<Attempt>> {
        lock(&self.0.attempts).find(number)
    }

    /// Has every attempt to log in told from now on, refused ones too, when it is decided and before it
    /// is answered. A watcher has to be quick, and may ask the service anything but to watch.
    pub fn watch(&self, watcher: impl Fn(&Attempt) + Send + Sync + 'static) {
        let mut watchers = self.0.watchers.write().unwrap_or_else(PoisonError::into_inner);
        watchers.push(Box::new(watcher));
    }

    pub(super) fn tell(&self, attempt: &Attempt) {
        for watcher in &*self.0.watchers.read().unwrap_or_else(PoisonError::into_inner) {
            watcher(attempt);
        }
    }

    /// Lets the metadata address answer, or not.
    pub fn set_metadata(&self, mode: MetadataMode) {
        *lock(&self.0.metadata) = mode;
    }

    /// What time it is at the org.
    pub fn now(&self) -> Timestamp {
        self.0.env.clock.now()
    }

    pub(super) fn metadata_mode(&self) -> MetadataMode {
        *lock(&self.0.metadata)
    }

    pub(super) fn env(&self) -> &Env {
        &self.0.env
    }

    pub(super) fn log_ids(&self) -> &Ids {
        &self.0.log_ids
    }

    pub(super) fn page_ids(&self) -> &Ids {
        &self.0.page_ids
    }

    #[cfg(feature = "data")]
    pub(super) fn keeping(&self) -> &Keeping {
        &self.0.keeping
    }

    pub(super) fn key_making(&self) -> &KeyMaking {
        &self.0.keys
    }

    pub(super) fn engine(&self) -> Engine {
        self.0.engine
    }

    /// The org as it is now, for one request from its first line to its last.
    pub(super) fn snapshot(&self) -> Arc<Org> {
        self.0.org.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn upcoming_logins(&self) -> MutexGuard<'_, UpcomingLogins> {
        lock(&self.0.upcoming)
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.0.record)
    }

    pub(super) fn attempt_log(&self) -> MutexGuard<'_, Attempts> {
        lock(&self.0.attempts)
    }

    pub(super) fn api(&self) -> &ApiState {
        &self.0.api
    }

    pub(super) fn rate(&self) -> MutexGuard<'_, RateLimit> {
        lock(&self.0.rate)
    }

    pub(super) fn wrong_passwords(&self) -> MutexGuard<'_, WrongPasswords> {
        lock(&self.0.wrong_passwords)
    }

    pub(super) fn system_log(&self) -> MutexGuard<'_, SystemLog> {
        lock(&self.0.system_log)
    }

    pub(super) fn rounds(&self) -> MutexGuard<'_, slo::Rounds> {
        lock(&self.0.rounds)
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        lock(&self.0.sessions)
    }

    /// Who a request comes from: the session of its cookie and the user it belongs to, if that user
    /// still exists and may sign in.
    pub(super) fn signed_in<'a>(
        &self,
        org: &'a Org,
        headers: &HeaderMap,
    ) -> Option<(Session, &'a User)> {
        let session = self.sessions().find(&cookies::sid(headers)?)?;
        let user = org.users.iter().find(|user| user.id == session.user_id)?;
        user.status.may_sign_in().then_some((session, user))
    }
}

impl fmt::Debug for OrgService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgService").field("base_url", &self.snapshot().base_url).finish()
    }
}

/// What a panic elsewhere leaves behind is still whole: no lock is held across a half-done change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
