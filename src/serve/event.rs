//! What happens at the org, for its system log (facts/okta.md 5.3).
//!
//! Whoever does something that Okta's log would tell of makes an [`Event`] and hands it to
//! [`OrgService::report`](super::OrgService::report).

use http::{HeaderMap, HeaderName, header};

use super::cookies;
use super::event_type::EventType;
use super::headers::{PEER, REQUEST_ID};
use crate::idp::{Access, AccessPolicy, AccessRule, App, Group, Issued, Org, User};
use crate::keys::Hash;
use crate::saml::{AuthnRequest, EntityId};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing.
    pub kind: EventType,
    /// Who did it; `None` is a tool with the API token.
    pub actor: Option<Subject>,
    /// How it ended.
    pub outcome: EventOutcome,
    /// Why it failed.
    pub reason: Option<String>,
    /// What it was done to.
    pub targets: Vec<Subject>,
    /// `debugContext.debugData`, in order.
    pub debug_data: Vec<(&'static str, String)>,
    /// Who asked for it, and by which request.
    pub client: Client,
}

/// Where an event came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// `client.userAgent.rawUserAgent`.
    pub user_agent: Option<String>,
    /// `client.ipAddress`.
    pub ip_address: Option<String>,
    /// `debugContext.debugData.requestId`: the request's `X-Okta-Request-Id`.
    pub request_id: Option<String>,
    /// `authenticationContext.externalSessionId`: the value of the session's cookie.
    pub session: Option<String>,
    /// `debugContext.debugData.dtHash`: of the browser's device token.
    pub device_token_hash: Option<String>,
}

/// How something ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventOutcome {
    /// Well.
    #[default]
    Success,
    /// Not well.
    Failure,
    /// A policy lets somebody in.
    Allow,
    /// A policy keeps somebody out.
    Deny,
}

impl EventOutcome {
    /// `outcome.result`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
        }
    }
}

/// An actor or a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its Okta id.
    pub id: String,
    /// `User`, `AppInstance`, `AppUser`, `UserGroup`, `PublicKey`, `PolicyEntity`, `PolicyRule`.
    pub kind: &'static str,
    /// `alternateId`: a login, say.
    pub alternate_id: String,
    /// `displayName`.
    pub display_name: String,
}

impl From<&User> for Subject {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            kind: "User",
            alternate_id: user.login.clone(),
            display_name: user.display_name(),
        }
    }
}

impl From<&App> for Subject {
    fn from(app: &App) -> Self {
        let label = || app.label.clone();
        Self {
            id: app.id.clone(),
            kind: "AppInstance",
            alternate_id: label(),
            display_name: label(),
        }
    }
}

impl From<&Group> for Subject {
    fn from(group: &Group) -> Self {
        Self::named("UserGroup", &group.id, &group.name)
    }
}

impl From<&AccessPolicy> for Subject {
    fn from(policy: &AccessPolicy) -> Self {
        Self::named("PolicyEntity", &policy.id, &policy.name)
    }
}

impl From<&AccessRule> for Subject {
    fn from(rule: &AccessRule) -> Self {
        Self::named("PolicyRule", &rule.id, &rule.name)
    }
}

impl Subject {
    /// Something that has a name and no other.
    fn named(kind: &'static str, id: &str, name: &str) -> Self {
        let alternate_id = "unknown".to_owned();
        Self { id: id.to_owned(), kind, alternate_id, display_name: name.to_owned() }
    }

    /// A user at an app, under the name that the app knows.
    pub fn app_user(user: &User, username: &str) -> Self {
        Self { kind: "AppUser", alternate_id: username.to_owned(), ..Self::from(user) }
    }

    /// A key of an app.
    pub fn key(kid: &str) -> Self {
        let kid = || kid.to_owned();
        Self { id: kid(), kind: "PublicKey", alternate_id: kid(), display_name: kid() }
    }
}

