//! Outcomes held against stored snapshots.
//!
//! What the user's `INSTA_*` say belongs to the whole process, so everything that depends on it is done
//! by the binary, in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use tempfile::TempDir;

use samlproof::observation::{Attempt, End, Identity, Observation, StepObservation};
use samlproof::plan::{Case, resolve};
use samlproof::scenario::Catalogue;
use samlproof::snapshot::{Held, Store, hold, render};
use samlproof::verdict::{CaseOutcome, outcomes};

use crate::plan::embedded_profile;
use crate::scenario::{scenario_as, with_head};

/// Jane logs in on `arize-us`; who she is differs with the seed.
fn case(seed: &str) -> Case {
    let text = with_head("[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"rejected\"\n");
    let scenario = scenario_as("jit/example", &text).unwrap();
    resolve(&scenario, Arc::clone(&embedded_profile("arize-us")), seed).unwrap()
}

/// What comes of it if the SP answers with this status.
fn outcome(case: &Case, status: u16) -> CaseOutcome {
    let attempt = Attempt {
        email: case.people["jane"].email.clone(),
        browser: "a".into(),
        exchanges: Vec::new(),
        sent: Vec::new(),
        end: End::Sp { status, refusal: false },
        identity: Identity::Nobody,
        reason: None,
    };
    let step = StepObservation { attempts: vec![attempt], ..StepObservation::default() };
    outcomes(case, &Observation { steps: vec![step], trouble: None })
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let path = path.strip_prefix(folder).unwrap();
                    found.push(path.to_str().unwrap().to_owned());
                }
            }
        }
    }
    found.sort();
    found
}

const STORED: &str =
    "---\nsource: jit/example\ndescription: whatever\n---\n1. login jane: rejected\n";

#[test]
fn a_text_has_no_name_of_its_own_case() {
    let texts = ["one", "two"].map(|seed| {
        let case = case(seed);
        assert!(case.people["jane"].email.contains("example-"));
        render(&case, &outcome(&case, 403))
    });
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0], "1. login jane: rejected\n");
}

/// The lines of one step with one attempt, which the SP answers so.
fn lines(step: &str, end: End, reason: Option<&str>) -> String {
    let head = "[sp]\n[[sp.mapping]]\nid = \"m\"\nwhen = [[\"groups\", \"ml-team\"]]\norg = { research = \"member\" }\n";
    let text = with_head(&format!("{head}[users.jane]\n[[steps]]\n{step}\n"));
    let scenario = scenario_as("jit/example", &text);
    let scenario = scenario.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let case = resolve(&scenario, Arc::clone(&embedded_profile("arize-us")), "seed").unwrap();
    let attempt = Attempt {
        email: case.people["jane"].email.clone(),
        browser: "a".into(),
        exchanges: Vec::new(),
        sent: Vec::new(),
        end,
        identity: Identity::Unknown,
        reason: reason.map(str::to_owned),
    };
    let step = StepObservation { attempts: vec![attempt], ..StepObservation::default() };
    let seen = Observation { steps: vec![step], trouble: None };
    render(&case, &outcomes(&case, &seen))
}

#[test]
fn an_outcome_is_told_in_the_scenarios_words() {
    let (yes, no) =
        (End::Sp { status: 200, refusal: false }, End::Sp { status: 401, refusal: true });
    let of = |step: &str| [lines(step, yes.clone(), None), lines(step, no.clone(), None)];
    assert_eq!(
        of("api_key = \"jane\"\nexpect = \"works\""),
        ["1. API key jane: works\n", "1. API key jane: refused\n"]
    );
    assert_eq!(
        of("probe = \"jane\"\nexpect = \"signed-in\""),
        ["1. probe jane: signed-in\n", "1. probe jane: signed-out\n"]
    );
    assert_eq!(
        of("logout = \"jane\"\nusers = 1"),
        ["1. logout jane: signed-in\n", "1. logout jane: signed-out\n"]
    );
    let crash = End::Sp { status: 500, refusal: false };
    assert_eq!(
        lines("api_key = \"jane\"\nexpect = \"works\"", crash, None),
        "1. API key jane: server-error\n"
    );
}

