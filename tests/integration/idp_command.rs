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

pub(crate) const ORG: &str = r#"subdomain = "acme"

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
pub(crate) struct Running {
    child: Child,
    line: Value,
}

impl Running {
    pub(crate) fn start(arguments: &[&str], folder: &Path) -> Self {
        Self::try_start(arguments, folder)
            .unwrap_or_else(|output| panic!("it ended without a line: {output:?}"))
    }

    fn try_start(arguments: &[&str], folder: &Path) -> Result<Self, Output> {
        let mut child = command(arguments, folder).arg("--json").spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        match line.is_empty() {
            true => Err(child.wait_with_output().unwrap()),
            false => Ok(Self { child, line: serde_json::from_str(&line).unwrap() }),
        }
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.line.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| {
            panic!("no {pointer} in {}", self.line);
        })
    }

    /// The certificate and the entity id that its first app publishes.
    pub(crate) async fn trust(&self, client: &Client) -> (Vec<Vec<u8>>, String) {
        let answer = client.get(&url(self.text("/orgs/0/apps/0/metadata_url"))).await.unwrap();
        let metadata = IdpMetadata::parse(&answer.text()).unwrap();
        (metadata.certificates.clone(), metadata.entity_id.to_string())
    }

    fn hang_up(&self) {
        kill_process(Pid::from_child(&self.child), Signal::HUP).unwrap();
    }

    /// Opens a page until it is as it should be; nobody says when a file has been read again.
    async fn until(
        &self,
        browser: &Browser,
        page: &str,
        good: impl Fn(&samlproof::net::Answer) -> bool,
    ) -> samlproof::net::Answer {
        let mut answer = browser.follow(page).await;
        for _ in 0..200 {
            if good(&answer) {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            answer = browser.follow(page).await;
        }
        panic!("{page} stays {}", answer.text());
    }

    pub(crate) fn end(mut self, signal: Signal) -> (ExitStatus, String) {
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

pub(crate) fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_samlproof"));
    command.arg("idp").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(arguments: &[&str], folder: &Path) -> Output {
    command(arguments, folder).output().unwrap()
}

pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("org.toml"), ORG).unwrap();
    folder
}

pub(crate) fn plain() -> Client {
    Client::new(&ClientOptions::default()).unwrap()
}

#[tokio::test]
async fn kept_keys_survive_a_restart_and_others_do_not() {
    let folder = folder();
    let kept = ["org.toml", "--keys", "keys"];
    let first = Running::start(&kept, folder.path());
    assert_eq!(first.text("/orgs/0/apps/0/key_file"), "keys/acme_onesp.pem");
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
    let health = browser.open(idp.text("/orgs/0/health_url")).await;
    assert_eq!((health.status, health.text().as_ref()), (StatusCode::OK, "ok\n"));
    let page =
        browser.log_in(idp.text("/orgs/0/apps/0/embed_url"), "jane@one.test", "password").await;
    let posted = posted(&page);
    assert_eq!(posted.action, "https://sp.test/acs");
    assert_eq!(values(&posted, "first"), ["Jane"]);
    let page = browser.follow(idp.text("/orgs/0/sign_in_url")).await;
    assert!(page.text().contains("One SP"), "{}", page.text());
}

