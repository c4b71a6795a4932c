//! What is printed, where, and what is not.

use samlproof::plan::{Selection, plan};
use samlproof::report::{RunRecord, Status};
use samlproof::scenario::Catalogue;

use super::{Desk, Finished, scenario, scenario_of};

#[track_caller]
fn is_plain(finished: &Finished) {
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    assert!(!finished.stderr.contains('\u{1b}'), "{}", finished.stderr);
}

#[test]
fn into_a_pipe_the_report_is_plain_and_alone() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.write("jit/two.toml", &scenario("rejected"));
    let finished = desk.run(&["run", "."]).exits(1);
    is_plain(&finished);
    assert!(finished.stdout.starts_with("FAIL  jit/one"), "{}", finished.stdout);
    assert!(finished.stdout.contains("\n0 passed, 2 failed, 0 skipped, 0 inconclusive in "));
    assert!(!finished.stdout.contains("samlproof: "), "{}", finished.stdout);
    assert!(
        finished.stderr.lines().all(|line| line.starts_with("samlproof: ")),
        "{}",
        finished.stderr
    );
    finished.complains(&["samlproof: playing 2 cases"]);
    // Messages are plain too.
    desk.write("jit/two.toml", "titel = 1");
    is_plain(&desk.run(&["run", "."]).exits(3));
}

#[test]
fn exchanges_are_shown_where_something_is_wrong() {
    let desk = Desk::new();
    desk.write("jit/two.toml", &scenario("rejected"));
    let short = desk.run(&["run", "."]).exits(1);
    let short = short.reports(&["step 1, jane@", "POST https://app.arize.com/auth/v2/saml 303 ->"]);
    let long = desk.run(&["run", ".", "--verbose"]).exits(1);
    assert!(long.stdout.lines().count() > short.stdout.lines().count());
}

#[test]
fn json_is_the_record() {
    let desk = Desk::new();
    desk.write("jit/one.toml", &scenario("created"));
    desk.write("jit/two.toml", &scenario("rejected"));
    desk.write(
        "sp/other.toml",
        &scenario_of("django-*", "member", "login = \"jane\"\nexpect = \"created\""),
    );
    desk.run(&["run", ".", "--accept"]).exits(1);
    let finished = desk.run(&["run", ".", "--format", "json"]).exits(1);
    let raw: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(raw["version"], 1);
    let record: RunRecord = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(record.version, RunRecord::VERSION);
    assert_eq!(record.samlproof, env!("CARGO_PKG_VERSION"));
    let counts = record.counts();
    assert_eq!((counts.passed, counts.failed, counts.skipped), (1, 1, 1));
    let [passed, failed, skipped] = record.cases.as_slice() else { panic!("{record:?}") };
    assert_eq!(passed.status(), Status::Passed);
    assert_eq!((passed.outcome.as_ref().unwrap().steps.len(), &passed.observation), (1, &None));
    // What explains a failure is there too.
    assert_eq!((failed.status(), failed.profile.as_str()), (Status::Failed, "arize-us"));
    assert!(failed.observation.as_ref().is_some_and(|seen| !seen.steps[0].attempts.is_empty()));
    assert_eq!((skipped.status(), skipped.profile.as_str()), (Status::Skipped, "-"));
}

/// The tokens of the k6 scenarios: embedded ones are the same in every run.
fn tokens() -> Vec<String> {
    let catalogue = Catalogue::embedded().unwrap();
    let selection = Selection { areas: vec!["k6".into()], ..Selection::default() };
    let cases = plan(&catalogue, &selection).unwrap().cases;
    let entries = cases.iter().flat_map(|case| &case.configuration.entries);
    let tokens: Vec<_> = entries.filter_map(|entry| entry.token.clone()).collect();
    assert!(tokens.len() >= 5);
    tokens
}

/// Everything in base64 that a text holds, decoded, at every alignment.
fn decoded(text: &str) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    let runs = text.split(|c| !is_base64(c)).filter(|run| run.len() >= 16);
    let windows = runs.flat_map(|run| {
        (0..4).filter_map(move |start| {
            let rest = run.get(start..)?;
            let bytes = BASE64_STANDARD.decode(&rest[..rest.len() / 4 * 4]).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        })
    });
    windows.collect::<Vec<_>>().join("\n")
}

#[test]
fn tokens_are_in_no_report() {
    let desk = Desk::new();
    // A run that passes keeps outcomes; one that fails keeps all that was seen. The same ids have
    // the same tokens.
    let passed = desk.run(&["run", "-s", "k6/", "--format", "json"]).exits(0);
    let text = include_str!("../../../scenarios/k6/token-missing.toml");
    desk.write("k6/token-missing.toml", &text.replace("\"rejected Token", "\"created\" #"));
    let json = desk.run(&["run", ".", "--format", "json"]).exits(1);
    let verbose = desk.run(&["run", ".", "--verbose"]).exits(1);
    assert!(passed.stdout.contains("[redacted]") && json.stdout.contains("[redacted]"));
    for report in [passed, json, verbose] {
        for text in [decoded(&report.stdout), report.stdout, report.stderr] {
            for token in tokens() {
                assert!(!text.contains(&token), "{token}");
            }
        }
    }
}

#[test]
fn help_has_examples() {
    let desk = Desk::new();
    let commands: [&[&str]; 5] =
        [&["run"], &["idp"], &["certs", "signing"], &["certs", "ca"], &["certs", "rotate"]];
    for command in commands {
        let finished = desk.run(&[command, &["--help"]].concat()).exits(0);
        let example = format!("\n  samlproof {}", command.join(" "));
        let finished = finished.reports(&["Example", &example]);
        is_plain(&finished);
    }
    for command in [&["--help"][..], &["certs", "--help"]] {
        desk.run(command).exits(0).reports(&["Usage: samlproof"]);
    }
    desk.run(&["--version"]).exits(0).reports(&[concat!("samlproof ", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn every_example_of_the_help_is_a_command() {
    let desk = Desk::new();
    desk.write("my-sp.toml", &super::reference("my-sp", "my", ""));
    desk.write("scenarios/jit/one.toml", &scenario("created"));
    desk.write("my/scenario.toml", &scenario("created"));
    let help = desk.run(&["run", "--help"]).exits(0).stdout;
    let examples: Vec<_> =
        help.lines().filter_map(|line| line.strip_prefix("  samlproof run")).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        let command = example.split("   ").next().unwrap().split('>').next().unwrap();
        let words = command.split_whitespace().map(|word| word.trim_matches('\''));
        let mut arguments = vec!["run", "--dry-run"];
        arguments.extend(words);
        // The catalogue has nothing for a profile of that name: then nothing is played.
        let finished = desk.run(&arguments);
        assert!([Some(0), Some(4)].contains(&finished.code), "{example}\n{}", finished.stderr);
    }
}

#[test]
fn what_was_chosen_is_told_of_the_login_in_question_and_not_of_a_control() {
    let desk = Desk::new();
    let inactive = desk.run(&["run", "-s", "life/inactive", "-s", "sync/manual-grant"]).exits(0);
    inactive.reports(&["(undefined: the SP chose rejected", "(undefined: the SP chose updated)"]);
}
