//! What an administrator of the customer may not change, whatever else is right about it.

use super::problems::{Problem, place, problem};
use super::{Author, Configuration, EmailDomain, Entry};

/// What is wrong with a configuration because of who hands it over; nothing is if staff do.
///
/// D5: whether a domain is confirmed is not a customer's to say; a flag that stands may be repeated.
/// D9: entries of the operator's file are read only. D23: the last mapping that makes account admins
/// stays.
pub fn beyond_author(stored: &[Entry], given: &Configuration) -> Vec<Problem> {
    if given.by == Author::Staff {
        return Vec::new();
    }
    let mut found = Vec::new();
    for entry in &given.entries {
        let known = stored.iter().find(|known| known.name == entry.name);
        if entry.managed_by_file || known.is_some_and(|known| known.managed_by_file) {
            if known != Some(entry) {
                found.push(read_only(entry));
            }
            continue;
        }
        let confirmed = known.map_or(&[][..], |known| &known.domains);
        found.extend(entry.domains.iter().filter_map(|own| claimed(entry, confirmed, own)));
        found.extend(known.and_then(|known| without_admin(known, entry)));
    }
    let gone = |entry: &&Entry| given.entries.iter().all(|other| other.name != entry.name);
    found.extend(stored.iter().filter(|entry| entry.managed_by_file).filter(gone).map(read_only));
    found
}

fn claimed(entry: &Entry, confirmed: &[EmailDomain], own: &EmailDomain) -> Option<Problem> {
    let stands = confirmed.iter().any(|known| known.validated && known.domain == own.domain);
    (own.validated && !stands).then(|| {
        let text = format!("`validated` of the domain `{}` is set by staff alone", own.domain);
        problem(place(entry), text, "D5")
    })
}

/// Whether SAML-only is on is not asked: the documents tie the rule to nothing.
fn without_admin(known: &Entry, entry: &Entry) -> Option<Problem> {
    let makes_admins = |entry: &Entry| entry.mappings.iter().any(|mapping| mapping.account_admin);
    (makes_admins(known) && !makes_admins(entry)).then(|| {
        problem(place(entry), "the last mapping that makes account admins has to stay", "D23")
    })
}

fn read_only(entry: &Entry) -> Problem {
    problem(place(entry), "it is managed by a file and read only", "D9")
}
