//! What a change of an org costs when it has many users: a user comes and goes over the management API,
//! beside the raw RSA operation that a login cannot avoid.
//!
//! Each change settles the org: rules, groups and assignments of everybody. Kept in a folder, the change
//! is on the disk before the answer leaves. `cargo bench --bench org` ends with a line for each size.

use std::hint::black_box;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use criterion::Criterion;
use http::{Request, StatusCode};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{AppDraft, Org};
use samlproof::keys::{Hash, KeyAlgorithm, SigningKey, test_only};
use samlproof::serve::{AppKeys, OrgData, OrgService};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const SIZES: [usize; 2] = [100, 5000];

fn main() {
    let key = test_only::signing("okta-1").expect("okta-1 is published with the crate");
    let runtime = Runtime::new().expect("a runtime can be started");
    let folder = tempfile::tempdir().expect("there is a folder for what is temporary");
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("raw RSA-2048 signature", |bencher| bencher.iter(|| raw(&key)));
    let orgs: Vec<(String, Router)> = SIZES
        .into_iter()
        .flat_map(|users| {
            let path = OrgData::path_in(folder.path(), &format!("of{users}"));
            let data = OrgData::open(path).expect("a new file can be made");
            let (org, env) = (org(users, &key), Env::real());
            let kept =
                OrgService::kept(org.clone(), env.clone(), Engine::Native, AppKeys::Fresh, data);
            let kept = runtime.block_on(async { kept.expect("a new file takes an org") });
            [
                (format!("{users} users, in memory"), OrgService::new(org, env, Engine::Native)),
                (format!("{users} users, kept"), kept),
            ]
        })
        .map(|(name, service)| (name, service.router()))
        .collect();
    let mut group = criterion.benchmark_group("a user comes and goes");
    for (name, router) in &orgs {
        group.bench_function(name, |bencher| {
            bencher.to_async(&runtime).iter(async || come_and_go(router).await);
        });
    }
    group.finish();
    criterion.final_summary();

    let raw = median(1000, || drop(black_box(raw(&key))));
    for (name, router) in &orgs {
        // Made, deactivated, deleted.
        let change = median(30, || runtime.block_on(come_and_go(router))) / 3;
        println!(
            "{name}: one change over the API {change:.2?}, {:.1} raw RSA-2048 signatures",
            change.as_secs_f64() / raw.as_secs_f64()
        );
    }
}

fn raw(key: &SigningKey) -> Vec<u8> {
    let signed = key.sign(KeyAlgorithm::Rsa, Hash::Sha256, b"a message of some length");
    signed.expect("an RSA key makes this signature")
}

/// An org of so many users with one app that is everybody's.
fn org(users: usize, key: &SigningKey) -> Org {
    let env = Env::real();
    let mut org = Org::new("acme", "http://127.0.0.1", &env);
    for number in 0..users {
        let user = org.add_user(&format!("u{number}@acme.test"), "password", &env);
        user.set("firstName", "Jane");
        user.set("lastName", "Doe");
    }
    AppDraft::new("SP", "https://sp.test/acs", "https://sp.test").add_to(&mut org, key.clone());
    org.settle(env.clock.now());
    org
}

async fn come_and_go(router: &Router) {
    let profile = json!({
        "firstName": "New", "lastName": "User", "email": "new@acme.test", "login": "new@acme.test",
    });
    let body = json!({ "profile": profile, "credentials": { "password": { "value": "secret" } } });
    let made = call(router, "POST", "/api/v1/users", body.to_string()).await;
    let id = made["id"].as_str().expect("a user has an id");
    for _ in 0..2 {
        call(router, "DELETE", &format!("/api/v1/users/{id}"), String::new()).await;
    }
}

async fn call(router: &Router, method: &str, path: &str, body: String) -> Value {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("SSWS {}", Org::API_TOKEN));
    let request = request.body(Body::from(body)).expect("the parts are fit for a request");
    let answer = router.clone().oneshot(request).await.expect("a router always answers");
    assert!(matches!(answer.status(), StatusCode::OK | StatusCode::NO_CONTENT));
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
    serde_json::from_slice(&bytes.expect("the answer is in memory")).unwrap_or_default()
}

fn median(times: usize, mut run: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[times / 2]
}
