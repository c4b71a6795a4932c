//! A service provider that nobody here wrote, played through the binary as its owner would.

use std::path::Path;

use samlproof::report::{RunRecord, Status};

use crate::cli::Desk;

const PROFILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sps/django-saml2-auth/profile.toml");

/// What is asked of this SP: everything in the area `sp`.
const ASKED: [&str; 10] = [
    "sp/first-login",
    "sp/group-lost-of-two",
    "sp/idp-initiated",
    "sp/jit-off",
    "sp/last-group-lost",
    "sp/other-key",
    "sp/replay",
    "sp/second-login",
    "sp/token-missing",
    "sp/token-wrong",
];

/// Whether the SP and the tools it needs are there.
fn is_there() -> bool {
    let python = Path::new(PROFILE).with_file_name(".venv/bin/python");
    let remedy = "tests/run makes it";
    if !python.exists() {
        crate::left_out("the Django service provider has no .venv", remedy);
    } else if std::process::Command::new("xmlsec1").arg("--version").output().is_err() {
        crate::left_out("there is no xmlsec1 program, which pysaml2 needs", remedy);
    } else {
        return true;
    }
    false
}

#[test]
fn the_django_sp_does_what_its_snapshots_say() {
    if !is_there() {
        return;
    }
    let desk = Desk::new();
    let arguments = ["run", "--sp", PROFILE, "--format", "json"];
    let mut command = desk.command(&arguments);
    command.env("INSTA_UPDATE", "no").env("PYTHONDONTWRITEBYTECODE", "1");
    let finished = crate::cli::finish(command.spawn().unwrap()).exits(0);
    let record: RunRecord = serde_json::from_str(&finished.stdout).unwrap();
    let played = record.cases.iter().filter(|case| case.status() == Status::Passed);
    let played: Vec<_> = played.map(|case| case.id.to_string()).collect();
    assert_eq!(played, ASKED);
    assert!(
        record
            .cases
            .iter()
            .all(|case| case.profile != "django-saml2-auth" || case.outcome.is_some())
    );
}
