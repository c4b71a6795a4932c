//! Signing in by a click, where the org says so.

use http::{HeaderName, HeaderValue, StatusCode, header};
use samlproof::idp::{SignInPage, UserStatus};
use samlproof::net::{Answer, Request};

use super::{ORG, Started, posted, set_cookie};
use crate::net::url;

async fn started(page: SignInPage) -> Started {
    Started::with(|org, env| {
        org.sign_in_page = page;
        org.user_by_login_mut("jane@one.test").unwrap().set("firstName", "Jane");
        org.add_user("held@one.test", "right", env).status = UserStatus::Suspended;
    })
    .await
}

fn id(started: &Started, login: &str) -> String {
    started.service.org().user_by_login(login).unwrap().id.clone()
}

async fn pick(started: &Started, id: &str, headers: &[(HeaderName, &'static str)]) -> Answer {
    let fields = [("fromURI", started.embed().replace(ORG, "")), ("persona", id.to_owned())];
    let mut request = Request::form(url(&format!("{ORG}/login/login.htm")), fields);
    for (name, value) in headers {
        request.headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    started.browser().0.send(request).await.unwrap()
}

#[tokio::test]
async fn a_click_signs_a_user_in() {
    let started = started(SignInPage::Personas).await;
    let browser = started.browser();
    let form = browser.follow(&started.embed()).await;
    let html = form.text();
    assert!(html.contains("Jane") && html.contains("ml-team"), "{html}");
    assert!(!html.contains("password\"") && !html.contains("held@one.test"), "{html}");
    let jane = id(&started, "jane@one.test");
    assert!(html.contains(&format!("name=\"persona\" value=\"{jane}\"")), "{html}");
    let fields = [("fromURI", super::field(&html, "fromURI")), ("persona", jane)];
    let request = Request::form(url(&format!("{ORG}/login/login.htm")), fields);
    let answer = browser.0.send(request).await.unwrap();
    let location = answer.location().unwrap().unwrap();
    posted(&browser.follow(location.as_str()).await);
}

#[tokio::test]
async fn a_click_works_only_where_it_is_offered() {
    let personas = started(SignInPage::Personas).await;
    let password = started(SignInPage::Password).await;
    let jane = id(&personas, "jane@one.test");
    assert_eq!(pick(&personas, &jane, &[]).await.status, StatusCode::FOUND);
    let own = [(header::ORIGIN, ORG)];
    assert_eq!(pick(&personas, &jane, &own).await.status, StatusCode::FOUND);
    let site = HeaderName::from_static("sec-fetch-site");
    let held = id(&personas, "held@one.test");
    for (started, id, headers) in [
        (&password, &id(&password, "jane@one.test"), vec![]),
        (&personas, &held, vec![]),
        (&personas, &"00uNobody".to_owned(), vec![]),
        (&personas, &jane, vec![(header::ORIGIN, "https://evil.test")]),
        (&personas, &jane, vec![(header::ORIGIN, "https://acme.okta.com.evil.test")]),
        (&personas, &jane, vec![(header::ORIGIN, "https://acme.okta.com:8443")]),
        (&personas, &jane, vec![(header::ORIGIN, "null")]),
        (&personas, &jane, vec![(site.clone(), "cross-site")]),
        (&personas, &jane, vec![(header::ORIGIN, ORG), (site, "same-site")]),
    ] {
        let answer = pick(started, id, &headers).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(set_cookie(&answer), None);
    }
}
