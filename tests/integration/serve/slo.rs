//! Single logout, as an SP with a key of its own has it.

use http::StatusCode;
use jiff::SignedDuration;
use samlproof::crypto::{
    AlgorithmPolicy, Engine, SignatureProfile, sign_enveloped, sign_query, verify_message,
    verify_query,
};
use samlproof::idp::{Org, ParticipateSlo, SignOn, SingleLogout};
use samlproof::keys::{SigningKey, test_only};
use samlproof::net::{Answer, Request};
use samlproof::saml::{
    AcsUrl, Binding, EntityId, LogoutRequest, LogoutResponse, MessageId, NameId, NameIdFormat,
    SamlParam, SignatureAlgorithm, SignatureVerdict, Status, decode_post, decode_redirect_param,
    encode_post, encode_redirect, redirect_query, redirect_url,
};
use samlproof::serve::{EventOutcome, EventType};

use super::{Browser, ORG, Started, attribute, field, posted, query, request};
use crate::net::url;

const SLO_URL: &str = "https://sp.test/slo?tenant=1";
const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
const REQUEST_DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";

fn key(name: &str) -> SigningKey {
    test_only::signing(name).unwrap()
}

/// The app `One SP` may end sessions, and signs by `okta-2`.
pub(super) fn with_slo(org: &mut Org) {
    let sign_on = &mut org.apps[0].sign_on;
    sign_on.sp_certificate = Some(key("okta-2").certificate().clone());
    sign_on.slo = Some(SingleLogout {
        issuer: EntityId::new("https://sp.test"),
        logout_url: SLO_URL.to_owned(),
    });
}

/// One more app, which wants to be asked at its address.
fn participating(org: &mut Org, label: &str, binding: Binding, env: &samlproof::env::Env) {
    let host = format!("https://{label}.test");
    let mut sign_on = SignOn::new(AcsUrl::new(format!("{host}/acs")), EntityId::new(&host));
    sign_on.participate_slo = Some(ParticipateSlo {
        logout_request_url: format!("{host}/logout?a=b"),
        session_index_required: label == "two",
        binding,
    });
    org.add_app(label, sign_on, key("other"), env);
}

async fn started() -> Started {
    Started::with(|org, _| with_slo(org)).await
}

pub(super) fn slo(started: &Started) -> String {
    format!("{ORG}{}", started.service.org().apps[0].slo_path())
}

pub(super) fn logout(id: &str) -> LogoutRequest {
    let instant = "2026-03-04T05:06:00Z".parse().unwrap();
    let name_id = NameId {
        format: Some(NameIdFormat::new(NameIdFormat::UNSPECIFIED)),
        value: "jane@one.test".into(),
    };
    LogoutRequest::new(MessageId::new(id), instant, EntityId::new("https://sp.test"), name_id)
}

fn enveloped(xml: &str, id: &MessageId, name: &str) -> String {
    let key = key(name);
    sign_enveloped(Engine::Native, xml, id, &key, &SignatureProfile::for_key(&key)).unwrap()
}

fn redirect(started: &Started, request: &LogoutRequest, relay_state: &str, name: &str) -> String {
    let query = redirect_query(SamlParam::Request, &request.to_xml(), Some(relay_state));
    let signed = sign_query(&query, &key(name), SignatureAlgorithm::RsaSha256).unwrap();
    format!("{}?{signed}", slo(started))
}

async fn post(browser: &Browser, address: &str, message: String) -> Answer {
    let fields = [("SAMLRequest", message), ("RelayState", "s".to_owned())];
    browser.0.send(Request::form(url(address), fields)).await.unwrap()
}

/// The answer that a page carries to the SP, believed by its signature.
fn answer(page: &Answer) -> (LogoutResponse, String) {
    let html = page.text();
    assert_eq!(page.status, StatusCode::OK, "{html}");
    assert_eq!(attribute(&html, "form", "action"), SLO_URL);
    let xml = decode_post(&field(&html, "SAMLResponse")).unwrap();
    let trusted = [key("okta-1").certificate().clone()];
    let verdict = verify_message(Engine::Native, &xml, &trusted, &AlgorithmPolicy::modern());
    let SignatureVerdict::Valid(parts) = verdict else { panic!("{verdict:?}") };
    (LogoutResponse::parse(&parts[0].canonical).unwrap(), field(&html, "RelayState"))
}

async fn is_signed_in(started: &Started, browser: &Browser) -> bool {
    let page = browser.follow(&started.start(&request("_again"), None)).await;
    page.text().contains("SAMLResponse")
}

