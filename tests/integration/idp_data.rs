//! `samlproof idp --data`, stopped in all ways.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use rustix::process::Signal;
use samlproof::idp::Org;
use samlproof::net::{Jar, Request};
use samlproof::serve::OrgData;
use serde_json::json;

use crate::idp_command::{ORG, Running, command, folder, plain, run};
use crate::net::url;
use crate::serve::{Browser, posted, values};

const KEPT: [&str; 3] = ["org.toml", "--data", "data"];

fn kept(folder: &Path) -> Org {
    OrgData::open(OrgData::path_in(&folder.join("data"), "acme")).unwrap().load().unwrap().unwrap()
}

/// Creates users one after another, and notes whom it was told of.
async fn create(base: String, next: Arc<AtomicUsize>, answered: Arc<Mutex<Vec<String>>>) {
    let client = plain();
    loop {
        let login = format!("user{}@made.test", next.fetch_add(1, Ordering::SeqCst));
        let body = json!({
            "profile": { "login": login, "email": login, "firstName": "A", "lastName": "B" },
            "credentials": { "password": { "value": "secret" } },
        });
        let address = url(&format!("{base}/api/v1/users?activate=true"));
        let request = Request::json(Method::POST, address, &body)
            .header("authorization", &format!("SSWS {}", Org::API_TOKEN))
            .unwrap();
        match client.send(request).await {
            Ok(answer) => {
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
                answered.lock().unwrap().push(login);
            }
            // It was killed.
            Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_answered_is_there_after_a_kill() {
    let folder = folder();
    let next = Arc::new(AtomicUsize::new(0));
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    for round in 0..8_u64 {
        let idp = Running::start(&KEPT, folder.path());
        let base = idp.text("/orgs/0/base_url").to_owned();
        let before = answered.lock().unwrap().len();
        let clients: Vec<_> = (0..4)
            .map(|_| tokio::spawn(create(base.clone(), next.clone(), answered.clone())))
            .collect();
        while answered.lock().unwrap().len() < before + 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Not always at the same point of whatever it does.
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        idp.end(Signal::KILL);
        for client in clients {
            client.await.unwrap();
        }
        let org = kept(folder.path());
        for login in &*answered.lock().unwrap() {
            let user = org.user_by_login(login);
            let user = user.unwrap_or_else(|| panic!("round {round}: {login} is gone"));
            assert_eq!(user.password, "secret", "all of it is there");
        }
        assert!(org.user_by_login("jane@one.test").is_some());
    }
    // And they are people like others.
    let idp = Running::start(&KEPT, folder.path());
    let login = answered.lock().unwrap().last().unwrap().clone();
    let browser = Browser(plain().with_jar(Jar::new()));
    let page = browser.log_in(idp.text("/orgs/0/apps/0/embed_url"), &login, "secret").await;
    assert!(values(&posted(&page), "first") == ["A"]);
}

#[test]
fn whoever_is_killed_while_it_starts_leaves_nothing_that_stops_the_next() {
    for step in 0..10 {
        let folder = folder();
        let mut first = command(&KEPT, folder.path()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(6 * step));
        first.kill().unwrap();
        first.wait().unwrap();
        Running::start(&KEPT, folder.path()).end(Signal::KILL);
    }
}

#[tokio::test]
async fn keys_and_changes_are_there_after_a_restart_and_the_file_still_counts() {
    let folder = folder();
    let first = Running::start(&KEPT, folder.path());
    let trust = first.trust(&plain()).await;
    assert_eq!(first.text("/orgs/0/data_file"), "data/acme.redb");
    let control = plain().get(&url(first.text("/orgs/0/control_url"))).await.unwrap();
    assert_eq!(control.status, StatusCode::OK);
    let (status, errors) = first.end(Signal::TERM);
    assert_eq!(status.code(), Some(0), "{errors}");
    assert!(!errors.contains("this process only"), "{errors}");

    // What was changed otherwise stays where the file says what it said.
    let path = OrgData::path_in(&folder.path().join("data"), "acme");
    let mut org = kept(folder.path());
    org.user_by_login_mut("jane@one.test").unwrap().set("firstName", "Janet");
    let env = samlproof::env::Env::real();
    let data = OrgData::open(&path).unwrap();
    let service = samlproof::serve::OrgService::kept(
        org,
        env,
        samlproof::crypto::Engine::Native,
        samlproof::serve::AppKeys::Fresh,
        data,
    );
    service.as_ref().unwrap().flushed().await.unwrap();
    drop(service);
    let again = Running::start(&KEPT, folder.path());
    assert_eq!(again.trust(&plain()).await, trust);
    let browser = Browser(plain().with_jar(Jar::new()));
    let embed = again.text("/orgs/0/apps/0/embed_url").to_owned();
    let page = browser.log_in(&embed, "jane@one.test", "password").await;
    assert_eq!(values(&posted(&page), "first"), ["Janet"]);

    // Nobody else can have it meanwhile.
    let second = run(&KEPT, folder.path());
    assert_eq!(second.status.code(), Some(5), "{second:?}");
    let errors = String::from_utf8(second.stderr).unwrap();
    assert!(errors.contains("acme.redb is in use by another process"), "{errors}");
    again.end(Signal::KILL);

    let changed = ORG.replace("firstName = \"Jane\"", "firstName = \"Jan\"");
    fs::write(folder.path().join("org.toml"), changed).unwrap();
    let last = Running::start(&KEPT, folder.path());
    let browser = Browser(plain().with_jar(Jar::new()));
    let embed = last.text("/orgs/0/apps/0/embed_url").to_owned();
    let page = browser.log_in(&embed, "jane@one.test", "password").await;
    assert_eq!(values(&posted(&page), "first"), ["Jan"]);
    assert_eq!(last.trust(&plain()).await, trust);
    last.end(Signal::TERM);

    fs::write(&path, "something else").unwrap();
    let damaged = run(&KEPT, folder.path());
    assert_eq!(damaged.status.code(), Some(3), "{damaged:?}");
    let errors = String::from_utf8(damaged.stderr).unwrap();
    assert!(errors.contains("or is damaged") && errors.contains("move it away"), "{errors}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "something else", "and it is left alone");
}
