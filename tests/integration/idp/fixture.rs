//! One small org: two people, three groups, one app with the published test key.

use jiff::{SignedDuration, Timestamp};
use samlproof::crypto::{self, AlgorithmPolicy, Engine};
use samlproof::env::Env;
use samlproof::idp::{
    App, AttributeStatement, AuthnRequestFacts, GroupFilter, Issue, IssueError, Issued, Org,
    Overrides, SignOn, User, issue,
};
use samlproof::keys::test_only;
use samlproof::saml::{
    AcsUrl, Assertion, AttributeNameFormat, EntityId, MessageId, NameIdFormat, Response,
    SignatureVerdict, SignedKind, SignedPart,
};

pub(crate) const ACS: &str = "https://sp.example/saml/acs?tenant=1&x";
pub(crate) const AUDIENCE: &str = "https://sp.example/";

pub(crate) fn now() -> Timestamp {
    "2026-03-04T05:06:07.089Z".parse().unwrap()
}

pub(crate) fn env() -> Env {
    Env::fixed(now(), "idp")
}

pub(crate) fn sign_on() -> SignOn {
    let mut sign_on = SignOn::new(AcsUrl::new(ACS), EntityId::new(AUDIENCE));
    sign_on.subject_name_id_format = NameIdFormat::email_address();
    sign_on.attribute_statements = vec![
        AttributeStatement::expression("email", "user.email")
            .with_format(AttributeNameFormat::Basic),
        AttributeStatement::expression("token", "t0ken").with_format(AttributeNameFormat::Uri),
        AttributeStatement::expression("department", "user.department"),
        AttributeStatement::groups("groups", GroupFilter::starts_with("ml-")),
    ];
    sign_on
}

/// Jane is in `ml-team` and `ml-leads`, Kim in nothing but `Everyone`.
pub(crate) fn org(env: &Env) -> Org {
    let mut org = Org::new("acme", "https://acme.okta.com", env);
    org.add_user("jane@acme.example", "secret", env).set("department", "R&D");
    org.add_user("kim@acme.example", "secret", env);
    org.set_groups("jane@acme.example", &["ml-team", "ml-leads", "sales"], env);
    org.add_app("Arize AX", sign_on(), test_only::signing("okta-1").unwrap(), env);
    org
}

pub(crate) fn request() -> AuthnRequestFacts {
    let id = MessageId::new("_request-1");
    AuthnRequestFacts { id, acs_url: None, acs_index: None, signed: false }
}

/// A login, as Okta would answer it but for the overrides.
pub(crate) struct Login<'a> {
    pub(crate) org: &'a Org,
    pub(crate) user: &'a User,
    pub(crate) request: Option<AuthnRequestFacts>,
    pub(crate) overrides: Overrides,
}

impl<'a> Login<'a> {
    /// An SP-initiated one.
    pub(crate) fn of(org: &'a Org, login: &str) -> Self {
        let user = org.user_by_login(login).unwrap();
        Self { org, user, request: Some(request()), overrides: Overrides::default() }
    }

    pub(crate) fn app(&self) -> &'a App {
        &self.org.apps[0]
    }

    pub(crate) fn issue(&self, env: &Env) -> Issued {
        self.try_issue(env).unwrap()
    }

    pub(crate) fn try_issue(&self, env: &Env) -> Result<Issued, IssueError> {
        self.issue_with(Engine::default(), env)
    }

    pub(crate) fn issue_with(&self, engine: Engine, env: &Env) -> Result<Issued, IssueError> {
        let facts = Issue {
            org: self.org,
            app: self.app(),
            user: self.user,
            request: self.request.as_ref(),
            authn_instant: now() - SignedDuration::from_mins(90),
            overrides: &self.overrides,
        };
        issue(&facts, engine, env)
    }
}

/// The signed parts, verified with the named key's certificate alone.
pub(crate) fn verified(xml: &str, key: &str) -> Vec<SignedPart> {
    let trusted = [test_only::signing(key).unwrap().certificate().clone()];
    let policy = AlgorithmPolicy::danger_with_sha1();
    match crypto::verify(Engine::default(), xml, &trusted, &policy) {
        SignatureVerdict::Valid(parts) => parts,
        SignatureVerdict::Invalid(fault) => panic!("{fault}"),
    }
}

/// What an SP reads that believes signed bytes alone; `None` where nothing of that kind is signed.
pub(crate) fn believed(xml: &str) -> (Option<Response>, Option<Assertion>) {
    let parts = verified(xml, "okta-1");
    let of = |kind| parts.iter().find(|part| part.kind == kind).map(|part| &part.canonical);
    (
        of(SignedKind::Response).map(|text| Response::parse(text).unwrap()),
        of(SignedKind::Assertion).map(|text| Assertion::parse(text).unwrap()),
    )
}