#[tokio::test]
async fn an_sp_ends_the_session_at_the_org_by_either_binding() {
    let started = started().await;
    for (id, by_post) in [("_l1", false), ("_l2", true)] {
        let browser = started.browser();
        posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
        let mut logout = logout(id);
        logout.destination = Some(slo(&started));
        let page = match by_post {
            true => {
                let xml = enveloped(&logout.to_xml(), &logout.id, "okta-2");
                post(&browser, &slo(&started), encode_post(&xml)).await
            }
            false => browser.open(&redirect(&started, &logout, "s", "okta-2")).await,
        };
        let (answer, relay_state) = answer(&page);
        assert_eq!(relay_state, "s");
        assert_eq!(answer.status.code, Status::SUCCESS);
        assert_eq!(answer.in_response_to, Some(MessageId::new(id)));
        assert_eq!(answer.destination.as_deref(), Some(SLO_URL));
        assert_eq!(answer.issuer, Some(started.service.org().apps[0].issuer()));
        let cookies = page.headers.get_all("set-cookie");
        assert!(cookies.iter().any(|it| it.to_str().unwrap().starts_with("sid=\"\"")));
        assert!(!is_signed_in(&started, &browser).await);
    }
    let log = started.service.logged();
    let logouts = log.iter().filter(|it| it.event.kind == EventType::SingleLogout);
    let outcomes: Vec<_> = logouts.map(|it| it.event.outcome).collect();
    assert_eq!(outcomes, [EventOutcome::Success, EventOutcome::Success]);
}

#[tokio::test]
async fn a_logout_that_is_refused_is_answered_and_leaves_the_session() {
    let started = started().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let change = |change: fn(&mut LogoutRequest)| {
        let mut request = logout("_l");
        change(&mut request);
        request
    };
    let signed = |request: &LogoutRequest| redirect(&started, request, "s", "okta-2");
    let good = signed(&logout("_l"));
    let unsigned = redirect_url(&slo(&started), SamlParam::Request, &logout("_l").to_xml(), None);
    let wrong = [
        (unsigned, AUTHN_FAILED, "Invalid Signature"),
        (redirect(&started, &logout("_l"), "s", "okta-1"), AUTHN_FAILED, "Invalid Signature"),
        (good.replace("RelayState=s", "RelayState=t"), AUTHN_FAILED, "Invalid Signature"),
        // Exactly, as facts/okta.md 7 has it: `Jane@` is not `jane@`.
        (
            signed(&change(|it| it.name_id.value = "Jane@one.test".into())),
            AUTHN_FAILED,
            "Invalid nameID",
        ),
        (
            signed(&change(|it| it.name_id.value = "joe@one.test".into())),
            AUTHN_FAILED,
            "Invalid nameID",
        ),
        (
            signed(&change(|it| it.issuer = Some(EntityId::new("https://sp.test/")))),
            AUTHN_FAILED,
            "Malformed Request",
        ),
        (signed(&change(|it| it.issuer = None)), AUTHN_FAILED, "Malformed Request"),
        (
            signed(&change(|it| it.destination = Some("https://else.test".into()))),
            REQUEST_DENIED,
            "Malformed Request",
        ),
        (
            signed(&change(|it| it.not_on_or_after = Some(it.issue_instant))),
            REQUEST_DENIED,
            "Malformed Request",
        ),
    ];
    for (address, status, reason) in wrong {
        let (answer, _) = answer(&browser.open(&address).await);
        assert_eq!(answer.status.code, status, "{address}");
        assert_eq!(answer.in_response_to, Some(MessageId::new("_l")));
        let last = started.service.logged().last().unwrap().event.clone();
        assert_eq!((last.kind, last.outcome), (EventType::SingleLogout, EventOutcome::Failure));
        assert_eq!(last.reason.as_deref(), Some(reason), "{address}");
        let legacy = match reason {
            "Invalid Signature" => "app.auth.slo.saml.invalid_signature",
            _ => "app.auth.slo",
        };
        assert_eq!(last.legacy_event_type(), Some(legacy), "{address}");
        assert!(is_signed_in(&started, &browser).await);
    }
    // By POST the signature stands in the document, and covers all of it.
    let xml = enveloped(&logout("_l").to_xml(), &MessageId::new("_l"), "okta-2");
    let page = post(&browser, &slo(&started), encode_post(&xml.replace("jane@", "joe@"))).await;
    assert_eq!(answer(&page).0.status.code, AUTHN_FAILED);
    started.service.update(|org| org.apps[0].sign_on.sp_certificate = None);
    assert_eq!(answer(&browser.open(&good).await).0.status.code, REQUEST_DENIED);
    started.service.update(with_slo);
    assert!(is_signed_in(&started, &browser).await);
    assert_eq!(answer(&browser.open(&good).await).0.status.code, Status::SUCCESS);
    assert!(!is_signed_in(&started, &browser).await);
    // Nobody is signed in now: the name has to be somebody's all the same.
    assert_eq!(answer(&browser.open(&good).await).0.status.code, Status::SUCCESS);
    let nobody = signed(&change(|it| it.name_id.value = "nobody".into()));
    assert_eq!(answer(&browser.open(&nobody).await).0.status.code, AUTHN_FAILED);
}

