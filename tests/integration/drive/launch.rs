//! SPs that samlproof starts and ends.
#![cfg(unix)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wiremock::{Request, ResponseTemplate};

use samlproof::drive::{Target, drive};
use samlproof::env::Env;
use samlproof::observation::Observation;
use samlproof::sp::{Configuration, SpProfile};

use super::shop::Shop;
use super::{FIRST_LOGIN, Played, case, external, options};

/// Nothing but a look at an SP that was launched.
const LOOK: &str =
    "[sp]\n[users.jane]\n[[steps]]\nchange = { users.jane.groups = [\"ml-team\"] }\n";

/// The number that a file holds, as soon as it does.
pub(super) async fn number_in(file: &Path) -> i32 {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if let (Ok(number), true) = (text.trim().parse(), text.ends_with('\n')) {
            return number;
        }
        assert!(Instant::now() < patience, "{} never got a number: {text:?}", file.display());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether a process runs. One that has ended and that nobody has asked about is on the process table
/// and does not count.
fn runs(pid: i32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'),
        Err(_) if Path::new("/proc/self/stat").exists() => false,
        Err(_) => {
            let pid = rustix::process::Pid::from_raw(pid).unwrap();
            rustix::process::test_kill_process(pid).is_ok()
        }
    }
}

/// Waits until a process that was killed has gone.
pub(super) async fn gone(pid: i32) {
    let patience = Instant::now() + Duration::from_secs(30);
    while runs(pid) {
        assert!(Instant::now() < patience, "process {pid} still runs");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An SP that this shell script starts in this folder.
fn launched(base: &str, folder: &Path, script: &str, ready: &str) -> Arc<SpProfile> {
    std::fs::write(folder.join("serve.sh"), script).unwrap();
    by(base, folder, r#"["sh", "serve.sh"]"#, ready)
}

fn by(base: &str, folder: &Path, command: &str, ready: &str) -> Arc<SpProfile> {
    let target = format!(
        r#"[target.launch]
command = {command}
env     = {{ PORT = "{{port}}", DATA = "{{data}}", CONFIG = "{{config}}", TOKEN = "{{token}}", CA = "{{idp.ca_file}}", METADATA = "{{idp.metadata_url}}", SSO = "{{idp.sso_url}}" }}
{ready}
[target.configure]
kind = "launch"
"#
    );
    external(base, &target, Some(folder))
}

/// A shell that started another one that does not end when it is asked to. The second is there before
/// its number is told.
const STUBBORN: &str = "echo $$ > pid\n\
    sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 1; done' &\n\
    wait\n";

/// A shop that is ready as soon as this file is there: the launched program has written it.
async fn shop_with(file: &Path) -> (Shop, String) {
    let (shop, file) = (Shop::open().await, file.to_owned());
    shop.instead("GET", "/ready", move |_: &Request| {
        ResponseTemplate::new(if file.exists() { 200 } else { 503 })
    })
    .await;
    let ready = format!("ready = \"{}/ready\"", shop.server.uri());
    (shop, ready)
}

/// An address that nobody listens at. The limit is for programs that end before it.
const NOWHERE: &str = "ready = \"http://127.0.0.1:{port}/\"\nready_within = \"60s\"";

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let profile = by("http://127.0.0.1:9", folder.path(), r#"["./no-such-server"]"#, NOWHERE);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    let begins = format!("`./no-such-server` cannot be started in {}", folder.path().display());
    assert!(reason.starts_with(&begins), "{reason}");
    assert!(reason.ends_with("is everything it needs installed?"), "{reason}");
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_quoted() {
    let folder = TempDir::new().unwrap();
    let script = "echo 'starting'; echo 'No module named flask' >&2; exit 3";
    let profile = launched("http://127.0.0.1:9", folder.path(), script, NOWHERE);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    let there = folder.path().display();
    assert!(
        reason.starts_with(&format!(
            "`sh serve.sh` (in {there}) ended with exit status: 3 before http://127.0.0.1:"
        )),
        "{reason}"
    );
    assert!(reason.contains("it printed:"), "{reason}");
    assert!(
        reason.contains("\n    starting") && reason.contains("\n    No module named flask"),
        "{reason}"
    );
}

#[tokio::test]
async fn only_the_end_of_a_long_output_is_quoted() {
    let folder = TempDir::new().unwrap();
    let script = "i=0; while [ $i -lt 500 ]; do echo \"line $i\"; i=$((i+1)); done; exit 1";
    let profile = launched("http://127.0.0.1:9", folder.path(), script, NOWHERE);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    assert!(reason.contains("line 499") && !reason.contains("line 479"), "{reason}");
}

#[tokio::test]
async fn a_program_that_is_never_ready_is_ended_and_told_of() {
    let folder = TempDir::new().unwrap();
    let script = format!("echo 'waiting for the database'\n{STUBBORN}");
    // Long enough for two shells to start on a busy machine.
    let ready = NOWHERE.replace("60s", "3s");
    let profile = launched("http://127.0.0.1:9", folder.path(), &script, &ready);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    assert!(reason.contains("was not ready within 3s: http://127.0.0.1:"), "{reason}");
    assert!(reason.contains("/ gave: "), "{reason}");
    assert!(reason.contains("waiting for the database"), "{reason}");
    gone(number_in(&folder.path().join("pid")).await).await;
    gone(number_in(&folder.path().join("child")).await).await;
}

#[tokio::test]
async fn a_program_that_only_crashes_is_never_ready() {
    let (folder, shop) = (TempDir::new().unwrap(), Shop::open().await);
    shop.instead("GET", "/ready", ResponseTemplate::new(502)).await;
    let ready = format!("ready = \"{}/ready\"\nready_within = \"500ms\"", shop.server.uri());
    let profile = launched(&shop.server.uri(), folder.path(), "sleep 600", &ready);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    let ends = format!("was not ready within 500ms: {}/ready gave: status 502", shop.server.uri());
    assert!(reason.ends_with(&ends), "{reason}");
}

#[tokio::test]
async fn a_port_that_another_program_has_is_told_of() {
    let (folder, shop) = (TempDir::new().unwrap(), Shop::open().await);
    let ready = format!("ready = \"{}/\"", shop.server.uri());
    let script = "echo $$ > pid; echo 'Address already in use' >&2; exit 1";
    let profile = launched(&shop.server.uri(), folder.path(), script, &ready);
    let played = Played::on(&profile, LOOK).await;
    let reason = played.inconclusive();
    assert!(reason.contains(&format!("{}/ answers already", shop.server.uri())), "{reason}");
    assert!(reason.contains("another program"), "{reason}");
    assert!(played.steps().is_empty());
    assert!(!folder.path().join("pid").exists(), "nothing was started");
}

#[tokio::test]
async fn a_program_is_told_what_it_needs() {
    let folder = TempDir::new().unwrap();
    let (shop, ready) = shop_with(&folder.path().join("told")).await;
    let script = "cp \"$CONFIG\" config; cp \"$CA\" ca; [ -d \"$DATA\" ] && echo data > data\n\
        echo \"$PORT $METADATA $SSO\" > told; exec sleep 600";
    let profile = launched(&shop.server.uri(), folder.path(), script, &ready);
    Played::on(&profile, LOOK).await.passes();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let told = read("told");
    let told: Vec<&str> = told.split_whitespace().collect();
    assert!(told[0].parse::<u16>().is_ok(), "{told:?}");
    assert!(told[1].starts_with("https://localhost:") && told[1].ends_with("/sso/saml/metadata"));
    assert!(told[2].starts_with("https://localhost:") && told[2].ends_with("/sso/saml"));
    let configuration: Configuration = serde_json::from_str(&read("config")).unwrap();
    assert_eq!(configuration.entries[0].acs.as_str(), format!("{}/acs", shop.server.uri()));
    assert!(read("ca").starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(read("data"), "data\n");
}

async fn played(target: &Target, profile: &Arc<SpProfile>) -> Observation {
    let seen = drive(&case(LOOK, profile), target, &Env::real()).await;
    assert_eq!(seen.trouble, None);
    seen
}

#[tokio::test]
async fn nothing_is_left_of_a_program() {
    let folder = TempDir::new().unwrap();
    let (pid, child) = (folder.path().join("pid"), folder.path().join("child"));
    let (shop, ready) = shop_with(&child).await;
    let profile = launched(&shop.server.uri(), folder.path(), STUBBORN, &ready);
    let target = Target::start(Arc::clone(&profile), options()).await.unwrap();

    // Each case has a program of its own; the earlier one is gone by then.
    played(&target, &profile).await;
    let first = (number_in(&pid).await, number_in(&child).await);
    assert!(runs(first.0) && runs(first.1));
    std::fs::remove_file(&child).unwrap();
    played(&target, &profile).await;
    gone(first.0).await;
    gone(first.1).await;

    let second = (number_in(&pid).await, number_in(&child).await);
    assert!(runs(second.0) && runs(second.1));
    target.stop().await;
    gone(second.0).await;
    gone(second.1).await;
}

#[tokio::test]
async fn nothing_is_left_of_a_program_whose_target_is_dropped() {
    let folder = TempDir::new().unwrap();
    let (pid, child) = (folder.path().join("pid"), folder.path().join("child"));
    let (shop, ready) = shop_with(&child).await;
    let profile = launched(&shop.server.uri(), folder.path(), STUBBORN, &ready);
    let target = Target::start(Arc::clone(&profile), options()).await.unwrap();
    played(&target, &profile).await;
    let (pid, child) = (number_in(&pid).await, number_in(&child).await);
    drop(target);
    gone(pid).await;
    gone(child).await;
}

#[tokio::test]
async fn what_a_program_said_explains_a_trouble() {
    let folder = TempDir::new().unwrap();
    let (shop, ready) = shop_with(&folder.path().join("up")).await;
    let script = "echo 'OperationalError: disk I/O error' >&2; echo up > up; exec sleep 600";
    let more =
        format!("{ready}\n[target.observe]\nstate = {{ url = \"{}/state\" }}", shop.server.uri());
    let profile = launched(&shop.server.uri(), folder.path(), script, &more);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    assert!(reason.contains("state (") && reason.contains("status 401"), "{reason}");
    assert!(reason.contains("it printed:\n    OperationalError: disk I/O error"), "{reason}");
}

#[tokio::test]
async fn a_launched_sp_is_logged_into() {
    let folder = TempDir::new().unwrap();
    let (shop, ready) = shop_with(&folder.path().join("up")).await;
    let base = shop.server.uri();
    let observed = format!(
        "{ready}\n[target.observe]\nwhoami = {{ url = \"{base}/whoami\" }}\n\
         state = {{ url = \"{base}/state\", headers = {{ Authorization = \"Bearer observer\" }} }}"
    );
    let profile = launched(&base, folder.path(), "echo up > up; exec sleep 600", &observed);
    Played::on(&profile, FIRST_LOGIN).await.passes();
}
