//! What a whole login costs, beside the raw RSA operation that no engine can avoid.
//!
//! The IdP makes and signs a response, assertion and response each, and the reference SP takes it: it
//! verifies both signatures, runs every check, decides, stores and opens a session. No socket is
//! involved. `cargo bench --bench login` ends with one line: logins a second, and how many raw
//! signatures one of them costs, both measured in this run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use criterion::Criterion;
use http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{
    self, AttributeStatement, GroupFilter, Issue, Issued, Org, Overrides, SignOn,
};
use samlproof::keys::{Hash, KeyAlgorithm, SigningKey, test_only};
use samlproof::reference::{ReferenceOptions, ReferenceSp};
use samlproof::saml::{AcsUrl, EntityId, NameIdFormat, encode_post};
use samlproof::scenario::Catalogue;
use samlproof::sp::{
    Configuration, EmailDomain, Entry, EntryName, MappingId, MetadataSource, Resource, Role,
    RoleMapping, Rules, Settings, SpProfile,
};
use tokio::runtime::Runtime;
use tower::ServiceExt;
use url::form_urlencoded;

const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);
const JANE: &str = "jane@example.test";

/// An org, and an SP that trusts it.
struct World {
    env: Env,
    org: Org,
    key: SigningKey,
    sp: Router,
    runtime: Runtime,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime can be started");
        let env = Env::fixed(BEGINNING, "bench");
        let key = test_only::signing("okta-1").expect("okta-1 is published with the crate");
        let profile = profile();
        let org = org(&profile, &key, &env);
        let sp = ReferenceSp::start(profile.clone(), ReferenceOptions::new(env.clone()))
            .expect("the profile is of a reference SP");
        let told = serde_json::to_string(&configuration(&profile, &org)).expect("it is plain data");
        let request = Request::put("/config").body(Body::from(told)).expect("it is a request");
        let answer = runtime.block_on(sp.admin_router().oneshot(request));
        let status = answer.expect("a router answers").status();
        assert_eq!(status, StatusCode::NO_CONTENT, "the configuration is taken");
        Self { env, org, key, sp: sp.public_router(), runtime }
    }

    fn raw(&self) -> Vec<u8> {
        self.key
            .sign(KeyAlgorithm::Rsa, Hash::Sha256, black_box(b"as short as a digest is"))
            .expect("an RSA key signs with SHA-256")
    }

    fn issue(&self) -> Issued {
        let issue = Issue {
            org: &self.org,
            app: &self.org.apps[0],
            user: self.org.user_by_login(JANE).expect("Jane is in the org"),
            request: None,
            authn_instant: self.env.clock.now(),
            overrides: &Overrides::default(),
        };
        idp::issue(&issue, Engine::Native, &self.env).expect("a response can be made")
    }

    /// A browser posts a new response. A minute passes before it: used assertions and sessions run out,
    /// or the SP would hold more at every login. So do its caches: it reads its entry and the IdP's
    /// metadata anew each time.
    async fn login(&self) {
        self.env.clock.advance(SignedDuration::from_secs(60));
        let response = encode_post(&self.issue().xml);
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("SAMLResponse", &response)
            .finish();
        let request = Request::post("/auth/v2/saml")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("it is a request");
        let answer = self.sp.clone().oneshot(request).await.expect("a router answers");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "Jane is logged in");
        assert!(answer.headers().contains_key(header::SET_COOKIE), "Jane has a session");
    }
}

fn profile() -> SpProfile {
    let catalogue = Catalogue::embedded().expect("the embedded catalogue is tested");
    let mut profiles = catalogue.profiles.iter();
    let profile = profiles.find(|profile| profile.name == "arize-us");
    SpProfile::clone(profile.expect("arize-us is embedded"))
}

fn org(profile: &SpProfile, key: &SigningKey, env: &Env) -> Org {
    let mut org = Org::new("acme", "https://acme.okta.com", env);
    let mut sign_on = SignOn::new(profile.acs.clone(), profile.entity_id.clone());
    sign_on.subject_name_id_format = NameIdFormat::email_address();
    let groups = AttributeStatement::groups("groups", GroupFilter::starts_with("ml-"));
    sign_on.attribute_statements.push(groups);
    org.add_app("sp", sign_on, key.clone(), env);
    org.add_user(JANE, "pw", env);
    org.set_groups(JANE, &["ml-team"], env);
    org
}

fn configuration(profile: &SpProfile, org: &Org) -> Configuration {
    let research = Resource::Org("research".into());
    let member = Role::try_from("member".to_owned()).expect("it is a role");
    let entry = Entry {
        name: EntryName("main".into()),
        account: "acme".into(),
        entity_id: EntityId::new(profile.entity_id.as_str()),
        acs: AcsUrl::new(profile.acs.as_str()),
        name_id_format: Some(NameIdFormat::email_address()),
        domains: vec![EmailDomain { domain: "example.test".into(), validated: true }],
        metadata: MetadataSource::Xml(
            idp::metadata(org, &org.apps[0], None).expect("its key is made"),
        ),
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

/// The medians of a raw signature and of a login, taken in turns so that a busy machine slows both
/// alike.
fn medians(world: &World) -> (Duration, Duration) {
    const ROUNDS: usize = 1000;
    let time = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let (mut raw, mut login): (Vec<Duration>, Vec<Duration>) = (0..ROUNDS)
        .map(|_| {
            let raw = time(&|| drop(black_box(world.raw())));
            (raw, time(&|| world.runtime.block_on(world.login())))
        })
        .unzip();
    raw.sort_unstable();
    login.sort_unstable();
    (raw[ROUNDS / 2], login[ROUNDS / 2])
}

fn main() {
    let world = World::new();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("raw RSA-2048 signature", |bencher| bencher.iter(|| world.raw()));
    criterion.bench_function("issue a response, both signed", |bencher| {
        bencher.iter(|| world.issue());
    });
    criterion.bench_function("a whole login", |bencher| {
        bencher.to_async(&world.runtime).iter(|| world.login());
    });
    criterion.final_summary();
    let (raw, login) = medians(&world);
    println!(
        "{:.0} logins a second on one core, two signatures made and two verified in each: one costs \
         {:.2} raw signatures, {:.2} of that is the two that it needs",
        1.0 / login.as_secs_f64(),
        login.as_secs_f64() / raw.as_secs_f64(),
        2.0 * raw.as_secs_f64() / login.as_secs_f64(),
    );
}
