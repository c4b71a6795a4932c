//! The latest attempts to log in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;

use super::ago::Moment;
use crate::serve::{Attempt, Initiated, OrgService, Outcome, pages};

#[derive(Template)]
#[template(path = "developer/logins.html")]
struct Logins {
    org: String,
    rows: Vec<Head>,
}

/// What is told of every attempt, whatever came of it.
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) at: Moment,
    pub(super) login: String,
    pub(super) app: String,
    pub(super) began: &'static str,
    pub(super) refused: bool,
    pub(super) outcome: String,
}

/// GET `/_samlproof/`: newest first.
pub(super) async fn page(State(service): State<OrgService>) -> Response {
    let now = service.env().clock.now();
    let rows = service.attempts().iter().rev().map(|attempt| Head::of(attempt, now)).collect();
    let page = Logins { org: service.snapshot().name.clone(), rows };
    pages::html(StatusCode::OK, &page)
}

impl Head {
    pub(super) fn of(attempt: &Attempt, now: Timestamp) -> Self {
        Self {
            number: attempt.number,
            at: Moment::new(attempt.at, now),
            login: attempt.login.clone().unwrap_or_default(),
            app: attempt.app.as_ref().map(|app| app.label.clone()).unwrap_or_default(),
            began: began(attempt),
            refused: matches!(attempt.outcome, Outcome::Refused(_)),
            outcome: outcome(attempt),
        }
    }
}

fn began(attempt: &Attempt) -> &'static str {
    match attempt.initiated {
        Some(Initiated::Sp) => "SP",
        Some(Initiated::Idp) => "IdP",
        None => "",
    }
}

/// What came of it, in a line.
fn outcome(attempt: &Attempt) -> String {
    match &attempt.outcome {
        Outcome::Sent { absent, .. } if absent.is_empty() => "response sent".to_owned(),
        Outcome::Sent { absent, .. } => {
            let names: Vec<&str> = absent.iter().map(|one| one.name.as_str()).collect();
            format!("response sent, without {}", names.join(", "))
        }
        Outcome::Refused(refusal) => refusal.to_string(),
    }
}
