//! Single sign-on: from a request, or a click, to the page that posts the response.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use jiff::Timestamp;

use super::absent::absent;
use super::arrival::{self, BadRequest};
use super::attempt::{Initiated, Refusal};
use super::incoming::Incoming;
use super::rate_limit::Counted;
use super::record::Sent;
use super::session::Visit;
use super::trial::Trial;
use super::{Event, OrgService, Unassigned, cookies, hook, pages, sign_in, signed};
use crate::crypto::Engine;
use crate::idp::expression::Scope;
use crate::idp::{
    self, Access, App, AuthnRequestFacts, Issue, IssueError, Issued, Org, Overrides, Unsigned, User,
};
use crate::keys::KeyKind;
use crate::saml::SignatureAlgorithm;

/// GET `/app/{name}/{exk}/sso/saml`.
pub(super) async fn by_redirect(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let incoming = Incoming::by_redirect(&query.unwrap_or_default());
    sign_on(&service, &name, &external_key, incoming, &headers).await
}

/// POST `/app/{name}/{exk}/sso/saml`.
pub(super) async fn by_post(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let incoming = arrival::body(body).and_then(|body| Incoming::by_post(&body));
    sign_on(&service, &name, &external_key, incoming, &headers).await
}

/// The steps of a sign-on, in order: the app, the message, the person, who may enter, the response.
async fn sign_on(
    service: &OrgService,
    name: &str,
    external_key: &str,
    incoming: Result<Incoming, BadRequest>,
    headers: &HeaderMap,
) -> Response {
    let mut org = service.snapshot();
    if let Some(id) = org.app_by_external_key(external_key).map(|app| app.id.clone()) {
        org = service.keyed(org, &id).await;
    }
    let Some(app) = org.active_app(external_key).filter(|app| app.name == name) else {
        let path = format!("/app/{name}/{external_key}/sso/saml");
        service.refused(Trial::default(), Refusal::NoSuchApp(path));
        return pages::not_found();
    };
    let allowance = service.count(Counted::SingleSignOn);
    if allowance.exceeded {
        tracing::warn!(app = app.name, "too many logins within a minute");
        let trial = Trial { app: Some(app), ..Trial::default() };
        let page = (allowance.headers(), pages::too_many_requests()).into_response();
        return service.refuse(trial, Refusal::TooManyRequests, page);
    }
    let read = incoming.and_then(|incoming| {
        let address = incoming.address(&app.sso_path())?;
        Ok((incoming, address))
    });
    let (incoming, address) = match read {
        Ok(read) => read,
        Err(problem) => {
            tracing::warn!(app = app.name, %problem, "Bad SAML request");
            let trial =
                Trial { app: Some(app), initiated: Some(Initiated::Sp), ..Trial::default() };
            let refusal = Refusal::BadRequest(problem.to_string());
            return service.refuse(trial, refusal, pages::bad_saml_request());
        }
    };
    let Some((session, user)) = service.signed_in(&org, headers) else {
        return sign_in::first(&org, &address);
    };
    let again = app.sign_on.honor_force_authn
        && incoming.request.as_ref().is_some_and(|request| request.message.force_authn);
    let sid = cookies::sid(headers).unwrap_or_default();
    let fresh = service.sessions().use_fresh(&sid, &address);
    if again && !fresh {
        return sign_in::first(&org, &address);
    }
    let facts = match signed::facts(app, incoming.request.as_ref()) {
        Ok(facts) => facts,
        Err(problem) => {
            tracing::warn!(app = app.name, login = user.login, %problem, "Bad SAML request");
            let trial = Trial::of(&org, app, user, &incoming);
            // Who had to sign in first is led away from the app's address (facts/okta.md 3.3).
            let page = if fresh {
                let token = format!("00{}", service.page_ids().secret());
                pages::redirect(&format!("{}/error/400_SAML?stateToken={token}", org.base_url))
            } else {
                pages::bad_request(&problem.description())
            };
            return service.refuse(trial, Refusal::BadRequest(problem.to_string()), page);
        }
    };
    if let Err(page) = admitted(service, &org, (app, user), &incoming, headers) {
        return *page;
    }
    let from = (headers, &*sid, session.since);
    respond(service, &org, (app, user), (incoming, facts), from).await
}

/// Nothing, if the app is the user's and its access policy lets the user in; else the page that says so.
fn admitted(
    service: &OrgService,
    org: &Org,
    (app, user): (&App, &User),
    incoming: &Incoming,
    headers: &HeaderMap,
) -> Result<(), Box<Response>> {
    let trial = || Trial::of(org, app, user, incoming);
    if !org.is_assigned(app, user) {
        service.report(Event::unauthorized(app, user).from_request(headers));
        let why = Unassigned::of(org, app, user);
        tracing::warn!(app = app.name, login = user.login, %why, "App Not Assigned");
        let page = pages::not_assigned(&app.label);
        return Err(Box::new(service.refuse(trial(), Refusal::NotAssigned(why), page)));
    }
    let Some((policy, rule)) = org.access_rule(app, user) else { return Ok(()) };
    service.report(Event::evaluated((policy, rule), (app, user)).from_request(headers));
    if rule.access == Access::Allow {
        return Ok(());
    }
    let (name, login) = (&app.name, &user.login);
    tracing::warn!(app = name, login, policy = policy.name, rule = rule.name, "denied by policy");
    service.report(Event::denied(app, user).from_request(headers));
    let (policy, rule) = (policy.name.clone(), rule.name.clone());
    Err(Box::new(service.refuse(trial(), Refusal::Denied { policy, rule }, pages::denied())))
}

