//! Whose user an assertion names: the entry it claims, and whether that user may enter at all.

use serde::Serialize;

use super::{
    DomainMatch, DomainUnvalidated, EmailDomain, Entry, EntryName, Reason, Selector, User,
    UserStatus,
};
use crate::saml::Attributes;

/// What an assertion says about the entry it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// The e-mail domain of its subject, in lower case (Arize).
    Domain(String),
    /// Its `token` (k6).
    Token(String),
    /// Nothing: there is one entry.
    Single,
}

/// The entry that a claim leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// The entry.
    pub entry: EntryName,
    /// Whether the claim to it is confirmed (D2–D5).
    pub validated: bool,
}

impl Claim {
    /// Reads the claim of an assertion.
    ///
    /// # Errors
    /// [`Reason::UnknownDomain`] if the subject is no e-mail address (D1), [`Reason::TokenMissing`]
    /// if the token is not there (K2).
    pub fn of(selector: Selector, name_id: &str, attributes: &Attributes) -> Result<Self, Reason> {
        match selector {
            Selector::Single => Ok(Self::Single),
            Selector::EmailDomain => Self::of_email(name_id).ok_or(Reason::UnknownDomain),
            Selector::Token => attributes
                .first("token")
                .filter(|token| !token.trim().is_empty())
                .map(|token| Self::Token(token.into()))
                .ok_or(Reason::TokenMissing),
        }
    }

    /// The claim of an e-mail address, as a login that starts at the SP makes it.
    pub fn of_email(email: &str) -> Option<Self> {
        email_domain(email).map(|domain| Self::Domain(domain.to_ascii_lowercase()))
    }

    /// The entry that the claim leads to.
    ///
    /// D7, D8: entries of the operator's file come after all others, domain by domain, so that what
    /// an administrator has configured wins and the file takes over when it is gone. D3: a domain
    /// that stands in the file too counts as confirmed. D11: a domain is compared whole and without regard to case, so neither `eng.example.com`
    /// nor `evil-example.com` is `example.com`, unless the SP takes the former for it. D10: every domain of an entry leads to it. K2: a
    /// token is compared byte for byte.
    pub fn owner(&self, entries: &[Entry]) -> Option<Owner> {
        let files = || entries.iter().filter(|entry| entry.managed_by_file);
        let others = entries.iter().filter(|entry| !entry.managed_by_file);
        others.chain(files()).find_map(|entry| {
            let validated = match self {
                Self::Single => true,
                Self::Token(token) => (entry.token.as_ref() == Some(token)).then_some(true)?,
                Self::Domain(domain) => {
                    let stands_in = |entry: &Entry| {
                        let rule = entry.rules.domain_match;
                        entry.domains.iter().any(|own| is_domain(own, domain, rule))
                    };
                    let rule = entry.rules.domain_match;
                    let own = entry.domains.iter().find(|own| is_domain(own, domain, rule))?;
                    own.validated || files().any(stands_in)
                }
            };
            Some(Owner { entry: entry.name.clone(), validated })
        })
    }

    /// Whether an assertion of `entry`'s IdP may make this claim.
    ///
    /// # Errors
    /// [`Reason::UnknownDomain`] (D1) or [`Reason::TokenUnknown`] (K2) where it leads nowhere,
    /// [`Reason::IssuerDomainMismatch`] where it leads to another entry than the one whose IdP has
    /// signed (D12, K3), [`Reason::DomainUnvalidated`] (D2).
    pub fn settle(&self, entry: &Entry, owner: Option<&Owner>) -> Result<(), Reason> {
        let Some(owner) = owner else {
            return Err(match self {
                Self::Token(_) => Reason::TokenUnknown,
                Self::Domain(_) | Self::Single => Reason::UnknownDomain,
            });
        };
        if owner.entry != entry.name {
            return Err(Reason::IssuerDomainMismatch);
        }
        match (owner.validated, entry.rules.domain_unvalidated) {
            (false, DomainUnvalidated::Reject) => Err(Reason::DomainUnvalidated),
            _ => Ok(()),
        }
    }
}

/// D11.
fn is_domain(own: &EmailDomain, domain: &str, rule: DomainMatch) -> bool {
    let (own, domain) = (own.domain.to_ascii_lowercase(), domain.to_ascii_lowercase());
    let below = || domain.strip_suffix(&own).is_some_and(|rest| rest.ends_with('.'));
    own == domain || (rule == DomainMatch::Suffix && below())
}

/// The part of an e-mail address after the last `@`; `None` if the text is not of that form.
pub fn email_domain(email: &str) -> Option<&str> {
    let (local, domain) = email.rsplit_once('@')?;
    let whole = !local.is_empty() && !domain.is_empty() && !email.contains(char::is_whitespace);
    whole.then_some(domain)
}

/// Whether a user may enter through this entry: the gate before roles are looked at.
///
/// `solicited` says whether the login started at the SP. D16: a user who was created without an
/// invitation is an existing one. D17: so is an invited one, or one whose invitation ran out; the
/// login makes them active.
///
/// # Errors
/// [`Reason::AccountConflict`] for a user of another account (D15), [`Reason::UserInactive`] (D18),
/// [`Reason::SignUpDisabled`] for a new user where none are provisioned, or none at the SP's own
/// door (K17).
pub fn admit(entry: &Entry, user: Option<&User>, solicited: bool) -> Result<(), Reason> {
    match user {
        Some(user) if user.account != entry.account => Err(Reason::AccountConflict),
        Some(user) => match user.status {
            UserStatus::Inactive => Err(Reason::UserInactive),
            UserStatus::Active | UserStatus::Invited | UserStatus::Expired => Ok(()),
        },
        None if !entry.settings.jit => Err(Reason::SignUpDisabled),
        None if solicited && !entry.rules.sp_initiated_provisions => Err(Reason::SignUpDisabled),
        None => Ok(()),
    }
}
