//! M63 to M67: what is remembered, and for how long.

use jiff::{SignedDuration, Timestamp};

use super::Fault;
use crate::reference::store::Book;
use crate::sp::{Entry, EntryName};

/// How long something is kept (M64).
pub(in crate::reference) fn lifetime(
    fault: Option<Fault>,
    honest: SignedDuration,
) -> SignedDuration {
    match fault {
        Some(Fault::LongCache) => honest.max(SignedDuration::from_mins(5)),
        _ => honest,
    }
}

/// Since when something counts as kept that was used just now (M63).
pub(in crate::reference) fn since(
    fault: Option<Fault>,
    loaded: Timestamp,
    now: Timestamp,
) -> Timestamp {
    match fault {
        Some(Fault::SlidingCache) => now,
        _ => loaded,
    }
}

/// The key of an entry's mappings (M67).
pub(in crate::reference) fn mappings_key(fault: Option<Fault>, name: &EntryName) -> EntryName {
    match fault {
        Some(Fault::CacheSharedByEntries) => EntryName(String::new()),
        _ => name.clone(),
    }
}

/// The entries that are in force (M66): a change waits, used or not.
pub(in crate::reference) fn in_force(
    fault: Option<Fault>,
    book: &Book,
    now: Timestamp,
) -> &[Entry] {
    const WAIT: SignedDuration = SignedDuration::from_mins(1);
    match (fault, &book.superseded) {
        (Some(Fault::ColdEntryDelayed), Some((changed, old)))
            if now.duration_since(*changed) < WAIT =>
        {
            old
        }
        _ => &book.entries,
    }
}
