use http::StatusCode;
use jiff::SignedDuration;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::env::Env;
use samlproof::idp::{self, Overrides};
use samlproof::keys::test_only;
use samlproof::net::{Bind, Bound, Client, ClientOptions, Jar, Limits, Request};
use samlproof::saml::{AcsUrl, AttributeValue, MessageId, SignatureVerdict, encode_post};
use samlproof::serve::{MetadataMode, OrgService};

use super::{ACS, Browser, ORG, Started, org, posted, query, request, set_cookie, values};
use crate::net::url;

#[tokio::test]
async fn a_request_leads_through_sign_in_to_the_page_that_posts() {
    let started = Started::new().await;
    let browser = started.browser();
    let request = request("_r1");
    let relay_state = "/projects?a=1&b=\"2\"#ü";

    let to_sign_in = browser.open(&started.start(&request, Some(relay_state))).await;
    assert_eq!(to_sign_in.status, StatusCode::FOUND);
    let sign_in = to_sign_in.location().unwrap().unwrap();
    assert_eq!(sign_in.path(), "/login/login.htm");
    let from = query(&sign_in, "fromURI").unwrap();
    assert!(from.starts_with(&started.service.org().apps[0].sso_path()), "{from}");

    let form = browser.open(sign_in.as_str()).await;
    let page = browser.sign_in(&form, "jane@one.test", "right").await;
    let posted = posted(&page);
    assert_eq!(posted.action, ACS);
    assert_eq!(posted.relay_state, relay_state);
    assert_eq!(posted.response.destination, Some(AcsUrl::new(ACS)));
    assert_eq!(posted.response.in_response_to, Some(MessageId::new("_r1")));
    assert_eq!(posted.response.assertions[0].name_id.value, "jane@one.test");
    assert_eq!(values(&posted, "groups"), ["ml-team"]);

    let trusted = [test_only::signing("okta-1").unwrap().certificate().clone()];
    let verdict = verify(Engine::Native, &posted.xml, &trusted, &AlgorithmPolicy::default());
    assert!(matches!(verdict, SignatureVerdict::Valid(parts) if parts.len() == 2));

    let sent = started.service.take_sent_for("Jane@one.test");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].issued.xml, posted.xml);
    assert_eq!(sent[0].request.as_ref(), Some(&request));
    assert_eq!(sent[0].relay_state, relay_state);
    assert!(started.service.sent().is_empty());
}

#[tokio::test]
async fn the_org_begins_from_an_embed_link() {
    let started = Started::new().await;
    let browser = started.browser();
    let page = browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let first = posted(&page);
    assert_eq!(first.response.in_response_to, None);
    assert_eq!(first.response.assertions[0].confirmations[0].in_response_to, None);
    assert_eq!(first.relay_state, "");
    assert_eq!(started.service.sent()[0].request, None);

    // The app's own RelayState is for this way alone, and the link's goes before it.
    started.service.update(|org| org.apps[0].sign_on.default_relay_state = "/home".to_owned());
    assert_eq!(posted(&browser.follow(&started.embed()).await).relay_state, "/home");
    let link = format!("{}?RelayState=%2Fdeep%3Fa%3D%26", started.embed());
    assert_eq!(posted(&browser.follow(&link).await).relay_state, "/deep?a=&");
    let by_sp = browser.follow(&started.start(&request("_r2"), None)).await;
    assert_eq!(posted(&by_sp).relay_state, "");
}

#[tokio::test]
async fn a_posted_request_survives_the_sign_in() {
    let started = Started::new().await;
    let browser = started.browser();
    let post = |id: &str| {
        let message = encode_post(&request(id).to_xml());
        Request::form(url(&started.sso()), [("SAMLRequest", message.as_str()), ("RelayState", "s")])
    };
    let to_sign_in = browser.0.send(post("_p1")).await.unwrap();
    let sign_in = to_sign_in.location().unwrap().unwrap();
    let page = browser.log_in(sign_in.as_str(), "jane@one.test", "right").await;
    let first = posted(&page);
    assert_eq!(first.response.in_response_to, Some(MessageId::new("_p1")));
    assert_eq!(first.relay_state, "s");
    // With a session there is no detour.
    let page = browser.0.send(post("_p2")).await.unwrap();
    assert_eq!(posted(&page).response.in_response_to, Some(MessageId::new("_p2")));
}

#[tokio::test]
async fn a_session_serves_later_logins_and_keeps_its_instant() {
    let started = Started::new().await;
    let browser = started.browser();
    let signed_in_at = started.env.clock.now();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    started.env.clock.advance(SignedDuration::from_hours(5));
    let later = posted(&browser.follow(&started.start(&request("_r"), None)).await);
    let assertion = &later.response.assertions[0];
    assert_eq!(assertion.issue_instant, started.env.clock.now());
    assert_eq!(assertion.authn_statement.as_ref().unwrap().authn_instant, signed_in_at);
    // Another browser is nobody.
    let other = started.browser().follow(&started.start(&request("_r"), None)).await;
    assert!(other.text().contains("signin-form"));
}

