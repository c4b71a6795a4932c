//! A service provider that nobody here wrote, played through the binary as its owner would.

use std::path::Path;

use samlproof::plan::{Partition, ScenarioId};
use samlproof::report::{RunRecord, Status};
use samlproof::run::{LearnRecord, Learnt, MOST_LOGINS};
use serde_json::json;

use crate::cli::Desk;

const PROFILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sps/django-saml2-auth/profile.toml");

/// What is asked of this SP: everything in the area `sp`.
const ASKED: [&str; 36] = [
    "sp/audience-slash",
    "sp/blank-group",
    "sp/comma-in-value",
    "sp/email-case",
    "sp/expired",
    "sp/first-login",
    "sp/given-by-hand",
    "sp/group-gained",
    "sp/group-lost-of-two",
    "sp/idp-initiated",
    "sp/in-response-to-unknown",
    "sp/inactive",
    "sp/jit-off",
    "sp/last-group-lost",
    "sp/logout",
    "sp/not-yet-valid",
    "sp/one-of-two-ways-lost",
    "sp/other-key",
    "sp/password-beside-saml",
    "sp/prefix-lookalike",
    "sp/refusal-by-http",
    "sp/repeated-attribute",
    "sp/replay",
    "sp/second-login",
    "sp/token-missing",
    "sp/token-wrong",
    "sp/two-restrictions",
    "sp/unmapped-group-of-a-known-name",
    "sp/unsigned",
    "sp/value-case",
    "sp/values-each-position",
    "sp/whitespace",
    "sp/wrong-audience",
    "sp/wrong-destination",
    "sp/wrong-issuer",
    "sp/wrong-recipient",
];

/// What it does wrong: it remembers no request and no response, looks at no Recipient, and refuses a
/// deactivated user after their groups were written.
const WRONG: [&str; 4] =
    ["sp/in-response-to-unknown", "sp/inactive", "sp/replay", "sp/wrong-recipient"];

/// The SP takes seconds to start, for every case: parts of the whole are played side by side.
const PARTS: usize = 4;

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

/// One part of what is asked, played and judged.
fn plays(part: usize) {
    if !is_there() {
        return;
    }
    let desk = Desk::new();
    let partition = format!("hash:{part}/{PARTS}");
    let arguments = ["run", "--sp", PROFILE, "--format", "json", "--partition", &partition];
    let mut command = desk.command(&arguments);
    command.env("INSTA_UPDATE", "no").env("PYTHONDONTWRITEBYTECODE", "1");
    let finished = crate::cli::finish(command.spawn().unwrap());
    let record: RunRecord = serde_json::from_str(&finished.stdout).unwrap();
    let partition: Partition = partition.parse().unwrap();
    let of_part = |ids: &[&str]| -> Vec<String> {
        let id = |id: &&str| partition.contains(&ScenarioId((*id).into()), "django-saml2-auth");
        ids.iter().copied().filter(|one| id(one)).map(str::to_owned).collect()
    };
    let with = |status: Status| -> Vec<String> {
        let cases = record.cases.iter().filter(|case| case.status() == status);
        cases.map(|case| case.id.to_string()).collect()
    };
    let mut right = of_part(&ASKED);
    right.retain(|id| !WRONG.contains(&id.as_str()));
    assert_eq!(with(Status::Passed), right);
    assert_eq!(with(Status::Failed), of_part(&WRONG));
    let others = [Status::Inconclusive, Status::Broken].into_iter().flat_map(with);
    assert_eq!(others.count(), 0);
}

#[test]
fn the_django_sp_does_what_its_snapshots_say_1() {
    plays(1);
}

#[test]
fn the_django_sp_does_what_its_snapshots_say_2() {
    plays(2);
}

#[test]
fn the_django_sp_does_what_its_snapshots_say_3() {
    plays(3);
}

#[test]
fn the_django_sp_does_what_its_snapshots_say_4() {
    plays(4);
}

/// Each is true of this SP: README.md and `user.py` of the plugin say the same.
#[test]
fn the_rules_of_the_django_sp_are_learnt() {
    if !is_there() {
        return;
    }
    let desk = Desk::new();
    let mut command = desk.command(&["learn", "--sp", PROFILE, "--format", "json"]);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let finished = crate::cli::finish(command.spawn().unwrap()).exits(0);
    let record: LearnRecord = serde_json::from_str(&finished.stdout).unwrap();
    assert!(record.asked.logins.len() <= MOST_LOGINS);
    let learnt = |name: &str| -> &Learnt {
        &record.findings.iter().find(|finding| finding.name == name).unwrap().learnt
    };
    for (name, value) in [
        ("sync", json!("always")),
        ("sync_scope", json!("replace-all")),
        ("existing_no_match", json!("strip")),
        ("absent_attribute", json!("keep")),
        ("defaults_combine", json!("only-if-no-match")),
        ("admin_revocable", json!("no")),
        ("idp_initiated", json!(true)),
        ("new_no_match", json!("gets in without any role")),
        ("several_values", json!("each counts, wherever it stands")),
        ("deactivated_user", json!("is refused, after the stored user was changed")),
    ] {
        assert_eq!(*learnt(name), Learnt::Is(value), "{name}");
    }
    for (name, why) in [
        // It has no switch for syncing, and goes on taking groups away.
        ("existing_no_match_sync_off", "whatever the switch says"),
        ("existing_no_match_enforced_sync_off", "whatever the switch says"),
        ("multi_org", "has no word for a mapping of anything but one pair to one role"),
        ("deleted_user", "`configure = launch`"),
    ] {
        let Learnt::Nothing(said) = learnt(name) else { panic!("{:?}", learnt(name)) };
        assert!(said.contains(why), "{name}: {said}");
    }
}
