//! Signed AuthnRequests, and which address of a request is followed.

use http::StatusCode;
use samlproof::crypto::{Engine, SignatureProfile, sign_enveloped, sign_query};
use samlproof::idp::{AcsEndpoint, AppStatus};
use samlproof::keys::{SigningKey, test_only};
use samlproof::net::{Answer, Request};
use samlproof::saml::{
    AcsUrl, AuthnRequest, MessageId, NameIdFormat, NameIdPolicy, SamlParam, SignatureAlgorithm,
    encode_post, redirect_url,
};
use samlproof::serve::Outcome;

use super::{ACS, Browser, ORG, Started, posted, request};
use crate::net::url;

const ELSEWHERE: &str = "https://sp.test/elsewhere?x='1'";

fn key(name: &str) -> SigningKey {
    test_only::signing(name).unwrap()
}

/// An org whose app wants requests signed by `okta-2`.
async fn strict() -> Started {
    Started::with(|org, _| {
        let sign_on = &mut org.apps[0].sign_on;
        sign_on.saml_signed_request_enabled = true;
        sign_on.sp_certificate = Some(key("okta-2").certificate().clone());
        sign_on.allow_acs_endpoints([AcsUrl::new("https://sp.test/listed")]);
    })
    .await
}

/// A request as such an app wants it, to an address that nobody listed.
fn wanted(id: &str) -> AuthnRequest {
    let mut request = request(id);
    request.name_id_policy = policy(NameIdFormat::UNSPECIFIED);
    request.acs_url = Some(AcsUrl::new(ELSEWHERE));
    request
}

fn policy(format: &str) -> Option<NameIdPolicy> {
    Some(NameIdPolicy { format: Some(NameIdFormat::new(format)), allow_create: None })
}

/// The redirect of a signed request.
fn signed(started: &Started, request: &AuthnRequest, relay_state: &str, name: &str) -> String {
    let address = redirect_url("", SamlParam::Request, &request.to_xml(), Some(relay_state));
    // An SP that encodes in its own way: the bytes count, not what they mean.
    let query = address.trim_start_matches('?').replace("%3D", "%3d").replace("%20", "+");
    let algorithm = SignatureAlgorithm::RsaSha256;
    format!("{}?{}", started.sso(), sign_query(&query, &key(name), algorithm).unwrap())
}

fn enveloped(request: &AuthnRequest, name: &str) -> String {
    let key = key(name);
    let profile = SignatureProfile::for_key(&key);
    sign_enveloped(Engine::Native, &request.to_xml(), &request.id, &key, &profile).unwrap()
}

async fn post(browser: &Browser, started: &Started, xml: &str) -> Answer {
    let fields = [("SAMLRequest", encode_post(xml)), ("RelayState", "s".to_owned())];
    browser.0.send(Request::form(url(&started.sso()), fields)).await.unwrap()
}

fn assert_refused(answer: &Answer, description: &str) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    let html = answer.text();
    assert!(html.contains(&format!("Description:&nbsp;{description}</h2>")), "{html}");
}

#[tokio::test]
async fn a_signed_request_is_answered_where_it_says_by_either_binding() {
    let started = strict().await;
    let browser = started.browser();
    // Without a session first: the signature survives the way through the sign-in form.
    let address = signed(&started, &wanted("_1"), "a b=c", "okta-2");
    let first = posted(&browser.log_in(&address, "jane@one.test", "right").await);
    assert_eq!((first.action.as_str(), first.relay_state.as_str()), (ELSEWHERE, "a b=c"));
    assert_eq!(first.response.destination, Some(AcsUrl::new(ELSEWHERE)));
    let confirmation = &first.response.assertions[0].confirmations[0];
    assert_eq!(confirmation.recipient, Some(AcsUrl::new(ELSEWHERE)));
    assert_eq!(confirmation.in_response_to, Some(MessageId::new("_1")));
    let again = signed(&started, &wanted("_2"), "", "okta-2");
    assert_eq!(posted(&browser.follow(&again).await).action, ELSEWHERE);

    let answer = post(&browser, &started, &enveloped(&wanted("_3"), "okta-2")).await;
    assert_eq!(posted(&answer).action, ELSEWHERE);
    let stranger = started.browser();
    let answer = post(&stranger, &started, &enveloped(&wanted("_4"), "okta-2")).await;
    let sign_in = answer.location().unwrap().unwrap();
    let page = stranger.log_in(sign_in.as_str(), "jane@one.test", "right").await;
    assert_eq!(posted(&page).action, ELSEWHERE);

    // Somebody who has to sign in again comes back with the same bytes.
    let mut forced = wanted("_6");
    forced.force_authn = true;
    let form = browser.follow(&signed(&started, &forced, "a b", "okta-2")).await;
    let page = browser.sign_in(&form, "jane@one.test", "right").await;
    assert_eq!(posted(&page).response.in_response_to, Some(MessageId::new("_6")));

    // One that names no address, and a login that no request began, go to the app's own.
    let mut bare = wanted("_5");
    bare.acs_url = None;
    let address = signed(&started, &bare, "", "okta-2");
    assert_eq!(posted(&browser.follow(&address).await).action, ACS);
    assert_eq!(posted(&browser.follow(&started.embed()).await).action, ACS);
}