#[tokio::test]
async fn without_a_file_there_is_an_org_that_help_shows() {
    let folder = tempfile::tempdir().unwrap();
    let idp = Running::start(&[], folder.path());
    let browser = Browser(plain().with_jar(Jar::new()));
    let page =
        browser.log_in(idp.text("/orgs/0/apps/0/embed_url"), "jane@example.com", "password").await;
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
    assert!(first.text("/orgs/0/base_url").starts_with("https://idp.test:"));
    first.end(Signal::TERM);

    let again = Running::start(&arguments, folder.path());
    let metadata = url(again.text("/orgs/0/apps/0/metadata_url"));
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

#[tokio::test]
async fn several_orgs_are_apart() {
    let folder = folder();
    fs::write(folder.path().join("other.toml"), ORG.replace("\"acme\"", "\"other\"")).unwrap();
    let hosts = ["--host", "a.test", "--host", "b.test"];
    let arguments = [&["org.toml", "other.toml", "--keys", "keys"][..], &hosts].concat();
    let idp = Running::start(&arguments, folder.path());
    assert_eq!(idp.line["version"], 2);
    assert!(idp.text("/orgs/0/base_url").starts_with("http://a.test:"), "{}", idp.line);
    assert!(idp.text("/orgs/1/base_url").starts_with("http://b.test:"), "{}", idp.line);
    assert_eq!(idp.text("/orgs/1/subdomain"), "other");
    let mut trusted = vec![];
    for index in 0..2 {
        let metadata = url(idp.text(&format!("/orgs/{index}/apps/0/metadata_url")));
        let (host, port) = (metadata.host_str().unwrap(), metadata.port().unwrap());
        let hosts = samlproof::net::HostMap::new().with(host, port, ([127, 0, 0, 1], port).into());
        let client = Client::new(&ClientOptions::default().reach(hosts)).unwrap();
        let answer = client.get(&metadata).await.unwrap();
        let metadata = IdpMetadata::parse(&answer.text()).unwrap();
        trusted.push((metadata.entity_id, metadata.certificates));
        // Neither answers to the other's name.
        let other = url(&format!("http://127.0.0.1:{port}/app/exk/sso/saml/metadata"));
        assert_eq!(client.get(&other).await.unwrap().status, StatusCode::NOT_FOUND);
    }
    assert_ne!(trusted[0].0, trusted[1].0);
    assert_ne!(trusted[0].1, trusted[1].1);

    let twice = run(&["org.toml", "org.toml"], folder.path());
    assert_eq!(twice.status.code(), Some(3), "{twice:?}");
    let errors = String::from_utf8(twice.stderr).unwrap();
    assert!(errors.contains("the same subdomain, \"acme\""), "{errors}");
    let hosts = ["--host", "a.test", "--host", "b.test"];
    let few = run(&[&["org.toml"][..], &hosts].concat(), folder.path());
    assert_eq!(few.status.code(), Some(2), "{few:?}");
}

#[tokio::test]
async fn a_changed_file_is_taken_over_by_sighup() {
    let folder = folder();
    let idp = Running::start(&["org.toml"], folder.path());
    let trust = idp.trust(&plain()).await;
    let browser = Browser(plain().with_jar(Jar::new()));
    let embed = idp.text("/orgs/0/apps/0/embed_url").to_owned();
    browser.log_in(&embed, "jane@one.test", "password").await;

    let changed = format!(
        "{}title = \"Dr\"\n[users.joe]\nemail = \"joe@one.test\"\n",
        ORG.replace("user = \"firstName\"", "user = \"title\"")
    );
    fs::write(folder.path().join("org.toml"), &changed).unwrap();
    idp.hang_up();
    // Her session, the app's addresses and its key are what they were.
    let page = idp.until(&browser, &embed, |page| values(&posted(page), "first") == ["Dr"]).await;
    assert_eq!(posted(&page).action, "https://sp.test/acs");
    assert_eq!(idp.trust(&plain()).await, trust);
    let joe = Browser(plain().with_jar(Jar::new()));
    posted(&joe.log_in(&embed, "joe@one.test", "password").await);

    fs::write(folder.path().join("org.toml"), changed.replace("[[apps]]", "[[apps]]\nlabl = 1"))
        .unwrap();
    idp.hang_up();
    // The org goes on: the next right file is taken over again, without Joe.
    std::thread::sleep(std::time::Duration::from_millis(200));
    posted(&joe.follow(&embed).await);
    fs::write(folder.path().join("org.toml"), ORG).unwrap();
    idp.hang_up();
    idp.until(&joe, &embed, |page| page.text().contains("signin-form")).await;
    assert_eq!(values(&posted(&browser.follow(&embed).await), "first"), ["Jane"]);
    let (status, errors) = idp.end(Signal::TERM);
    assert_eq!(status.code(), Some(0), "{errors}");
    assert!(errors.contains("unknown key `labl`"), "{errors}");
    assert!(errors.contains("the org goes on as it was"), "{errors}");
    assert!(errors.contains("1 added, 2 changed, 0 removed"), "{errors}");
    assert!(errors.contains("0 added, 2 changed, 1 removed"), "{errors}");
}

#[tokio::test]
async fn another_subdomain_takes_a_restart() {
    let folder = folder();
    let idp = Running::start(&["org.toml"], folder.path());
    let trust = idp.trust(&plain()).await;
    let joe = "[users.joe]\nemail = \"joe@one.test\"\n";
    let other = format!("{}{joe}", ORG.replace("\"acme\"", "\"other\""));
    fs::write(folder.path().join("org.toml"), other).unwrap();
    idp.hang_up();
    // What comes behind it is taken over, so the other was read before.
    std::thread::sleep(std::time::Duration::from_millis(300));
    fs::write(folder.path().join("org.toml"), format!("{ORG}{joe}")).unwrap();
    idp.hang_up();
    let browser = Browser(plain().with_jar(Jar::new()));
    let embed = idp.text("/orgs/0/apps/0/embed_url").to_owned();
    for _ in 0..100 {
        let page = browser.log_in(&embed, "joe@one.test", "password").await;
        if page.status == StatusCode::OK {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    posted(&browser.follow(&embed).await);
    assert_eq!(idp.trust(&plain()).await, trust);
    let (_, errors) = idp.end(Signal::TERM);
    let told = "the subdomain was \"acme\" and is \"other\" now";
    assert_eq!(errors.matches(told).count(), 1, "{errors}");
}

#[tokio::test]
async fn the_rate_can_be_limited_for_real() {
    let folder = folder();
    let limited = Running::start(&["org.toml", "--rate-limit", "1"], folder.path());
    let sso = limited.text("/orgs/0/apps/0/sso_url").to_owned();
    let ask = async || plain().get(&url(&sso)).await.unwrap().status;
    assert_eq!((ask().await, ask().await), (StatusCode::FOUND, StatusCode::TOO_MANY_REQUESTS));
    let free = Running::start(&["org.toml"], folder.path());
    let sso = free.text("/orgs/0/apps/0/sso_url").to_owned();
    for _ in 0..5 {
        assert_eq!(plain().get(&url(&sso)).await.unwrap().status, StatusCode::FOUND);
    }
}

#[test]
fn orgs_beside_each_other_have_ports_behind_each_other() {
    let folder = folder();
    fs::write(folder.path().join("other.toml"), ORG.replace("\"acme\"", "\"other\"")).unwrap();
    // Two ports in a row that are free now; somebody else may take one before they are used.
    for _ in 0..20 {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let Some(next) = port.checked_add(1) else { continue };
        let Ok(second) = TcpListener::bind(("127.0.0.1", next)) else { continue };
        drop((first, second));
        let text = port.to_string();
        let arguments = ["org.toml", "other.toml", "--port", &text];
        let Ok(idp) = Running::try_start(&arguments, folder.path()) else { continue };
        assert_eq!(idp.text("/orgs/0/base_url"), format!("http://127.0.0.1:{port}"));
        assert_eq!(idp.text("/orgs/1/base_url"), format!("http://127.0.0.1:{next}"));
        return;
    }
    panic!("no two free ports in a row");
}

#[tokio::test]
async fn logins_and_refusals_are_logged_with_the_reason() {
    let folder = folder();
    let kept = ["org.toml", "--keys", "keys"];
    let idp = Running::start(&kept, folder.path());
    let browser = Browser(plain().with_jar(Jar::new()));
    let embed = idp.text("/orgs/0/apps/0/embed_url").to_owned();
    browser.log_in(&embed, "jane@one.test", "wrong").await;
    posted(&browser.log_in(&embed, "jane@one.test", "password").await);
    let sso = idp.text("/orgs/0/apps/0/sso_url").to_owned();
    let bad = browser.open(&format!("{sso}?SAMLRequest=%21%21")).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let (_, errors) = idp.end(Signal::TERM);
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 3, "{errors}");
    assert!(lines[0].contains("sign-in refused"), "{errors}");
    assert!(lines[1].contains("signed on") && lines[1].contains("jane@one.test"), "{errors}");
    assert!(lines[2].contains("Bad SAML request") && lines[2].contains("base64"), "{errors}");

    let silent = Running::start(&[&kept[..], &["--log", "off"]].concat(), folder.path());
    let sso = silent.text("/orgs/0/apps/0/sso_url").to_owned();
    plain().get(&url(&format!("{sso}?SAMLRequest=%21%21"))).await.unwrap();
    assert_eq!(silent.end(Signal::TERM).1, "");
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

#[tokio::test]
async fn a_key_that_cannot_make_the_signatures_is_refused() {
    let folder = folder();
    let arguments = ["org.toml", "--keys", "keys"];
    let first = Running::start(&arguments, folder.path());
    // A key is made when it is needed, or in the background.
    first.trust(&plain()).await;
    first.end(Signal::TERM);
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
    assert!(open.text("/orgs/0/base_url").starts_with("http://127.0.0.1:"));
    let (_, errors) = open.end(Signal::TERM);
    assert!(errors.contains("warning: listening on 0.0.0.0"), "{errors}");
    assert!(errors.contains("--host NAME"), "{errors}");
    let (_, errors) = Running::start(&["org.toml"], folder.path()).end(Signal::TERM);
    assert!(!errors.contains("warning"), "{errors}");
}
