//! Looking on while a hunt goes on, and ending it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;

/// A hunt as it goes on. Whoever has it can look, and end the hunt.
#[derive(Debug, Default)]
pub struct Watch {
    pub(super) cases: AtomicU64,
    pub(super) logins: AtomicU64,
    pub(super) findings: AtomicU64,
    pub(super) shrinking: AtomicU64,
    pub(super) stop: CancellationToken,
}

/// How far a hunt is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cases played.
    pub cases: u64,
    /// Logins played.
    pub logins: u64,
    /// Cases that disagreed.
    pub findings: u64,
    /// Cases that are being shrunk just now.
    pub shrinking: u64,
}

impl Watch {
    /// How far it is.
    pub fn counts(&self) -> Counts {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            cases: of(&self.cases),
            logins: of(&self.logins),
            findings: of(&self.findings),
            shrinking: of(&self.shrinking),
        }
    }

    /// Ends the hunt: no case is drawn any more, and what is being shrunk is left as it is.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}
