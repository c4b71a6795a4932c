//! Programs that stand for adapters.
#![cfg(unix)]

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use samlproof::drive::{Target, drive};
use samlproof::env::Env;
use samlproof::observation::Trouble;
use samlproof::sp::{SpProfile, State};

use super::launch::{gone, number_in};
use super::shop::Shop;
use super::{Played, case, external, options};

/// An SP that is asked by these commands in this folder. Nothing of it is reached by HTTP.
fn asked_by(folder: &Path, state: &str) -> Arc<SpProfile> {
    let state = format!("[target.observe]\nstate = {{ command = {state} }}\n");
    external("http://127.0.0.1:9", &state, Some(folder))
}

fn script(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// Nothing but a look at the state.
const LOOK: &str = "[users.jane]\n[[steps]]\nchange = { users.jane.groups = [\"ml-team\"] }\n";

#[tokio::test]
async fn a_command_tells_the_state() {
    let folder = TempDir::new().unwrap();
    script(
        folder.path(),
        "state.sh",
        "echo \"{\\\"users\\\": [{\\\"id\\\": \\\"1\\\", \\\"email\\\": \\\"$1\\\"}]}\"",
    );
    let profile = asked_by(folder.path(), r#"["sh", "state.sh", "joe@shop.example"]"#);
    let played = Played::on(&profile, LOOK).await;
    played.passes();
    let state: &State = played.steps()[0].after.as_ref().unwrap();
    assert_eq!(state.users[0].email, "joe@shop.example");
}

#[tokio::test]
async fn a_commands_placeholders_are_filled() {
    let folder = TempDir::new().unwrap();
    script(
        folder.path(),
        "state.sh",
        "echo \"{\\\"users\\\": [{\\\"id\\\": \\\"1\\\", \\\"email\\\": \\\"$1\\\"}]}\"",
    );
    let profile = asked_by(folder.path(), r#"["sh", "state.sh", "{idp.entity_id}"]"#);
    let played = Played::on(&profile, LOOK).await;
    let state = played.steps()[0].after.clone().unwrap();
    assert!(state.users[0].email.starts_with("http://www.okta.com/"), "{state:?}");
}

#[tokio::test]
async fn a_command_is_told_the_configuration() {
    let (folder, shop) = (TempDir::new().unwrap(), Shop::open().await);
    script(folder.path(), "configure.sh", "cat > told.json; echo '{}'");
    let base = shop.server.uri();
    let target = "[target.configure]\nkind = \"command\"\ncommand = [\"sh\", \"configure.sh\"]\n";
    let profile = external(&base, target, Some(folder.path()));
    let scenario = "[sp]\n[users.jane]\ngroups = [\"ml-team\"]\n[[steps]]\nlogin = \"jane\"\n";
    Played::on(&profile, scenario).await.passes();
    let told = std::fs::read_to_string(folder.path().join("told.json")).unwrap();
    let told: samlproof::sp::Configuration = serde_json::from_str(&told).unwrap();
    assert_eq!(told.entries.len(), 1);
}

/// What a case with this command comes to nothing for.
async fn inconclusive(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    script(folder.path(), "state.sh", text);
    let profile = asked_by(folder.path(), r#"["sh", "state.sh"]"#);
    let played = Played::on(&profile, LOOK).await;
    assert!(matches!(played.trouble(), Trouble::Adapter { .. }), "{played:#?}");
    played.inconclusive()
}

#[tokio::test]
async fn garbage_is_shown() {
    let reason = inconclusive("echo 'Traceback: no such table'").await;
    assert!(reason.starts_with("the command `sh state.sh` answered"), "{reason}");
    assert!(reason.contains("Traceback: no such table"), "{reason}");
    assert!(reason.ends_with("expected JSON and exit status 0"), "{reason}");
}

#[tokio::test]
async fn json_of_another_shape_is_shown() {
    let reason = inconclusive("echo '{\"users\": 7}'").await;
    assert!(reason.contains("JSON of another shape"), "{reason}");
}

#[tokio::test]
async fn a_command_that_fails_is_quoted() {
    let reason =
        inconclusive("echo '{\"users\": []}'; echo 'the database is locked' >&2; exit 1").await;
    assert!(reason.contains("exit status: 1: the database is locked"), "{reason}");
}

#[tokio::test]
async fn a_command_that_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let profile = asked_by(folder.path(), r#"["./no-such-program"]"#);
    let reason = Played::on(&profile, LOOK).await.inconclusive();
    let there = folder.path().display().to_string();
    assert!(reason.contains("`./no-such-program`") && reason.contains(&there), "{reason}");
    assert!(reason.contains("cannot be started"), "{reason}");
}

/// The limit is a minute. Once the program is seen to run, the clock is stopped: it is put forward
/// as soon as nothing is left to do but to wait.
#[tokio::test]
async fn a_command_that_never_ends_is_killed_with_all_that_it_started() {
    let folder = TempDir::new().unwrap();
    script(folder.path(), "state.sh", "echo $$ > pid; sleep 600 & echo $! > child; wait");
    let profile = asked_by(folder.path(), r#"["sh", "state.sh"]"#);
    let case = case(LOOK, &profile);
    let target = Target::start(profile, options()).await.unwrap();
    let (env, started) = (Env::real(), folder.path().join("child"));
    let watched = async {
        let child = number_in(&started).await;
        tokio::time::pause();
        (number_in(&folder.path().join("pid")).await, child)
    };
    let (seen, (pid, child)) = tokio::join!(drive(&case, &target, &env), watched);
    tokio::time::resume();
    let limit = Trouble::TimedOut { url: "the command `sh state.sh`".into(), seconds: 60 };
    assert_eq!(seen.trouble, Some(limit));
    gone(pid).await;
    gone(child).await;
}
