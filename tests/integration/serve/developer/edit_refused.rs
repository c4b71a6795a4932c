//! What an app's own page refuses, each with what it takes.

use http::{HeaderName, HeaderValue, StatusCode};
use samlproof::idp::AttributeStatement;
use samlproof::net::Request;

use super::super::{ORG, Started};
use super::edit::{Form, all, app, edited, post, with_odd_app};
use super::text;
use crate::net::url;

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once_and_nothing_is_changed() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let before = app(&started.service, &id);
    let as_it_is = edited(&browser, &id).await;
    let path = format!("/_samlproof/apps/{id}");
    let long = "t".repeat(1025);
    let wrong = [
        ("label", "", "1 to 100 characters"),
        ("acs", "https://another_host.test/acs", "with _ in it"),
        ("entity_id", "", "what the SP calls itself"),
        ("name_id_format", "urn:of:others", "one of those in the list"),
        ("x5c", "none", "class=\"problem\" id=\"x5c-problem\""),
        ("users", "jane@one.test\r\nstranger", "the org has none called stranger"),
        ("groups", "no-team", "the org has none called no-team"),
        ("token", &long, "a token has 1024 characters at most"),
    ];
    let mut at_once = as_it_is.clone();
    for (field, typed, problem) in wrong {
        at_once = at_once.set(field, typed);
        let answer = post(&browser, &path, &as_it_is.clone().set(field, typed)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let html = answer.text();
        assert!(html.contains(problem), "{field}: {html}");
        assert_eq!(html.matches("class=\"problem\"").count(), 1, "{field}: {html}");
        assert_eq!(all(&before), all(&app(&started.service, &id)), "{field}");
    }
    at_once = at_once
        .with("attribute_name", "sum", "claim")
        .with("attribute_value", "user.doesNotExist", "user.isNotThereEither")
        .with("group_name", "first", "pattern");
    let answer = post(&browser, &path, &at_once).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text();
    assert_eq!(html.matches("class=\"problem\"").count(), 8 + 3, "{html}");
    assert_eq!(html.matches("another statement has this name").count(), 2, "{html}");
    assert_eq!(all(&before), all(&app(&started.service, &id)));
    assert!(started.service.logged().is_empty(), "nothing was done");
    let again = Form::read(&html);
    for (field, typed, _) in wrong.iter().filter(|(field, ..)| *field != "name_id_format") {
        assert_eq!(again.value(field), *typed, "what was typed stays");
    }
    let answer = post(&browser, &path, &as_it_is).await;
    assert_eq!(answer.status, StatusCode::FOUND, "as it is it is good: {}", answer.text());
}

/// Each login would end on an error page.
#[tokio::test]
async fn what_no_assertion_carries_is_refused() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let before = app(&started.service, &id);
    let as_it_is = edited(&browser, &id).await;
    let path = format!("/_samlproof/apps/{id}");
    let told = "an assertion cannot carry the character &#39;\\u{1}&#39;";
    for field in ["acs", "entity_id", "token"] {
        let answer = post(&browser, &path, &as_it_is.clone().set(field, "https://a/\u{1}b")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(answer.text().contains(told), "{field}: {}", answer.text());
    }
    for (field, text) in [("attribute_name", "a\u{1}"), ("attribute_value", "b\u{1}")] {
        let other = if field == "attribute_name" { "attribute_value" } else { "attribute_name" };
        let form = as_it_is.clone().with(field, "", text).with(other, "", "whatever");
        let answer = post(&browser, &path, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(answer.text().contains(told), "{field}: {}", answer.text());
    }
    assert_eq!(all(&before), all(&app(&started.service, &id)));
    let good = as_it_is.set("entity_id", "https://a/b").set("token", "t");
    assert_eq!(post(&browser, &path, &good).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn two_statements_of_one_name_that_are_left_alone_stay() {
    let started = Started::with(|org, _| {
        let email = || AttributeStatement::expression("email", "user.email");
        org.apps[0].sign_on.attribute_statements = vec![email(), email()];
    })
    .await;
    let browser = started.browser();
    let id = started.service.org().apps[0].id.clone();
    let path = format!("/_samlproof/apps/{id}");
    let form = edited(&browser, &id).await;
    assert_eq!(
        post(&browser, &path, &form.clone().set("label", "L")).await.status,
        StatusCode::FOUND
    );
    assert_eq!(app(&started.service, &id).sign_on.attribute_statements.len(), 2);
    // A third is refused, wherever it stands.
    let third = form.with("attribute_name", "", "email").with("attribute_value", "", "user.login");
    let answer = post(&browser, &path, &third).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("another statement has this name"));
}

#[tokio::test]
async fn more_rows_save_nothing() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let before = app(&started.service, &id);
    let form = edited(&browser, &id).await.set("label", "Typed").and("more", "rows");
    let answer = post(&browser, &format!("/_samlproof/apps/{id}"), &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(Form::read(&answer.text()).value("label"), "Typed");
    assert_eq!(all(&before), all(&app(&started.service, &id)));
}

#[tokio::test]
async fn an_app_that_is_not_there_is_not_found() {
    let started = Started::new().await;
    let browser = started.browser();
    let org = started.service.org();
    let (id, name) = (&org.apps[0].id, &org.apps[0].name);
    let form = edited(&browser, id).await;
    text(&browser, &format!("/_samlproof/apps/{id}/edit")).await;
    for unknown in ["0oaNobody", name] {
        let page = browser.open(&format!("{ORG}/_samlproof/apps/{unknown}/edit")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{unknown}");
        for action in ["", "/usernames", "/activate", "/deactivate", "/delete"] {
            let path = format!("/_samlproof/apps/{unknown}{action}");
            assert_eq!(post(&browser, &path, &form).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let path = format!("/_samlproof/apps/{id}");
    assert_eq!(post(&browser, &path, &form).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn pages_of_others_change_no_app() {
    let started = Started::new().await;
    let browser = started.browser();
    let id = started.service.org().apps[0].id.clone();
    let form = edited(&browser, &id).await.set("label", "Changed");
    let send = async |action: &str, origin: &'static str| {
        let action = url(&format!("{ORG}/_samlproof/apps/{id}{action}"));
        let mut request = Request::form(action, form.fields());
        let header = HeaderName::from_static("origin");
        request.headers.insert(header, HeaderValue::from_static(origin));
        browser.0.send(request).await.unwrap().status
    };
    let before = app(&started.service, &id);
    // In the order in which each can be done.
    let actions = ["", "/usernames", "/deactivate", "/activate", "/deactivate", "/delete"];
    for action in actions {
        assert_eq!(send(action, "https://evil.test").await, StatusCode::BAD_REQUEST, "{action}");
    }
    assert_eq!(all(&before), all(&app(&started.service, &id)));
    assert!(started.service.logged().is_empty());
    for action in actions {
        assert_eq!(send(action, ORG).await, StatusCode::FOUND, "{action}");
    }
    assert!(started.service.org().apps.is_empty());
}
