//! What the org's system log says of people.

use samlproof::net::Request;
use samlproof::serve::{EventOutcome, EventType};

use super::{Started, posted, request};
use crate::net::url;

#[tokio::test]
async fn the_log_tells_of_sessions_and_logins() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = browser.follow(&started.start(&request("_r1"), None)).await;
    browser.submit(&form, "jane@one.test", "wrong").await;
    let page = browser.sign_in(&form, "jane@one.test", "right").await;
    let posted = posted(&page);
    browser.open(&format!("{}/login/signout", super::ORG)).await;

    let log = started.service.logged();
    let kinds: Vec<_> = log.iter().map(|entry| (entry.event.kind, entry.event.outcome)).collect();
    assert_eq!(
        kinds,
        [
            (EventType::SessionStart, EventOutcome::Failure),
            (EventType::SessionStart, EventOutcome::Success),
            (EventType::EvaluateSignOn, EventOutcome::Allow),
            (EventType::SingleSignOn, EventOutcome::Success),
            (EventType::SessionEnd, EventOutcome::Success),
        ]
    );
    let event = &log[3].event;
    let data = |name: &str| {
        let found = event.debug_data.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    };
    // The log knows the browser: its address, its session, its device token, its requests.
    let clients: Vec<_> = log.iter().map(|entry| &entry.event.client).collect();
    let sid = clients[1].session.clone();
    assert!(sid.as_ref().is_some_and(|sid| sid.starts_with("102")), "{clients:#?}");
    assert!(clients[1..].iter().all(|client| client.session == sid), "{clients:#?}");
    for client in &clients {
        assert_eq!(client.ip_address.as_deref(), Some("127.0.0.1"));
        assert_eq!(client.device_token_hash.as_ref().map(String::len), Some(64));
    }
    assert_eq!(clients[2].request_id, clients[3].request_id, "one request, two events");
    assert_ne!(clients[1].request_id, clients[2].request_id);
    assert_eq!(clients[3].request_id.as_deref(), page.header("x-okta-request-id"));
    let assertion = &posted.response.assertions[0];
    assert_eq!(data("jti"), Some(assertion.id.as_str()));
    assert_eq!(data("audience"), Some("https://sp.test"));
    assert_eq!(data("subject"), Some("jane@one.test"));
    assert_eq!(data("initiationType"), Some("SP_INITIATED"));
    assert_eq!(data("authnRequestId"), Some("_r1"));
    assert_eq!(event.actor.as_ref().unwrap().alternate_id, "jane@one.test");
    let jane = started.service.org().users[0].clone();
    assert_eq!(jane.times.last_login, Some(started.env.clock.now()));
}

#[tokio::test]
async fn a_cookie_that_is_no_session_is_none_in_the_log() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = [("username", "jane@one.test"), ("password", "wrong")];
    let request = Request::form(url(&format!("{}/login/login.htm", super::ORG)), form);
    browser.0.send(request.header("cookie", "sid=whatever").unwrap()).await.unwrap();
    let event = started.service.logged().pop().unwrap().event;
    assert_eq!((event.kind, event.client.session), (EventType::SessionStart, None));
}

#[tokio::test]
async fn nobody_says_of_themselves_where_they_come_from() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = [("username", "jane@one.test"), ("password", "wrong")];
    let request = Request::form(url(&format!("{}/login/login.htm", super::ORG)), form);
    let request = request.header("x-samlproof-peer", "192.0.2.1").unwrap();
    let request = request.header("x-okta-request-id", "mine").unwrap();
    let answer = browser.0.send(request).await.unwrap();
    let client = started.service.logged().pop().unwrap().event.client;
    assert_eq!(client.ip_address.as_deref(), Some("127.0.0.1"));
    assert_eq!(client.request_id.as_deref(), answer.header("x-okta-request-id"));
    assert_ne!(client.request_id.as_deref(), Some("mine"));
}

#[tokio::test]
async fn an_app_of_somebody_else_is_told_and_the_log_is_bounded() {
    let started = Started::with(|org, _| org.apps[0].assign_to_nobody()).await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let last = started.service.logged().pop().unwrap();
    assert_eq!(last.event.kind, EventType::UnauthorizedAccess);
    assert_eq!(last.event.outcome, EventOutcome::Failure);
    for _ in 0..10_001 {
        started.service.report(last.event.clone().failed("x".repeat(5000)));
    }
    let log = started.service.logged();
    assert_eq!(log.len(), 10_000);
    assert_eq!(log[0].event.reason.as_ref().unwrap().len(), 2048);
    assert!(log[9_999].number > 10_000);
}
