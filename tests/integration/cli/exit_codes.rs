//! Every exit code, provoked, and which one is said where several hold.

use super::{Desk, PLAIN, closed_port, external, line_of, scenario, scenario_of};

const LOGIN: &str = "login = \"jane\"\nexpect = \"created\"";

/// A control login of somebody whom the SP refuses.
fn failing_control() -> String {
    scenario_of(
        "arize-us",
        "member",
        "control = \"kane\"\n\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"",
    )
}

#[test]
fn zero_all_as_expected() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.write("jit/two.toml", &scenario("accepted"));
    desk.run(&["run", "--accept", "."]).exits(0);
    desk.run(&["run", "."]).exits(0).reports(&[
        "pass  jit/one",
        "pass  jit/two",
        "2 passed, 0 failed",
    ]);
}

#[test]
fn one_a_finding_with_its_rule_and_its_line() {
    let desk = Desk::new();
    let text = scenario("rejected");
    desk.write("jit/one.toml", &text);
    let line = line_of(&text, "login");
    desk.run(&["run", "."]).exits(1).reports(&[
        "FAIL  jit/one on arize-us: A user with a group is created",
        "-> A new user with a mapped group MUST be created.",
        "(a document, section 3)",
        &format!("step 1 (jit/one.toml:{line}): login of jane@"),
        "expected  rejected",
        "actual    created",
        "0 passed, 1 failed",
    ]);
}

#[test]
fn two_the_command_is_used_wrongly() {
    let desk = Desk::new();
    desk.run(&["run", "--profil", "arize-us"]).exits(2).complains(&["--profil", "--profile"]);
    desk.run(&["run", "--accept"])
        .exits(2)
        .complains(&["read only", "samlproof run --accept scenarios"]);
    desk.run(&["run", "--partition", "hash:0/4"]).exits(2).complains(&["hash:M/N"]);
    desk.run(&["run", "--scenario", "jit/["]).exits(2).complains(&["`jit/[` is not a glob"]);
    // A fault is for embedded SPs, and what it makes of a scenario is never kept.
    for other in [&["--sp", "mine.toml"][..], &["--accept"]] {
        let both = [&["run", "--fault", "M39"], other].concat();
        desk.run(&both).exits(2).complains(&["--fault", other[0]]);
    }
    desk.run(&["rum"]).exits(2).complains(&["'run'"]);
    desk.run(&[]).exits(2).complains(&["Usage"]);
}

#[test]
fn three_a_file_is_wrong() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("creatd"));
    desk.run(&["run", "."]).exits(3).complains(&["creatd", "created"]);
    desk.run(&["run", "nowhere"]).exits(3).complains(&["nowhere"]);
}

#[test]
fn four_nothing_is_played() {
    let desk = Desk::new();
    let finished = desk.run(&["run", "--scenario", "jit/new-maped"]).exits(4);
    finished.complains(&[
        "no scenario is selected by `jit/new-maped`",
        "did you mean `jit/new-mapped`?",
    ]);
    let finished = desk.run(&["run", "--profile", "arize-uk"]).exits(4);
    finished.complains(&["no profile is selected by `arize-uk`", "did you mean `arize-us`?"]);
    // Everything is skipped, and the report says why.
    desk.write("sp/other.toml", &scenario_of("django-*", "member", LOGIN));
    let finished = desk.run(&["run", "."]).exits(4);
    finished.reports(&[
        "1 skipped: it is written for the profiles django-*",
        "  sp/other",
        "0 passed, 0 failed, 1 skipped",
    ]);
}

#[test]
fn five_an_sp_is_not_reached() {
    let desk = Desk::new();
    let port = closed_port();
    desk.write("one.toml", PLAIN);
    desk.write("sp/mine.toml", &external(port, ""));
    let finished = desk.run(&["run", "one.toml", "--sp", "sp/mine.toml"]).exits(5);
    let at = format!("http://127.0.0.1:{port}/acs cannot be reached");
    finished.reports(&["????  one on mine", &at, "1 inconclusive"]);
}

#[test]
fn five_a_control_login_fails() {
    let desk = Desk::new();
    let text = failing_control();
    desk.write("jit/one.toml", &text);
    let line = line_of(&text, "control");
    let finished = desk.run(&["run", "."]).exits(5);
    let said = format!("the control login in line {line} was rejected NoRoleMatch");
    finished.reports(&["????  jit/one on arize-us", &said, "a refusal proves nothing here"]);
}

#[test]
fn where_several_hold_the_gravest_is_said() {
    let desk = Desk::new();
    desk.write("good/one.toml", &scenario("created"));
    desk.run(&["run", "--accept", "good"]).exits(0);
    let (wrong, control) = (scenario("rejected"), failing_control());
    let skipped = scenario_of("django-*", "member", LOGIN);

    // Skipped and passed; inconclusive above skipped and passed; findings above those.
    desk.write("good/skipped.toml", &skipped);
    desk.run(&["run", "good"]).exits(0);
    desk.write("good/control.toml", &control);
    desk.run(&["run", "good"]).exits(5).reports(&["1 passed, 0 failed, 1 skipped, 1 inconclusive"]);
    desk.write("good/wrong.toml", &wrong);
    desk.run(&["run", "good"]).exits(1).reports(&["1 passed, 1 failed, 1 skipped, 1 inconclusive"]);

    // A broken harness above findings: snapshots cannot be kept where a file is in the way.
    desk.write("broken/one.toml", &scenario("created"));
    desk.write("broken/wrong.toml", &wrong);
    desk.write("broken/control.toml", &control);
    desk.write("broken/snapshots", "in the way");
    let finished = desk.run(&["run", "--accept", "broken"]).exits(70);
    finished.reports(&[
        "BROK  one on arize-us",
        "cannot write the snapshot below",
        "1 inconclusive, 2 broken",
    ]);

    // A wrong file above everything that would have been played.
    desk.write("good/worse.toml", "titel = 1");
    desk.run(&["run", "good"]).exits(3);
}
