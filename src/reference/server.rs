//! The embedded SP as a whole.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{Html, IntoResponse, Response as Reply};
use axum::routing::{get, post};
use axum_extra::extract::cookie::CookieJar;
use http::header;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::audit::Trail;
use super::configure::configure;
use super::entries::Entries;
use super::fault::{self, Fault};
use super::page::{REASON_HEADER, home};
use super::paths::{self, PathError, Paths};
use super::store::Store;
use super::{acs, admin, api_key, cookie, link, password, start};
use crate::crypto::Engine;
use crate::env::Env;
use crate::keys::{DecryptionKey, SigningKey, test_only};
use crate::net::{Client, ClientOptions, NetError};
use crate::saml::SpMetadata;
use crate::sp::{
    self, Adapter, Adapters, ApiKey, Claim, Configuration, Configure, Encryption, HttpCall,
    PasswordLogin, Problem, RejectedForm, Session, SpProfile, User, Vocabulary,
};

/// Time for one fetch of an IdP's metadata, at most.
const FETCH_WITHIN: Duration = Duration::from_secs(5);
/// Bytes of an IdP's metadata, at most.
const METADATA_LIMIT: usize = 1 << 20;
/// Bytes of a posted form: a document of 1 MiB in base64, and room.
const FORM_LIMIT: usize = 2 << 20;

/// What a [`ReferenceSp`] is started with.
#[derive(Clone)]
pub struct ReferenceOptions {
    /// Its clock and its ids.
    pub env: Env,
    /// How it fetches metadata. Time and size are cut to 5 seconds and 1 MiB.
    pub client: ClientOptions,
    /// Who verifies signatures.
    pub engine: Engine,
    /// Its own key, for entries that have `sign_authn`; without one that switch is refused.
    pub signing_key: Option<SigningKey>,
    /// The key that assertions are encrypted to, where the profile's rules let them be. Without one
    /// that is the published key of `certs/`: what it can read, everybody can.
    pub decryption_key: Option<DecryptionKey>,
    /// What it does wrong, if anything.
    pub fault: Option<Fault>,
    /// How long M84 leaves between looking for a user and making one, so that two first logins at
    /// once are sure to meet. Where they share a thread, zero is enough.
    pub race: Duration,
}

impl ReferenceOptions {
    /// With the default engine, and a client that reaches nothing but what the system's resolver
    /// and plain HTTP reach.
    pub fn new(env: Env) -> Self {
        let client = ClientOptions::default();
        Self {
            env,
            client,
            engine: Engine::default(),
            signing_key: None,
            decryption_key: None,
            fault: None,
            race: Duration::from_millis(100),
        }
    }
}

/// Why a reference SP was not started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// A URL of the profile that it cannot serve.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The client for metadata cannot be made.
    #[error(transparent)]
    Client(#[from] NetError),
}

/// An embedded service provider. Clones are the same one.
#[derive(Clone)]
pub struct ReferenceSp(Arc<Sp>);

/// What all handlers share.
pub(super) struct Sp {
    pub(super) profile: SpProfile,
    pub(super) paths: Paths,
    pub(super) env: Env,
    pub(super) engine: Engine,
    pub(super) signing_key: Option<SigningKey>,
    /// There if it takes encrypted assertions.
    pub(super) decryption_key: Option<DecryptionKey>,
    pub(super) fault: Option<Fault>,
    pub(super) race: Duration,
    pub(super) store: Arc<Store>,
    pub(super) entries: Entries,
    pub(super) trail: Trail,
}

impl fmt::Debug for ReferenceSp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferenceSp").field("profile", &self.0.profile.name).finish_non_exhaustive()
    }
}

impl ReferenceSp {
    /// Starts an SP that has stored nothing. It serves nothing until its routers are mounted.
    ///
    /// # Errors
    /// If a URL of the profile cannot be served, or the client cannot be made.
    pub fn start(profile: SpProfile, options: ReferenceOptions) -> Result<Self, ReferenceError> {
        let ReferenceOptions { env, mut client, engine, signing_key, decryption_key, fault, race } =
            options;
        let decryption_key = match profile.rules.encryption {
            Encryption::None => None,
            _ => Some(decryption_key.unwrap_or_else(test_only::decryption)),
        };
        client.timeout = client.timeout.min(FETCH_WITHIN);
        client.body_limit = client.body_limit.min(METADATA_LIMIT);
        let paths = Paths::of(&profile)?;
        let store = Arc::new(Store::default());
        let client = Client::new(&client)?;
        let entries = Entries::new(store.clone(), &profile.timing, (&env, fault), client);
        let trail = Trail::default();
        let sp = Sp {
            profile,
            paths,
            env,
            engine,
            signing_key,
            decryption_key,
            fault,
            race,
            store,
            entries,
            trail,
        };
        Ok(Self(Arc::new(sp)))
    }

    /// The host name that [`ReferenceSp::public_router`] is to be served under.
    pub fn host(&self) -> &str {
        &self.0.paths.host
    }

    /// Its metadata, as it also serves it where the profile names an address for it.
    pub fn metadata(&self) -> SpMetadata {
        self.0.metadata()
    }

    /// The SP as browsers see it.
    pub fn public_router(&self) -> Router {
        let paths = &self.0.paths;
        let mut router = Router::new()
            .route(&paths.acs, post(acs::consume))
            .route(paths::HOME, get(front))
            .route(paths::WHOAMI, get(admin::whoami))
            .route(paths::PASSWORD, post(password::login))
            .route(paths::LOGOUT, post(password::logout))
            .route(&format!("{}{{code}}", paths::RESET), get(link::reset))
            .route(&format!("{}{{code}}", paths::INVITE), get(link::invite))
            .route(paths::API, get(api_key::me));
        if let Some(path) = &paths.metadata {
            router = router.route(path, get(metadata));
        }
        if let Some(path) = &paths.login_start {
            router = router.route(path, get(start::start));
        }
        router.layer(DefaultBodyLimit::max(FORM_LIMIT)).with_state(self.0.clone())
    }

