//! The embedded catalogue, and those of folders and files.

use std::fs;
use std::path::{Path, PathBuf};

use samlproof::scenario::{Catalogue, FileError, LoadedScenario};

use super::with_head;

fn write(root: &Path, path: &str, text: &str) -> PathBuf {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn good() -> String {
    with_head("[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n")
}

fn profile(name: &str) -> String {
    format!(
        r#"name = "{name}"
entity_id = "x"
acs = "http://x/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
target = {{ kind = "reference" }}
"#
    )
}

fn ids(catalogue: &Catalogue) -> Vec<&str> {
    catalogue
        .scenarios
        .iter()
        .map(|loaded: &LoadedScenario| loaded.scenario.id.0.as_str())
        .collect()
}

#[test]
fn every_embedded_file_is_right() {
    let catalogue = Catalogue::embedded().unwrap_or_else(|errors| panic!("{errors}"));
    assert!(ids(&catalogue).contains(&"cache/warm-mapping"));
    let names: Vec<_> = catalogue.profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["arize-eu", "arize-us", "gitlab", "grafana", "k6-cloud", "snowflake"]);
    assert_eq!(Catalogue::snapshot("no/such.snap"), None);
}

#[test]
fn a_folder_is_walked_beside_profiles_and_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "jit/new.toml", &good());
    write(folder.path(), "jit/deep/er.toml", &good());
    write(folder.path(), "jit/readme.md", "");
    write(folder.path(), "snapshots/x.toml", "nonsense");
    write(folder.path(), "profiles/own.toml", &profile("own"));
    let catalogue = Catalogue::from_paths(&[folder.path().to_path_buf()]).unwrap();
    assert_eq!(ids(&catalogue), ["jit/deep/er", "jit/new"]);
    assert!(catalogue.profiles.iter().any(|profile| profile.name == "own"));
    assert!(catalogue.profiles.iter().any(|profile| profile.name == "k6-cloud"));
    // One area, or one file, of the same root: the ids stay.
    let catalogue = Catalogue::from_paths(&[folder.path().join("jit/deep")]).unwrap();
    assert_eq!(ids(&catalogue), ["jit/deep/er"]);
    assert_eq!(catalogue.scenarios[0].root.as_deref(), Some(folder.path()));
    let catalogue = Catalogue::from_paths(&[folder.path().join("jit/new.toml")]).unwrap();
    assert_eq!(ids(&catalogue), ["jit/new"]);
    assert!(catalogue.other_ids.iter().any(|id| id.0 == "jit/deep/er"));
}

#[test]
fn a_folder_without_profiles_is_its_own_root() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "jit/new.toml", &good());
    let catalogue = Catalogue::from_paths(&[folder.path().join("jit")]).unwrap();
    assert_eq!(ids(&catalogue), ["new"]);
}

#[test]
fn profiles_that_are_named_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "own.toml", &profile("own"));
    let catalogue = Catalogue::load(&[], &[file]).unwrap();
    assert_eq!(catalogue.profiles.len(), 1);
    assert!(!catalogue.scenarios.is_empty());
}

#[test]
fn the_errors_of_all_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/one.toml", "titel = 1");
    write(folder.path(), "a/two.toml", "= ");
    write(folder.path(), "a/Three.toml", &good());
    fs::write(folder.path().join("a/four.toml"), [0xff, 0xfe]).unwrap();
    let big = format!("# {}", "x".repeat(1 << 20));
    write(folder.path(), "a/five.toml", &big);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let missing = folder.path().join("missing.toml");
    let sp = write(folder.path(), "sp.toml", "name = 1");
    let paths = [folder.path().join("a"), empty, missing];
    let errors = Catalogue::load(&paths, &[sp]).unwrap_err();
    let kinds: Vec<_> = errors
        .files
        .iter()
        .map(|error| match error {
            FileError::Parse(errors) => format!("parse {}", errors.source.name),
            FileError::Read { path, .. } => format!("read {}", path.display()),
            FileError::TooLarge { path } => format!("large {}", path.display()),
            FileError::BadId { path } => format!("id {}", path.display()),
            FileError::NoScenario { path } => format!("none {}", path.display()),
            other => other.to_string(),
        })
        .map(|text| text.replace(&format!("{}/", folder.path().display()), ""))
        .collect();
    assert_eq!(
        kinds,
        [
            "id a/Three.toml",
            "large a/five.toml",
            "read a/four.toml",
            "parse a/one.toml",
            "parse a/two.toml",
            "none empty",
            "read missing.toml",
            "parse sp.toml",
        ]
    );
}

#[test]
fn a_file_named_twice_is_one_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "new.toml", &good());
    let catalogue = Catalogue::from_paths(&[file.clone(), file]).unwrap();
    assert_eq!(ids(&catalogue), ["new"]);
    let other = tempfile::tempdir().unwrap();
    write(other.path(), "new.toml", &good());
    let paths = [folder.path().to_path_buf(), other.path().to_path_buf()];
    let errors = Catalogue::from_paths(&paths).unwrap_err();
    assert!(matches!(errors.files.as_slice(), [FileError::SameId { .. }]));
}
