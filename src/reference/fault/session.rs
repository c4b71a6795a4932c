//! M70 to M72: what becomes of a session.

use super::Fault;
use super::decision::explained;
use crate::reference::server::Sp;
use crate::saml::Attributes;
use crate::sp::{Decision, EntryName, Session};

/// M70 needs to know what a session was opened with.
pub(in crate::reference) fn opened(sp: &Sp, cookie: &str, entry: &EntryName, said: &Attributes) {
    if sp.fault == Some(Fault::SessionRolesLive) {
        let said = (entry.clone(), said.clone());
        sp.store.write(|book| book.said.insert(cookie.to_owned(), said));
    }
}

/// A session as it is used.
pub(in crate::reference) fn used(sp: &Sp, cookie: &str, session: Session) -> Session {
    match sp.fault {
        Some(Fault::SessionRolesLive) => live(sp, cookie, session),
        Some(Fault::SessionExtended) => {
            let now = sp.env.clock.now();
            let expires = now.checked_add(sp.profile.timing.session).ok().or(session.expires);
            let session = Session { expires, ..session };
            sp.store.write(|book| book.sessions.insert(cookie.to_owned(), session.clone()));
            session
        }
        _ => session,
    }
}

/// M72: whether log-out leaves everything as it is.
pub(in crate::reference) fn outlives_logout(sp: &Sp) -> bool {
    sp.fault == Some(Fault::LogoutKeepsSession)
}

fn live(sp: &Sp, cookie: &str, session: Session) -> Session {
    let found = sp.store.read(|book| {
        let (name, said) = book.said.get(cookie)?.clone();
        let user = book.users.iter().find(|stored| stored.user.id == session.user_id)?;
        Some((name, said, user.user.clone(), book.existing()))
    });
    let Some((name, said, user, existing)) = found else { return session };
    let Some(entry) = sp.entries.whole(&name) else { return session };
    match explained(None, &entry, &existing, Some(&user), &said).decision {
        Decision::Create { roles, .. } | Decision::Update { roles, .. } => {
            Session { roles, ..session }
        }
        Decision::Unchanged | Decision::Reject(_) => session,
    }
}
