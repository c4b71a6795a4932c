//! An org, an SP that trusts it, and browsers.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use jiff::SignedDuration;
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{
    self, AttributeStatement, AuthnRequestFacts, GroupFilter, Issue, Issued, Org, Overrides, SignOn,
};
use samlproof::keys::test_only;
use samlproof::reference::{ReferenceOptions, ReferenceSp};
use samlproof::saml::{
    AcsUrl, AuthnRequest, EntityId, NameIdFormat, decode_redirect_param, encode_post,
};
use samlproof::sp::{
    AccountRole, AppProfile, Configuration, EmailDomain, Entry, EntryName, MappingId,
    MetadataSource, RoleMapping, Roles, Rules, SeedUser, Settings, SpProfile, State, TargetKind,
    Timing, UserStatus,
};
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::sp::entry::{named, roles_of};

pub(crate) const ACS: &str = "https://app.arize.com/auth/v2/saml";
pub(crate) const SP: &str = "https://app.arize.com";
pub(crate) const JANE: &str = "jane@example.com";

pub(crate) fn profile() -> SpProfile {
    let minute = SignedDuration::from_secs(60);
    SpProfile {
        name: "arize-us".into(),
        family: "arize".into(),
        entity_id: EntityId::new(SP),
        acs: AcsUrl::new(ACS),
        metadata: Some(format!("{ACS}/metadata")),
        name_id_format: NameIdFormat::email_address(),
        login_start: Some("https://app.arize.com/auth/v2/login?email={email}".into()),
        timing: Timing {
            settings_cache: minute,
            mapping_cache: minute,
            domain_cache: minute,
            metadata_cache: minute,
            session: SignedDuration::from_hours(24),
        },
        rules: Rules::default(),
        declared: Default::default(),
        app: AppProfile::default(),
        target: TargetKind::Reference,
    }
}

/// One org with one app for the SP.
pub(crate) struct Idp {
    pub(crate) org: Org,
    env: Env,
}

impl Idp {
    pub(crate) fn new(subdomain: &str, key: &str, env: &Env) -> Self {
        let mut org = Org::new(subdomain, &format!("https://{subdomain}.okta.com"), env);
        let mut sign_on = SignOn::new(AcsUrl::new(ACS), EntityId::new(SP));
        sign_on.subject_name_id_format = NameIdFormat::email_address();
        let groups = AttributeStatement::groups("groups", GroupFilter::starts_with("ml-"));
        sign_on.attribute_statements.push(groups);
        let key = test_only::signing(key).unwrap();
        org.add_app("sp", sign_on, key, env);
        Self { org, env: env.clone() }
    }

    pub(crate) fn person(&mut self, email: &str, groups: &[&str]) {
        if self.org.user_by_login(email).is_none() {
            self.org.add_user(email, "pw", &self.env);
        }
        self.org.set_groups(email, groups, &self.env);
    }

    pub(crate) fn metadata(&self) -> String {
        idp::metadata(&self.org, &self.org.apps[0], None).unwrap()
    }

    pub(crate) fn issue(
        &self,
        email: &str,
        request: Option<&AuthnRequestFacts>,
        overrides: &Overrides,
    ) -> Issued {
        let issue = Issue {
            org: &self.org,
            app: &self.org.apps[0],
            user: self.org.user_by_login(email).unwrap(),
            request,
            authn_instant: self.env.clock.now(),
            overrides,
        };
        idp::issue(&issue, Engine::default(), &self.env).unwrap()
    }
}

/// The SP, one org, one entry and one case's clock.
pub(crate) struct World {
    pub(crate) env: Env,
    pub(crate) idp: Idp,
    pub(crate) configuration: Configuration,
    pub(crate) public: Router,
    pub(crate) admin: Router,
}

impl World {
    /// An SP with nothing stored, and a configuration that is not yet handed over.
    pub(crate) fn unconfigured(profile: SpProfile) -> Self {
        let env = env();
        Self::with_options(profile, ReferenceOptions::new(env))
    }

    pub(crate) fn with_options(profile: SpProfile, options: ReferenceOptions) -> Self {
        let env = options.env.clone();
        let mut idp = Idp::new("acme", "okta-1", &env);
        idp.person(JANE, &["ml-team"]);
        let main = entry("main", "example.com", &idp);
        let sp = ReferenceSp::start(profile, options).unwrap();
        let mut world = Self {
            env,
            idp,
            configuration: Configuration::default(),
            public: sp.public_router(),
            admin: sp.admin_router(),
        };
        world.set_entries(vec![main]);
        world
    }

    /// An SP that knows the org: group `ml-team` is member of org research.
    pub(crate) async fn new() -> Self {
        let mut world = Self::unconfigured(profile());
        world.configure(|_| {}).await;
        world
    }

    fn set_entries(&mut self, entries: Vec<Entry>) {
        self.configuration.resources = entries.iter().flat_map(named).collect();
        self.configuration.entries = entries;
    }

    /// Changes the first entry and hands the configuration over, which has to be taken.
    pub(crate) async fn configure(&mut self, change: impl FnOnce(&mut Entry)) {
        let mut entries = std::mem::take(&mut self.configuration.entries);
        change(&mut entries[0]);
        self.set_entries(entries);
        self.hand_over().await;
    }

    pub(crate) async fn hand_over(&mut self) {
        let (status, problems) = self.put(&self.configuration).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{problems}");
        self.configuration.users.clear();
        self.configuration.deleted_users.clear();
    }

