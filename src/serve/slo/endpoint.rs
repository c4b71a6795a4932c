//! GET and POST `/app/{name}/{exk}/slo/saml`: an SP ends the session at the org. An SP that answers the
//! org's own request where the metadata says, and not at the callback, is understood too.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use super::super::arrival::{self, Arrival, BadRequest, Parameters};
use super::super::session::{Session, Visit};
use super::super::{Event, EventType, OrgService, cookies, pages};
use super::callback;
use super::round::{Round, Then};
use crate::idp::{App, LogoutFault, Org, SingleLogout, User, check_logout, check_name_id};
use crate::saml::{LogoutRequest, Status};

/// What came, before it is believed.
struct Asked {
    request: LogoutRequest,
    arrival: Arrival,
    relay_state: String,
}

/// GET.
pub(in crate::serve) async fn by_redirect(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let arrived = Parameters::of(query.as_bytes()).and_then(|parameters| {
        let arrival = parameters.by_redirect(&query)?;
        Ok((arrival.ok_or(BadRequest::Missing("SAMLRequest"))?, parameters))
    });
    taken(&service, (&name, &external_key), arrived, &headers).await
}

/// POST.
pub(in crate::serve) async fn by_post(
    State(service): State<OrgService>,
    Path((name, external_key)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let arrived = arrival::body(body).and_then(|body| {
        let parameters = Parameters::of(&body)?;
        Ok((parameters.by_post()?, parameters))
    });
    taken(&service, (&name, &external_key), arrived, &headers).await
}

/// Whether it is a request or an answer shows by its parameter.
async fn taken(
    service: &OrgService,
    app: (&str, &str),
    arrived: Result<(Arrival, Parameters), BadRequest>,
    headers: &HeaderMap,
) -> Response {
    match arrived {
        Ok((arrival, parameters)) if parameters.is_answer() => {
            callback::answered(service, app, Ok(arrival)).await
        }
        arrived => {
            let asked = arrived.and_then(|(arrival, parameters)| Asked::read(arrival, parameters));
            log_out(service, app, asked, headers).await
        }
    }
}

impl Asked {
    fn read(arrival: Arrival, parameters: Parameters) -> Result<Self, BadRequest> {
        let request = LogoutRequest::parse(&arrival.xml)?;
        Ok(Self { request, arrival, relay_state: parameters.relay_state.unwrap_or_default() })
    }
}

async fn log_out(
    service: &OrgService,
    (name, external_key): (&str, &str),
    asked: Result<Asked, BadRequest>,
    headers: &HeaderMap,
) -> Response {
    let org = service.snapshot();
    let app = org.active_app(external_key).filter(|app| app.name == name);
    let Some((app, slo)) = app.and_then(|app| Some((app, app.sign_on.slo.as_ref()?))) else {
        return pages::not_found();
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(problem) => {
            tracing::warn!(app = app.name, %problem, "Bad SAML request");
            let event = Event::new(EventType::SingleLogout).on(app).failed("Malformed Request");
            service.report(event.from_request(headers));
            return pages::bad_saml_request();
        }
    };
    let who = service.signed_in(&org, headers);
    let then = |status| Then::Answer {
        app: app.id.clone(),
        in_response_to: asked.request.id.clone(),
        relay_state: asked.relay_state.clone(),
        status,
    };
    let event = Event::new(EventType::SingleLogout).on(app).from_request(headers);
    let event = who.iter().fold(event, |event, (_, user)| event.by(user));
    if let Err(fault) = judged(service, (&org, app, slo), &asked, who.as_ref()) {
        tracing::warn!(app = app.name, reason = fault.reason(), %fault, "no logout");
        service.report(event.failed(fault.reason()));
        return then(fault.status()).page(service).await;
    }
    service.report(event);
    tracing::info!(app = app.name, name_id = asked.request.name_id.value, "logged out");
    let others =
        end_session(service, &org, headers).into_iter().filter(|visit| visit.app != app.id);
    let round = Round { left: others.collect(), then: then(Status::SUCCESS) };
    let page = round.go_on(service).await;
    ([(header::SET_COOKIE, cookies::end(&org.base_url))], page).into_response()
}

/// Ends the session of a request, and says which apps it was at.
pub(in crate::serve) fn end_session(
    service: &OrgService,
    org: &Org,
    headers: &HeaderMap,
) -> Vec<Visit> {
    let Some(sid) = cookies::sid(headers) else { return vec![] };
    let session = service.sessions().take(&sid);
    if let Some(session) = &session {
        service.signed_off(org, &session.user_id, headers);
    }
    session.map(|session| session.visits).unwrap_or_default()
}

/// Whether the message is obeyed: who signed it, what it says, and whose session it is to end. Where
/// nobody is signed in, it has to name somebody whom the app knows (graded M).
fn judged(
    service: &OrgService,
    (org, app, slo): (&Org, &App, &SingleLogout),
    asked: &Asked,
    who: Option<&(Session, &User)>,
) -> Result<(), LogoutFault> {
    let certificate = app.sign_on.sp_certificate.as_ref().ok_or(LogoutFault::NoCertificate)?;
    let signed = asked.arrival.signed_by(certificate)?;
    let request =
        LogoutRequest::parse(&signed).map_err(|error| LogoutFault::Malformed(error.to_string()))?;
    let now = service.env().clock.now();
    check_logout(org, app, slo, &request, now)?;
    let Some((session, user)) = who else {
        let named = |user: &&User| {
            app.name_id_of(org, user, now).as_deref() == Some(&request.name_id.value)
        };
        return match org.users.iter().find(named) {
            Some(_) => Ok(()),
            None => check_name_id(&request, "that of any user"),
        };
    };
    let visit = session.visits.iter().find(|visit| visit.app == app.id);
    let wanted = match visit {
        Some(visit) => Some(visit.name_id.value.clone()),
        None => app.name_id_of(org, user, now),
    };
    check_name_id(&request, &wanted.unwrap_or_default())
}
