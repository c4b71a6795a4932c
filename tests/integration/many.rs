//! Many logins at once leave what logins one after another leave.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use samlproof::crypto::Engine;
use samlproof::drive::{Target, TargetKeys, TargetOptions, drive};
use samlproof::env::Env;
use samlproof::keys::{TlsAuthority, test_only};
use samlproof::observation::Observation;
use samlproof::plan::resolve;
use samlproof::scenario::Catalogue;
use samlproof::sp::{State, User, UserStatus};
use samlproof::verdict::{Verdict, judge};

use crate::scenario::{scenario_as, with_head};

const USERS: usize = 100;
/// Logins of each.
const TIMES: usize = 10;
/// Logins that are under way at the same time.
const AT_ONCE: usize = 100;

/// A hundred users with a mix of roles. At once: each logs in ten times, ten users at a time. One
/// after another: each logs in once, as more logins would change nothing (see the laws of `sp`).
fn text(at_once: bool) -> String {
    let mut text = with_head(
        r#"profiles = ["arize-us"]
[sp]
settings = { sync_user_roles = true, allow_login_with_defaults = true }
[[sp.mapping]]
id   = "readers"
when = [["groups", "ml-a"]]
org  = { research = "read-only" }
[[sp.mapping]]
id     = "writers"
when   = [["groups", "ml-b"]]
org    = { research = "member" }
spaces = { "research/vision" = "admin" }
[[sp.mapping]]
id            = "heads"
when          = [["groups", "ml-a"], ["groups", "ml-c"]]
account_admin = true
[sp.defaults]
org    = { lobby = "read-only" }
spaces = { "lobby/desk" = "read-only" }
"#,
    );
    for user in 0..USERS {
        let groups: Vec<String> = ["ml-a", "ml-b", "ml-c"]
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| user >> bit & 1 == 1)
            .map(|(_, group)| format!("{group:?}"))
            .collect();
        writeln!(text, "[users.u{user}]\ngroups = [{}]", groups.join(", ")).unwrap();
    }
    let name = |user: usize| format!("\"u{user}\"");
    let steps: Vec<String> = if at_once {
        let round = |round: usize| {
            let people: Vec<String> =
                (0..AT_ONCE).map(|turn| name(round * TIMES + turn % TIMES)).collect();
            people.join(", ")
        };
        (0..USERS * TIMES / AT_ONCE).map(round).collect()
    } else {
        (0..USERS).map(name).collect()
    };
    for people in steps {
        writeln!(text, "[[steps]]\nlogin = [{people}]\nbrowser = \"fresh\"").unwrap();
        writeln!(text, "expect = \"accepted\"\nusers = 1").unwrap();
    }
    text
}

async fn play(at_once: bool) -> State {
    let profiles = Catalogue::embedded().unwrap().profiles;
    let profile = profiles.into_iter().find(|profile| profile.name == "arize-us").unwrap();
    // The same id and seed: the same names.
    let scenario = scenario_as("jit/many", &text(at_once)).unwrap();
    let case = resolve(&scenario, Arc::clone(&profile), "many").unwrap();
    let key = |name| test_only::signing(name).unwrap();
    let options = TargetOptions {
        engine: Engine::default(),
        authority: Arc::new(TlsAuthority::new(Env::real().clock.now()).unwrap()),
        keys: TargetKeys {
            main: vec![key("okta-1"), key("okta-2")],
            other: vec![key("other-org"), key("okta-2")],
            stranger: key("other"),
        },
        timeout: Duration::from_secs(120),
        fault: None,
    };
    let target = Target::start(profile, options).await.unwrap();
    let env = Env::fixed("2026-01-05T12:00:00Z".parse().unwrap(), "many");
    let observation: Observation = drive(&case, &target, &env).await;
    target.stop().await;
    assert_eq!(judge(&case, &observation), Verdict::Pass);
    observation.steps.last().unwrap().after.clone().unwrap()
}

/// All that is stored but the ids, which are made in the order of arrival.
fn stored(state: &State) -> BTreeMap<String, (String, UserStatus, BTreeSet<String>)> {
    let users: BTreeMap<_, _> = state
        .users
        .iter()
        .map(|user| {
            let User { email, account, status, roles, .. } = user.clone();
            (email, (account, status, roles.lines()))
        })
        .collect();
    assert_eq!(users.len(), state.users.len(), "one user an address");
    users
}

/// The roles of all sessions of each user.
fn sessions(state: &State) -> BTreeMap<String, Vec<BTreeSet<String>>> {
    let mut sessions: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for session in &state.sessions {
        sessions.entry(session.email.clone()).or_default().push(session.roles.lines());
    }
    sessions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_logins_of_a_hundred_users_leave_what_serial_ones_leave() {
    let (parallel, serial) = (play(true).await, play(false).await);
    assert_eq!(parallel.users.len(), USERS);
    assert_eq!(parallel.sessions.len(), USERS * TIMES);
    assert_eq!(stored(&parallel), stored(&serial));
    for (email, roles) in sessions(&parallel) {
        assert_eq!(roles.len(), TIMES, "{email}");
        assert!(roles.iter().all(|roles| *roles == sessions(&serial)[&email][0]), "{email}");
    }
    assert_eq!(parallel.resources, serial.resources);
}
