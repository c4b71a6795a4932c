use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use http::StatusCode;
use jiff::SignedDuration;
use samlproof::idp::{Access, Overrides};
use samlproof::net::Request;
use samlproof::saml::{encode_post, encode_redirect};
use samlproof::serve::{Outcome, Refusal};
use url::form_urlencoded;

use super::{ORG, Started, field, posted, request};
use crate::net::url;

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

fn deflated(bytes: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    STANDARD.encode(encoder.finish().unwrap())
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_a_bad_saml_request() {
    let started = Started::new().await;
    let signed_in = started.browser();
    signed_in.log_in(&started.embed(), "jane@one.test", "right").await;
    let good = request("_g").to_xml();
    let entity = format!("<!DOCTYPE x [<!ENTITY e \"_e\">]>{}", good.replace("_g", "&amp;e;"));
    let bomb = deflated(&vec![b' '; 8 << 20]);
    let nested = "<a>".repeat(20_000);
    let value = encode_redirect(&good);
    let bad = [
        ("nothing", format!("SAMLRequest={}", "")),
        ("not base64", "SAMLRequest=%25%25%25".to_owned()),
        ("not deflated", format!("SAMLRequest={}", encoded(&encode_post(&good)))),
        ("encoded twice", format!("SAMLRequest={}", encoded(&encoded(&value)))),
        ("not XML", format!("SAMLRequest={}", encoded(&encode_redirect("hello")))),
        ("cut off", format!("SAMLRequest={}", encoded(&encode_redirect(&good[..good.len() - 9])))),
        ("a DTD", format!("SAMLRequest={}", encoded(&encode_redirect(&entity)))),
        ("a bomb", format!("SAMLRequest={}", encoded(&bomb))),
        ("deep", format!("SAMLRequest={}", encoded(&encode_redirect(&nested)))),
        (
            "a LogoutRequest",
            format!(
                "SAMLRequest={}",
                encoded(&encode_redirect(&good.replace("AuthnRequest", "LogoutRequest")))
            ),
        ),
        ("two of them", format!("SAMLRequest={0}&SAMLRequest={0}", encoded(&value))),
    ];
    let before = started.service.sent().len();
    for (what, query) in bad {
        for browser in [&signed_in, &started.browser()] {
            let answer = browser.open(&format!("{}?{query}", started.sso())).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
            assert!(answer.text().contains("Description:&nbsp;Bad SAML request"), "{what}");
        }
    }
    assert_eq!(started.service.sent().len(), before);
    let answer =
        signed_in.open(&format!("{}?SAMLRequest={}", started.sso(), encoded(&value))).await;
    posted(&answer);
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_a_bad_saml_request() {
    let started = Started::new().await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let good = request("_g").to_xml();
    let post = async |fields: Vec<(&str, String)>| {
        browser.0.send(Request::form(url(&started.sso()), fields)).await.unwrap()
    };
    for fields in [
        vec![],
        vec![("SAMLRequest", String::new())],
        vec![("SAMLRequest", encode_redirect(&good))],
        vec![("SAMLRequest", encode_post(&good)), ("SAMLRequest", encode_post(&good))],
        vec![("RelayState", "x".to_owned())],
    ] {
        assert_eq!(post(fields.clone()).await.status, StatusCode::BAD_REQUEST, "{fields:?}");
    }
    posted(&post(vec![("SAMLRequest", encode_post(&good))]).await);
    let huge = post(vec![("SAMLRequest", "A".repeat(2 << 20))]).await;
    assert_eq!(huge.status, StatusCode::BAD_REQUEST);
    assert!(huge.text().contains("Description:&nbsp;Bad SAML request"));
}

#[tokio::test]
async fn a_request_too_long_for_an_address_is_refused_and_the_next_is_served() {
    let started = Started::new().await;
    let browser = started.browser();
    // Noise does not deflate.
    let mut state = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 40) % 26).unwrap())
    })
    .take(60_000)
    .collect();
    let mut long = request("_l");
    long.class_refs = vec![noise];
    let form = |message: String| Request::form(url(&started.sso()), [("SAMLRequest", message)]);
    let answer = browser.0.send(form(encode_post(&long.to_xml()))).await.unwrap();
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = browser.0.send(form(encode_post(&request("_s").to_xml()))).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
}

#[tokio::test]
async fn an_app_that_is_not_the_users_is_403_and_no_response_is_made() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let assign = |group: &str| {
        started.service.update(|org| {
            let named = org.groups.iter().filter(|known| known.name == group);
            let ids: Vec<String> = named.map(|group| group.id.clone()).collect();
            org.apps[0].assign_to_groups(ids);
        });
    };
    assign("others");
    started.service.take_sent_for("jane@one.test");
    for page in [started.embed(), started.start(&request("_r"), None)] {
        let answer = browser.follow(&page).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let html = answer.text();
        assert!(html.contains("App Not Assigned"), "{html}");
        assert!(html.contains("you cannot access One SP because you are not assigned"), "{html}");
    }
    assert!(started.service.sent().is_empty());
    assign("ml-team");
    posted(&browser.follow(&started.embed()).await);
}

