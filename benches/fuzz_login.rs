//! What the fuzzer's unit costs: a whole login, in process and over HTTP, beside the raw RSA operation
//! that no engine can avoid.
//!
//! The same case of many logins is played by both players. In process a response is built, its
//! assertion signed, posted to the reference SP's router, verified, decided and stored, and the SP is
//! asked who is logged in and what it has stored. Over HTTP there are TLS, browsers, redirects and the
//! IdP's pages as well. `cargo bench --bench fuzz_login` ends with one line for each: logins a second
//! on all cores, and how many raw signatures one login costs, all measured in this run.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use jiff::Timestamp;
use samlproof::crypto::Engine;
use samlproof::drive::{InProcess, InProcessOptions, Target, TargetKeys, TargetOptions, drive};
use samlproof::env::Env;
use samlproof::idp::SignParts;
use samlproof::keys::{Hash, KeyAlgorithm, SigningKey, TlsAuthority, test_only};
use samlproof::observation::Observation;
use samlproof::plan::{Case, resolve};
use samlproof::scenario::{Catalogue, Scenario, ScenarioId, Source};
use samlproof::sp::SpProfile;
use tokio::runtime::{Builder, Runtime};

const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);
/// Logins of one case.
const LOGINS: u64 = 20;
/// Cases that each thread plays for the lines at the end.
const IN_PROCESS: u64 = 200;
const OVER_HTTP: u64 = 40;

fn main() {
    let key = test_only::signing("okta-1").expect("okta-1 is published with the crate");
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let profile = Arc::new(profile());
    let case = Arc::new(case(&profile));
    let player = in_process(&profile, &key);
    let runtime = Runtime::new().expect("a runtime can be started");
    let target = Arc::new(runtime.block_on(over_http(&profile, &key)));

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("raw RSA-2048 signature", |bencher| bencher.iter(|| raw(&key)));
    let mut group = criterion.benchmark_group("a case of logins");
    group.throughput(Throughput::Elements(LOGINS));
    let alone = alone_runtime();
    group.bench_function("in process", |bencher| {
        bencher.iter(|| alone.block_on(player.drive(&case, &env(&case))));
    });
    group.bench_function("over HTTP", |bencher| {
        bencher.to_async(&runtime).iter(async || drive(&case, &target, &env(&case)).await);
    });
    group.finish();
    criterion.final_summary();

    let raw = median(1000, || drop(black_box(raw(&key))));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runtime = alone_runtime();
                for _ in 0..IN_PROCESS {
                    played(&runtime.block_on(player.drive(&case, &env(&case))));
                }
            });
        }
    });
    say("in process", threads, IN_PROCESS, (start.elapsed(), raw));
    let start = Instant::now();
    runtime.block_on(many(&case, &target, threads));
    say("over HTTP", threads, OVER_HTTP, (start.elapsed(), raw));
}

fn say(how: &str, threads: usize, cases: u64, (took, raw): (Duration, Duration)) {
    let a_second = (LOGINS * cases) as f64 * threads as f64 / took.as_secs_f64();
    let cost = threads as f64 / a_second / raw.as_secs_f64();
    println!(
        "{a_second:.0} logins a second {how} on {threads} cores, each with one RSA-2048 signature: \
         one costs {cost:.2} raw signatures of {:.3} ms",
        raw.as_secs_f64() * 1000.0
    );
}

fn raw(key: &SigningKey) -> Vec<u8> {
    let message = black_box(b"as short as a digest is");
    key.sign(KeyAlgorithm::Rsa, Hash::Sha256, message).expect("an RSA key signs with SHA-256")
}

fn median(rounds: usize, work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn alone_runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be started")
}

fn env(case: &Case) -> Env {
    Env::fixed(BEGINNING, &case.seed)
}

fn played(seen: &Observation) {
    assert_eq!(seen.trouble, None);
    assert_eq!(seen.steps.len() as u64, LOGINS);
}

fn in_process(profile: &Arc<SpProfile>, key: &SigningKey) -> InProcess {
    let options = InProcessOptions {
        main: key.clone(),
        other: key.clone(),
        stranger: key.clone(),
        signed: SignParts::Assertion,
        fault: None,
    };
    InProcess::new(Arc::clone(profile), options)
}

async fn over_http(profile: &Arc<SpProfile>, key: &SigningKey) -> Target {
    let authority = TlsAuthority::new(Env::real().clock.now()).expect("a CA can be made");
    let main = vec![key.clone()];
    let options = TargetOptions {
        engine: Engine::default(),
        authority: Arc::new(authority),
        keys: TargetKeys { other: main.clone(), main, stranger: key.clone() },
        timeout: Duration::from_secs(10),
        fault: None,
    };
    let target = Target::start(Arc::clone(profile), options).await.expect("a reference SP");
    target.signing(SignParts::Assertion)
}

/// As many cases side by side as there are threads, each with an SP of its own.
async fn many(case: &Arc<Case>, target: &Arc<Target>, threads: usize) {
    let mut plays = Vec::new();
    for _ in 0..threads {
        let (case, target) = (Arc::clone(case), Arc::clone(target));
        plays.push(tokio::spawn(async move {
            for _ in 0..OVER_HTTP {
                played(&drive(&case, &target, &env(&case)).await);
            }
        }));
    }
    for play in plays {
        play.await.expect("it does not panic");
    }
}

fn profile() -> SpProfile {
    let catalogue = Catalogue::embedded().expect("the embedded catalogue is tested");
    let mut profiles = catalogue.profiles.iter();
    let profile = profiles.find(|profile| profile.name == "arize-us");
    SpProfile::clone(profile.expect("arize-us is embedded"))
}

fn case(profile: &Arc<SpProfile>) -> Case {
    let mut text = String::from(
        "title = \"Many logins\"\nrequirement = \"None.\"\nsource = \"-\"\ngrade = \"undefined\"\n\
         covers = []\n\n[sp]\nsettings = { sync_user_roles = true }\n\n[[sp.mapping]]\n\
         id = \"researchers\"\nwhen = [[\"groups\", \"ml-team\"]]\norg = { research = \"member\" }\n\n\
         [users.jane]\ngroups = [\"ml-team\"]\n",
    );
    for _ in 0..LOGINS {
        write!(text, "\n[[steps]]\nlogin = \"jane\"\ninitiated = \"idp\"\n")
            .expect("a String takes all text");
    }
    let source = Source::new("bench/logins.toml", &text);
    let scenario = Scenario::parse(ScenarioId("bench/logins".into()), &source);
    let scenario = scenario.expect("it is a scenario");
    resolve(&scenario, Arc::clone(profile), "bench").expect("it can be resolved")
}