    /// The SP as its administrators see it. There is no lock on it: serve it on loopback only.
    pub fn admin_router(&self) -> Router {
        admin::router(self.0.clone())
    }

    /// Stores a configuration, as a PUT to the admin router does.
    ///
    /// # Errors
    /// Every problem it has; then nothing of it is stored.
    pub async fn configure(&self, configuration: Configuration) -> Result<(), Vec<Problem>> {
        configure(&self.0, configuration).await
    }

    /// What is stored now, as the admin router shows it.
    pub fn state(&self) -> sp::State {
        let now = self.0.env.clock.now();
        self.0.store.read(|book| book.state(now))
    }

    /// How to configure, observe and act on this SP, with the admin router at `admin_base_url`
    /// (scheme, host and port, without a slash).
    ///
    /// Who-am-I is asked at the public host, where the browser's cookies are at home; the admin
    /// router answers it too.
    pub fn adapters(&self, admin_base_url: &str) -> Adapters {
        let base = admin_base_url.trim_end_matches('/');
        let admin = |method: &str, path: &str| call(method, format!("{base}{path}"));
        let for_email = |path: &str| admin("POST", &format!("{path}?email={{email}}"));
        let public = |path: &str| format!("{}{path}", self.0.paths.origin);
        let mut me = call("GET", public(paths::API));
        me.headers.insert(header::AUTHORIZATION.as_str().into(), "Bearer {key}".into());
        let form = [("email", "{email}"), ("password", "{password}")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Adapters {
            configure: Configure::Through(Adapter::Http(admin("PUT", admin::CONFIG))),
            vocabulary: Vocabulary::default(),
            whoami: Some(call("GET", public(paths::WHOAMI))),
            state: Some(Adapter::Http(admin("GET", admin::STATE))),
            rejected: vec![RejectedForm { status: Some(403), body: None }],
            reason_header: Some(REASON_HEADER.into()),
            password_login: Some(PasswordLogin { url: public(paths::PASSWORD), form }),
            logout: Some(call("POST", public(paths::LOGOUT))),
            reset_link: Some(for_email(admin::RESET_LINKS)),
            invite: Some(for_email(admin::INVITES)),
            api_key: Some(ApiKey { issue: for_email(admin::API_KEYS), call: me }),
        }
    }
}

fn call(method: &str, url: String) -> HttpCall {
    HttpCall { method: method.into(), url, headers: BTreeMap::new() }
}

impl Sp {
    fn metadata(&self) -> SpMetadata {
        let SpProfile { entity_id, acs, name_id_format, .. } = &self.profile;
        let mut metadata = SpMetadata::new(entity_id.clone(), acs.clone(), name_id_format.clone());
        let key = self.decryption_key.iter();
        metadata.encryption_certificates =
            key.map(|key| key.certificate().der().to_vec()).collect();
        metadata
    }

    /// A new session of a user, and the value of its cookie. It ends after the SP's time, or when
    /// the IdP says if that is sooner.
    pub(super) fn session_of(
        &self,
        user: &User,
        now: Timestamp,
        limit: Option<Timestamp>,
    ) -> (String, Session) {
        let lifetime: SignedDuration = self.profile.timing.session;
        let end = now.checked_add(lifetime).unwrap_or(Timestamp::MAX);
        let session = Session {
            user_id: user.id.clone(),
            email: user.email.clone(),
            roles: user.roles.clone(),
            expires: Some(limit.map_or(end, |limit| limit.min(end))),
        };
        (self.env.ids.secret(), session)
    }

    /// The live session of a cookie.
    pub(super) fn session(&self, cookie: &str) -> Option<Session> {
        let now = self.env.clock.now();
        let session = self.store.read(|book| book.session(cookie, now).cloned())?;
        Some(fault::session::used(self, cookie, session))
    }

    /// The account that a user belongs to, by the user stored or by the domain of the address.
    pub(super) fn account_of(&self, email: &str) -> Option<String> {
        let stored = self
            .store
            .read(|book| book.users_of(email).next().map(|stored| stored.user.account.clone()));
        let by_domain = || {
            let owner = self.entries.owner(&Claim::of_email(email)?)?;
            Some(self.entries.settings(&owner.entry)?.account.clone())
        };
        stored.or_else(by_domain)
    }

    /// The account of the first entry.
    pub(super) fn default_account(&self) -> Option<String> {
        self.store.read(|book| book.entries.first().map(|entry| entry.account.clone()))
    }

    /// E1, E2: whether any entry of the user's account allows SAML logins only. It is the account
    /// that is closed, also to users of domains that no entry has.
    pub(super) fn forbids_passwords(&self, email: &str) -> bool {
        let Some(account) = self.account_of(email) else {
            return false;
        };
        self.entries
            .names()
            .iter()
            .filter_map(|name| self.entries.settings(name))
            .filter(|entry| entry.account == account || fault::saml_only::closes_all(self))
            .any(|entry| entry.settings.enforce_saml)
    }
}

async fn front(State(sp): State<Arc<Sp>>, jar: CookieJar) -> Html<String> {
    let session = cookie::session_of(&jar).and_then(|value| sp.session(value));
    home(session.as_ref().map(|session| session.email.as_str()))
}

async fn metadata(State(sp): State<Arc<Sp>>) -> Reply {
    let metadata = sp.metadata();
    let media_type = [(header::CONTENT_TYPE, "application/samlmetadata+xml")];
    (media_type, metadata.to_xml()).into_response()
}
