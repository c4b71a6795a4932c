//! Stored outcomes: missing, kept, changed, and the manners of insta.

use super::{Desk, PLAIN, closed_port, external, reference, scenario, scenario_of};

const SNAP: &str = "snapshots/arize/jit/one.snap";
const NEW: &str = "snapshots/arize/jit/one.snap.new";
const LOGIN: &str = "login  = \"jane\"\nexpect = \"created\"";

/// A desk whose one scenario has a snapshot of another outcome.
fn changed() -> Desk {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.run(&["run", "--accept", "."]).exits(0);
    desk.write("jit/one.toml", &scenario_of("arize-us", "admin", LOGIN));
    desk
}

#[test]
fn a_missing_one_is_a_finding_with_its_remedy() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    let finished = desk.run(&["run", "."]).exits(1);
    finished.reports(&[
        "FAIL  jit/one",
        "there is no snapshot of this outcome yet; keep it with --accept",
        "     + 1. login jane: created",
    ]);
    assert!(!desk.path(SNAP).exists());
    assert!(desk.read(NEW).contains("1. login jane: created"));
}

#[test]
fn accept_keeps_it_and_the_next_run_is_right() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.run(&["run", "."]).exits(1);
    desk.run(&["run", "--accept", "."]).exits(0).reports(&["1 passed"]);
    let kept = desk.read(SNAP);
    assert!(kept.contains("+ org research member"), "{kept}");
    assert!(!desk.path(NEW).exists(), "what was kept is not pending any more");
    let before = desk.tree();
    desk.run(&["run", "."]).exits(0);
    assert_eq!(desk.news(&before), [""; 0]);
}

#[test]
fn a_kept_one_knows_no_machine() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.run(&["run", "--accept", "."]).exits(0);
    let kept = desk.read(SNAP);
    let home = std::env::var("HOME").unwrap_or_else(|_| "/root".into());
    for path in
        [env!("CARGO_MANIFEST_DIR"), desk.path("").to_str().unwrap(), &home, "/tmp", "127.0.0.1"]
    {
        assert!(!kept.contains(path), "{path} in:\n{kept}");
    }
}

#[test]
fn what_the_scenario_calls_wrong_is_never_kept() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("rejected"));
    desk.run(&["run", "--accept", "."]).exits(1);
    assert!(!desk.path(SNAP).exists());
}

#[test]
fn a_changed_one_is_shown_as_a_difference() {
    let desk = changed();
    let stored = desk.read(SNAP);
    let finished = desk.run(&["run", "."]).exits(1);
    let finished = finished.reports(&[
        "the outcome differs from its snapshot (- stored, + this run):",
        "     -       + org research member",
        "     +       + org research admin",
    ]);
    let signs = ["     - ", "     + "];
    let changed =
        finished.stdout.lines().filter(|line| signs.iter().any(|sign| line.starts_with(sign)));
    // The stored role and the session's: nothing else is different.
    assert_eq!(changed.count(), 4, "{}", finished.stdout);
    assert_eq!(desk.read(SNAP), stored);
    assert!(desk.read(NEW).contains("+ org research admin"));
}

#[test]
fn the_users_insta_update_is_honoured() {
    for variable in [("INSTA_UPDATE", "no"), ("CI", "true")] {
        let desk = changed();
        let before = desk.tree();
        desk.run_with(variable, &["run", "."]).exits(1);
        assert_eq!(desk.news(&before), [""; 0], "{variable:?}");
    }
    let desk = changed();
    desk.run_with(("INSTA_UPDATE", "always"), &["run", "."]).exits(0);
    assert!(desk.read(SNAP).contains("+ org research admin"));
    desk.run(&["run", "."]).exits(0);
    // The embedded ones stay as they are, whatever the variable says.
    let desk = Desk::new();
    let before = desk.tree();
    desk.run_with(("INSTA_UPDATE", "always"), &["run", "-s", "jit/new-mapped"]).exits(0);
    assert_eq!(desk.news(&before), [""; 0]);
}

#[test]
fn in_ci_accept_still_keeps() {
    let desk = changed();
    desk.run_with(("CI", "true"), &["run", "--accept", "."]).exits(0);
    assert!(desk.read(SNAP).contains("+ org research admin"));
}

#[test]
fn on_a_profile_of_the_users_they_lie_beside_it() {
    let desk = Desk::new();
    desk.write("sp/arize-own.toml", &reference("arize-own", "own", ""));
    let run = ["run", "-s", "jit/new-mapped", "--sp", "sp/arize-own.toml"];
    desk.run(&[&run[..], &["--accept"]].concat()).exits(0);
    assert!(desk.read("sp/snapshots/own/jit/new-mapped.snap").contains("login jane: created"));
    desk.run(&run).exits(0);
}

#[test]
fn an_sp_that_is_not_reached_leaves_no_snapshot() {
    let desk = Desk::new();
    desk.write("one.toml", PLAIN);
    desk.write("mine.toml", &external(closed_port(), ""));
    let before = desk.tree();
    desk.run(&["run", "one.toml", "--sp", "mine.toml", "--accept"]).exits(5);
    assert_eq!(desk.news(&before), [""; 0]);
}
