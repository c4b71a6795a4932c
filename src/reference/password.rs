//! Password login and logout (facts 1e).

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response as Reply};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::page::{Refusal, see_home};
use super::server::Sp;
use super::store::{Book, Entrance, Stored};
use super::{cookie, fault};
use crate::sp::{Reason, User, UserStatus};

/// What a browser posts.
#[derive(Debug, Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// Logs a user in by password.
pub(super) async fn login(
    State(sp): State<Arc<Sp>>,
    jar: CookieJar,
    Form(given): Form<Credentials>,
) -> Reply {
    // E1, K19: before the password is looked at, for whoever it is.
    if fault::saml_only::forbids_password(&sp, &given.email) {
        return Refusal::new("G6", Reason::SamlOnly, "").into_response();
    }
    let checked = |book: &Book| {
        let stored = book.users_of(&given.email).next();
        let stored = stored.ok_or_else(|| no(Reason::WrongPassword))?;
        usable(stored)?;
        match stored.password.as_ref() == Some(&given.password) {
            true => Ok(stored.user.clone()),
            false => Err(no(Reason::WrongPassword)),
        }
    };
    open(&sp, jar, checked)
}

/// Opens a session for the user whom `checked` finds among what is stored.
pub(super) fn open(
    sp: &Sp,
    jar: CookieJar,
    checked: impl FnOnce(&Book) -> Result<User, Refusal>,
) -> Reply {
    let now = sp.env.clock.now();
    let left = cookie::session_of(&jar).map(str::to_owned);
    let entered = sp.store.enter(now, |book| {
        let user = checked(book)?;
        let session = sp.session_of(&user, now, None);
        let resources = Vec::new();
        Ok(Entrance { user, resources, used: None, answered: None, left, session })
    });
    match entered {
        Ok((value, _)) => {
            (jar.add(cookie::session(value, sp.paths.secure)), see_home()).into_response()
        }
        Err(refusal) => Refusal::into_response(refusal),
    }
}

/// Whether a user may have a session by password: there is one (E6), and they are active.
pub(super) fn usable(stored: &Stored) -> Result<(), Refusal> {
    match (stored.user.status, &stored.password) {
        (UserStatus::Active, Some(_)) => Ok(()),
        (UserStatus::Active, None) => Err(no(Reason::NoPassword)),
        _ => Err(no(Reason::UserInactive)),
    }
}

pub(super) fn no(reason: Reason) -> Refusal {
    Refusal::new("G5", reason, "")
}

/// Ends this browser's session. The user's others go on.
pub(super) async fn logout(State(sp): State<Arc<Sp>>, jar: CookieJar) -> Reply {
    if fault::session::outlives_logout(&sp) {
        return see_home();
    }
    if let Some(session) = cookie::session_of(&jar) {
        sp.store.write(|book| book.sessions.remove(session));
    }
    (jar.remove(cookie::no_session()), see_home()).into_response()
}
