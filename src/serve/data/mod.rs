//! Keeping an org across restarts and crashes.
//!
//! [`OrgData`] is one file, an embedded store: a record for each user, group, group rule, app and
//! assignment, and one for the org itself, in JSON. A `Journal` compares the org before and after each
//! change by id and writes what differs, in order, on a thread of its own; changes that arrive while it
//! writes share the next transaction. No answer of the org's router leaves before everything that was
//! changed until then is on the disk, so whatever was answered is there after a crash.
//!
//! What is not kept: sessions, the records of logins and events, what the next login does otherwise.

mod change;
mod error;
mod journal;
mod load;
mod store;

pub use error::DataError;
pub(super) use journal::Journal;
pub use store::OrgData;
