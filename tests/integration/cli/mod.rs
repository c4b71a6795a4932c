//! The built binary from outside: arguments go in; exit code, output, files and processes come out.

mod bad_input;
mod bad_sp;
mod exit_codes;
mod family;
mod fuzz;
mod interrupt;
mod learn;
mod output;
mod places;
mod processes;
mod selection;
mod snapshots;
mod stub;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// It ends a test that hangs, and measures nothing: a busy machine starts an SP slowly.
const WATCHDOG: Duration = Duration::from_secs(900);

/// A user's machine in small: a home, a place for temporary files, and `work`, where the user is.
pub(crate) struct Desk {
    root: TempDir,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Finished {
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["home", "tmp", "work"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root }
    }

    /// A path below the user's folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join("work").join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// The binary with these arguments, in the user's folder, with nothing of our own environment
    /// but where programs are.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_samlproof")), arguments)
    }

    fn command_of(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root.path().join("home"))
            .env("TMPDIR", self.root.path().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.command(arguments).spawn().unwrap())
    }

    fn run_with(&self, variable: (&str, &str), arguments: &[&str]) -> Finished {
        finish(self.command(arguments).env(variable.0, variable.1).spawn().unwrap())
    }

    /// What is left where temporary files are made.
    fn leftovers(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root.path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Every file and folder of the machine with what it holds; folders hold nothing.
    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut tree = BTreeMap::new();
        let mut folders = vec![self.root.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.root.path()).unwrap().to_path_buf();
                if path.is_dir() {
                    tree.insert(name, Vec::new());
                    folders.push(path);
                } else {
                    tree.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        tree
    }

    /// The paths of the machine that are not in `before`, or hold something else there.
    fn news(&self, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
        let after = self.tree();
        let is_new = |path: &PathBuf| after.get(path) != before.get(path);
        let paths = after.keys().chain(before.keys().filter(|path| !after.contains_key(*path)));
        paths.filter(|path| is_new(path)).map(|path| path.display().to_string()).collect()
    }
}

impl Finished {
    /// Panics with everything that was printed if it ended otherwise.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Panics if the report lacks one of these texts.
    #[track_caller]
    fn reports(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text), "no {text:?} in:\n{}", self.stdout);
        }
        self
    }

    /// Panics if the messages lack one of these texts.
    #[track_caller]
    fn complains(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no {text:?} in:\n{}", self.stderr);
        }
        self
    }
}

/// Waits for the end. A process that does not end is killed, and the test fails.
pub(crate) fn finish(child: Child) -> Finished {
    let id = child.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(WATCHDOG) else {
        processes::kill(id);
        panic!("the process did not end within {} s", WATCHDOG.as_secs());
    };
    let output = output.unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A scenario of one login on `arize-us` that expects this.
fn scenario(expect: &str) -> String {
    scenario_of("arize-us", "member", &format!("login  = \"jane\"\nexpect = \"{expect}\""))
}

/// A scenario with a mapping to this role, for this profile, and this first step.
fn scenario_of(profile: &str, role: &str, step: &str) -> String {
    format!(
        r#"title       = "A user with a group is created"
requirement = "A new user with a mapped group MUST be created."
source      = "a document, section 3"
grade       = "stated"
profiles    = ["{profile}"]

[[sp.mapping]]
id   = "researchers"
when = [["groups", "ml-team"]]
org  = {{ research = "{role}" }}

[users.jane]
groups = ["ml-team"]

[users.kane]
groups = []

[[steps]]
{step}
"#
    )
}

/// The line, from 1, of the first line of a text that begins so.
fn line_of(text: &str, beginning: &str) -> usize {
    text.lines().position(|line| line.starts_with(beginning)).unwrap() + 1
}

/// A scenario that any SP can play: no settings, one login.
const PLAIN: &str = r#"title       = "Somebody enters"
requirement = "Somebody whom the IdP vouches for MUST get in."
source      = "a document"
grade       = "stated"

[users.jane]
groups = ["ml-team"]

[[steps]]
login  = "jane"
expect = "accepted"
"#;

/// A profile of somebody else's SP on loopback, with these further tables of `[target]`.
fn external(port: u16, more: &str) -> String {
    format!(
        r#"name           = "mine"
entity_id      = "http://127.0.0.1:{port}/"
acs            = "http://127.0.0.1:{port}/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

[target]
kind = "external"

[target.observe]
whoami = {{ url = "http://127.0.0.1:{port}/whoami" }}
{more}"#
    )
}

/// A reference profile with this name, family and rules.
fn reference(name: &str, family: &str, rules: &str) -> String {
    format!(
        r#"name           = "{name}"
family         = "{family}"
entity_id      = "https://{name}.example"
acs            = "https://{name}.example/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
login_start    = "https://{name}.example/login?email={{email}}"

[rules]
{rules}

[[app.attribute]]
name   = "groups"
format = "unspecified"
groups = {{ starts_with = "ml-" }}

[target]
kind = "reference"
"#
    )
}

/// A port of loopback that nobody listens on.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
