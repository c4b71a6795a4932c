//! The person is told little; the log says which problem it was.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use samlproof::net::Request;
use samlproof::saml::{encode_post, encode_redirect};
use url::form_urlencoded;

use super::Started;

/// Keeps every event of this level or above as a line.
#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<String>>>, tracing::Level);

impl Default for Lines {
    fn default() -> Self {
        Self(Arc::default(), tracing::Level::WARN)
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("samlproof") && *metadata.level() <= self.1
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

// One thread, so that the server's tasks log to the subscriber of this test.
#[tokio::test]
async fn the_log_says_what_is_wrong_with_a_request() {
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let started = Started::new().await;
    let browser = started.browser();
    browser.follow(&started.start(&super::request("_g"), None)).await;
    assert_eq!(lines.0.lock().unwrap().len(), 0);
    for (query, says) in [
        ("SAMLRequest=%25", "not base64"),
        ("SAMLRequest=aGVsbG8%3D", "cannot be inflated"),
        ("SAMLRequest=a&SAMLRequest=b", "more than once"),
    ] {
        browser.open(&format!("{}?{query}", started.sso())).await;
        let line = lines.0.lock().unwrap().pop().unwrap();
        assert!(line.contains("Bad SAML request") && line.contains(says), "{line}");
        assert!(line.contains("acme_onesp_1"), "{line}");
    }
}

/// What is wrong with a message, how it comes, and what the log says.
fn senseless(good: &str) -> Vec<(String, &'static str)> {
    let encoded =
        |value: &str| form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
    let by_get = |xml: &str| format!("SAMLRequest={}", encoded(&encode_redirect(xml)));
    let entities = "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]>";
    vec![
        ("SAMLRequest=%25%25".to_owned(), "not base64"),
        (format!("SAMLRequest={}", encoded(&encode_post(good))), "cannot be inflated"),
        (by_get(&" ".repeat(16 << 20)), "larger than 262144 bytes"),
        (by_get("hello"), "not well-formed XML"),
        (by_get(&good[..good.len() - 9]), "not well-formed XML"),
        (by_get(&format!("{entities}{good}")), "document type declaration"),
        (by_get(&good.replace("2.0\"", "2.0\" x=\"&nothing;\"")), "not well-formed XML"),
        (by_get(&good.replace("Request", "Response")), "expected <"),
        (by_get(&good.replace("SAML:2.0:protocol", "SAML:1.0:protocol")), "another namespace"),
        (by_get(&good.replace("Version=\"2.0\"", "Version=\"1.1\"")), "is \"1.1\", expected 2.0"),
        ("SAMLRequest=a&SAMLRequest=b".to_owned(), "more than once"),
    ]
}

#[tokio::test]
async fn the_log_says_which_problem_it_was_at_either_address() {
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let started = Started::with(|org, _| super::slo::with_slo(org)).await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    lines.0.lock().unwrap().clear();
    let slo = super::slo::slo(&started);
    let logout =
        super::slo::logout("_l").to_xml().replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "");
    for (address, good) in [(started.sso(), super::request("_g").to_xml()), (slo, logout)] {
        for (query, says) in senseless(&good) {
            let answer = browser.open(&format!("{address}?{query}")).await;
            assert_eq!(answer.status, http::StatusCode::BAD_REQUEST, "{says}");
            assert!(answer.text().contains("Description:&nbsp;Bad SAML request"), "{says}");
            let line = lines.0.lock().unwrap().pop().unwrap();
            assert!(line.contains("Bad SAML request") && line.contains(says), "{says}: {line}");
            assert!(line.contains("acme_onesp_1"), "{line}");
        }
        let huge = [("SAMLRequest", "A".repeat(10 << 20))];
        let answer = browser.0.send(Request::form(crate::net::url(&address), huge)).await.unwrap();
        assert_eq!(answer.status, http::StatusCode::BAD_REQUEST);
        let line = lines.0.lock().unwrap().pop().unwrap();
        assert!(line.contains("the body has more bytes than are read"), "{line}");
        // The message that they all were made of is one that is read.
        let encoded: String =
            form_urlencoded::byte_serialize(encode_redirect(&good).as_bytes()).collect();
        let answer = browser.open(&format!("{address}?SAMLRequest={encoded}")).await;
        assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text());
    }
}

#[tokio::test]
async fn calls_of_the_api_are_logged_and_no_session_is_told() {
    let lines = Lines(Arc::default(), tracing::Level::INFO);
    let _guard = tracing::subscriber::set_default(lines.clone());
    let api = crate::api::Api::new();
    let logged = || std::mem::take(&mut *lines.0.lock().unwrap());
    api.get("/api/v1/users").await.is(200);
    assert_eq!(logged(), Vec::<String>::new(), "who only looks");
    api.user("jane").await;
    let made = logged();
    assert!(
        made.len() == 1 && made[0].contains("POST") && made[0].contains("/api/v1/users"),
        "{made:?}"
    );
    api.post("/api/v1/users", crate::api::user("jane")).await.is(400);
    let refused = logged();
    assert!(refused.len() == 1 && refused[0].contains("E0000001"), "{refused:?}");
    assert!(refused[0].contains("login: An object with this field already exists"), "{refused:?}");
    for path in ["/api/v1/sessions/102secret/lifecycle/refresh", "/api/v1/%73essions/102secret"] {
        api.bare(http::Method::POST, path).await;
        let told = logged().join("\n");
        assert!(told.contains("sessions/…") && !told.contains("secret"), "{told}");
    }
    api.bare(http::Method::DELETE, "/api/v1/sessions/me").await;
    assert!(logged().join("\n").contains("sessions/me"));
}
