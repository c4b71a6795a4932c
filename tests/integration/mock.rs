//! The mock org as somebody's own tests use it.

use http::StatusCode;
use jiff::SignedDuration;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::keys::test_only;
use samlproof::mock::{
    AppDraft, ErrorPage, GroupFilter, LogInError, Login, MockOkta, NextLogin, Overrides, UserDraft,
};
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

const JANE: &str = "jane@acme.test";

async fn with_jane() -> MockOkta {
    let okta = MockOkta::start().await.unwrap();
    okta.user(UserDraft::new(JANE).groups(["ml-team"]));
    okta.user(UserDraft::new("joe@acme.test"));
    okta.app(sp().assigned_to([JANE]));
    okta
}

#[tokio::test]
async fn logins_that_were_expected_are_no_news() {
    let okta = with_jane().await;
    okta.expect(Login::of("JANE@acme.test").at("My SP").times(2));
    okta.expect(Login::any().by_idp());
    okta.expect(Login::any().by_sp().times(..=1));
    okta.expect(Login::of("joe@acme.test").never());
    for _ in 0..2 {
        assert!(okta.unmet().is_some());
        okta.log_in(JANE, "My SP").await.unwrap();
    }
    okta.verify();
    okta.stop().await;
}

#[tokio::test]
async fn what_is_not_as_expected_is_told_with_what_was_seen() {
    let okta = with_jane().await;
    okta.log_in(JANE, "My SP").await.unwrap();
    okta.expect(Login::of(JANE).at("My SP").times(2));
    okta.expect(Login::any().by_sp());
    okta.expect(Login::of(JANE).never());
    okta.expect(Login::any().times(1..3));
    // A refused one counts for none, and one at another app not for this.
    okta.expect(Login::of("joe@acme.test").never());
    okta.expect(Login::any().at("Your SP").never());
    okta.log_in(JANE, "My SP").await.unwrap();
    okta.log_in("joe@acme.test", "My SP").await.unwrap_err();
    let report = okta.unmet().unwrap();
    insta::assert_snapshot!(report);
    let dropped = std::thread::spawn(move || drop(okta)).join().unwrap_err();
    assert_eq!(dropped.downcast_ref::<String>(), Some(&report));
}

#[tokio::test]
#[should_panic(expected = "Nobody tried to log in")]
async fn stopping_verifies_too() {
    let okta = with_jane().await;
    okta.expect(Login::any());
    okta.stop().await;
}

#[tokio::test]
#[should_panic(expected = "the first panic")]
async fn a_test_that_fails_already_is_not_ended_by_a_second_panic() {
    let okta = with_jane().await;
    okta.expect(Login::any());
    panic!("the first panic");
}

#[tokio::test]
async fn without_a_browser_a_login_goes_the_same_way() {
    let okta = with_jane().await;
    let sent = okta.log_in(JANE, "My SP").await.unwrap();
    let [(name, value), (_, relay_state)] = sent.form();
    assert_eq!((name, relay_state.as_str()), ("SAMLResponse", ""));
    assert_eq!(samlproof::saml::decode_post(&value).unwrap(), sent.issued.xml);
    assert_eq!(sent.issued.acs.as_str(), "http://127.0.0.1:8000/saml/acs");
    assert_eq!(okta.sent(), [sent]);

    let metadata = browser().open(&okta.metadata_url("My SP").unwrap()).await;
    let sso = IdpMetadata::parse(&metadata.text()).unwrap();
    let sso = sso.sso_location(&samlproof::saml::Binding::HttpRedirect).unwrap().to_owned();
    let mut request = crate::serve::request("id7");
    let address = |request: &samlproof::saml::AuthnRequest| {
        samlproof::saml::redirect_url(
            &sso,
            samlproof::saml::SamlParam::Request,
            &request.to_xml(),
            Some("back"),
        )
    };
    let answer = okta.answer(JANE, &address(&request)).await.unwrap();
    assert_eq!(answer.request.as_ref().map(|request| request.id.as_str()), Some("id7"));
    assert_eq!(answer.relay_state, "back");
    request.force_authn = true;
    okta.answer(JANE, &address(&request)).await.unwrap();

    let refused = |text: &str| LogInError::Refused(text.to_owned());
    const NOT_ASSIGNED: &str =
        "the user is not assigned to the app: it is assigned to 1 by name; the user is in Everyone";
    let joe = okta.log_in("joe@acme.test", "My SP").await;
    assert_eq!(joe, Err(refused(NOT_ASSIGNED)));
    let nobody = okta.log_in("ann@acme.test", "My SP").await;
    assert_eq!(nobody, Err(LogInError::NoUser("ann@acme.test".to_owned())));
    let nowhere = okta.log_in(JANE, "Your SP").await;
    assert_eq!(nowhere, Err(LogInError::NoApp("Your SP".to_owned())));
    let elsewhere = okta.answer(JANE, "https://elsewhere.test/sso").await;
    assert_eq!(elsewhere, Err(LogInError::Elsewhere("https://elsewhere.test/sso".to_owned())));
}

#[tokio::test]
async fn the_next_login_can_be_made_otherwise_in_the_library_too() {
    let okta = with_jane().await;
    okta.next(NextLogin::new().of(JANE).at("My SP").without("groups").unsigned());
    let odd = okta.log_in(JANE, "My SP").await.unwrap();
    assert!(!odd.issued.xml.contains("SignatureValue"));
    assert!(odd.issued.attributes.values("groups").next().is_none());
    let usual = okta.log_in(JANE, "My SP").await.unwrap();
    assert!(usual.issued.xml.contains("SignatureValue"));
    okta.next(NextLogin::new().error(ErrorPage::InternalError));
    okta.log_in(JANE, "My SP").await.unwrap_err();
}
