//! All integration tests, as one binary: one link instead of one a file.
//!
//! A test goes in by the public API. One file, or one folder, for each room of the crate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]

mod architecture;
mod catalogue_rows;
mod certs;
mod crypto;
mod idp;
mod keys;
mod many;
mod net;
mod plan;
mod reference;
mod saml;
mod scenario;
mod serve;
mod sp;

pub(crate) fn shared_snapshots() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(true);
    settings.bind_to_scope()
}
