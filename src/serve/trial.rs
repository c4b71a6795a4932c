//! Putting attempts to log in on the record.

use std::sync::Arc;

use axum::response::Response;

use super::absent::Absent;
use super::attempt::{Attempt, Initiated, Outcome, Refusal};
use super::incoming::Incoming;
use super::record::Sent;
use super::remark::remarks;
use super::{OrgService, pages};
use crate::idp::{App, Org, User};

/// What is known of an attempt before it is decided.
#[derive(Clone, Debug, Default)]
pub(super) struct Trial<'a> {
    /// The app, if there is one of that address.
    pub(super) app: Option<&'a App>,
    /// Who it is, or says to be.
    pub(super) login: Option<&'a str>,
    /// Who began.
    pub(super) initiated: Option<Initiated>,
    /// The AuthnRequest.
    pub(super) request: Option<Arc<str>>,
    /// What it does not get.
    pub(super) remarks: Vec<String>,
    /// What is done otherwise than the org says.
    pub(super) altered: Vec<String>,
}

impl<'a> Trial<'a> {
    /// Somebody who is signed in, with a message that could be read.
    pub(super) fn of(org: &Org, app: &'a App, user: &'a User, incoming: &Incoming) -> Self {
        let request = incoming.request.as_ref();
        let initiated = if request.is_some() { Initiated::Sp } else { Initiated::Idp };
        Self {
            app: Some(app),
            login: Some(&user.login),
            initiated: Some(initiated),
            request: request.map(|it| it.xml().into()),
            remarks: request.map(|it| remarks(org, app, it)).unwrap_or_default(),
            altered: vec![],
        }
    }

    fn decided(self, service: &OrgService, outcome: Outcome) -> Attempt {
        Attempt {
            number: 0,
            at: service.env().clock.now(),
            app: self.app.map(Into::into),
            login: self.login.map(str::to_owned),
            initiated: self.initiated,
            request: self.request,
            remarks: self.remarks,
            altered: self.altered,
            outcome,
        }
    }
}

impl OrgService {
    /// Notes an attempt that came to nothing.
    pub(super) fn refused(&self, trial: Trial<'_>, refusal: Refusal) {
        let attempt = trial.decided(self, Outcome::Refused(refusal));
        self.note_attempt(attempt);
    }

    /// As [`OrgService::refused`], and hands out what the person sees: this page, unless the app has an
    /// address of its own for errors (`accessibility.errorRedirectUrl`, facts/okta.md 3.4).
    pub(super) fn refuse(&self, trial: Trial<'_>, refusal: Refusal, page: Response) -> Response {
        let elsewhere = trial.app.and_then(|app| app.error_redirect_url.as_ref());
        let answer = elsewhere.map_or(page, |url| pages::redirect(url));
        self.refused(trial, refusal);
        answer
    }

    /// Notes a response that goes out, for the attempt and for whoever reads the record.
    pub(super) fn sent_to(&self, trial: Trial<'_>, sent: Sent, absent: Vec<Absent>) {
        let sent = Arc::new(sent);
        self.record().push(sent.clone());
        let attempt = trial.decided(self, Outcome::Sent { sent, absent });
        self.note_attempt(attempt);
    }

    fn note_attempt(&self, attempt: Attempt) {
        let attempt = self.attempt_log().push(attempt);
        self.tell(&attempt);
    }
}