/// Makes the response, puts it on the record and into its page.
async fn respond(
    service: &OrgService,
    org: &Arc<Org>,
    (app, user): (&App, &User),
    (incoming, facts): (Incoming, Option<AuthnRequestFacts>),
    (headers, sid, authn_instant): (&HeaderMap, &str, Timestamp),
) -> Response {
    let mut trial = Trial::of(org, app, user, &incoming);
    let method = incoming.method();
    let next = service.next_login_of(app, user).await;
    trial.altered = next.differences();
    if !trial.remarks.is_empty() {
        let remarks = trial.remarks.join("; ");
        tracing::info!(app = app.name, login = user.login, remarks, "asked for in vain");
    }
    if !trial.altered.is_empty() {
        let altered = trial.altered.join(", ");
        tracing::info!(app = app.name, login = user.login, altered, "this login is made otherwise");
    }
    if let Some(page) = next.error_page() {
        service.refused(trial, Refusal::NoResponse("an error page was asked for".to_owned()));
        return page.page(app);
    }
    let overrides = next.overrides(app);
    let request = incoming.request.map(|request| request.message);
    let relay_state = match (&request, incoming.relay_state) {
        (_, Some(relay_state)) => relay_state,
        (None, None) => app.sign_on.default_relay_state.clone(),
        (Some(_), None) => String::new(),
    };
    let order = Order {
        org: org.clone(),
        external_key: app.external_key.clone(),
        user: user.clone(),
        request: facts,
        authn_instant,
        overrides,
    };
    let issued = match order.make(service, (method, sid)).await {
        Ok(issued) => issued,
        Err(error) => {
            tracing::error!(app = app.name, login = user.login, %error, "no response was made");
            let refusal = Refusal::NoResponse(error.to_string());
            return service.refuse(trial, refusal, pages::internal_error());
        }
    };
    let (name_id, session_index) = (issued.name_id.clone(), issued.session_index.clone());
    service.sessions().visit(sid, Visit { app: app.id.clone(), name_id, session_index });
    let who = (&**org, app, user);
    let event = Event::single_sign_on(who, &issued, request.as_ref(), authn_instant);
    service.report(event.from_request(headers));
    let page = pages::auto_post(&org.name, &app.label, &issued, &relay_state);
    tracing::info!(app = app.name, login = user.login, acs = issued.acs.as_str(), "signed on");
    let absent = absent(&Scope::new(org, user, service.env().clock.now()).at(app), &issued);
    let sent = Sent {
        login: user.login.clone(),
        external_key: app.external_key.clone(),
        issued,
        request,
        relay_state,
    };
    service.sent_to(trial, sent, absent);
    page
}

/// All that one response is made from, owned, so that it can go to another thread.
struct Order {
    org: Arc<Org>,
    external_key: String,
    user: User,
    request: Option<AuthnRequestFacts>,
    authn_instant: Timestamp,
    overrides: Overrides,
}

/// Why an order came to nothing.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error(transparent)]
    Issue(#[from] IssueError),
    #[error("the app is gone")]
    NoApp,
    #[error("the thread that signs gave up: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl Order {
    /// `by` is the method that the browser came by, and its session.
    async fn make(self, service: &OrgService, by: (&str, &str)) -> Result<Issued, OrderError> {
        let unsigned = self.prepared(service, by).await?;
        let engine = service.engine();
        if self.is_heavy(engine) {
            tokio::task::spawn_blocking(move || self.signed(unsigned, engine)).await?
        } else {
            self.signed(unsigned, engine)
        }
    }

    /// What the response says, after the app's inline hook, if it has one, was asked.
    async fn prepared(
        &self,
        service: &OrgService,
        by: (&str, &str),
    ) -> Result<Unsigned, OrderError> {
        let issue = self.issue()?;
        let unsigned = idp::prepare(&issue, service.env())?;
        Ok(match hook::of(&self.org, issue.app) {
            Some(hook) => hook::asked(service, hook, &issue, unsigned, by).await,
            None => unsigned,
        })
    }

    fn signed(&self, unsigned: Unsigned, engine: Engine) -> Result<Issued, OrderError> {
        Ok(idp::sign(&self.issue()?, unsigned, engine)?)
    }

    /// Whether signing would hold up the thread: a millisecond and more for large RSA keys and for
    /// SHA-1, and the other engine always. A quarter of one, for what Okta uses, is less than moving it costs.
    fn is_heavy(&self, engine: Engine) -> bool {
        let app = self.org.app_by_external_key(&self.external_key);
        let key = self.overrides.signing_key.as_ref().or_else(|| app?.signing_key());
        let large =
            key.is_some_and(|key| matches!(key.kind(), KeyKind::Rsa3072 | KeyKind::Rsa4096));
        let algorithm = app.map(|app| app.sign_on.signature_algorithm);
        large || algorithm == Some(SignatureAlgorithm::RsaSha1) || engine != Engine::Native
    }

    fn issue(&self) -> Result<Issue<'_>, OrderError> {
        let app = self.org.app_by_external_key(&self.external_key).ok_or(OrderError::NoApp)?;
        Ok(Issue {
            org: &self.org,
            app,
            user: &self.user,
            request: self.request.as_ref(),
            authn_instant: self.authn_instant,
            overrides: &self.overrides,
        })
    }
}
