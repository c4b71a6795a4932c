//! What the fuzzer's unit costs: a whole login, in process and over HTTP, beside the raw RSA operation
//! that no engine can avoid.
//!
//! In process, a response is built, its assertion signed, posted to the reference SP's router,
//! verified, decided and stored, and the SP is asked who is logged in and what it has stored. Over
//! HTTP a scenario of many logins is driven as any other: TLS, browsers, cookies, the IdP's pages.
//! `cargo bench --bench fuzz_login` ends with one line for each: logins a second on all cores, and how
//! many raw signatures one login costs, all measured in this run.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use jiff::{SignedDuration, Timestamp};
use samlproof::crypto::Engine;
use samlproof::drive::{Target, TargetKeys, TargetOptions, drive};
use samlproof::env::Env;
use samlproof::fuzz::player::Stand;
use samlproof::idp::SignParts;
use samlproof::keys::{Hash, KeyAlgorithm, SigningKey, TlsAuthority, test_only};
use samlproof::plan::{Case, resolve};
use samlproof::saml::{AcsUrl, Attribute, AttributeValue, Attributes, EntityId, NameIdFormat};
use samlproof::scenario::{Catalogue, Scenario, ScenarioId, Source};
use samlproof::sp::{
    Configuration, EmailDomain, Entry, EntryName, MappingId, MetadataSource, Resource, Role,
    RoleMapping, Rules, Settings, SpProfile,
};
use tokio::runtime::Runtime;

const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);
const JANE: &str = "jane@example.test";
/// Logins of the scenario that is driven over HTTP.
const DRIVEN: u32 = 400;
/// Logins of each thread in process.
const POSTED: u32 = 4000;

fn main() {
    let key = test_only::signing("okta-1").expect("okta-1 is published with the crate");
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("raw RSA-2048 signature", |bencher| bencher.iter(|| raw(&key)));
    let bench = InProcess::new(&key);
    criterion.bench_function("make a response", |bencher| bencher.iter(|| bench.issue()));
    criterion.bench_function("a whole login in process", |bencher| {
        bencher.iter(|| bench.login());
    });
    criterion.final_summary();

    let raw = median(1000, || drop(black_box(raw(&key))));
    let in_process = all_cores(threads, POSTED, |_| {
        let bench = InProcess::new(&key);
        move || (0..POSTED).for_each(|_| bench.login())
    });
    say("in process", threads, in_process, raw);
    let over_http = over_http(&key, threads);
    say("over HTTP", threads, over_http, raw);
}

fn say(how: &str, threads: usize, a_second: f64, raw: Duration) {
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

/// Units a second when each thread does `units` of them.
fn all_cores<W: FnOnce() + Send>(threads: usize, units: u32, make: impl Fn(usize) -> W) -> f64 {
    let work: Vec<W> = (0..threads).map(make).collect();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for one in work {
            scope.spawn(one);
        }
    });
    f64::from(units) * threads as f64 / start.elapsed().as_secs_f64()
}

/// A stand, and what is posted to it.
struct InProcess {
    stand: Stand,
    attributes: Attributes,
    runtime: Runtime,
}

impl InProcess {
    fn new(key: &SigningKey) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be started");
        let profile = profile();
        let stand = Stand::new(&profile, key.clone(), ("bench", None)).expect("a reference SP");
        let configured = runtime.block_on(stand.configure(configuration(&profile)));
        configured.expect("the configuration is taken");
        let attributes = Attributes(vec![Attribute {
            name: "groups".into(),
            friendly_name: None,
            name_format: None,
            values: vec![AttributeValue::Text("ml-team".into())],
        }]);
        Self { stand, attributes, runtime }
    }

    fn issue(&self) -> samlproof::idp::Issued {
        self.stand.issue(JANE, &self.attributes).expect("a response can be made")
    }

    /// Half an hour passes before each: used assertions and sessions run out, or the SP would hold
    /// more at every login. So do its caches.
    fn login(&self) {
        self.stand.advance(SignedDuration::from_mins(30));
        let issued = self.issue();
        self.runtime.block_on(async {
            let entered = self.stand.post(&issued, None).await.expect("the router answers");
            let cookie = entered.cookie.expect("Jane has a session");
            let who = self.stand.whoami(&cookie).await.expect("the router answers");
            assert_eq!(who.map(|who| who.email).as_deref(), Some(JANE));
            assert_eq!(black_box(self.stand.state()).users.len(), 1);
        });
    }
}

