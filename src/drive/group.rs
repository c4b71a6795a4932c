//! A process group of its own for every program that is started, so that all of it can be ended.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The group of a child that was started as its leader. Dropping it kills whoever is left in it.
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    /// The group that a child leads.
    pub(super) fn led_by(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }

    /// Sends everybody a signal.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(group) = self.0 {
            // An error means that nobody is left in the group.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Lets whoever is left live: its number may soon be another group's.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
