//! From any folder, from an installed binary, and nothing is written elsewhere.

use std::fs;
use std::path::PathBuf;

use super::{Desk, finish, reference, scenario};

#[test]
fn an_installed_binary_plays_the_catalogue_from_any_folder() {
    let desk = Desk::new();
    fs::create_dir(desk.path("bin")).unwrap();
    let installed = desk.path("bin/samlproof");
    fs::copy(env!("CARGO_BIN_EXE_samlproof"), &installed).unwrap();
    let before = desk.tree();
    for folder in [desk.path(""), PathBuf::from("/")] {
        let mut command =
            desk.command_of(&installed, &["run", "-s", "jit/new-mapped", "-s", "k6/first"]);
        let finished = finish(command.current_dir(folder).spawn().unwrap()).exits(0);
        finished.reports(&["3 passed, 0 failed"]);
    }
    assert_eq!(desk.news(&before), [""; 0]);
}

#[test]
fn without_a_home_it_works_too() {
    let desk = Desk::new();
    let mut command = desk.command(&["run", "-s", "jit/new-mapped"]);
    finish(command.env_remove("HOME").spawn().unwrap()).exits(0);
}

#[test]
fn snapshots_are_all_that_is_written() {
    let desk = Desk::new();
    // Where profiles are, ids and snapshots begin: one file alone has the same ones.
    desk.write("scenarios/profiles/own.toml", &reference("own", "own", ""));
    desk.write("scenarios/jit/one.toml", &scenario("created"));
    desk.write("scenarios/jit/two.toml", &scenario("rejected"));
    let before = desk.tree();
    desk.run(&["run", "--accept", "scenarios"]).exits(1);
    let written = [
        "work/scenarios/snapshots",
        "work/scenarios/snapshots/arize",
        "work/scenarios/snapshots/arize/jit",
        "work/scenarios/snapshots/arize/jit/one.snap",
        "work/scenarios/snapshots/arize/jit/two.snap.new",
    ];
    assert_eq!(desk.news(&before), written);
    // And what is right writes nothing at all, by whatever path it is named.
    let before = desk.tree();
    let whole = desk.path("scenarios/jit/one.toml");
    desk.run(&["run", whole.to_str().unwrap()]).exits(0);
    desk.run(&["run", "scenarios", "-s", "jit/one"]).exits(0);
    assert_eq!(desk.news(&before), [""; 0]);
}
