//! Ctrl-C and the polite kill, while an SP that samlproof launched is running.

use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;

use super::processes::{is_empty_group, number_in, signal, wait_for};
use super::stub::{Reply, Stub};
use super::{Desk, PLAIN, closed_port, external, finish};

fn launch(ready: &str) -> String {
    format!(
        r#"
[target.launch]
command      = ["sh", "-c", "trap '' TERM INT; (trap '' TERM INT; sleep 300) & echo $$ > pid.part; mv pid.part pid; while :; do sleep 1; done"]
ready        = "{ready}"
ready_within = "200s"
idp          = "http"
"#
    )
}

/// Starts it, waits until `reached`, sends the signal, and sees that all is over and nobody is left.
#[track_caller]
fn interrupt(desk: &Desk, sent: Signal, reached: impl Fn() -> bool) {
    let arguments = ["run", "one.toml", "--sp", "sp/mine.toml", "--timeout", "200"];
    let mut command: Command = desk.command(&arguments);
    let child = command.spawn().unwrap();
    let group = number_in(&desk.path("sp/pid"));
    wait_for("the moment to interrupt", || reached().then_some(()));
    signal(child.id(), sent);
    let finished = finish(child).exits(130);
    assert_eq!(finished.stdout, "", "there is no report of half a run");
    finished.complains(&["interrupted: everything that was started has been stopped"]);
    is_empty_group(group);
    assert_eq!(desk.leftovers(), [""; 0].map(PathBuf::from));
}

#[test]
fn while_the_sp_is_starting() {
    for sent in [Signal::INT, Signal::TERM] {
        let desk = Desk::new();
        desk.write("one.toml", PLAIN);
        desk.write(
            "sp/mine.toml",
            &external(closed_port(), &launch("http://127.0.0.1:{port}/ready")),
        );
        interrupt(&desk, sent, || true);
    }
}

#[test]
fn while_a_login_hangs() {
    for sent in [Signal::INT, Signal::TERM] {
        let stub = Stub::start(|path| match path {
            "/acs" => Reply::Silence,
            _ => Reply::Status(204),
        });
        let desk = Desk::new();
        desk.write("one.toml", PLAIN);
        let ready = format!("http://127.0.0.1:{}/ready", stub.port);
        desk.write("sp/mine.toml", &external(stub.port, &launch(&ready)));
        interrupt(&desk, sent, || stub.asked("/acs") > 0);
    }
}