#[test]
fn of_a_refused_configuration_the_rows_are_kept_and_not_the_wording() {
    let change = "change = { sp.settings.enforce_saml = true }\nexpect = \"configuration-refused\"";
    let no = |reason| lines(change, End::Sp { status: 422, refusal: true }, reason);
    let told = |rest: &str| {
        format!("1. change sp.settings.enforce_saml = true: configuration-refused{rest}\n")
    };
    let problem =
        |row: &str| format!(r#"{{"place":"entry main","text":"at 12:00","row":"{row}"}}"#);
    let two = format!(r#"{{"problems":[{},{}]}}"#, problem("D21"), problem("D20"));
    assert_eq!(no(Some(&two)), told(" (D21, D20)"));
    for foreign in ["<html>request 8f3a, 12:00</html>", "{\"id\":7}", "[]", "{\"problems\":[7]}"] {
        assert_eq!(no(Some(foreign)), told(""));
    }
    assert_eq!(no(None), told(""));
}

#[test]
fn an_embedded_snapshot_is_the_same_changed_or_new_and_never_written() {
    fn find(path: &str) -> Option<&'static str> {
        (path == "arize/jit/example.snap").then_some(STORED)
    }
    fn nothing(_: &str) -> Option<&'static str> {
        None
    }
    let case = case("seed");
    let held = |find, status, accept| {
        hold(&case, &outcome(&case, status), &Store::Embedded(find), accept).unwrap()
    };
    let (rejected, crashed) = ("1. login jane: rejected\n", "1. login jane: server-error\n");
    // What is asked for by `accept` cannot be done, and is not said to have been.
    for accept in [false, true] {
        assert_eq!(held(find, 403, accept), Held::Same);
        let Held::Changed { stored, now } = held(find, 500, accept) else { panic!("it differs") };
        assert_eq!((stored.trim_end(), now.as_str()), (rejected.trim_end(), crashed));
        assert_eq!(held(nothing, 403, accept), Held::New { now: rejected.into() });
    }
}

#[test]
fn a_snapshot_of_a_folder_is_the_same() {
    let folder = TempDir::new().unwrap();
    let below = folder.path().join("arize/jit");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(below.join("example.snap"), STORED).unwrap();
    let case = case("seed");
    let store = Store::Folder(folder.path().to_path_buf());
    assert_eq!(hold(&case, &outcome(&case, 403), &store, false).unwrap(), Held::Same);
    assert_eq!(files(folder.path()), ["arize/jit/example.snap"]);
    assert_eq!(std::fs::read_to_string(below.join("example.snap")).unwrap(), STORED);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("snapshots");
    std::fs::write(&file, "a file where a folder should be").unwrap();
    let case = case("seed");
    let held = hold(&case, &outcome(&case, 403), &Store::Folder(file.clone()), false);
    // Where the user has asked that nothing is written, nothing fails either.
    match held {
        Err(error) => assert!(error.to_string().contains(&file.display().to_string()), "{error}"),
        Ok(held) => assert!(matches!(held, Held::New { .. })),
    }
}

/// A folder with one scenario of the user's.
struct Folder {
    root: TempDir,
}

const SCENARIO: &str = include_str!("../../scenarios/jit/new-mapped.toml");
const SNAPSHOT: &str = "snapshots/arize/jit/mine.snap";
const NEW: &str = "snapshots/arize/jit/mine.snap.new";
const CHANGED: &str = "---\nsource: jit/mine\n---\n1. login jane: rejected\n";

impl Folder {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let text = SCENARIO.replace("twin        = \"def/off-new-nomatch\"\n", "");
        std::fs::create_dir(root.path().join("jit")).unwrap();
        std::fs::write(root.path().join("jit/mine.toml"), text).unwrap();
        Self { root }
    }

    /// One with this snapshot.
    fn with(stored: &str) -> Self {
        let folder = Self::new();
        let file = folder.root.path().join(SNAPSHOT);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, stored).unwrap();
        folder
    }

    fn path(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.root.path().join(name)).unwrap()
    }

    /// Files beside the scenario.
    fn files(&self) -> Vec<String> {
        let mut files = files(self.root.path());
        files.retain(|file| file != "jit/mine.toml");
        files
    }

    /// `samlproof run` on the scenario, in a folder of its own, with these words of the user.
    fn run(&self, arguments: &[&str], insta: &[(&str, &str)]) -> Ran {
        let elsewhere = TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_samlproof"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INSTA_")) {
            command.env_remove(name);
        }
        for name in ["CI", "TF_BUILD"] {
            command.env_remove(name);
        }
        let output = command
            .args(["run", "--profile", "arize-us", "--format", "json"])
            .args(arguments)
            .arg(self.path())
            .current_dir(elsewhere.path())
            .envs(insta.iter().copied())
            .output()
            .unwrap();
        assert_eq!(files(elsewhere.path()), [""; 0], "nothing is written where it is run");
        Ran::of(output)
    }
}

/// What became of it.
#[derive(Debug)]
struct Ran {
    code: i32,
    held: Held,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = String::from_utf8(output.stdout).unwrap();
        let record: serde_json::Value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
        let held = record["cases"][0]["held"].clone();
        Self {
            code: output.status.code().unwrap(),
            held: serde_json::from_value(held).unwrap_or_else(|_| panic!("{text}")),
        }
    }
}