#[tokio::test]
async fn what_is_not_signed_by_the_sps_key_is_refused() {
    let started = strict().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let good = signed(&started, &wanted("_1"), "state", "okta-2");
    posted(&browser.follow(&good).await);
    let (before, signature) = good.split_once("&SigAlg=").unwrap();
    let other = signed(&started, &wanted("_2"), "state", "okta-2");
    for (what, address) in [
        ("no signature", started.start(&wanted("_1"), None)),
        ("another key", signed(&started, &wanted("_1"), "state", "okta-1")),
        ("another RelayState", good.replace("RelayState=state", "RelayState=other")),
        ("no RelayState", good.replace("&RelayState=state", "")),
        ("another request", format!("{}&SigAlg={signature}", other.split("&Sig").next().unwrap())),
        ("other bytes", good.replace("%3d", "%3D")),
        ("no algorithm", format!("{before}&{}", signature.split_once('&').unwrap().1)),
        // B 3.4.4.1: by redirect a signature in the document is none.
        (
            "a signature in the document",
            redirect_url(
                &started.sso(),
                SamlParam::Request,
                &enveloped(&wanted("_1"), "okta-2"),
                None,
            ),
        ),
    ] {
        let answer = browser.follow(&address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {address}");
        assert_refused(&answer, "Bad SAML request");
    }
    let whole = enveloped(&wanted("_1"), "okta-2");
    posted(&post(&browser, &started, &whole).await);
    for xml in [
        wanted("_1").to_xml(),
        enveloped(&wanted("_1"), "okta-1"),
        whole.replace("elsewhere", "else-where"),
    ] {
        assert_refused(&post(&browser, &started, &xml).await, "Bad SAML request");
    }
    started.service.update(|org| org.apps[0].sign_on.sp_certificate = None);
    assert_refused(&browser.follow(&good).await, "Bad SAML request");
    // Where nobody asks for signatures, a wrong one is none of the org's business.
    started.service.update(|org| org.apps[0].sign_on.saml_signed_request_enabled = false);
    let wrong = good.replace("RelayState=state", "RelayState=other");
    assert_eq!(posted(&browser.follow(&wrong).await).action, ACS);
}

#[tokio::test]
async fn the_name_id_policy_of_a_signed_request_is_the_apps() {
    let started = strict().await;
    let browser = started.browser();
    let stranger = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let configured = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    let email = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    let says = |asked: &str| {
        format!(
            "NameIDPolicy '{asked}' is not the configured Name ID Format '{configured}' for the app"
        )
    };
    let empty = Some(NameIdPolicy::default());
    for (asked, text) in [(None, says("")), (empty, says("")), (policy(email), says(email))] {
        let mut request = wanted("_p");
        request.name_id_policy = asked;
        let address = signed(&started, &request, "", "okta-2");
        assert_refused(&browser.follow(&address).await, &text);
        // Without a session it is said after the sign-in, and never to the SP.
        let form = stranger.follow(&address).await;
        assert_eq!(form.status, StatusCode::OK);
        stranger.open(&format!("{ORG}/login/signout")).await;
    }
    let address = signed(&started, &wanted("_p"), "", "okta-2");
    posted(&browser.follow(&address).await);
    let mut request = wanted("_p");
    request.name_id_policy = None;
    let address = signed(&started, &request, "", "okta-2");
    let page = stranger.log_in(&address, "jane@one.test", "right").await;
    assert!(page.url.as_str().starts_with(&format!("{ORG}/error/400_SAML?stateToken=00")));
    assert_refused(&page, "Bad SAML request");
    // What was wrong is on the record; with the session there is now the page itself says it.
    let Outcome::Refused(why) = &started.service.attempts().last().unwrap().outcome.clone() else {
        panic!("a response was sent")
    };
    assert!(why.to_string().contains(&says("")), "{why}");
    assert_refused(&stranger.follow(&address).await, &says(""));
}

#[tokio::test]
async fn a_listed_address_is_asked_for_by_index_too() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let listed = |index, url: &str| AcsEndpoint { url: AcsUrl::new(url), index };
    let endpoints = vec![listed(0, "https://sp.test/zero"), listed(7, "https://sp.test/seven")];
    started.service.update(|org| {
        org.apps[0].sign_on.allow_multiple_acs_endpoints = true;
        org.apps[0].sign_on.acs_endpoints = endpoints;
    });
    let ask = async |url: Option<&str>, index: Option<u16>| {
        let mut request = request("_i");
        (request.acs_url, request.acs_index) = (url.map(AcsUrl::new), index);
        posted(&browser.follow(&started.start(&request, None)).await).action
    };
    assert_eq!(ask(None, Some(7)).await, "https://sp.test/seven");
    assert_eq!(ask(None, Some(0)).await, "https://sp.test/zero");
    assert_eq!(ask(None, Some(1)).await, ACS);
    assert_eq!(ask(None, None).await, ACS);
    assert_eq!(ask(Some("https://sp.test/zero"), Some(7)).await, "https://sp.test/zero");
    started.service.update(|org| org.apps[0].sign_on.allow_multiple_acs_endpoints = false);
    assert_eq!(ask(None, Some(7)).await, ACS);
}

