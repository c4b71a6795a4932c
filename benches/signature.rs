//! What a signature costs, beside the raw RSA operation that no engine can avoid.
//!
//! `cargo bench --bench signature` ends with one line: the raw signature's time over that of a signed
//! assertion, both measured in this run. It is to reach 0.80.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use samlproof::crypto::{AlgorithmPolicy, Engine, SignatureProfile, sign_enveloped, verify};
use samlproof::keys::{Certificate, Hash, KeyAlgorithm, SigningKey, test_only};
use samlproof::saml::{MessageId, SignatureVerdict};

const RESPONSE: &str = "id52738491027364510293847561";
const ASSERTION: &str = "id52738491027364519988776655";

/// An Okta-shaped response with one signed assertion of about 6 KB.
struct Subject {
    key: SigningKey,
    profile: SignatureProfile,
    xml: String,
}

impl Subject {
    fn new() -> Self {
        let key = test_only::signing("okta-1").expect("okta-1 is published with the crate");
        let profile = SignatureProfile::for_key(&key).with_prefixes(["xs"]);
        Self { key, profile, xml: response() }
    }

    fn raw(&self) -> Vec<u8> {
        self.key
            .sign(KeyAlgorithm::Rsa, Hash::Sha256, black_box(b"as short as a digest is"))
            .expect("an RSA key signs with SHA-256")
    }

    fn signed(&self, engine: Engine, xml: &str, id: &str) -> String {
        sign_enveloped(engine, black_box(xml), &MessageId::new(id), &self.key, &self.profile)
            .expect("the document can be signed")
    }

    fn assertion(&self, engine: Engine) -> String {
        self.signed(engine, &self.xml, ASSERTION)
    }

    fn both(&self, engine: Engine) -> String {
        self.signed(engine, &self.assertion(engine), RESPONSE)
    }

    fn certificates(&self) -> [Certificate; 1] {
        [self.key.certificate().clone()]
    }
}

fn response() -> String {
    let issuer = "<saml2:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\" \
                  xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">\
                  http://www.okta.com/exk1fcia6d6EMsf331d8</saml2:Issuer>";
    let values: String = (0..12)
        .map(|index| {
            format!(
                "<saml2:AttributeValue xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
                 xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                 xsi:type=\"xs:string\">arize-team-{index}</saml2:AttributeValue>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><saml2p:Response Destination=\"https://app.arize.com/auth/v2/saml\" \
         ID=\"{RESPONSE}\" IssueInstant=\"2026-01-02T03:04:05.678Z\" Version=\"2.0\" \
         xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{issuer}\
         <saml2p:Status><saml2p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></saml2p:Status>\
         <saml2:Assertion ID=\"{ASSERTION}\" IssueInstant=\"2026-01-02T03:04:05.678Z\" Version=\"2.0\" \
         xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{issuer}\
         <saml2:Subject xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:NameID \
         Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">jane@example.test</saml2:NameID>\
         <saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml2:SubjectConfirmationData \
         NotOnOrAfter=\"2026-01-02T03:09:05.678Z\" Recipient=\"https://app.arize.com/auth/v2/saml\"/>\
         </saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore=\"2026-01-02T02:59:05.678Z\" \
         NotOnOrAfter=\"2026-01-02T03:09:05.678Z\" xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">\
         <saml2:AudienceRestriction><saml2:Audience>https://app.arize.com</saml2:Audience></saml2:AudienceRestriction>\
         </saml2:Conditions><saml2:AuthnStatement AuthnInstant=\"2026-01-02T03:04:05.678Z\" \
         xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:AuthnContext><saml2:AuthnContextClassRef>\
         urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef>\
         </saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement \
         xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml2:Attribute Name=\"groups\" \
         NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">{values}</saml2:Attribute>\
         </saml2:AttributeStatement></saml2:Assertion></saml2p:Response>"
    )
}

fn measure(criterion: &mut Criterion, subject: &Subject) {
    criterion.bench_function("raw RSA-2048 signature", |bencher| bencher.iter(|| subject.raw()));
    let policy = AlgorithmPolicy::modern();
    let trusted = subject.certificates();
    for engine in Engine::ALL.iter().copied() {
        let mut group = criterion.benchmark_group(engine.name());
        group.bench_function("sign the assertion", |bencher| {
            bencher.iter(|| subject.assertion(engine));
        });
        group.bench_function("sign assertion and response", |bencher| {
            bencher.iter(|| subject.both(engine));
        });
        let signed = subject.both(engine);
        group.bench_function("verify both", |bencher| {
            bencher.iter(|| {
                let verdict = verify(engine, black_box(&signed), &trusted, &policy);
                assert!(matches!(verdict, SignatureVerdict::Valid(_)));
            });
        });
        group.finish();
    }
}

/// The ratio of the two medians, taken in turns so that a busy machine slows both alike.
fn ratio(subject: &Subject) -> f64 {
    const ROUNDS: usize = 2000;
    let time = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let (mut raw, mut signed): (Vec<Duration>, Vec<Duration>) = (0..ROUNDS)
        .map(|_| {
            let raw = time(&|| drop(black_box(subject.raw())));
            (raw, time(&|| drop(black_box(subject.assertion(Engine::Native)))))
        })
        .unzip();
    raw.sort_unstable();
    signed.sort_unstable();
    raw[ROUNDS / 2].as_secs_f64() / signed[ROUNDS / 2].as_secs_f64()
}

fn main() {
    let subject = Subject::new();
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, &subject);
    criterion.final_summary();
    println!(
        "a signed assertion ({} bytes of response) reaches {:.2} of the raw signature's speed; 0.80 is wanted",
        subject.assertion(Engine::Native).len(),
        ratio(&subject),
    );
}
