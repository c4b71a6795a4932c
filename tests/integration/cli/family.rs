//! Members of a family come out alike.

use super::{Desk, reference};

/// What becomes of a role that was given by hand is for the SP's rules to say.
const MANUAL_GRANT: &str = r#"title       = "What a sync does to a role that was given by hand"
requirement = "The SP MAY keep it or take it."
source      = "a document"
grade       = "undefined"
profiles    = ["one", "two"]

[sp]
settings = { sync_user_roles = true }

[[sp.mapping]]
id   = "researchers"
when = [["groups", "ml-team"]]
org  = { research = "member" }

[users.jane]
groups = ["ml-team"]

[sp_users.jane]
org = { sales = "admin" }

[[steps]]
login = "jane"
"#;

fn desk(other_rules: &str) -> Desk {
    let desk = Desk::new();
    desk.write("sync/manual.toml", MANUAL_GRANT);
    desk.write("profiles/one.toml", &reference("one", "pair", "sync_scope = \"replace-all\""));
    desk.write("profiles/two.toml", &reference("two", "pair", other_rules));
    desk
}

#[test]
fn members_that_differ_in_one_run_are_a_finding() {
    let desk = desk("sync_scope = \"additive\"");
    let finished = desk.run(&["run", "--accept", "."]).exits(1);
    finished.reports(&[
        "FAIL  sync/manual on two",
        "  two and one share a snapshot and came out differently:\n",
        "(as on one)",
        "org sales admin",
    ]);
}

#[test]
fn members_that_agree_share_a_snapshot() {
    let desk = desk("sync_scope = \"replace-all\"");
    desk.run(&["run", "--accept", "."]).exits(0).reports(&["pass  sync/manual", "one two"]);
    desk.run(&["run", "."]).exits(0).reports(&["2 passed"]);
    assert!(desk.read("snapshots/pair/sync/manual.snap").contains("- org sales admin"));
}
