//! Password-reset and invitation links (E3).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response as Reply};
use axum_extra::extract::cookie::CookieJar;
use jiff::Timestamp;

use super::fault;
use super::page::Refusal;
use super::password::{no, open, usable};
use super::paths;
use super::server::Sp;
use super::store::{Link, LinkKind, PATIENCE, Stored};
use crate::sp::{Reason, Roles, User, UserStatus};

/// Whether people may be invited to the account that this address would come into (K20).
pub(super) fn may_invite(sp: &Sp, email: &str) -> bool {
    let account = sp.account_of(email).or_else(|| sp.default_account());
    let names = sp.entries.names();
    let entries = names.iter().filter_map(|name| sp.entries.settings(name));
    entries
        .filter(|entry| Some(&entry.account) == account.as_ref())
        .all(|entry| entry.rules.invites)
}

/// Makes a link. An invitation makes an invited user of somebody whom the SP does not have, unless
/// only SAML logins are allowed: then the link is worth nothing and no trace is left.
pub(super) fn make(sp: &Sp, kind: LinkKind, email: &str) -> String {
    let code = sp.env.ids.secret();
    let expires = sp.env.clock.now().checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    let invited = kind == LinkKind::Invite && !fault::saml_only::forbids_links(sp, email);
    let account = invited.then(|| sp.account_of(email).or_else(|| sp.default_account())).flatten();
    sp.store.write(|book| {
        if let Some(account) = account
            && book.users_of(email).next().is_none()
        {
            let user = User {
                id: sp.env.ids.okta("usr"),
                email: email.to_owned(),
                account,
                status: UserStatus::Invited,
                has_password: false,
                roles: Roles::default(),
                extra: std::collections::BTreeMap::new(),
            };
            book.users.push(Stored { user, password: None });
        }
        book.links.insert(code.clone(), Link { kind, email: email.to_owned(), expires });
    });
    let path = match kind {
        LinkKind::Reset => paths::RESET,
        LinkKind::Invite => paths::INVITE,
    };
    format!("{}{path}{code}", sp.paths.origin)
}

/// Opens a reset link: a session for a user who has a password.
pub(super) async fn reset(
    State(sp): State<Arc<Sp>>,
    jar: CookieJar,
    Path(code): Path<String>,
) -> Reply {
    follow(&sp, jar, &code, LinkKind::Reset, |stored| {
        usable(stored)?;
        Ok(stored.user.clone())
    })
}

/// Opens an invitation: an invited user becomes active and has a session.
pub(super) async fn invite(
    State(sp): State<Arc<Sp>>,
    jar: CookieJar,
    Path(code): Path<String>,
) -> Reply {
    follow(&sp, jar, &code, LinkKind::Invite, |stored| match stored.user.status {
        UserStatus::Invited => Ok(User { status: UserStatus::Active, ..stored.user.clone() }),
        UserStatus::Active | UserStatus::Expired | UserStatus::Inactive => {
            Err(no(Reason::UserInactive))
        }
    })
}

/// A link is followed once. SAML-only closes it when it is opened, whenever it was made.
fn follow(
    sp: &Sp,
    jar: CookieJar,
    code: &str,
    kind: LinkKind,
    check: impl FnOnce(&Stored) -> Result<User, Refusal>,
) -> Reply {
    let now = sp.env.clock.now();
    let link = sp.store.read(|book| book.links.get(code).cloned());
    let live = link.filter(|link| link.kind == kind && now < link.expires);
    let Some(link) = live else {
        return no(Reason::WrongPassword).into_response();
    };
    if fault::saml_only::forbids_links(sp, &link.email) {
        return Refusal::new("G6", Reason::SamlOnly, "").into_response();
    }
    if sp.store.write(|book| book.links.remove(code)).is_none() {
        return no(Reason::WrongPassword).into_response();
    }
    open(sp, jar, |book| {
        let stored = book.users_of(&link.email).next();
        check(stored.ok_or_else(|| no(Reason::WrongPassword))?)
    })
}
