//! Asking apps, one after the other, to end their sessions.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use axum::response::Response;

use super::super::pages::{self, PostMessage};
use super::super::session::Visit;
use super::super::{OrgService, sign_in};
use crate::crypto::{SignError, sign_query};
use crate::idp::{App, Org, ParticipateSlo};
use crate::keys::KeyError;
use crate::saml::{
    Binding, LogoutRequest, MessageId, SamlParam, append_query, encode_post, encode_redirect,
    redirect_query,
};

/// The apps that are still to be asked, and what comes after them.
#[derive(Clone, Debug)]
pub(in crate::serve) struct Round {
    /// What the session was at, the next one first.
    pub(in crate::serve) left: VecDeque<Visit>,
    pub(in crate::serve) then: Then,
}

/// Where a sign-out ends.
#[derive(Clone, Debug)]
pub(in crate::serve) enum Then {
    /// At the sign-in page.
    SignIn,
    /// At the SP that began it, with this answer.
    Answer {
        /// `0oa…`.
        app: String,
        /// `ID` of its LogoutRequest.
        in_response_to: MessageId,
        /// Its RelayState.
        relay_state: String,
        /// The status of the answer.
        status: &'static str,
    },
}

/// The rounds that wait for an app's answer, by the `ID` of the request that it answers.
#[derive(Debug, Default)]
pub(in crate::serve) struct Rounds {
    waiting: HashMap<MessageId, (String, Round)>,
    order: VecDeque<MessageId>,
}

impl Rounds {
    /// How many may wait: an app that never answers keeps a round for good.
    const MOST: usize = 1000;

    fn wait(&mut self, id: MessageId, app: String, round: Round) {
        while self.order.len() >= Self::MOST {
            if let Some(oldest) = self.order.pop_front() {
                self.waiting.remove(&oldest);
            }
        }
        self.order.push_back(id.clone());
        self.waiting.insert(id, (app, round));
    }

    /// The round that waits for this app's answer to this request; it is taken once.
    pub(in crate::serve) fn take(&mut self, id: &MessageId, app: &App) -> Option<Round> {
        self.waiting.get(id).filter(|(waited_for, _)| *waited_for == app.id)?;
        self.order.retain(|kept| kept != id);
        self.waiting.remove(id).map(|(_, round)| round)
    }
}

/// Why a message was not made.
#[derive(Debug, thiserror::Error)]
enum NotSent {
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the app has no key that signs")]
    NoKey,
    #[error("the thread that signs gave up: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl Round {
    /// Asks the next app that wants to be asked, or goes where the sign-out ends.
    pub(in crate::serve) async fn go_on(mut self, service: &OrgService) -> Response {
        while let Some(visit) = self.left.pop_front() {
            let mut org = service.snapshot();
            org = service.keyed(org, &visit.app).await;
            let Some(app) = org.app_by_id(&visit.app).filter(|app| app.status.is_active()) else {
                continue;
            };
            let Some(participates) = &app.sign_on.participate_slo else { continue };
            match ask(service, &org, (app, participates), &visit).await {
                Ok((id, page)) => {
                    tracing::info!(app = app.name, id = id.as_str(), "asked to log out");
                    service.rounds().wait(id, visit.app, self);
                    return page;
                }
                Err(error) => tracing::error!(app = app.name, %error, "not asked to log out"),
            }
        }
        self.then.page(service).await
    }
}

/// The LogoutRequest for an app, by the binding that it says.
async fn ask(
    service: &OrgService,
    org: &Arc<Org>,
    (app, to): (&App, &ParticipateSlo),
    visit: &Visit,
) -> Result<(MessageId, Response), NotSent> {
    let request = app.logout_request(to, &visit.name_id, &visit.session_index, service.env());
    let LogoutRequest { id, .. } = request.clone();
    let page = match to.binding {
        Binding::HttpRedirect => {
            let key = app.signing_key().ok_or(NotSent::NoKey)?.clone();
            let algorithm = app.sign_on.signature_algorithm;
            // The binding knows no message that is not deflated, whatever requestCompressed says.
            let query = redirect_query(SamlParam::Request, &request.to_xml(), None);
            let signing = move || sign_query(&query, &key, algorithm);
            let signed = tokio::task::spawn_blocking(signing).await??;
            pages::redirect(&append_query(&to.logout_request_url, &signed))
        }
        _ => {
            let xml = signed(service, org, app, (&id, request.to_xml())).await?;
            let message = match app.sign_on.request_compressed {
                true => encode_redirect(&xml),
                false => encode_post(&xml),
            };
            let page = PostMessage {
                signing_in: false,
                heading: &format!("Signing out of {}", app.label),
                action: &to.logout_request_url,
                parameter: SamlParam::Request,
                message: &message,
                relay_state: "",
            };
            page.page(&org.name)
        }
    };
    Ok((id, page))
}

/// Signs on a thread that may take its time.
async fn signed(
    service: &OrgService,
    org: &Arc<Org>,
    app: &App,
    (id, xml): (&MessageId, String),
) -> Result<String, NotSent> {
    let (org, app, id, engine) = (org.clone(), app.id.clone(), id.clone(), service.engine());
    let signing = move || {
        let app = org.app_by_id(&app).ok_or(NotSent::NoKey)?;
        let key = app.signing_key().ok_or(NotSent::NoKey)?;
        Ok(app.sign_message(key, (&id, &xml), engine)?)
    };
    tokio::task::spawn_blocking(signing).await?
}

impl Then {
    /// Where the sign-out ends.
    pub(in crate::serve) async fn page(self, service: &OrgService) -> Response {
        let org = service.snapshot();
        let Self::Answer { app, in_response_to, relay_state, status } = self else {
            return sign_in::after_sign_out(&org);
        };
        let org = service.keyed(org, &app).await;
        let app = org.app_by_id(&app);
        let Some((app, slo)) = app.and_then(|app| Some((app, app.sign_on.slo.as_ref()?))) else {
            return sign_in::after_sign_out(&org);
        };
        let response = app.logout_response(slo, &in_response_to, status, service.env());
        match signed(service, &org, app, (&response.id, response.to_xml())).await {
            Ok(xml) => PostMessage {
                signing_in: false,
                heading: &format!("Signing out of {}", app.label),
                action: &slo.logout_url,
                parameter: SamlParam::Response,
                message: &encode_post(&xml),
                relay_state: &relay_state,
            }
            .page(&org.name),
            Err(error) => {
                tracing::error!(app = app.name, %error, "no LogoutResponse was made");
                pages::internal_error()
            }
        }
    }
}
