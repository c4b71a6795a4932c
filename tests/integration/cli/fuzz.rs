//! `samlproof fuzz` and `samlproof selftest --fuzz` from outside.

use rustix::process::Signal;

use super::processes::{signal, wait_for};
use super::stub::{Reply, Stub};
use super::{Desk, closed_port, external, finish};

/// The only file in a folder.
fn only_in(desk: &Desk, folder: &str) -> String {
    let mut entries = std::fs::read_dir(desk.path(folder)).unwrap();
    let name = entries.next().unwrap().unwrap().file_name().into_string().unwrap();
    assert!(entries.next().is_none(), "there is one file in {folder}");
    format!("{folder}/{name}")
}

#[test]
fn a_fault_becomes_a_scenario_that_is_red_on_it_and_green_without() {
    let desk = Desk::new();
    let arguments = ["fuzz", "--fault", "M39", "--seed", "1", "--cases", "300", "--out", "found"];
    desk.run(&arguments)
        .exits(1)
        .reports(&["case ", "expected", "actual", "samlproof run found/finding-"])
        .complains(&["seed 1, profile arize-us"]);
    let file = only_in(&desk, "found");
    let run = ["run", &file, "--profile", "arize-us"];
    let faulty = [&run[..], &["--fault", "M39"]].concat();
    desk.run(&faulty).exits(1).reports(&["expected", "actual"]);
    // As with any scenario of one's own, the outcome is kept once it is right.
    desk.run(&[&run[..], &["--accept"]].concat()).exits(0);
    desk.run(&run).exits(0);
    desk.run(&faulty).exits(1);
    assert!(!desk.path("fuzz-regressions").exists(), "a planted fault is not kept");
}

#[test]
fn the_seed_is_printed_and_an_honest_sp_passes() {
    let desk = Desk::new();
    let before = desk.tree();
    let finished = desk.run(&["fuzz", "--cases", "5", "--profile", "arize-eu"]).exits(0);
    let finished = finished.reports(&["5 cases", "nothing found", "seed "]);
    finished.complains(&["seed ", "arize-eu"]);
    assert_eq!(desk.news(&before), [""; 0], "nothing is written where nothing is found");
    desk.run(&["fuzz", "--cases", "2", "--format", "json"]).exits(0).reports(&["\"findings\": []"]);
}

#[test]
fn usage_and_files_are_checked_first() {
    let desk = Desk::new();
    desk.run(&["fuzz", "--law", "gravity"]).exits(2).complains(&["gravity", "--list-laws"]);
    desk.run(&["fuzz", "--profile", "nobody"]).exits(2).complains(&["nobody", "arize-us"]);
    desk.run(&["fuzz", "--time", "soon"]).exits(2).complains(&["60s"]);
    desk.run(&["fuzz", "--fault", "M39", "--sp", "x.toml"]).exits(2).complains(&["--fault"]);
    desk.run(&["fuzz", "--sp", "x.toml"]).exits(3).complains(&["x.toml"]);
    desk.run(&["fuzz", "--list-laws"]).exits(0).reports(&["login-twice", "order-of-values"]);
    desk.run(&["fuzz", "--cases", "0"]).exits(4);
}

#[test]
fn an_sp_that_is_not_there_makes_it_inconclusive() {
    let desk = Desk::new();
    desk.write("sp/mine.toml", &external(closed_port(), ""));
    desk.run(&["fuzz", "--sp", "sp/mine.toml", "--cases", "3"]).exits(5).complains(&["reached"]);
}

#[test]
fn ctrl_c_ends_it_with_what_was_found_so_far() {
    let stub = Stub::start(|path| match path {
        "/acs" => Reply::Silence,
        _ => Reply::Status(204),
    });
    let desk = Desk::new();
    desk.write("sp/mine.toml", &external(stub.port, ""));
    let arguments = ["fuzz", "--sp", "sp/mine.toml", "--timeout", "200", "--time", "1h"];
    let child = desk.command(&arguments).spawn().unwrap();
    wait_for("a login that hangs", || (stub.asked("/acs") > 0).then_some(()));
    signal(child.id(), Signal::INT);
    let finished = finish(child).exits(130);
    finished.reports(&["interrupted"]).complains(&["interrupted: ending"]);
}

#[test]
fn the_selftest_prints_what_each_fault_took() {
    let desk = Desk::new();
    let arguments = ["selftest", "--fuzz", "--fault", "M11,M39", "--honest", "20"];
    let finished = desk.run(&arguments).exits(0);
    finished.reports(&["M11 ", "M39 ", "2 of 2 found", "without a fault: 20 cases"]);
    // What the fuzzer is not about is not found.
    let arguments = ["selftest", "--fuzz", "--fault", "M07", "--cases", "3"];
    desk.run(&arguments).exits(1).reports(&["ESCAPES", "0 of 1 found"]);
    desk.run(&["selftest", "--fuzz", "--fault", "none"]).exits(2).complains(&["--honest"]);
}