#[tokio::test]
async fn force_authn_asks_again_once() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    started.env.clock.advance(SignedDuration::from_hours(5));
    let mut forced = request("_f");
    forced.force_authn = true;
    let sid = browser.0.jar().unwrap().value(&url(ORG), "sid").unwrap();
    let with_old = async || {
        let request = Request::get(url(&started.start(&request("_o"), None)));
        let request = request.header("cookie", &format!("sid={sid}")).unwrap();
        started.browser().0.send(request).await.unwrap()
    };
    posted(&with_old().await);
    let page = browser.log_in(&started.start(&forced, None), "jane@one.test", "right").await;
    let statement = posted(&page).response.assertions[0].authn_statement.clone().unwrap();
    assert_eq!(statement.authn_instant, started.env.clock.now());
    // The new session takes the place of the old one.
    assert_eq!(with_old().await.status, StatusCode::FOUND);
    // The same address once more is a new wish.
    let again = browser.follow(&started.start(&forced, None)).await;
    assert!(again.text().contains("signin-form"));
    // An app may be told not to honour it.
    started.service.update(|org| org.apps[0].sign_on.honor_force_authn = false);
    posted(&browser.follow(&started.start(&forced, None)).await);
}

#[tokio::test]
async fn only_a_listed_address_of_a_request_is_followed() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let second = AcsUrl::new("https://sp.test/second");
    started.service.update(|org| org.apps[0].sign_on.allow_acs_endpoints([second.clone()]));
    for (asked, goes_to) in [
        (second.as_str(), second.as_str()),
        ("https://evil.test/acs", ACS),
        ("https://sp.test/second/", ACS),
        (ACS, ACS),
    ] {
        let mut request = request("_a");
        request.acs_url = Some(AcsUrl::new(asked));
        let posted = posted(&browser.follow(&started.start(&request, None)).await);
        assert_eq!(posted.action, goes_to, "{asked}");
        assert_eq!(posted.response.destination, Some(AcsUrl::new(goes_to)));
        assert!(!posted.xml.contains("evil"));
    }
}

#[tokio::test]
async fn overrides_are_for_one_response_of_one_user() {
    let started = Started::with(|org, env| {
        org.add_user("joe@one.test", "right", env);
    })
    .await;
    let (jane, joe) = (started.browser(), started.browser());
    let overrides = Overrides {
        attributes: [("groups".to_owned(), vec![AttributeValue::Text("admins".to_owned())])].into(),
        ..Overrides::default()
    };
    started.service.next_login("JANE@one.test", overrides);
    let joes = posted(&joe.log_in(&started.embed(), "joe@one.test", "right").await);
    assert_eq!(values(&joes, "groups"), Vec::<String>::new());
    let changed = posted(&jane.log_in(&started.embed(), "jane@one.test", "right").await);
    assert_eq!(values(&changed, "groups"), ["admins"]);
    let next = posted(&jane.follow(&started.embed()).await);
    assert_eq!(values(&next, "groups"), ["ml-team"]);
}

#[tokio::test]
async fn large_keys_sign_too() {
    let started = Started::with(|org, _| {
        org.apps[0].keys.push(test_only::signing("rsa-4096").unwrap().into());
        org.apps[0].signing = 1;
    })
    .await;
    let page = started.browser().log_in(&started.embed(), "jane@one.test", "right").await;
    assert_eq!(values(&posted(&page), "email"), ["jane@one.test"]);
}

#[tokio::test]
async fn metadata_is_public_and_follows_the_org() {
    let started = Started::new().await;
    let anybody = started.browser();
    let address = format!("{ORG}{}", started.service.org().apps[0].metadata_path());
    let answer = anybody.open(&address).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), Some("application/xml;charset=ISO-8859-1"));
    let org = started.service.org();
    assert_eq!(answer.text(), idp::metadata(&org, &org.apps[0], None).unwrap());
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));

    started.service.set_metadata(MetadataMode::Down);
    assert_eq!(anybody.open(&address).await.status, StatusCode::SERVICE_UNAVAILABLE);
    started.service.set_metadata(MetadataMode::Up);
    started.service.update(|org| {
        org.apps[0].keys.push(test_only::signing("okta-2").unwrap().into());
        org.apps[0].published = vec![1];
    });
    let rotated = anybody.open(&address).await;
    assert_eq!(rotated.status, StatusCode::OK);
    assert_ne!(rotated.text(), answer.text());
    let unknown = anybody.open(&format!("{ORG}/app/exkNobody/sso/saml/metadata")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn over_plain_http_the_cookie_is_one_that_browsers_keep() {
    let bound = Bound::new(Bind::AnyPort).await.unwrap();
    let base_url = format!("http://{}", bound.addr());
    let env = Env::real();
    let service = OrgService::new(org(&base_url, &env), env, Engine::Native);
    let routers = vec![("127.0.0.1".to_owned(), service.router())];
    let _server = bound.serve(None, routers, Limits::default()).unwrap();
    let browser = Browser(Client::new(&ClientOptions::default()).unwrap().with_jar(Jar::new()));
    let embed = format!("{base_url}{}", service.org().apps[0].embed_path());
    let form = browser.follow(&embed).await;
    let answer = browser.submit(&form, "jane@one.test", "right").await;
    let cookie = set_cookie(&answer).unwrap();
    assert!(!cookie.contains("Secure") && !cookie.contains("SameSite"), "{cookie}");
    assert!(cookie.contains("HttpOnly"));
    posted(&browser.follow(answer.location().unwrap().unwrap().as_str()).await);
}

#[tokio::test]
async fn the_dashboard_lists_the_assigned_apps_by_their_links() {
    let started = Started::new().await;
    let browser = started.browser();
    let home = browser.log_in(&format!("{ORG}/"), "jane@one.test", "right").await;
    let html = home.text();
    assert!(html.contains("One SP"), "{html}");
    let link = super::attribute(&html, "a class=\"app-button\"", "href");
    posted(&browser.follow(home.url.join(&link).unwrap().as_str()).await);
    started.service.update(|org| {
        org.apps[0].assign_to_nobody();
    });
    assert!(!browser.follow(&format!("{ORG}/")).await.text().contains("One SP"));
}
