//! What the next login does otherwise, over HTTP and in the library.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use jiff::Timestamp;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::keys::test_only;
use samlproof::net::{Answer, Request};
use samlproof::saml::{SignatureVerdict, SignedKind};
use samlproof::serve::{ErrorPage, NextLogin};
use serde_json::{Value, json};

use super::{ACS, Browser, ORG, Started, posted, request, values};
use crate::net::url;

const JANE: &str = "jane@one.test";

struct Control {
    started: Started,
    browser: Browser,
}

impl Control {
    /// Jane is signed in.
    async fn new() -> Self {
        let started = Started::new().await;
        let browser = started.browser();
        browser.log_in(&started.embed(), JANE, "right").await;
        Self { started, browser }
    }

    async fn get(&self, path: &str) -> Answer {
        self.browser.open(&format!("{ORG}/_samlproof/api{path}")).await
    }

    async fn post(&self, body: &Value) -> Answer {
        let address = url(&format!("{ORG}/_samlproof/api/next-logins"));
        self.browser.0.send(Request::json(Method::POST, address, body)).await.unwrap()
    }

    async fn delete(&self, path: &str) -> StatusCode {
        let address = url(&format!("{ORG}/_samlproof/api/next-logins{path}"));
        self.browser.0.send(Request::new(Method::DELETE, address)).await.unwrap().status
    }

    /// Has the next login made like this, and logs in.
    async fn next(&self, body: Value) -> Answer {
        let answer = self.post(&body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        self.browser.follow(&self.started.embed()).await
    }
}

fn value(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text()).unwrap()
}

/// When the one assertion is valid, and whom it names.
fn window(page: &Answer) -> (Timestamp, Timestamp) {
    let conditions = posted(page).response.assertions[0].conditions.clone().unwrap();
    (conditions.not_before.unwrap(), conditions.not_on_or_after.unwrap())
}

fn is_signed_by(xml: &str, key: &str) -> bool {
    let trusted = [test_only::signing(key).unwrap().certificate().clone()];
    let verdict = verify(Engine::Native, xml, &trusted, &AlgorithmPolicy::default());
    matches!(verdict, SignatureVerdict::Valid(_))
}

/// What signatures of the app's key cover.
fn signed_parts(xml: &str) -> Vec<SignedKind> {
    let trusted = [test_only::signing("okta-1").unwrap().certificate().clone()];
    match verify(Engine::Native, xml, &trusted, &AlgorithmPolicy::default()) {
        SignatureVerdict::Valid(parts) => parts.iter().map(|part| part.kind).collect(),
        SignatureVerdict::Invalid(_) => vec![],
    }
}

