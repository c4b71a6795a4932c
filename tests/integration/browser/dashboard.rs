//! The dashboard and its tiles.

use fantoccini::Client;
use samlproof::mock::{AppDraft, MockOkta, UserDraft};

use super::chrome::{Browser, click, sees, texts, to_dashboard};
use super::site::Site;

/// An org with Jane, whom k6 can provision.
async fn org() -> MockOkta {
    let okta = MockOkta::start().await.unwrap();
    let jane = UserDraft::new("jane@acme.test").groups(["qa"]);
    okta.user(jane.with("firstName", "Jane").with("lastName", "Example"));
    okta.user(UserDraft::new("joe@acme.test"));
    okta
}

/// The same org, and a k6 that trusts its app.
async fn with_k6() -> (MockOkta, Site) {
    let (okta, k6) = (org().await, Site::start("k6-cloud").await);
    let app = okta.app(k6.app("k6 Cloud"));
    k6.trusts(&app.metadata_url).await;
    (okta, k6)
}

#[tokio::test]
async fn a_tile_for_each_assigned_app_and_for_no_other() {
    let okta = org().await;
    let app = |label| AppDraft::new(label, "https://sp.test/acs", "https://sp.test");
    okta.app(app("Wiki"));
    okta.app(app("Payroll").assigned_to(["joe@acme.test"]));
    let story = async |client: &Client| {
        to_dashboard(client, &okta.base_url(), "jane@acme.test").await;
        assert_eq!(texts(client, ".app-label").await, ["Wiki"]);
        click(client, "a[href='/login/signout']").await;
        to_dashboard(client, &okta.base_url(), "joe@acme.test").await;
        assert_eq!(texts(client, ".app-label").await, ["Wiki", "Payroll"]);
    };
    Browser::default().plays("a_tile_for_each_assigned_app", story).await;
}

#[tokio::test]
async fn the_k6_tile_lands_at_k6_provisioned() {
    let (okta, k6) = with_k6().await;
    let story = async |client: &Client| {
        to_dashboard(client, &okta.base_url(), "jane@acme.test").await;
        click(client, ".app-button").await;
        client.wait().for_url(&"https://api.k6.io/".parse().unwrap()).await.unwrap();
        sees(client, "body p", "Logged in as jane@acme.test").await;
        let roles = k6.stored("jane@acme.test").await.unwrap();
        assert_eq!(roles, ["team qa read-only"], "the group became a team (K9, K10)");
    };
    let browser = Browser { hosts: k6.rule(), ..Browser::default() };
    browser.plays("the_k6_tile", story).await;
    k6.stop().await;
}

#[tokio::test]
async fn without_javascript_a_button_goes_on() {
    let (okta, k6) = with_k6().await;
    let story = async |client: &Client| {
        to_dashboard(client, &okta.base_url(), "jane@acme.test").await;
        click(client, ".app-button").await;
        sees(client, "h1", "Signing in to k6 Cloud").await;
        assert_eq!(k6.stored("jane@acme.test").await, None, "nothing is sent by itself");
        click(client, "noscript button, button[form=appForm]").await;
        client.wait().for_url(&"https://api.k6.io/".parse().unwrap()).await.unwrap();
        assert!(k6.stored("jane@acme.test").await.is_some());
    };
    let browser = Browser { hosts: k6.rule(), without_javascript: true };
    browser.plays("without_javascript", story).await;
    k6.stop().await;
}
