//! `samlproof idp`, as a user runs it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use http::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use samlproof::net::{Client, ClientOptions, Jar};
use samlproof::saml::IdpMetadata;
use serde_json::Value;

use crate::net::url;
use crate::serve::{Browser, posted, values};

const ORG: &str = r#"subdomain = "acme"

[[apps]]
label     = "One SP"
acs       = "https://sp.test/acs"
entity_id = "https://sp.test"

[[apps.attribute]]
name = "first"
user = "firstName"

[users.jane]
email     = "jane@one.test"
firstName = "Jane"
"#;

/// A running `samlproof idp --json` with the line that it printed.
struct Running {
    child: Child,
    line: Value,
}

impl Running {
    fn start(arguments: &[&str], folder: &Path) -> Self {
        let mut child = command(arguments, folder).arg("--json").spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let output = child.wait_with_output().unwrap();
            panic!("it ended without a line: {output:?}");
        }
        Self { child, line: serde_json::from_str(&line).unwrap() }
    }

    fn text(&self, pointer: &str) -> &str {
        self.line.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| {
            panic!("no {pointer} in {}", self.line);
        })
    }

    /// The certificate and the entity id that its first app publishes.
    async fn trust(&self, client: &Client) -> (Vec<Vec<u8>>, String) {
        let answer = client.get(&url(self.text("/apps/0/metadata_url"))).await.unwrap();
        let metadata = IdpMetadata::parse(&answer.text()).unwrap();
        (metadata.certificates.clone(), metadata.entity_id.to_string())
    }

    fn end(mut self, signal: Signal) -> (ExitStatus, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let status = self.child.wait().unwrap();
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (status, errors)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samlproof"));
    command.arg("idp").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    command(arguments, folder).output().unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("org.toml"), ORG).unwrap();
    folder
}

fn plain() -> Client {
    Client::new(&ClientOptions::default()).unwrap()
}

#[tokio::test]
async fn kept_keys_survive_a_restart_and_others_do_not() {
    let folder = folder();
    let kept = ["org.toml", "--keys", "keys"];
    let first = Running::start(&kept, folder.path());
    assert_eq!(first.text("/apps/0/key_file"), "keys/acme_onesp.pem");
    let trust = first.trust(&plain()).await;
    assert!(trust.1.starts_with("http://www.okta.com/exk"), "{trust:?}");
    let (status, errors) = first.end(Signal::TERM);
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));

    let again = Running::start(&kept, folder.path());
    assert_eq!(again.trust(&plain()).await, trust);
    // A fresh key, but the same names.
    let fresh = Running::start(&["org.toml"], folder.path());
    let other = fresh.trust(&plain()).await;
    assert_ne!(other.0, trust.0);
    assert_eq!(other.1, trust.1);
    let (_, errors) = fresh.end(Signal::INT);
    assert!(errors.contains("this process only"), "{errors}");
}

#[tokio::test]
async fn a_user_of_the_file_signs_in() {
    let folder = folder();
    let idp = Running::start(&["org.toml"], folder.path());
    let browser = Browser(plain().with_jar(Jar::new()));
    let health = browser.open(idp.text("/health_url")).await;
    assert_eq!((health.status, health.text().as_ref()), (StatusCode::OK, "ok\n"));
    let page = browser.log_in(idp.text("/apps/0/embed_url"), "jane@one.test", "password").await;
    let posted = posted(&page);
    assert_eq!(posted.action, "https://sp.test/acs");
    assert_eq!(values(&posted, "first"), ["Jane"]);
    let page = browser.follow(idp.text("/sign_in_url")).await;
    assert!(page.text().contains("One SP"), "{}", page.text());
}

