//! M59 to M62 and M81: the ways in beside SAML.

use super::Fault;
use crate::reference::server::Sp;
use crate::sp::AccountRole;

/// Whether a password is refused for whoever it is.
pub(in crate::reference) fn forbids_password(sp: &Sp, email: &str) -> bool {
    let is_admin = || {
        let admin = |user: &crate::sp::User| user.roles.account == AccountRole::Admin;
        sp.store.read(|book| book.users_of(email).any(|stored| admin(&stored.user)))
    };
    match sp.fault {
        Some(Fault::PasswordStillWorks) => false,
        Some(Fault::PasswordRefusedWhenOff) => true,
        Some(Fault::OwnerKeepsPassword) => sp.forbids_passwords(email) && !is_admin(),
        _ => sp.forbids_passwords(email),
    }
}

/// Whether links are worth nothing.
pub(in crate::reference) fn forbids_links(sp: &Sp, email: &str) -> bool {
    sp.fault != Some(Fault::LinkGivesSession) && sp.forbids_passwords(email)
}

/// Whether what one account has chosen closes every other one (M62).
pub(in crate::reference) fn closes_all(sp: &Sp) -> bool {
    sp.fault == Some(Fault::EnforcedEverywhere)
}