/// Reports of Okta's contradict each other: an app can do either.
#[tokio::test]
async fn what_is_not_listed_is_ignored_or_refused() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let ask = async |url: Option<&str>, index: Option<u16>| {
        let mut request = request("_u");
        (request.acs_url, request.acs_index) = (url.map(AcsUrl::new), index);
        browser.follow(&started.start(&request, None)).await
    };
    let unlisted = [(Some("https://evil.test/acs"), None), (None, Some(3))];
    for (url, index) in unlisted {
        assert_eq!(posted(&ask(url, index).await).action, ACS);
    }
    started.service.update(|org| {
        org.apps[0].refuses_unlisted_acs = true;
        org.apps[0].sign_on.allow_acs_endpoints([AcsUrl::new("https://sp.test/listed")]);
    });
    for (url, index) in unlisted {
        assert_refused(&ask(url, index).await, "Bad SAML request");
        let told = format!("{:?}", started.service.attempts().last().unwrap().outcome);
        assert!(told.contains("which the app does not have"), "{told}");
    }
    assert_eq!(posted(&ask(None, None).await).action, ACS);
    assert_eq!(posted(&ask(Some(ACS), None).await).action, ACS);
    assert_eq!(posted(&ask(None, Some(1)).await).action, "https://sp.test/listed");
}

#[tokio::test]
async fn an_inactive_app_is_not_there() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let metadata = format!("{ORG}{}", started.service.org().apps[0].metadata_path());
    let places = [started.embed(), started.start(&request("_r"), None), metadata];
    let set = |status| started.service.update(|org| org.apps[0].status = status);
    set(AppStatus::Inactive);
    for place in &places {
        assert_eq!(browser.follow(place).await.status, StatusCode::NOT_FOUND, "{place}");
    }
    assert!(!browser.follow(&format!("{ORG}/")).await.text().contains("One SP"));
    set(AppStatus::Active);
    for place in &places {
        assert_eq!(browser.follow(place).await.status, StatusCode::OK, "{place}");
    }
}
