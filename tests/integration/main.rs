//! All integration tests, as one binary: one link instead of one a file.
//!
//! A test goes in by the public API. One file, or one folder, for each room of the crate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails may panic")]

mod api;
mod architecture;
mod browser;
mod catalogue;
mod catalogue_rows;
mod certs;
mod cli;
mod crypto;
mod django;
mod docs;
mod drive;
mod fuzz;
mod idp;
mod idp_command;
mod idp_data;
mod keys;
mod learn;
mod main_job;
mod many;
mod mock;
mod net;
mod parsers;
mod plan;
mod pysaml2;
mod reference;
mod saml;
mod scenario;
mod sdks;
mod serve;
mod snapshot;
mod sp;
mod verdict;

pub(crate) fn shared_snapshots() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(true);
    settings.bind_to_scope()
}

/// Says that a test is left out because the machine lacks something. Where all tests are wanted
/// (`tests/run` says so by `SAMLPROOF_TESTS=all`) that is a failure.
pub(crate) fn left_out(missing: &str, remedy: &str) {
    let all = std::env::var("SAMLPROOF_TESTS").is_ok_and(|wanted| wanted == "all");
    assert!(!all, "{missing}; {remedy}");
    eprintln!("left out: {missing}; {remedy}");
}
