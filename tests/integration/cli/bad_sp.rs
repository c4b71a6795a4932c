//! SPs that do not start, do not answer, or die: what was tried is said, and nobody is left.

use std::path::PathBuf;
use std::time::Duration;

use super::processes::{is_empty_group, number_in, wait_for};
use super::stub::{Reply, Stub};
use super::{Desk, Finished, PLAIN, closed_port, external};

/// `[target.launch]` with this script for `sh`. The script's first act is to write its id to a file.
fn launch(script: &str, ready: &str) -> String {
    format!(
        r#"
[target.launch]
command      = ["sh", "-c", '''echo $$ > pid.part; mv pid.part pid; {script}''']
ready        = "{ready}"
ready_within = "1s"
idp          = "http"
"#
    )
}

fn desk(profile: &str) -> Desk {
    let desk = Desk::new();
    desk.write("one.toml", PLAIN);
    desk.write("sp/mine.toml", profile);
    desk
}

/// Runs, and sees that nothing of the SP and nothing in the way of temporary files is left.
#[track_caller]
fn run(desk: &Desk, more: &[&str]) -> Finished {
    let arguments = ["run", "one.toml", "--sp", "sp/mine.toml"];
    let finished =
        desk.run(&[&arguments[..], more].concat()).exits(5).reports(&["????  one on mine"]);
    if desk.path("sp/pid").exists() {
        is_empty_group(number_in(&desk.path("sp/pid")));
    }
    assert_eq!(desk.leftovers(), [""; 0].map(PathBuf::from));
    finished
}

#[test]
fn the_program_is_missing() {
    let missing =
        "\n[target.launch]\ncommand = [\"./serve\"]\nready = \"http://127.0.0.1:{port}/\"\n";
    let desk = desk(&external(closed_port(), missing));
    let finished = run(&desk, &[]);
    let folder = desk.path("sp");
    let said = format!("`./serve` cannot be started in {}", folder.file_name().unwrap().display());
    finished.reports(&[&said, "is everything it needs installed?"]);
}

#[test]
fn the_program_ends_at_once() {
    let script = "echo 'the database is locked' >&2; exit 7";
    let desk = desk(&external(closed_port(), &launch(script, "http://127.0.0.1:{port}/ready")));
    run(&desk, &[])
        .reports(&["ended with exit status: 7 before http://127.0.0.1:", "the database is locked"]);
}

#[test]
fn the_port_never_opens() {
    let script = "echo 'warming up'; sleep 300 & sleep 300";
    let desk = desk(&external(closed_port(), &launch(script, "http://127.0.0.1:{port}/ready")));
    run(&desk, &[]).reports(&[
        "was not ready within 1s: http://127.0.0.1:",
        "/ready gave: ",
        "warming up",
    ]);
}

#[test]
fn it_answers_with_errors_and_will_not_end() {
    let stub = Stub::start(|_| Reply::Status(503));
    let script = "trap '' TERM; (trap '' TERM; sleep 300) & while :; do sleep 1; done";
    let ready = format!("http://127.0.0.1:{}/ready", stub.port);
    let desk = desk(&external(stub.port, &launch(script, &ready)));
    run(&desk, &[]).reports(&["was not ready within 1s", "/ready gave: status 503"]);
}

#[test]
fn it_hangs_at_the_login() {
    let stub = Stub::start(|path| match path {
        "/acs" => Reply::Silence,
        _ => Reply::Status(204),
    });
    let ready = format!("http://127.0.0.1:{}/ready", stub.port);
    let desk = desk(&external(stub.port, &launch("sleep 300", &ready)));
    desk.write("one.toml", &format!("{PLAIN}{}", "\n[[steps]]\nlogin = \"jane\"\n".repeat(5)));
    let finished = run(&desk, &["--timeout", "1"]);
    assert_eq!(stub.asked("/acs"), 1, "what hangs once is not waited for in every step");
    finished.reports(&[&format!("http://127.0.0.1:{}/acs gave no answer within 1 s", stub.port)]);
}

#[test]
fn it_ends_in_the_middle_of_a_login() {
    let desk = Desk::new();
    let (stop, ended) = (desk.path("sp/stop"), desk.path("sp/ended"));
    let stub = Stub::start(move |path| {
        if path != "/acs" {
            return Reply::Status(204);
        }
        std::fs::write(&stop, "").unwrap();
        wait_for("the end of the SP", || ended.exists().then_some(()));
        // What it printed is on its way to samlproof.
        std::thread::sleep(Duration::from_millis(200));
        Reply::Close
    });
    let script =
        "while [ ! -e stop ]; do sleep 0.1; done; echo 'out of memory' >&2; touch ended; exit 9";
    let ready = format!("http://127.0.0.1:{}/ready", stub.port);
    desk.write("one.toml", PLAIN);
    desk.write("sp/mine.toml", &external(stub.port, &launch(script, &ready)));
    run(&desk, &[]).reports(&[
        "/acs cannot be reached",
        "the SP had ended with exit status: 9; it printed:",
        "out of memory",
    ]);
}

#[test]
fn one_that_is_well_is_stopped_too() {
    let stub = Stub::start(|path| Reply::Status(if path == "/whoami" { 401 } else { 204 }));
    let ready = format!("http://127.0.0.1:{}/ready", stub.port);
    let desk = desk(&external(stub.port, &launch("sleep 300 & sleep 300", &ready)));
    // Nobody is logged in afterwards: the SP was there, so that is a finding.
    let finished = desk.run(&["run", "one.toml", "--sp", "sp/mine.toml"]).exits(1);
    finished.reports(&["FAIL  one on mine", "expected  accepted", "actual    rejected"]);
    is_empty_group(number_in(&desk.path("sp/pid")));
}