    pub(crate) async fn put(&self, configuration: &Configuration) -> (StatusCode, Value) {
        let body = serde_json::to_string(configuration).unwrap();
        self.admin("PUT", "/config", &body).await
    }

    pub(crate) async fn seed(&mut self, user: SeedUser) {
        self.configuration.users = vec![user];
        self.hand_over().await;
    }

    pub(crate) async fn admin(&self, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).body(Body::from(body.to_owned()));
        let answer = self.admin.clone().oneshot(request.unwrap()).await.unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(crate) async fn state(&self) -> State {
        serde_json::from_value(self.admin("GET", "/state", "").await.1).unwrap()
    }

    /// The stored roles of a user, in lines; `None` if there is no such user.
    pub(crate) async fn roles(&self, email: &str) -> Option<Vec<String>> {
        let state = self.state().await;
        let user = state.users_of(email).next()?;
        Some(user.roles.lines().into_iter().collect())
    }

    /// An IdP-initiated login of a new browser.
    pub(crate) async fn login(&self, email: &str) -> (Browser, Page) {
        self.login_with(email, &Overrides::default()).await
    }

    pub(crate) async fn login_with(&self, email: &str, overrides: &Overrides) -> (Browser, Page) {
        let mut browser = Browser::new(self);
        let page = browser.post_response(&self.idp.issue(email, None, overrides).xml).await;
        (browser, page)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        assert!(self.env.clock.advance(SignedDuration::from_secs(seconds)));
    }
}

pub(crate) fn env() -> Env {
    Env::fixed("2026-01-02T03:04:05Z".parse().unwrap(), "test")
}

/// An entry with the org's pasted metadata and one mapping.
pub(crate) fn entry(name: &str, domain: &str, idp: &Idp) -> Entry {
    Entry {
        name: EntryName(name.into()),
        account: "acme".into(),
        entity_id: EntityId::new(SP),
        acs: AcsUrl::new(ACS),
        name_id_format: Some(NameIdFormat::email_address()),
        domains: vec![EmailDomain { domain: domain.into(), validated: true }],
        metadata: MetadataSource::Xml(idp.metadata()),
        settings: Settings { sync_user_roles: true, ..Settings::default() },
        mappings: vec![mapped("member")],
        defaults: None,
        token: None,
        group_teams: None,
        rules: Rules::default(),
        managed_by_file: false,
    }
}

/// `ml-team` has this role on org research.
pub(crate) fn mapped(role: &str) -> RoleMapping {
    RoleMapping {
        id: MappingId("researchers".into()),
        when: vec![("groups".into(), "ml-team".into())],
        account_admin: false,
        roles: roles_of(&[("org research", role)]),
    }
}

pub(crate) fn seed(email: &str, password: Option<&str>, status: UserStatus) -> SeedUser {
    SeedUser {
        email: email.into(),
        password: password.map(str::to_owned),
        account: "acme".into(),
        status,
        roles: Roles { account: AccountRole::Member, ..Roles::default() },
    }
}

/// A cookie jar in front of the public router.
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    pub(crate) set_cookies: Vec<String>,
}

/// What a browser was shown.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Page {
    /// Logged in: sent to the front page.
    pub(crate) fn is_in(&self) -> bool {
        self.status == StatusCode::SEE_OTHER && self.location.as_deref() == Some("/")
    }

    /// The reason of a refusal.
    pub(crate) fn refused(&self) -> &str {
        assert_eq!(self.status, StatusCode::FORBIDDEN, "{self:?}");
        self.reason.as_deref().unwrap()
    }
}

impl Browser {
    pub(crate) fn new(world: &World) -> Self {
        Self { router: world.public.clone(), cookies: BTreeMap::new(), set_cookies: Vec::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, String::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, form).await
    }

    pub(crate) async fn post_response(&mut self, xml: &str) -> Page {
        let fields =
            [("SAMLResponse", &*encode_post(xml)), ("RelayState", "https://evil.example/")];
        self.post("/auth/v2/saml", &fields).await
    }

    /// Starts a login at the SP, and reads the request that the IdP would get.
    pub(crate) async fn start(&mut self, email: &str) -> AuthnRequest {
        let page = self.get(&format!("/auth/v2/login?email={email}")).await;
        assert_eq!(page.status, StatusCode::FOUND, "{page:?}");
        let url = samlproof::net::parse_url(&page.location.unwrap()).unwrap();
        let message = url.query_pairs().find(|(name, _)| name == "SAMLRequest").unwrap().1;
        AuthnRequest::parse(&decode_redirect_param(&message).unwrap()).unwrap()
    }

    /// The roles of the session; `None` if nobody is logged in.
    pub(crate) async fn whoami(&mut self) -> Option<Vec<String>> {
        let page = self.get("/whoami").await;
        if page.status == StatusCode::UNAUTHORIZED {
            return None;
        }
        let answer: Value = serde_json::from_str(&page.body).unwrap();
        let roles: Roles = serde_json::from_value(answer["roles"].clone()).unwrap();
        Some(roles.lines().into_iter().collect())
    }

    pub(crate) fn cookie_header(&self) -> String {
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, self.cookie_header())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let text =
            |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (reason, location) = (text("sp-reason"), text("location"));
        for value in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = value.to_str().unwrap().to_owned();
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.into(), value.into()),
            };
            self.set_cookies.push(cookie);
        }
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        Page { status, reason, location, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}