impl Event {
    /// `legacyEventType`. Of a logout whose signature is bad it is one of its own (facts/okta.md 3.5).
    pub fn legacy_event_type(&self) -> Option<&'static str> {
        match (self.kind, self.reason.as_deref()) {
            (EventType::SingleLogout, Some("Invalid Signature")) => {
                Some("app.auth.slo.saml.invalid_signature")
            }
            _ => self.kind.legacy(),
        }
    }

    /// The longest text of an event that is kept, in characters.
    pub const LONGEST: usize = 2048;

    /// Something that went well, done by a tool.
    pub fn new(kind: EventType) -> Self {
        Self {
            kind,
            actor: None,
            outcome: EventOutcome::Success,
            reason: None,
            targets: vec![],
            debug_data: vec![],
            client: Client::default(),
        }
    }

    /// The same, done by this user.
    #[must_use]
    pub fn by(self, user: &User) -> Self {
        Self { actor: Some(user.into()), ..self }
    }

    /// The same, done to this too.
    #[must_use]
    pub fn on(mut self, target: impl Into<Subject>) -> Self {
        self.targets.push(target.into());
        self
    }

    /// The same, and it failed.
    #[must_use]
    pub fn failed(self, reason: impl Into<String>) -> Self {
        Self { outcome: EventOutcome::Failure, reason: Some(reason.into()), ..self }
    }

    /// The same with one more item of debug data.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.debug_data.push((name, value.into()));
        self
    }

    /// The same, asked for by a request with these headers.
    #[must_use]
    pub fn from_request(self, headers: &HeaderMap) -> Self {
        let text = |name: &HeaderName| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let hash = |token: String| {
            let hash = Hash::Sha256.of(token.as_bytes());
            hash.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let client = Client {
            user_agent: text(&header::USER_AGENT),
            ip_address: text(&PEER),
            request_id: text(&REQUEST_ID),
            session: cookies::sid(headers),
            device_token_hash: cookies::device_token(headers).map(hash),
        };
        Self { client, ..self }
    }

    /// The same in the session of this cookie, which the request did not have yet.
    #[must_use]
    pub fn in_session(mut self, sid: &str) -> Self {
        self.client.session = Some(sid.to_owned());
        self
    }

    /// A response that was sent: what is in it, and what it answers.
    pub fn single_sign_on(
        (org, app, user): (&Org, &App, &User),
        issued: &Issued,
        request: Option<&AuthnRequest>,
        authn_instant: jiff::Timestamp,
    ) -> Self {
        let initiated = if request.is_some() { "SP_INITIATED" } else { "IDP_INITIATED" };
        let audiences: Vec<&str> = issued.audiences.iter().map(EntityId::as_str).collect();
        let event = Self::new(EventType::SingleSignOn)
            .by(user)
            .on(app)
            .on(Subject::app_user(user, &issued.name_id.value))
            .with("audience", audiences.join(", "))
            .with("subject", &issued.name_id.value)
            .with("signOnMode", "SAML 2.0")
            .with("authenticationClassRef", &app.sign_on.authn_context_class_ref)
            .with("authTime", okta_instant(authn_instant))
            .with("requestUri", app.sso_path())
            .with("issuer", issued.issuer.as_str())
            .with("url", format!("{}{}", org.base_url, app.sso_path()))
            .with("initiationType", initiated)
            .with("issuedAt", okta_instant(issued.issued_at))
            .with("expiryTime", okta_instant(issued.not_on_or_after))
            .with("jti", issued.assertion_id.as_str());
        match request {
            Some(request) => event.with("authnRequestId", request.id.as_str()),
            None => event,
        }
    }

    /// Somebody who asked for an app that is not assigned to them.
    pub fn unauthorized(app: &App, user: &User) -> Self {
        let event = Self::new(EventType::UnauthorizedAccess).by(user).on(app);
        event.failed("User is not assigned to this application.")
    }

    /// What an app's access policy said of somebody.
    pub fn evaluated(
        (policy, rule): (&AccessPolicy, &AccessRule),
        (app, user): (&App, &User),
    ) -> Self {
        let event = Self::new(EventType::EvaluateSignOn).by(user).on(policy).on(rule).on(app);
        let outcome = match rule.access {
            Access::Allow => EventOutcome::Allow,
            Access::Deny => EventOutcome::Deny,
        };
        Self { outcome, ..event }
    }

    /// Somebody whom an app's access policy kept out.
    pub fn denied(app: &App, user: &User) -> Self {
        let event = Self::new(EventType::DenyAccess).by(user).on(app);
        event.failed("Sign-on policy evaluation resulted in DENY")
    }

    /// A sign-in that was refused, whatever the reason (facts/okta.md 3.4). The user may be unknown.
    pub fn sign_in_refused(org: &Org, login: &str) -> Self {
        let event = Self::new(EventType::SessionStart).failed("INVALID_CREDENTIALS");
        let unknown = Subject {
            id: "unknown".to_owned(),
            kind: "User",
            alternate_id: login.to_owned(),
            display_name: "unknown".to_owned(),
        };
        let known = org.user_by_login(login).map(Subject::from);
        Self { actor: Some(known.unwrap_or(unknown)), ..event }
    }
}

/// `2026-03-04T05:06:07.089Z`.
pub(super) fn okta_instant(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
