//! M30, M31, M35, M48, M52, M57, M66, M73, M77: what a new configuration does.

use jiff::Timestamp;

use super::Fault;
use crate::reference::store::Book;
use crate::sp::{Entry, GrantSource, MappingId, Problem, User};

/// The problems that a faulty SP finds.
pub(in crate::reference) fn found(
    fault: Option<Fault>,
    mut problems: Vec<Problem>,
) -> Vec<Problem> {
    let overlooked = match fault {
        Some(Fault::EmptyMappingMatchesAll) => "P2",
        Some(Fault::FlagSettable) => "D5",
        Some(Fault::DuplicateDomainStored) => "D6",
        _ => return problems,
    };
    problems.retain(|problem| problem.row != overlooked);
    problems
}

/// What else happens before new entries are stored.
pub(in crate::reference) fn storing(
    fault: Option<Fault>,
    book: &mut Book,
    entries: &mut [Entry],
    now: Timestamp,
) {
    match fault {
        Some(Fault::EditMovesToEnd) => edited_last(book, entries),
        Some(Fault::ReaddKeepsPosition) => as_before(book, entries),
        Some(Fault::ColdEntryDelayed) if !book.entries.is_empty() => {
            book.superseded = Some((now, book.entries.clone()));
        }
        Some(Fault::MappingChangeRevokes) => {
            let mappings = |entries: &[Entry]| -> Vec<_> {
                entries.iter().map(|entry| entry.mappings.clone()).collect()
            };
            if mappings(&book.entries) != mappings(entries) {
                book.sessions.clear();
                book.api_keys.clear();
            }
        }
        Some(Fault::DefaultsRetroactive) => retroactive(book, entries),
        _ => {}
    }
}

/// M57: remembers who was deleted.
pub(in crate::reference) fn deleting(fault: Option<Fault>, book: &mut Book, gone: &[String]) {
    if fault == Some(Fault::DeletedKeepsRoles) {
        let users = book.users.iter().map(|stored| &stored.user);
        let gone: Vec<User> = users.filter(|user| gone.contains(&user.id)).cloned().collect();
        book.buried.extend(gone);
    }
}

/// An entry as it was stored.
fn old<'a>(book: &'a Book, entry: &Entry) -> Option<&'a Entry> {
    book.entries.iter().find(|old| old.name == entry.name)
}

/// M30.
fn edited_last(book: &Book, entries: &mut [Entry]) {
    for entry in entries {
        let Some(old) = old(book, entry) else { continue };
        entry.mappings.sort_by_key(|mapping| {
            let known = old.mappings.iter().find(|known| known.id == mapping.id);
            known.is_some_and(|known| known != mapping)
        });
    }
}

/// M31: in the order in which the mappings were first seen.
fn as_before(book: &mut Book, entries: &mut [Entry]) {
    for entry in entries {
        let seen: &mut Vec<MappingId> = book.order.entry(entry.name.clone()).or_default();
        for mapping in &entry.mappings {
            if !seen.contains(&mapping.id) {
                seen.push(mapping.id.clone());
            }
        }
        entry.mappings.sort_by_key(|mapping| seen.iter().position(|id| *id == mapping.id));
    }
}

/// M77.
fn retroactive(book: &mut Book, entries: &[Entry]) {
    for entry in entries {
        let Some(old) = old(book, entry).filter(|old| old.defaults != entry.defaults) else {
            continue;
        };
        let account = old.account.clone();
        let users = book.users.iter_mut().map(|stored| &mut stored.user);
        for user in users.filter(|user| user.account == account) {
            let grants = &mut user.roles.grants;
            let before = grants.len();
            grants.retain(|_, (_, source)| *source != GrantSource::Default);
            if grants.len() < before {
                let defaults = entry.defaults.iter().flat_map(|defaults| &defaults.grants);
                defaults.for_each(|grant| user.roles.set(grant.clone()));
            }
        }
    }
}
