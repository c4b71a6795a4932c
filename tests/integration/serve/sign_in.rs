use http::StatusCode;
use samlproof::idp::UserStatus;
use url::form_urlencoded;

use super::{ORG, Started, field, posted, set_cookie};

#[tokio::test]
async fn all_that_can_be_wrong_with_a_sign_in_looks_the_same() {
    let started = Started::with(|org, env| {
        org.add_user("gone@one.test", "right", env).status = UserStatus::Deprovisioned;
        org.add_user("held@one.test", "right", env).status = UserStatus::Suspended;
    })
    .await;
    for (login, password) in [
        ("jane@one.test", "wrong"),
        ("jane@one.test", ""),
        ("jane@one.test", "RIGHT"),
        ("nobody@one.test", "right"),
        ("gone@one.test", "right"),
        ("held@one.test", "right"),
        ("", ""),
    ] {
        let browser = started.browser();
        let form = browser.follow(&started.embed()).await;
        let answer = browser.submit(&form, login, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{login} {password}");
        assert_eq!(set_cookie(&answer), None);
        let html = answer.text();
        assert!(html.contains("Unable to sign in"), "{html}");
        // The form is there again, leads to the same place, and works with the right words.
        assert_eq!(field(&html, "username"), login);
        assert_eq!(field(&html, "fromURI"), field(&form.text(), "fromURI"));
        posted(&browser.sign_in(&answer, "Jane@One.test", "right").await);
    }
    assert_eq!(started.service.sent().len(), 7);
}

#[tokio::test]
async fn the_session_cookie_is_for_https_and_scripts_cannot_read_it() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = browser.follow(&started.embed()).await;
    let answer = browser.submit(&form, "jane@one.test", "right").await;
    let cookie = set_cookie(&answer).unwrap();
    assert!(cookie.starts_with("sid=102"), "{cookie}");
    assert!(cookie.ends_with(";Version=1;Path=/;Secure;HttpOnly;SameSite=None"), "{cookie}");
}

#[tokio::test]
async fn sign_in_never_leads_off_the_org() {
    let started = Started::new().await;
    let inside = ["/app/UserHome", "/nowhere?a=1&b=%2F", "/login/../x", "/.//evil.test"];
    let outside = [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "\\\\evil.test/",
        "/\t/evil.test/",
        "/\n/evil.test",
        "javascript:alert(1)",
        "https:evil.test",
        "@evil.test/",
        "",
        "nowhere",
    ];
    for (from, stays) in
        inside.map(|from| (from, true)).into_iter().chain(outside.map(|from| (from, false)))
    {
        let encoded: String = form_urlencoded::byte_serialize(from.as_bytes()).collect();
        let browser = started.browser();
        let form = browser.open(&format!("{ORG}/login/login.htm?fromURI={encoded}")).await;
        assert_eq!(field(&form.text(), "fromURI"), from);
        let answer = browser.submit(&form, "jane@one.test", "right").await;
        let location = answer.location().unwrap().unwrap();
        assert_eq!(location.host_str(), Some("acme.okta.com"), "{from:?}");
        assert!(answer.header("location").unwrap().starts_with("https://acme.okta.com/"));
        if !stays {
            assert_eq!(location.path(), "/app/UserHome", "{from:?}");
        }
    }
}

#[tokio::test]
async fn sign_out_ends_the_session_for_whoever_holds_the_cookie() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let thief = started.browser();
    let sid = browser.0.jar().unwrap().value(&crate::net::url(ORG), "sid").unwrap();
    thief.0.jar().unwrap().set(&crate::net::url(ORG), &format!("sid={sid}; Path=/; Secure"));
    posted(&thief.follow(&started.embed()).await);
    let form = browser.follow(&format!("{ORG}/login/signout")).await;
    assert!(form.text().contains("signin-form"));
    assert_eq!(browser.0.jar().unwrap().value(&crate::net::url(ORG), "sid"), None);
    for browser in [browser, thief] {
        assert!(browser.follow(&started.embed()).await.text().contains("signin-form"));
    }
}

#[tokio::test]
async fn a_user_who_is_deactivated_is_out_at_once() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let status = |status| {
        started
            .service
            .update(|org| org.user_by_login_mut("jane@one.test").unwrap().status = status);
    };
    status(UserStatus::Deprovisioned);
    assert!(browser.follow(&started.embed()).await.text().contains("signin-form"));
    status(UserStatus::Active);
    posted(&browser.follow(&started.embed()).await);
}