#[tokio::test]
async fn without_a_file_there_is_an_org_that_help_shows() {
    let folder = tempfile::tempdir().unwrap();
    let idp = Running::start(&[], folder.path());
    let browser = Browser(plain().with_jar(Jar::new()));
    let page = browser.log_in(idp.text("/apps/0/embed_url"), "jane@example.com", "password").await;
    let posted = posted(&page);
    assert_eq!(posted.action, "http://127.0.0.1:8000/saml/acs");
    assert_eq!(values(&posted, "groups"), ["Everyone", "ml-team"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
    let help = run(&["--help"], folder.path());
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("email     = \"jane@example.com\""), "{help}");
}

#[tokio::test]
async fn https_is_vouched_for_by_a_kept_authority() {
    let folder = folder();
    let arguments = ["org.toml", "--https", "--keys", "keys", "--host", "idp.test"];
    let first = Running::start(&arguments, folder.path());
    let ca = fs::read_to_string(folder.path().join(first.text("/ca_file"))).unwrap();
    assert_eq!(first.text("/ca_file"), "keys/tls-ca.crt");
    assert!(first.text("/base_url").starts_with("https://idp.test:"));
    first.end(Signal::TERM);

    let again = Running::start(&arguments, folder.path());
    let metadata = url(again.text("/apps/0/metadata_url"));
    let port = metadata.port().unwrap();
    let hosts =
        samlproof::net::HostMap::new().with("idp.test", port, ([127, 0, 0, 1], port).into());
    let options = ClientOptions::default().trust_pem(&ca).unwrap().reach(hosts);
    let client = Client::new(&options).unwrap();
    again.trust(&client).await;
    let by_address = url(&format!("https://127.0.0.1:{port}/health"));
    assert_eq!(client.get(&by_address).await.unwrap().status, StatusCode::OK);

    let nowhere = run(&["org.toml", "--https"], folder.path());
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8(nowhere.stderr).unwrap().contains("--ca DIR"));
}

#[test]
fn a_wrong_org_file_is_told_whole_and_nothing_is_started() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("org.toml"),
        "subdomian = \"acme\"\n[[apps]]\nlabel = \"One SP\"\nacs = \"sp\"\n",
    )
    .unwrap();
    // A port that is taken: whoever began to listen would say so.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["org.toml", "--port", &port, "--keys", "keys"], folder.path());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stdout.is_empty());
    assert!(!folder.path().join("keys").exists(), "no key is made");
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap());

    let missing = run(&["nowhere.toml"], folder.path());
    assert_eq!(missing.status.code(), Some(3), "{missing:?}");
    let key = folder.path().join("keys/acme_onesp.pem");
    fs::create_dir(key.parent().unwrap()).unwrap();
    fs::write(&key, "no key").unwrap();
    fs::write(folder.path().join("org.toml"), ORG).unwrap();
    let bad_key = run(&["org.toml", "--keys", "keys"], folder.path());
    assert_eq!(bad_key.status.code(), Some(3), "{bad_key:?}");
}

#[test]
fn a_key_that_cannot_make_the_signatures_is_refused() {
    let folder = folder();
    let arguments = ["org.toml", "--keys", "keys"];
    Running::start(&arguments, folder.path()).end(Signal::TERM);
    let ecdsa = ORG.replace("[[apps.attr", "signature_algorithm = \"ECDSA_SHA256\"\n[[apps.attr");
    fs::write(folder.path().join("org.toml"), ecdsa).unwrap();
    let output = run(&arguments, folder.path());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("acme_onesp.pem is a rsa-2048 key"), "{errors}");
    fs::remove_dir_all(folder.path().join("keys")).unwrap();
    Running::start(&arguments, folder.path()).end(Signal::TERM);
}

#[test]
fn a_port_that_is_taken_is_said_with_what_helps() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["org.toml", "--port", &port], folder.path());
    assert_eq!(output.status.code(), Some(5), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("the port is taken") && errors.contains(&port), "{errors}");
    drop(taken);
    Running::start(&["org.toml", "--port", &port], folder.path()).end(Signal::TERM);
}

#[test]
fn other_addresses_than_loopback_are_warned_of() {
    let folder = folder();
    let open = Running::start(&["org.toml", "--bind", "0.0.0.0"], folder.path());
    assert!(open.text("/base_url").starts_with("http://127.0.0.1:"));
    let (_, errors) = open.end(Signal::TERM);
    assert!(errors.contains("warning: listening on 0.0.0.0"), "{errors}");
    assert!(errors.contains("--host NAME"), "{errors}");
    let (_, errors) = Running::start(&["org.toml"], folder.path()).end(Signal::TERM);
    assert!(!errors.contains("warning"), "{errors}");
}