#[tokio::test]
async fn each_deviation_is_in_the_next_response_and_no_later() {
    let control = Control::new().await;
    let now = control.started.env.clock.now();
    let usual = window(&control.browser.follow(&control.started.embed()).await);
    assert!(usual.0 < now && now < usual.1);

    assert!(window(&control.next(json!({ "expired": true })).await).1 < now);
    assert!(window(&control.next(json!({ "not_yet_valid": true })).await).0 > now);
    let older = window(&control.next(json!({ "age_seconds": 60 })).await);
    assert_eq!(usual.1.duration_since(older.1).as_secs(), 60);

    let others = json!({
        "audience": "https://other.test", "recipient": "https://r.test/acs",
        "destination": "https://d.test/acs", "issuer": "https://i.test", "name_id": "evil@one.test",
        "in_response_to": "id7", "without": ["groups"], "attributes": { "email": ["a", "b"] },
    });
    let page = control.next(others).await;
    let odd = posted(&page);
    let xml = &odd.xml;
    for part in [
        "<saml2:Audience>https://other.test</saml2:Audience>",
        "Recipient=\"https://r.test/acs\"",
        "Destination=\"https://d.test/acs\"",
        ">https://i.test</saml2:Issuer>",
        ">evil@one.test</saml2:NameID>",
        "InResponseTo=\"id7\"",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    assert_eq!(values(&odd, "email"), ["a", "b"]);
    assert!(values(&odd, "groups").is_empty());
    assert_eq!(odd.action, ACS, "it is posted where it belongs");

    for (sign, parts) in [
        ("both", &[SignedKind::Response, SignedKind::Assertion][..]),
        ("response", &[SignedKind::Response]),
        ("assertion", &[SignedKind::Assertion]),
        ("nothing", &[]),
    ] {
        let page = posted(&control.next(json!({ "sign": sign })).await);
        assert_eq!(signed_parts(&page.xml), parts, "{sign}");
    }
    let other = posted(&control.next(json!({ "other_key": true })).await);
    assert!(!is_signed_by(&other.xml, "okta-1") && is_signed_by(&other.xml, "other"));

    let usual = posted(&control.browser.follow(&control.started.embed()).await);
    assert!(is_signed_by(&usual.xml, "okta-1"));
    assert_eq!(values(&usual, "groups"), ["ml-team"]);
    assert_eq!(value(&control.get("/next-logins").await), json!([]));
}

#[tokio::test]
async fn a_login_can_be_late_or_end_on_a_page() {
    let control = Control::new().await;
    let begun = Instant::now();
    posted(&control.next(json!({ "delay_ms": 300 })).await);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    for (error, status, text) in [
        ("bad-request", StatusCode::BAD_REQUEST, "Description:&nbsp;Bad SAML request"),
        ("not-assigned", StatusCode::FORBIDDEN, "Sorry, you cannot access One SP"),
        ("denied", StatusCode::FORBIDDEN, "You do not have permission"),
        ("too-many-requests", StatusCode::TOO_MANY_REQUESTS, "id=\"error-code\">429<"),
        ("not-found", StatusCode::NOT_FOUND, "Page Not Found"),
        ("internal-error", StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    ] {
        let before = control.started.service.sent().len();
        let page = control.next(json!({ "error": error })).await;
        assert_eq!(page.status, status);
        assert!(page.text().contains(text), "{error}: {}", page.text());
        assert_eq!(control.started.service.sent().len(), before);
    }
    let last = value(&control.get("/logins/last").await);
    assert_eq!(last["outcome"], "refused");
    assert_eq!(last["refusal"], "no response was made: an error page was asked for");
    assert_eq!(last["altered"], json!(["error page internal-error"]));
}

#[tokio::test]
async fn what_was_made_otherwise_is_told_before_and_afterwards() {
    let control = Control::new().await;
    let body = json!({ "user": JANE, "sticky": true, "expired": true, "without": ["groups"] });
    let added = value(&control.post(&body).await);
    let differences = json!(["expired", "without groups"]);
    assert_eq!((&added["differences"], &added["replaces"]), (&differences, &json!(null)));
    // Another of the same scope takes its place, and says so.
    let again = value(&control.post(&body).await);
    assert_eq!(again["replaces"], added["id"]);
    assert_eq!(value(&control.get("/next-logins").await)[0]["differences"], differences);
    let front = control.browser.open(&format!("{ORG}/_samlproof/")).await.text().into_owned();
    assert!(front.contains(&format!("every login of {JANE}: expired, without groups")), "{front}");

    posted(&control.browser.follow(&control.started.embed()).await);
    let last = value(&control.get("/logins/last").await);
    assert_eq!(last["altered"], differences);
    let why = "it had a value, which an override or a hook took out";
    assert_eq!(last["response"]["absent"], json!([{ "name": "groups", "why": why }]));
    let number = &last["number"];
    assert_eq!(value(&control.get(&format!("/logins/{number}")).await), last);
    let page = format!("{ORG}/_samlproof/logins/{number}");
    let page = control.browser.open(&page).await.text().into_owned();
    assert!(page.contains("asked for beforehand: expired, without groups."), "{page}");

    let take_back = format!("{ORG}/_samlproof/next-logins/{}", again["id"]);
    let form = Request::form(url(&take_back), [("x", "y")]);
    let foreign = form.clone().header("origin", "https://evil.test").unwrap();
    assert_eq!(control.browser.0.send(foreign).await.unwrap().status, StatusCode::BAD_REQUEST);
    assert_eq!(value(&control.get("/next-logins").await).as_array().unwrap().len(), 1);
    control.browser.0.send(form).await.unwrap();
    assert_eq!(value(&control.get("/next-logins").await), json!([]));
    posted(&control.browser.follow(&control.started.embed()).await);
    let last = value(&control.get("/logins/last").await);
    assert_eq!((&last["altered"], &last["remarks"]), (&json!([]), &json!([])));
    assert_eq!(control.get("/logins/999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(value(&control.get("/logins?limit=2").await).as_array().unwrap().len(), 2);
    assert_eq!(control.get("/logins?limit=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_one_that_says_most_counts_and_a_sticky_one_stays() {
    let control = Control::new().await;
    let service = &control.started.service;
    let audience = |page: &Answer| {
        let xml = posted(page).xml;
        let rest = xml.split_once("<saml2:Audience>").unwrap().1.to_owned();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let login = async || audience(&control.browser.follow(&control.started.embed()).await);
    let everybody = service.set_next_login(NextLogin::new().sticky().audience("all"));
    service.set_next_login(NextLogin::new().at("One SP").sticky().audience("app"));
    service.set_next_login(NextLogin::new().of("JANE@one.test").audience("user"));
    service.set_next_login(NextLogin::new().of(JANE).at("One SP").audience("replaced"));
    service.set_next_login(NextLogin::new().of(JANE).at("One SP").audience("both"));
    service.set_next_login(NextLogin::new().of("joe@one.test").audience("joe"));
    service.set_next_login(NextLogin::new().at("Another SP").audience("another"));
    assert_eq!(login().await, "both");
    assert_eq!(login().await, "user");
    assert_eq!(login().await, "app");
    assert_eq!(login().await, "app");
    let app = service.upcoming().iter().find(|one| one.id == everybody + 1).unwrap().id;
    assert_eq!(control.delete(&format!("/{app}")).await, StatusCode::NO_CONTENT);
    assert_eq!(control.delete(&format!("/{app}")).await, StatusCode::NOT_FOUND);
    assert_eq!(login().await, "all");
    let waiting = value(&control.get("/next-logins").await);
    assert_eq!(waiting.as_array().unwrap().len(), 3, "{waiting}");
    let one = json!({ "id": everybody, "user": null, "app": null, "sticky": true,
        "differences": ["audience all"] });
    assert_eq!(value(&control.get(&format!("/next-logins/{everybody}")).await), one);
    assert_eq!(control.delete("").await, StatusCode::NO_CONTENT);
    assert_eq!(login().await, "https://sp.test");
    service.set_next_login(NextLogin::new().error(ErrorPage::NotFound));
    assert_eq!(
        control.browser.follow(&control.started.embed()).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_app_is_named_in_any_way_and_a_refused_login_uses_nothing_up() {
    let control = Control::new().await;
    let service = &control.started.service;
    let app = service.org().apps[0].clone();
    for name in [&app.label, &app.name, &app.id, &app.external_key] {
        let page = control.next(json!({ "app": name, "audience": name })).await;
        assert!(posted(&page).xml.contains(&format!("<saml2:Audience>{name}</saml2:Audience>")));
    }
    control.post(&json!({ "audience": "kept" })).await;
    service.update(|org| org.apps[0].assign_to_nobody());
    let refused = control.browser.follow(&control.started.embed()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    service.update(|org| org.apps[0].implicit_assignment = true);
    let page = control.browser.follow(&control.started.embed()).await;
    assert!(posted(&page).xml.contains("<saml2:Audience>kept</saml2:Audience>"));
}

#[tokio::test]
async fn the_last_request_and_assertion_can_be_read() {
    let control = Control::new().await;
    let start = control.started.start(&request("id42"), Some("state"));
    let page = posted(&control.browser.follow(&start).await);
    let last = value(&control.get("/logins/last?user=JANE@one.test&app=One%20SP").await);
    assert_eq!(last["outcome"], "sent");
    assert_eq!(last["initiated"], "SP_INITIATED");
    assert!(last["request_xml"].as_str().unwrap().contains("ID=\"id42\""), "{last}");
    let response = &last["response"];
    assert_eq!(response["xml"], page.xml.as_str());
    assert_eq!(response["in_response_to"], "id42");
    assert_eq!(response["relay_state"], "state");
    assert_eq!(response["name_id"], JANE);
    assert_eq!(response["attributes"], json!({ "email": [JANE], "groups": ["ml-team"] }));

    control.browser.open(&format!("{}?SAMLRequest=%21", control.started.sso())).await;
    let bad = value(&control.get("/logins/last").await);
    assert_eq!(bad["outcome"], "refused");
    assert!(bad["refusal"].as_str().unwrap().contains("base64"), "{bad}");
    let again = value(&control.get("/logins/last?outcome=sent").await);
    assert_eq!(again["number"], last["number"]);
    let all = value(&control.get("/logins").await);
    assert_eq!(all.as_array().unwrap().len(), 3, "{all}");
    let none = control.get("/logins/last?user=joe@one.test").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let wrong = control.get("/logins?app=Nowhere&outcome=maybe&color=red").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(value(&wrong)["errors"].as_array().unwrap().len(), 3, "{}", wrong.text());
    assert_eq!(value(&control.get("").await)["version"], 1);
    assert_eq!(control.get("/elsewhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_wish_is_told_at_once() {
    let control = Control::new().await;
    for (body, part) in [
        (json!({ "expird": true }), "unknown field `expird`, expected one of"),
        (json!({ "expired": "yes" }), "invalid type"),
        (json!({ "user": "joe@one.test" }), "nothing is done otherwise"),
        (json!("expired"), "an object is due"),
        (json!([null, null, false, true]), "an object is due"),
        (json!({ "without": ["nosuch"] }), "without: no attribute"),
        (json!({ "name_id": "\u{0}" }), "name_id: XML cannot carry the character"),
        (json!({ "attributes": { "email": ["a\u{1}"] } }), "attributes: XML cannot carry"),
    ] {
        let answer = control.post(&body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains(part), "{}", answer.text());
    }
    let all = control
        .post(&json!({
            "user": "joe@one.test", "app": "Nowhere", "expired": true, "not_yet_valid": true,
            "delay_ms": 60000,
        }))
        .await;
    insta::assert_snapshot!(all.text());
    let huge = control.post(&json!({ "name_id": "x".repeat(3 << 20) })).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(value(&huge)["errors"].as_array().unwrap().len(), 1);
    control.started.service.update(|org| {
        let app = org.apps[0].clone();
        org.apps.push(samlproof::idp::App { id: "0oaOther".to_owned(), ..app });
    });
    let which = control.post(&json!({ "app": "One SP", "expired": true })).await;
    assert_eq!(which.status, StatusCode::BAD_REQUEST);
    assert!(which.text().contains("several are called"), "{}", which.text());
    assert_eq!(value(&control.get("/next-logins").await), json!([]));
}

#[tokio::test]
async fn no_web_page_of_elsewhere_can_use_it() {
    let control = Control::new().await;
    let address = || url(&format!("{ORG}/_samlproof/api/next-logins"));
    let send = async |request: Request| control.browser.0.send(request).await.unwrap().status;
    let body = json!({ "expired": true });
    // What a form can send.
    let form = Request::form(address(), [("{\"expired\": true, \"x", "\"}")]);
    assert_eq!(send(form).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for (name, foreign) in [("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")] {
        let foreign_post =
            Request::json(Method::POST, address(), &body).header(name, foreign).unwrap();
        assert_eq!(send(foreign_post).await, StatusCode::FORBIDDEN, "{name}");
        let foreign_delete = Request::new(Method::DELETE, address()).header(name, foreign).unwrap();
        assert_eq!(send(foreign_delete).await, StatusCode::FORBIDDEN, "{name}");
    }
    // What a browser asks first is not allowed.
    let asked =
        Request::new(Method::OPTIONS, address()).header("origin", "https://evil.test").unwrap();
    let answer = control.browser.0.send(asked).await.unwrap();
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert!(control.started.service.upcoming().is_empty());
    // The twin: a page of its own may.
    let own = Request::json(Method::POST, address(), &body).header("origin", ORG).unwrap();
    assert_eq!(send(own).await, StatusCode::CREATED);
}
