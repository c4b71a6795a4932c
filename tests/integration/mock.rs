//! The mock org as somebody's own tests use it.

use http::StatusCode;
use jiff::SignedDuration;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::keys::test_only;
use samlproof::mock::{AppDraft, GroupFilter, MockOkta, Overrides, UserDraft};
use samlproof::net::{Client, ClientOptions, Jar};
use samlproof::saml::{IdpMetadata, SignatureVerdict};

use crate::net::url;
use crate::serve::{Browser, posted, values};

fn browser() -> Browser {
    Browser(Client::new(&ClientOptions::default()).unwrap().with_jar(Jar::new()))
}

fn sp() -> AppDraft {
    AppDraft::new("My SP", "http://127.0.0.1:8000/saml/acs", "http://127.0.0.1:8000")
        .attribute("first", "user.firstName")
        .groups("groups", GroupFilter::starts_with("ml-"))
}

#[tokio::test]
async fn a_user_signs_in_and_what_was_sent_is_there() {
    let okta = MockOkta::start().await.unwrap();
    okta.user(
        UserDraft::new("jane@acme.test").groups(["ml-team", "all"]).with("firstName", "Jane"),
    );
    let app = okta.app(sp());
    assert_eq!(okta.metadata_url("My SP").as_ref(), Some(&app.metadata_url));
    assert_eq!(okta.metadata_url("Your SP"), None);

    let metadata = browser().open(&app.metadata_url).await;
    let metadata = IdpMetadata::parse(&metadata.text()).unwrap();
    assert_eq!(metadata.entity_id, app.entity_id);

    let page = browser().log_in(&app.embed_url, "jane@acme.test", UserDraft::PASSWORD).await;
    let posted = posted(&page);
    assert_eq!(posted.action, "http://127.0.0.1:8000/saml/acs");
    assert_eq!(values(&posted, "first"), ["Jane"]);
    assert_eq!(values(&posted, "groups"), ["ml-team"]);
    let trusted = [test_only::signing("okta-1").unwrap().certificate().clone()];
    let verdict = verify(Engine::Native, &posted.xml, &trusted, &AlgorithmPolicy::default());
    assert!(matches!(verdict, SignatureVerdict::Valid(_)), "{verdict:?}");

    let sent = okta.sent();
    assert_eq!((sent.len(), sent[0].login.as_str()), (1, "jane@acme.test"));
    assert_eq!(sent[0].issued.xml, posted.xml);
    okta.stop().await;
}

#[tokio::test]
async fn the_next_login_alone_is_made_otherwise() {
    let okta = MockOkta::start().await.unwrap();
    okta.user(UserDraft::new("jane@acme.test").password("right"));
    let app = okta.app(sp());
    let browser = browser();
    let expired = Overrides { age: SignedDuration::from_mins(10), ..Overrides::default() };
    okta.next_login("jane@acme.test", expired);
    let first = posted(&browser.log_in(&app.embed_url, "jane@acme.test", "right").await);
    let second = posted(&browser.follow(&app.embed_url).await);
    let ends = |posted: &crate::serve::Posted| {
        posted.response.assertions[0].conditions.as_ref().unwrap().not_on_or_after.unwrap()
    };
    assert!(ends(&second).duration_since(ends(&first)) > SignedDuration::from_mins(9));
}

#[tokio::test]
async fn an_app_is_for_those_it_is_assigned_to_in_whatever_order_they_come() {
    let okta = MockOkta::start().await.unwrap();
    let app = okta.app(sp().assigned_to(["Jane@acme.test"]));
    okta.user(UserDraft::new("jane@acme.test"));
    okta.user(UserDraft::new("joe@acme.test"));
    let jane = browser().log_in(&app.embed_url, "jane@acme.test", "password").await;
    posted(&jane);
    let joe = browser().log_in(&app.embed_url, "joe@acme.test", "password").await;
    assert_eq!(joe.status, StatusCode::FORBIDDEN);
    // Another of the same login takes her place, and keeps the app.
    okta.user(UserDraft::new("JANE@acme.test").password("new"));
    posted(&browser().log_in(&app.embed_url, "jane@acme.test", "new").await);
    let old = browser().log_in(&app.embed_url, "jane@acme.test", "password").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn mocks_are_apart_and_end_when_they_are_dropped() {
    let one = MockOkta::start().await.unwrap();
    let other = MockOkta::start().await.unwrap();
    let (app, twin, elsewhere) = (one.app(sp()), one.app(sp()), other.app(sp()));
    assert_ne!(app.entity_id, twin.entity_id);
    assert_ne!(app.entity_id, elsewhere.entity_id);
    assert_eq!(browser().open(&elsewhere.metadata_url).await.status, StatusCode::OK);
    drop(other);
    let client = Client::new(&ClientOptions::default()).unwrap();
    client.get(&url(&elsewhere.metadata_url)).await.unwrap_err();
    client.get(&url(&app.metadata_url)).await.unwrap();
}
