//! The latest attempts to log in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;

use super::ago::Moment;
use crate::serve::{Attempt, Initiated, OrgService, Outcome, Upcoming, pages};

#[derive(Template)]
#[template(path = "developer/logins.html")]
struct Logins {
    org: String,
    rows: Vec<Head>,
    waiting: Vec<Waiting>,
}

/// Something that the next login does otherwise.
struct Waiting {
    id: u64,
    what: String,
    whose: String,
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
    /// What was done otherwise on purpose.
    pub(super) altered: String,
}

/// GET `/_samlproof/`: newest first.
pub(super) async fn page(State(service): State<OrgService>) -> Response {
    let now = service.env().clock.now();
    let rows = service.attempts().iter().rev().map(|attempt| Head::of(attempt, now)).collect();
    let waiting = service.upcoming().into_iter().map(Waiting::of).collect();
    let page = Logins { org: service.snapshot().name.clone(), rows, waiting };
    pages::html(StatusCode::OK, &page)
}

/// POST `/_samlproof/next-logins/{id}`: takes it back.
pub(super) async fn take_back(
    State(service): State<OrgService>,
    Path(id): Path<String>,
) -> Response {
    if let Ok(id) = id.parse() {
        service.take_back(id);
    }
    pages::redirect(&format!("{}/_samlproof/", service.snapshot().base_url))
}

impl Waiting {
    fn of(upcoming: Upcoming) -> Self {
        let Upcoming { id, login } = upcoming;
        let which = if login.sticky { "every login" } else { "the next login" };
        let user = login.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
        let app = login.app.as_ref().map(|app| format!(" at {app}")).unwrap_or_default();
        let what = login.differences().join(", ");
        Self { id, what, whose: format!("{which}{user}{app}") }
    }
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
            altered: attempt.altered.join(", "),
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
