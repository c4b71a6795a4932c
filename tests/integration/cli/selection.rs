//! Which cases are played, seen by `--dry-run`, which plays none.

use std::collections::BTreeSet;

use super::Desk;

/// The `id profile` pairs that would be played.
fn planned(desk: &Desk, arguments: &[&str]) -> BTreeSet<String> {
    let mut all = vec!["run", "--dry-run"];
    all.extend(arguments);
    let finished = desk.run(&all).exits(0);
    assert_eq!(finished.stderr, "", "nothing is started, so there is no progress");
    let lines = finished.stdout.lines().filter(|line| !line.contains("  skipped: "));
    lines
        .filter(|line| !line.ends_with(" skipped"))
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

fn set(pairs: &[&str]) -> BTreeSet<String> {
    pairs.iter().map(|pair| (*pair).to_owned()).collect()
}

#[test]
fn ids_beginnings_globs_and_profiles() {
    let desk = Desk::new();
    assert_eq!(
        planned(&desk, &["-s", "jit/new-mapped"]),
        set(&["jit/new-mapped arize-eu", "jit/new-mapped arize-us"])
    );
    assert_eq!(
        planned(&desk, &["--scenario", "cache/warm", "--profile", "arize-eu"]),
        set(&[
            "cache/warm-domain arize-eu",
            "cache/warm-mapping arize-eu",
            "cache/warm-metadata arize-eu",
            "cache/warm-settings arize-eu",
        ])
    );
    assert_eq!(
        planned(&desk, &["-s", "*/off-reset*", "-s", "k6/first-login", "-p", "*-us", "-p", "k6-*"]),
        set(&["enf/off-reset-link-ok arize-us", "k6/first-login k6-cloud"])
    );
}

#[test]
fn the_plan_says_what_is_skipped_and_why() {
    let desk = Desk::new();
    let login = "login = \"jane\"\nexpect = \"created\"";
    desk.write("sp/first.toml", &super::scenario("created"));
    desk.write("sp/other.toml", &super::scenario_of("django-*", "member", login));
    let finished = desk.run(&["run", "--dry-run", "."]).exits(0);
    finished.reports(&[
        "sp/other",
        "skipped: it is written for the profiles django-*",
        "1 cases, 1 skipped",
    ]);
    let finished = desk.run(&["run", "--dry-run", ".", "-s", "sp/other"]).exits(4);
    finished.reports(&["0 cases, 1 skipped"]);
}

#[test]
fn parts_are_apart_and_together_they_are_all() {
    let desk = Desk::new();
    let all = planned(&desk, &[]);
    let parts: Vec<_> = ["hash:1/3", "hash:2/3", "hash:3/3"]
        .map(|part| planned(&desk, &["--partition", part]))
        .into();
    assert!(parts.iter().all(|part| part.len() > all.len() / 6));
    assert_eq!(parts.iter().map(BTreeSet::len).sum::<usize>(), all.len());
    assert_eq!(parts.into_iter().flatten().collect::<BTreeSet<_>>(), all);
}

#[test]
fn a_dry_run_starts_and_writes_nothing() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &super::scenario("created"));
    let marker = r#"
[target.launch]
command = ["sh", "-c", "touch started"]
ready   = "http://127.0.0.1:{port}/"
"#;
    desk.write("sp/mine.toml", &super::external(super::closed_port(), marker));
    desk.write("one.toml", super::PLAIN);
    let before = desk.tree();
    desk.run(&["run", "--dry-run", "jit"]).exits(0);
    desk.run(&["run", "--dry-run", "one.toml", "--sp", "sp/mine.toml"]).exits(0);
    assert_eq!(desk.news(&before), [""; 0]);
}
