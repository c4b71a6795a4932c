//! All integration tests, one binary.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod plan;
mod scenario;

/// Keeps the snapshots of tests in folders beside those of all others.
pub(crate) fn shared_snapshots() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(true);
    settings.bind_to_scope()
}
