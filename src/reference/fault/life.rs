//! M10, M44, M45, M53 to M58, M84: whose login it is, and what it leaves behind.

use super::Fault;
use crate::reference::audit::Audit;
use crate::reference::server::Sp;
use crate::reference::store::{Book, Stored};
use crate::sp::{AccountRole, Decision, Entry, Reason, Received, Roles, Session, User, UserStatus};

/// M54: the e-mail address that an assertion is about.
pub(in crate::reference) fn identify(fault: Option<Fault>, received: &mut Received) {
    const NAMES: [&str; 4] = ["email", "mail", "emailaddress", "user.email"];
    if fault != Some(Fault::EmailAttributeWins) {
        return;
    }
    for assertion in &mut received.assertions {
        let named = |name: &str| NAMES.contains(&name.to_ascii_lowercase().as_str());
        let found = assertion.attributes.0.iter().find(|attribute| named(&attribute.name));
        if let Some(email) = found.and_then(|found| found.values.iter().find_map(|v| v.text())) {
            assertion.name_id.value = email.to_owned();
        }
    }
}

/// M84: whether the user was new some time ago. An honest SP does not ask before it writes.
pub(in crate::reference) async fn was_new(sp: &Sp, email: Option<&str>) -> bool {
    let (Some(Fault::ConcurrentDuplicates), Some(email)) = (sp.fault, email) else {
        return false;
    };
    let new = sp.store.read(|book| book.users_of(email).next().is_none());
    if new {
        tokio::task::yield_now().await;
        tokio::time::sleep(sp.race).await;
    }
    new
}

/// The stored users of an address.
pub(in crate::reference) fn users<'a>(
    fault: Option<Fault>,
    book: &'a Book,
    email: &'a str,
    was_new: bool,
) -> Vec<&'a Stored> {
    let found = book.users_of(email).filter(|stored| match fault {
        Some(Fault::EmailCaseMatters) => stored.user.email == email,
        Some(Fault::InvitedDuplicated) => stored.user.status != UserStatus::Invited,
        _ => !was_new,
    });
    found.collect()
}

/// M55, M56: whether a refusal before the roles are looked at is forgotten.
pub(in crate::reference) fn overlooks(
    fault: Option<Fault>,
    users: &[&Stored],
    reason: Reason,
) -> bool {
    use Reason::{
        AccountConflict, DomainUnvalidated, IssuerDomainMismatch, UnknownDomain, UserInactive,
    };
    match fault {
        Some(Fault::LinksForeignAdmin) => {
            let admin = |stored: &&Stored| {
                stored.password.is_some() && stored.user.roles.account == AccountRole::Admin
            };
            let linked = [AccountConflict, DomainUnvalidated, IssuerDomainMismatch, UnknownDomain];
            linked.contains(&reason) && users.iter().any(admin)
        }
        Some(Fault::InactiveReactivated) => reason == UserInactive,
        _ => false,
    }
}

/// M57: a user who was deleted is there again as they were.
pub(in crate::reference) fn returned(fault: Option<Fault>, book: &Book, user: User) -> User {
    let old = book.buried.iter().find(|old| old.email.eq_ignore_ascii_case(&user.email));
    match (fault, old) {
        (Some(Fault::DeletedKeepsRoles), Some(old)) => {
            User { id: old.id.clone(), roles: old.roles.clone(), ..user }
        }
        _ => user,
    }
}

/// M10, M44: what a refused login leaves behind.
pub(in crate::reference) fn refused(sp: &Sp, audit: &Audit) {
    let (Some(email), Some(why)) = (&audit.email, &audit.decision) else { return };
    let entry = audit.entry.as_ref().and_then(|name| sp.entries.settings(name));
    match (sp.fault, why.row, entry) {
        (Some(Fault::NoMatchLeavesUser), "T3", Some(entry)) => {
            let user = new_user(sp, &entry, email, Roles::default());
            sp.store.write(|book| book.users.push(Stored { user, password: None }));
        }
        (Some(Fault::RefusalCommitsHalf), "T10", _) => sp.store.write(|book| {
            let users = book.users.iter_mut().map(|stored| &mut stored.user);
            for user in users.filter(|user| user.email.eq_ignore_ascii_case(email)) {
                user.roles = Roles::default();
            }
        }),
        _ => {}
    }
}

/// M45: whom a login changes as well.
pub(in crate::reference) fn entered(sp: &Sp, audit: &Audit, session: &Session) {
    let synced =
        audit.decision.as_ref().is_some_and(|why| matches!(why.decision, Decision::Update { .. }));
    if sp.fault != Some(Fault::NamesakeSynced) || !synced {
        return;
    }
    let local = session.email.split('@').next().unwrap_or_default();
    sp.store.write(|book| {
        let users = book.users.iter_mut().map(|stored| &mut stored.user);
        for user in users.filter(|user| user.email.starts_with(local)) {
            user.roles = session.roles.clone();
        }
    });
}

/// A user as a first login makes them.
pub(in crate::reference) fn new_user(sp: &Sp, entry: &Entry, email: &str, roles: Roles) -> User {
    User {
        id: sp.env.ids.okta("usr"),
        email: email.to_owned(),
        account: entry.account.clone(),
        status: UserStatus::Active,
        has_password: false,
        roles,
        extra: std::collections::BTreeMap::new(),
    }
}