fn profile() -> SpProfile {
    let catalogue = Catalogue::embedded().expect("the embedded catalogue is tested");
    let mut profiles = catalogue.profiles.iter();
    let profile = profiles.find(|profile| profile.name == "arize-us");
    SpProfile::clone(profile.expect("arize-us is embedded"))
}

fn configuration(profile: &SpProfile) -> Configuration {
    let research = Resource::Org("research".into());
    let member = Role::try_from("member".to_owned()).expect("it is a role");
    let entry = Entry {
        name: EntryName("main".into()),
        account: "acme".into(),
        entity_id: EntityId::new(profile.entity_id.as_str()),
        acs: AcsUrl::new(profile.acs.as_str()),
        name_id_format: Some(NameIdFormat::email_address()),
        domains: vec![EmailDomain { domain: "example.test".into(), validated: true }],
        metadata: MetadataSource::Xml(String::new()),
        settings: Settings { sync_user_roles: true, ..Settings::default() },
        mappings: vec![RoleMapping {
            id: MappingId("researchers".into()),
            when: vec![("groups".into(), "ml-team".into())],
            account_admin: false,
            roles: vec![(research.clone(), member)],
        }],
        defaults: None,
        token: None,
        group_teams: None,
        managed_by_file: false,
        rules: Rules::default(),
    };
    Configuration { entries: vec![entry], resources: vec![research], ..Configuration::default() }
}

/// As many cases side by side as there are threads, each with its own SP, as the runner does it.
fn over_http(key: &SigningKey, threads: usize) -> f64 {
    let runtime = Runtime::new().expect("a runtime can be started");
    let authority = TlsAuthority::new(Env::real().clock.now()).expect("a CA can be made");
    let main = vec![key.clone()];
    let options = TargetOptions {
        engine: Engine::default(),
        authority: Arc::new(authority),
        keys: TargetKeys { other: main.clone(), main, stranger: key.clone() },
        timeout: Duration::from_secs(10),
        fault: None,
    };
    let profile = Arc::new(profile());
    let target = runtime.block_on(Target::start(Arc::clone(&profile), options));
    let target = Arc::new(target.expect("a reference SP").signing(SignParts::Assertion));
    let case = |number: usize| case(&profile, number);
    let cases: Vec<Case> = (0..threads).map(case).collect();
    let start = Instant::now();
    runtime.block_on(async {
        let mut plays = Vec::new();
        for case in cases {
            let target = Arc::clone(&target);
            plays.push(tokio::spawn(async move {
                let seen = drive(&case, &target, &Env::fixed(BEGINNING, &case.seed)).await;
                assert_eq!(seen.trouble, None);
                seen.steps.len()
            }));
        }
        for play in plays {
            assert_eq!(play.await.expect("it does not panic"), DRIVEN as usize);
        }
    });
    f64::from(DRIVEN) * threads as f64 / start.elapsed().as_secs_f64()
}

fn case(profile: &Arc<SpProfile>, number: usize) -> Case {
    let mut text = String::from(
        "title = \"Many logins\"\nrequirement = \"None.\"\nsource = \"-\"\ngrade = \"implied\"\n\
         covers = []\n\n[sp]\nsettings = { sync_user_roles = true }\n\n[[sp.mapping]]\n\
         id = \"researchers\"\nwhen = [[\"groups\", \"ml-team\"]]\norg = { research = \"member\" }\n\n\
         [users.jane]\ngroups = [\"ml-team\"]\n",
    );
    for _ in 0..DRIVEN {
        write!(text, "\n[[steps]]\nlogin = \"jane\"\n").expect("a String takes all text");
    }
    let source = Source::new("bench/logins.toml", &text);
    let scenario = Scenario::parse(ScenarioId("bench/logins".into()), &source);
    let scenario = scenario.expect("it is a scenario");
    resolve(&scenario, Arc::clone(profile), &number.to_string()).expect("it can be resolved")
}