#[tokio::test]
async fn whom_the_apps_policy_denies_is_403_and_no_response_is_made() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let catch_all = |access| {
        started.service.update(|org| org.access_policies[0].rules[0].access = access);
    };
    catch_all(Access::Deny);
    started.service.take_sent_for("jane@one.test");
    for page in [started.embed(), started.start(&request("_r"), None)] {
        let answer = browser.follow(&page).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let said = "You do not have permission to perform the requested action.";
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    assert!(started.service.sent().is_empty());
    catch_all(Access::Allow);
    posted(&browser.follow(&started.embed()).await);
}

#[tokio::test]
async fn an_app_with_an_address_for_errors_sends_people_there() {
    let help = "https://help.test/sso?from=okta";
    let started =
        Started::with(|org, _| org.apps[0].error_redirect_url = Some(help.to_owned())).await;
    let browser = started.browser();
    // All is well without an error, and a wrong password is none of the app's.
    let form = browser.follow(&started.embed()).await;
    let refused = browser.submit(&form, "jane@one.test", "wrong").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    posted(&browser.sign_in(&refused, "jane@one.test", "right").await);
    let elsewhere = async |page: &str| {
        let answer = browser.open(page).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, Some(help)));
    };
    elsewhere(&format!("{}?SAMLRequest=x", started.sso())).await;
    started.service.update(|org| org.access_policies[0].rules[0].access = Access::Deny);
    elsewhere(&started.sso()).await;
    started.service.update(|org| org.apps[0].assign_to_nobody());
    elsewhere(&started.sso()).await;
    let reasons = started.service.attempts().into_iter().rev().take(3).map(|attempt| {
        let Outcome::Refused(refusal) = &attempt.outcome else { panic!("{attempt:?}") };
        refusal.clone()
    });
    let reasons: Vec<Refusal> = reasons.collect();
    assert!(
        matches!(
            &reasons[..],
            [Refusal::NotAssigned(_), Refusal::Denied { .. }, Refusal::BadRequest(_)]
        ),
        "{reasons:?}"
    );
    // An app that is not there has no address either.
    let answer = browser.open(&format!("{}x", started.sso())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn more_logins_than_there_may_be_are_429_until_the_minute_is_over() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    started.service.limit_rate(Some(2));
    posted(&browser.open(&started.sso()).await);
    let second = browser.open(&started.sso()).await;
    posted(&second);
    let third = browser.open(&started.sso()).await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(third.text().contains("<span class=\"hide\" id=\"error-code\">429</span>"));
    assert_eq!(third.header("x-rate-limit-remaining"), Some("0"));
    // Other kinds of requests are counted apart: the second sign-in is the last.
    let form = browser.open(&format!("{ORG}/login/login.htm")).await;
    for status in
        [StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS]
    {
        assert_eq!(browser.submit(&form, "jane@one.test", "wrong").await.status, status);
    }
    let attempt = started.service.attempts().into_iter().rev().nth(2).unwrap();
    assert_eq!(attempt.outcome, Outcome::Refused(Refusal::TooManyRequests));
    started.env.clock.advance(SignedDuration::from_secs(60));
    posted(&browser.open(&started.sso()).await);
    started.service.limit_rate(None);
    for _ in 0..3 {
        posted(&browser.open(&started.sso()).await);
    }
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let started = Started::new().await;
    let browser = started.browser();
    let app = started.service.org().apps[0].clone();
    for path in [
        "/nowhere".to_owned(),
        format!("/app/{}/exkNobody/sso/saml", app.name),
        format!("/app/other_app_1/{}/sso/saml", app.external_key),
        format!("/home/{}/{}/alnNobody", app.name, app.id),
        format!("/home/{}/0oaNobody/{}", app.name, app.link_id),
        format!("/home/other_app_1/{}/{}", app.id, app.link_id),
    ] {
        let answer = browser.follow(&format!("{ORG}{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("Page Not Found"));
    }
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
}

#[tokio::test]
async fn a_response_that_cannot_be_made_is_500_and_the_next_one_is_made() {
    let started = Started::new().await;
    let browser = started.browser();
    let unwritable = Overrides { name_id: Some("\u{0}".to_owned()), ..Overrides::default() };
    started.service.next_login("jane@one.test", unwritable);
    let answer = browser.log_in(&started.embed(), "jane@one.test", "right").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    posted(&browser.follow(&started.embed()).await);
}

#[tokio::test]
async fn nothing_that_people_write_becomes_markup() {
    let evil = "\"><script>alert('1')</script>&amp;";
    let started = Started::with(|org, env| {
        org.name = evil.to_owned();
        org.apps[0].label = evil.to_owned();
        org.add_user(evil, "right", env);
    })
    .await;
    let browser = started.browser();
    let start = started.start(&request("_x"), Some(evil));
    let form = browser.follow(&start).await;
    let refused = browser.submit(&form, evil, "wrong").await;
    assert_eq!(field(&refused.text(), "username"), evil);
    let page = browser.sign_in(&refused, evil, "right").await;
    assert_eq!(posted(&page).relay_state, evil);
    let home = browser.follow(&format!("{ORG}/")).await;
    started.service.update(|org| org.apps[0].assign_to_nobody());
    let denied = browser.follow(&start).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    for page in [form, refused, page, home, denied] {
        let html = page.text();
        assert!(!html.contains("<script>"), "{html}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    }
}
