//! What waits for the next login.

use axum::response::Response;

use super::{ErrorPage, NextLogin};
use crate::idp::{App, User};
use crate::serve::{OrgService, pages};

/// All that waits, in the order it came. There is one of each scope and of each duration: another
/// takes its place.
#[derive(Debug, Default)]
pub(in crate::serve) struct UpcomingLogins {
    waiting: Vec<Upcoming>,
    count: u64,
}

/// Something that waits for its login.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// Its number, to take it back by.
    pub id: u64,
    /// What it is.
    pub login: NextLogin,
}

impl UpcomingLogins {
    /// Its number, and that of the one whose place it takes.
    fn add(&mut self, login: NextLogin) -> (u64, Option<u64>) {
        let scope = |login: &NextLogin| {
            (login.user.as_ref().map(|user| user.to_lowercase()), login.app.clone(), login.sticky)
        };
        let same = |other: &Upcoming| scope(&other.login) == scope(&login);
        let replaced = self.waiting.iter().position(same).map(|at| self.waiting.remove(at).id);
        self.count += 1;
        self.waiting.push(Upcoming { id: self.count, login });
        (self.count, replaced)
    }

    /// The one for this login: the one that says most of whom it is for, of those the one for once.
    fn take(&mut self, app: &App, user: &User) -> Option<NextLogin> {
        let fits = |login: &NextLogin| {
            login.user.as_ref().is_none_or(|of| of.to_lowercase() == user.login.to_lowercase())
                && login.app.as_ref().is_none_or(|at| is_called(app, at))
        };
        let rank = |login: &NextLogin| (login.user.is_some(), login.app.is_some(), !login.sticky);
        let found = self.waiting.iter().enumerate().filter(|(_, waiting)| fits(&waiting.login));
        let (index, found) = found.max_by_key(|(_, waiting)| rank(&waiting.login))?;
        if found.login.sticky {
            return Some(found.login.clone());
        }
        Some(self.waiting.remove(index).login)
    }
}

/// Whether the text names the app.
pub(super) fn is_called(app: &App, text: &str) -> bool {
    [&app.label, &app.name, &app.id, &app.external_key].into_iter().any(|known| known == text)
}

impl OrgService {
    /// Has a login made otherwise, and says the number to take it back by. Something of the same user,
    /// app and duration that was waiting is replaced. Where several fit a login, the one that names the
    /// user comes first, then the one that names the app, then the one for once.
    pub fn set_next_login(&self, login: NextLogin) -> u64 {
        self.put_next_login(login).0
    }

    /// As [`OrgService::set_next_login`], and the number of the one that was replaced.
    pub(super) fn put_next_login(&self, login: NextLogin) -> (u64, Option<u64>) {
        self.upcoming_logins().add(login)
    }

    /// What waits for its login, or stays.
    pub fn upcoming(&self) -> Vec<Upcoming> {
        self.upcoming_logins().waiting.clone()
    }

    /// Takes one back, and says whether it was waiting still.
    pub fn take_back(&self, id: u64) -> bool {
        let mut upcoming = self.upcoming_logins();
        let before = upcoming.waiting.len();
        upcoming.waiting.retain(|waiting| waiting.id != id);
        upcoming.waiting.len() < before
    }

    /// Takes all of them back.
    pub fn take_all_back(&self) {
        self.upcoming_logins().waiting.clear();
    }

    /// What is done otherwise at this login, nothing by default; the delay that goes with it is over.
    pub(in crate::serve) async fn next_login_of(&self, app: &App, user: &User) -> NextLogin {
        let login = self.upcoming_logins().take(app, user).unwrap_or_default();
        if !login.wait().is_zero() {
            tokio::time::sleep(login.wait()).await;
        }
        login
    }
}

impl ErrorPage {
    /// The page.
    pub(in crate::serve) fn page(self, app: &App) -> Response {
        match self {
            Self::BadRequest => pages::bad_saml_request(),
            Self::NotAssigned => pages::not_assigned(&app.label),
            Self::Denied => pages::denied(),
            Self::NotFound => pages::not_found(),
            Self::TooManyRequests => pages::too_many_requests(),
            Self::InternalError => pages::internal_error(),
        }
    }
}
