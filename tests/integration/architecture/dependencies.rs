//! What the crate may not depend on.

use std::collections::BTreeSet;
use std::process::Command;

/// The packages that `cargo tree` names, given these arguments.
fn packages(arguments: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--locked", "-e", "normal", "--prefix", "none", "--format", "{p}"];
    let output = Command::new(env!("CARGO"))
        .args(tree)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree {arguments:?}: {errors}");
    names(&String::from_utf8(output.stdout).unwrap())
}

/// The first word of every line.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(String::from).collect()
}

fn unwanted<'a>(packages: &BTreeSet<String>, refused: &[&'a str]) -> Vec<&'a str> {
    refused.iter().copied().filter(|name| packages.contains(*name)).collect()
}

#[test]
fn the_mock_alone_brings_no_command_line_and_no_test_tools() {
    let found = packages(&["--no-default-features"]);
    assert!(found.contains("samlproof") && found.contains("axum"), "{found:?}");
    assert_eq!(unwanted(&found, &["clap", "proptest", "insta"]), Vec::<&str>::new());
}

#[test]
fn there_is_one_crypto_library_and_it_is_not_ring() {
    let found = packages(&[]);
    assert!(found.contains("samlproof") && found.contains("aws-lc-rs"), "{found:?}");
    assert_eq!(unwanted(&found, &["ring"]), Vec::<&str>::new());
}

#[test]
fn an_unwanted_package_is_found_by_its_whole_name() {
    let tree = "samlproof v0.1.0 (/src)\nclap v4.5.0\nclap_builder v4.5.0 (*)\n\nstring v1.0.0\n";
    assert_eq!(unwanted(&names(tree), &["clap", "ring"]), ["clap"]);
    assert_eq!(unwanted(&names("ring-compat v1.0.0\n"), &["clap", "ring"]), Vec::<&str>::new());
}