#[tokio::test]
async fn what_makes_no_sense_at_the_logout_address_is_a_bad_request() {
    let started = started().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let good = logout("_l").to_xml();
    let by_get = |xml: &str| redirect_url(&slo(&started), SamlParam::Request, xml, None);
    let spaces = encode_redirect(&" ".repeat(8 << 20));
    let bomb: String = url::form_urlencoded::byte_serialize(spaces.as_bytes()).collect();
    for (what, address) in [
        ("nothing", slo(&started)),
        ("not base64", format!("{}?SAMLRequest=%25", slo(&started))),
        ("not deflated", format!("{}?SAMLRequest=aGVsbG8%3D", slo(&started))),
        ("a bomb", format!("{}?SAMLRequest={bomb}", slo(&started))),
        ("a DTD", by_get(&good.replace("?>", "?><!DOCTYPE x [<!ENTITY e \"x\">]>"))),
        ("an AuthnRequest", by_get(&request("_r").to_xml())),
        ("another version", by_get(&good.replace("\"2.0\"", "\"1.1\""))),
        ("no NameID", by_get(&good.replace("NameID", "BaseID"))),
        (
            "a LogoutRequest at the SSO address",
            started.start(&request("_r"), None).split('?').next().unwrap().to_owned()
                + "?"
                + by_get(&good).split_once('?').unwrap().1,
        ),
        ("nothing at the callback", format!("{}/callback", slo(&started))),
        ("a request at the callback", by_get(&good).replace("/slo/saml?", "/slo/saml/callback?")),
    ] {
        let answer = browser.open(&address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(answer.text().contains("Description:&nbsp;Bad SAML request"), "{what}");
    }
    let huge = post(&browser, &slo(&started), "A".repeat(10 << 20)).await;
    assert_eq!(huge.status, StatusCode::BAD_REQUEST);
    let last = started.service.logged().last().unwrap().event.clone();
    assert_eq!((last.kind, last.outcome), (EventType::SingleLogout, EventOutcome::Failure));
    assert_eq!(last.reason.as_deref(), Some("Malformed Request"));
    assert!(is_signed_in(&started, &browser).await);
    answer(&browser.open(&by_get(&good)).await);
    // An app without SLO has no such address.
    started.service.update(|org| org.apps[0].sign_on.slo = None);
    assert_eq!(browser.open(&by_get(&good)).await.status, StatusCode::NOT_FOUND);
}

/// What an app gets to see of a sign-out: its request, verified, and where it has to answer.
fn asked_by_post(page: &Answer, deflated: bool) -> LogoutRequest {
    let html = page.text();
    assert_eq!(page.status, StatusCode::OK, "{html}");
    let value = field(&html, "SAMLRequest");
    let xml = if deflated { decode_redirect_param(&value) } else { decode_post(&value) }.unwrap();
    let trusted = [key("other").certificate().clone()];
    let verdict = verify_message(Engine::Native, &xml, &trusted, &AlgorithmPolicy::modern());
    let SignatureVerdict::Valid(parts) = verdict else { panic!("{verdict:?}") };
    LogoutRequest::parse(&parts[0].canonical).unwrap()
}

fn asked_by_redirect(answer: &Answer) -> LogoutRequest {
    let location = answer.location().unwrap().unwrap();
    assert!(location.as_str().starts_with("https://three.test/logout?a=b&SAMLRequest="));
    let (_, signed) = location.query().unwrap().split_once("a=b&").unwrap();
    let trusted = [key("other").certificate().clone()];
    verify_query(signed, &trusted, &AlgorithmPolicy::modern()).unwrap();
    let value = query(&location, "SAMLRequest").unwrap();
    LogoutRequest::parse(&decode_redirect_param(&value).unwrap()).unwrap()
}

/// The app's answer to a request, as it comes to the callback.
fn callback(started: &Started, app: usize, request: &LogoutRequest, status: &str) -> String {
    let app = &started.service.org().apps[app];
    let response = LogoutResponse {
        id: MessageId::new("_answer"),
        in_response_to: Some(request.id.clone()),
        issue_instant: request.issue_instant,
        destination: None,
        issuer: None,
        status: Status { code: status.into(), sub_code: None, message: None },
    };
    let address = format!("{ORG}{}", app.slo_callback_path());
    redirect_url(&address, SamlParam::Response, &response.to_xml(), None)
}

async fn three_apps() -> Started {
    Started::with(|org, env| {
        with_slo(org);
        participating(org, "two", Binding::HttpPost, env);
        participating(org, "three", Binding::HttpRedirect, env);
        participating(org, "four", Binding::HttpPost, env);
    })
    .await
}

fn embed(started: &Started, app: usize) -> String {
    format!("{ORG}{}", started.service.org().apps[app].embed_path())
}

#[tokio::test]
async fn signing_out_of_the_org_asks_the_apps_that_were_visited() {
    let started = three_apps().await;
    let browser = started.browser();
    posted(&browser.log_in(&embed(&started, 1), "jane@one.test", "right").await);
    posted(&browser.follow(&embed(&started, 0)).await);
    let login = posted(&browser.follow(&embed(&started, 2)).await);
    started.env.clock.advance(SignedDuration::from_secs(1));

    let page = browser.open(&format!("{ORG}/login/signout")).await;
    assert_eq!(attribute(&page.text(), "form", "action"), "https://two.test/logout?a=b");
    let two = asked_by_post(&page, false);
    assert_eq!(two.name_id.value, "jane@one.test");
    assert_eq!(two.issuer, Some(started.service.org().apps[1].issuer()));
    assert_eq!(two.destination.as_deref(), Some("https://two.test/logout?a=b"));
    assert_eq!(two.session_indexes.len(), 1);
    // The session is over before anybody answers.
    assert!(!is_signed_in(&started, &browser).await);

    // An answer to another request, or to another app, is none.
    let mut other = two.clone();
    other.id = MessageId::new("_other");
    for address in [
        callback(&started, 1, &other, Status::SUCCESS),
        callback(&started, 2, &two, Status::SUCCESS),
    ] {
        assert_eq!(browser.open(&address).await.status, StatusCode::BAD_REQUEST);
    }
    // What the app says of itself does not keep the person signed in elsewhere.
    let answer = browser.open(&callback(&started, 1, &two, AUTHN_FAILED)).await;
    let three = asked_by_redirect(&answer);
    assert_eq!(three.session_indexes, [] as [String; 0]);
    assert_eq!(three.name_id.value, login.response.assertions[0].name_id.value);
    let last = callback(&started, 2, &three, Status::SUCCESS);
    let end = browser.open(&last).await.location().unwrap().unwrap();
    assert_eq!(end.as_str(), format!("{ORG}/login/login.htm?signedOut=true"));
    assert_eq!(browser.open(&last).await.status, StatusCode::BAD_REQUEST, "once");
}

#[tokio::test]
async fn requests_are_compressed_where_the_app_says_so_and_name_the_session() {
    let started = three_apps().await;
    started.service.update(|org| org.apps[1].sign_on.request_compressed = true);
    let browser = started.browser();
    let login = posted(&browser.log_in(&embed(&started, 1), "jane@one.test", "right").await);
    let page = browser.open(&format!("{ORG}/login/signout")).await;
    let request = asked_by_post(&page, true);
    let statement = login.response.assertions[0].authn_statement.clone().unwrap();
    assert_eq!(request.session_indexes, [statement.session_index.unwrap()]);
    // Whoever visited nobody goes to the sign-in page at once.
    let page = started.browser().open(&format!("{ORG}/login/signout")).await;
    assert_eq!(page.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_logout_that_an_sp_begins_takes_the_others_along_and_ends_there() {
    let started = three_apps().await;
    let browser = started.browser();
    posted(&browser.log_in(&embed(&started, 0), "jane@one.test", "right").await);
    posted(&browser.follow(&embed(&started, 1)).await);
    let page = browser.open(&redirect(&started, &logout("_l"), "back", "okta-2")).await;
    let two = asked_by_post(&page, false);
    let page = browser.open(&callback(&started, 1, &two, Status::SUCCESS)).await;
    let (answer, relay_state) = answer(&page);
    assert_eq!((answer.status.code.as_str(), relay_state.as_str()), (Status::SUCCESS, "back"));
    assert_eq!(answer.in_response_to, Some(MessageId::new("_l")));
}