/// The outcome as it is accepted.
fn accepted() -> String {
    let catalogue = Catalogue::embedded().unwrap();
    assert!(!catalogue.scenarios.is_empty());
    let stored = Catalogue::snapshot("arize/jit/new-mapped.snap").unwrap();
    stored.replace("source: jit/new-mapped", "source: jit/mine")
}

#[test]
fn what_is_new_is_put_beside_and_told() {
    let folder = Folder::new();
    let ran = folder.run(&[], &[]);
    assert!(matches!(ran.held, Held::New { .. }), "{ran:?}");
    assert_eq!(folder.files(), [NEW]);
    assert!(!folder.read(NEW).contains(folder.path().to_str().unwrap()), "{}", folder.read(NEW));
}

#[test]
fn what_changed_is_put_beside_and_told() {
    let folder = Folder::with(CHANGED);
    let ran = folder.run(&[], &[]);
    assert!(matches!(ran.held, Held::Changed { .. }), "{ran:?}");
    assert_ne!(ran.code, 0);
    assert_eq!(folder.files(), [SNAPSHOT, NEW]);
    assert_eq!(folder.read(SNAPSHOT), CHANGED, "what was stored is left alone");
}

#[test]
fn what_is_the_same_is_not_touched_and_a_pending_one_goes() {
    let folder = Folder::with(&accepted());
    std::fs::write(folder.root.path().join(NEW), "pending").unwrap();
    let ran = folder.run(&[], &[]);
    assert_eq!((ran.held, ran.code), (Held::Same, 0));
    assert_eq!(folder.files(), [SNAPSHOT]);
    assert_eq!(folder.read(SNAPSHOT), accepted());
}

#[test]
fn accept_writes_what_cargo_insta_would_and_no_path_of_this_machine() {
    for folder in [Folder::new(), Folder::with(CHANGED)] {
        let ran = folder.run(&["--accept"], &[]);
        assert_eq!((ran.held, ran.code), (Held::Accepted, 0));
        assert_eq!(folder.files(), [SNAPSHOT]);
        // Header and all: the same on every machine, whatever the seed was.
        assert_eq!(folder.read(SNAPSHOT), accepted());
        assert_eq!(folder.run(&[], &[]).held, Held::Same);
    }
}

#[test]
fn accept_clears_a_pending_one() {
    let folder = Folder::with(CHANGED);
    folder.run(&[], &[]);
    assert_eq!(folder.files(), [SNAPSHOT, NEW]);
    folder.run(&["--accept"], &[]);
    folder.run(&[], &[]);
    assert_eq!(folder.files(), [SNAPSHOT]);
}

#[test]
fn nothing_is_written_in_ci() {
    for (folder, before) in [(Folder::new(), vec![]), (Folder::with(CHANGED), vec![SNAPSHOT])] {
        let ran = folder.run(&[], &[("CI", "true")]);
        assert!(matches!(ran.held, Held::New { .. } | Held::Changed { .. }), "{ran:?}");
        assert_eq!(folder.files(), before);
    }
}

#[test]
fn the_users_own_insta_update_is_honoured() {
    let always = Folder::with(CHANGED);
    assert_eq!(always.run(&[], &[("INSTA_UPDATE", "always")]).held, Held::Accepted);
    assert_eq!(always.read(SNAPSHOT), accepted());

    let no = Folder::with(CHANGED);
    let ran = no.run(&[], &[("INSTA_UPDATE", "no")]);
    assert!(matches!(ran.held, Held::Changed { .. }), "{ran:?}");
    assert_eq!(no.files(), [SNAPSHOT]);

    // Even where `--accept` says otherwise; and then nothing is said to have been accepted.
    let ran = no.run(&["--accept"], &[("INSTA_UPDATE", "no")]);
    assert!(matches!(ran.held, Held::Changed { .. }), "{ran:?}");
    assert_eq!(no.read(SNAPSHOT), CHANGED);

    // `unseen`: what is new is written, what changed is put beside.
    let unseen = Folder::new();
    assert_eq!(unseen.run(&[], &[("INSTA_UPDATE", "unseen")]).held, Held::Accepted);
    assert_eq!(unseen.files(), [SNAPSHOT]);
    let changed = Folder::with(CHANGED);
    let ran = changed.run(&[], &[("INSTA_UPDATE", "unseen")]);
    assert!(matches!(ran.held, Held::Changed { .. }), "{ran:?}");
    assert_eq!(changed.files(), [SNAPSHOT, NEW]);
}

#[test]
fn an_outcome_that_the_scenario_forbids_is_not_accepted() {
    let folder = Folder::new();
    let file = folder.root.path().join("jit/mine.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"created\"", "\"rejected\"")).unwrap();
    let ran = folder.run(&["--accept"], &[]);
    assert!(matches!(ran.held, Held::New { .. }), "{ran:?}");
    assert_eq!(ran.code, 1);
    assert!(!folder.files().contains(&SNAPSHOT.to_owned()));
}
