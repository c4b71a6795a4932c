//! The classic chain of addresses, cookies and headers (facts/okta.md 1.1, 1.3).

use http::{StatusCode, header};

use super::{ORG, Started, posted, query};

#[tokio::test]
async fn an_embed_link_leads_by_two_steps_to_the_page_that_posts() {
    let started = Started::new().await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let app = started.service.org().apps[0].clone();
    let link = format!("{}?fromHome=true&RelayState=%2Fdeep", started.embed());
    let first = browser.open(&link).await;
    assert_eq!(first.status, StatusCode::FOUND);
    let click = format!("{ORG}/app/{}/{}/mc?fromHome=true&RelayState=%2Fdeep", app.name, app.id);
    assert_eq!(first.header("location"), Some(click.as_str()));
    let second = browser.open(&click).await;
    let sso = format!("{}?fromHome=true&RelayState=%2Fdeep", started.sso());
    assert_eq!((second.status, second.header("location")), (StatusCode::FOUND, Some(sso.as_str())));
    assert_eq!(posted(&browser.open(&sso).await).relay_state, "/deep");
}

#[tokio::test]
async fn the_front_doors_lead_to_the_dashboard() {
    let started = Started::new().await;
    let browser = started.browser();
    for door in ["/", "/login/default", "/enduser/settings"] {
        let answer = started.browser().open(&format!("{ORG}{door}")).await;
        let sign_in = answer.location().unwrap().unwrap();
        let home = "/app/UserHome?session_hint=AUTHENTICATED";
        assert_eq!(sign_in.path(), "/login/login.htm", "{door}");
        assert_eq!(query(&sign_in, "fromURI").as_deref(), Some(home));
    }
    let home = browser.log_in(&format!("{ORG}/"), "jane@one.test", "right").await;
    assert_eq!(home.url.as_str(), format!("{ORG}/app/UserHome?session_hint=AUTHENTICATED"));
    assert!(home.text().contains("My Apps"));
    for door in ["/", "/login/default", "/enduser/settings"] {
        let answer = browser.open(&format!("{ORG}{door}")).await;
        assert_eq!(answer.header("location"), Some(home.url.as_str()), "{door}");
    }
}

#[tokio::test]
async fn error_pages_have_addresses_of_their_own() {
    let started = Started::new().await;
    let browser = started.browser();
    let bad = browser.open(&format!("{ORG}/error/400_SAML?stateToken=x")).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let missing = browser.open(&format!("{ORG}/error/404?fromURI=%2Fx")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    // What they show is there.
    let html = bad.text();
    let image = super::attribute(&html, "img", "src");
    let image = browser.open(&format!("{ORG}{image}")).await;
    assert_eq!((image.status, image.header("content-type")), (StatusCode::OK, Some("image/png")));
    assert!(image.body.starts_with(b"\x89PNG"));
    let style = browser.open(&format!("{ORG}/assets/css/org.css")).await;
    assert_eq!(style.header("content-type"), Some("text/css;charset=utf-8"));
}

#[tokio::test]
async fn a_browser_gets_its_cookies_once() {
    let started = Started::new().await;
    let browser = started.browser();
    let cookies = |answer: &samlproof::net::Answer| -> Vec<String> {
        let values = answer.headers.get_all(header::SET_COOKIE);
        values.iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    };
    let first = cookies(&browser.open(&format!("{ORG}/login/login.htm")).await);
    let (name, session) = first[0].split_once('=').unwrap();
    let (id, rest) = session.split_once(';').unwrap();
    assert_eq!((name, rest), ("JSESSIONID", " Path=/; Secure; HttpOnly"));
    assert!(id.len() == 32 && id.chars().all(|c| matches!(c, '0'..='9' | 'A'..='F')), "{id}");
    assert_eq!(first[1], "t=default; Path=/");
    assert!(first[2].starts_with("DT=DI0") && first[2].contains(";Version=1;Path=/;Max-Age="));
    assert_eq!(first.len(), 3);
    assert_eq!(cookies(&browser.open(&format!("{ORG}/login/login.htm")).await).len(), 0);
}

#[tokio::test]
async fn every_answer_has_oktas_headers() {
    let started = Started::new().await;
    let browser = started.browser();
    let mut ids = vec![];
    for path in ["/login/login.htm", "/nowhere", "/assets/css/org.css", "/api/v1/users"] {
        let answer = browser.open(&format!("{ORG}{path}")).await;
        for (name, value) in [
            ("p3p", "CP=\"HONK\""),
            ("server", "nginx"),
            ("cache-control", "no-cache, no-store"),
            ("pragma", "no-cache"),
            ("expires", "0"),
            ("content-language", "en"),
            ("x-robots-tag", "noindex,nofollow"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name} of {path}");
        }
        let hint = path.starts_with("/api").then_some("Sec-CH-UA-Platform-Version");
        assert_eq!(answer.header("accept-ch"), hint, "{path}");
        ids.push(answer.header("x-okta-request-id").unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
