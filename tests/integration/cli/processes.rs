//! Processes by id: who is still there.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long something that must happen is waited for; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is there.
#[track_caller]
pub(super) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The number that a launched program wrote to a file.
#[track_caller]
pub(super) fn number_in(file: &Path) -> i32 {
    wait_for("a process id in a file", || fs::read_to_string(file).ok()?.trim().parse().ok())
}

/// Waits until no process of a group is left; one that is dead and not yet collected is none.
#[track_caller]
pub(super) fn is_empty_group(group: i32) {
    wait_for(&format!("the end of process group {group}"), || {
        alive(group).is_empty().then_some(())
    });
}

/// The members of a group that still run, as the kernel tells.
fn alive(group: i32) -> Vec<String> {
    let stats = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok());
    stats
        .filter(|stat| {
            // `id (name) state parent group …`; the name may hold anything.
            let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            let words: Vec<_> = rest.split(' ').collect();
            words.get(2) == Some(&group.to_string().as_str()) && words.first() != Some(&"Z")
        })
        .collect()
}

/// Sends a signal to one process.
pub(super) fn signal(id: u32, signal: Signal) {
    kill_process(pid(id), signal).unwrap();
}

/// Kills one process; it may be gone already.
pub(super) fn kill(id: u32) {
    let _ = kill_process(pid(id), Signal::KILL);
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}
