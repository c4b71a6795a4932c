//! Signing in at the org.

use fantoccini::key::Key;
use samlproof::idp::SignInPage;
use samlproof::mock::{AppDraft, MockOkta, UserDraft};

use super::chrome::{Browser, click, sees, sign_in, text, texts, to_dashboard};
use super::site::Site;

async fn org() -> MockOkta {
    let okta = MockOkta::start().await.unwrap();
    okta.user(UserDraft::new("jane@acme.test").groups(["ml-team"]).with("firstName", "Jane"));
    okta.user(UserDraft::new("joe@acme.test"));
    okta
}

#[tokio::test]
async fn a_wrong_password_is_said_and_the_name_stays() {
    let okta = org().await;
    let story = async |client: &fantoccini::Client| {
        client.goto(&okta.base_url()).await.unwrap();
        sign_in(client, "jane@acme.test", "wrong").await;
        sees(client, "[role=alert]", "Unable to sign in").await;
        let name = client.wait().for_element(fantoccini::Locator::Id("username")).await.unwrap();
        assert_eq!(name.prop("value").await.unwrap().as_deref(), Some("jane@acme.test"));
        // The twin: the same person with the right one.
        super::chrome::fill(client, "#password", UserDraft::PASSWORD).await;
        click(client, "#signin-form button").await;
        sees(client, "h1", "My Apps").await;
        click(client, "a[href='/login/signout']").await;
        sees(client, "h1", "Sign In").await;
    };
    Browser::default().plays("a_wrong_password", story).await;
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    let okta = org().await;
    okta.app(AppDraft::new("Nowhere", format!("{}/nowhere", okta.base_url()), "nowhere"));
    let story = async |client: &fantoccini::Client| {
        client.goto(&okta.base_url()).await.unwrap();
        text(client, "#username").await;
        for keys in ["jane@acme.test", &Key::Tab.to_string(), "password", &Key::Enter.to_string()] {
            client.active_element().await.unwrap().send_keys(keys).await.unwrap();
        }
        sees(client, "h1", "My Apps").await;
        // Sign out comes first, then the tiles.
        for _ in 0..2 {
            let focused = client.active_element().await.unwrap();
            focused.send_keys(&Key::Tab.to_string()).await.unwrap();
        }
        let tile = client.active_element().await.unwrap();
        assert_eq!(tile.attr("class").await.unwrap().as_deref(), Some("app-button"));
        tile.send_keys(&Key::Enter.to_string()).await.unwrap();
        text(client, "#error-description").await;
        let sent = okta.sent();
        assert_eq!(sent.len(), 1, "the tile has sent the response on its way");
    };
    Browser::default().plays("the_keyboard_alone", story).await;
}

#[tokio::test]
async fn personas_are_picked_and_no_password_is_asked() {
    let okta = org().await;
    okta.service().update(|org| org.sign_in_page = SignInPage::Personas);
    let story = async |client: &fantoccini::Client| {
        client.goto(&okta.base_url()).await.unwrap();
        text(client, "h1").await;
        assert_eq!(texts(client, ".persona-login").await, ["jane@acme.test", "joe@acme.test"]);
        assert!(texts(client, "input[type=password]").await.is_empty());
        click(client, ".personas li:nth-child(2) button").await;
        sees(client, "header strong", "joe@acme.test").await;
    };
    Browser::default().plays("personas", story).await;
}

#[tokio::test]
async fn a_login_that_begins_at_arize_ends_there_provisioned() {
    let (okta, arize) = (org().await, Site::start("arize-us").await);
    let app = okta.app(arize.app("Arize AX"));
    arize.trusts(&app.metadata_url).await;
    let story = async |client: &fantoccini::Client| {
        let start = "https://app.arize.com/auth/v2/login?email=jane@acme.test";
        client.goto(start).await.unwrap();
        sign_in(client, "jane@acme.test", UserDraft::PASSWORD).await;
        let home = "https://app.arize.com/".parse().unwrap();
        client.wait().for_url(&home).await.unwrap();
        sees(client, "body p", "Logged in as jane@acme.test").await;
        let roles = arize.stored("jane@acme.test").await.unwrap();
        assert_eq!(roles, ["org research member"]);
        assert!(okta.sent()[0].request.is_some(), "it answers the SP's request");
    };
    let browser = Browser { hosts: arize.rule(), ..Browser::default() };
    browser.plays("a_login_that_begins_at_arize", story).await;
    arize.stop().await;
}

#[tokio::test]
async fn who_is_not_assigned_is_told_and_the_sp_hears_nothing() {
    let (okta, arize) = (org().await, Site::start("arize-us").await);
    let app = okta.app(arize.app("Arize AX").assigned_to(["jane@acme.test"]));
    arize.trusts(&app.metadata_url).await;
    let story = async |client: &fantoccini::Client| {
        to_dashboard(client, &okta.base_url(), "joe@acme.test").await;
        client.goto(&app.embed_url).await.unwrap();
        sees(client, "h1", "App Not Assigned").await;
        let why = text(client, "#error-description").await;
        assert!(why.starts_with("Sorry, you cannot access Arize AX because"), "{why}");
        assert_eq!(arize.stored("joe@acme.test").await, None);
        // Jane is assigned, and gets in by the same link.
        client.goto(&format!("{}/login/signout", okta.base_url())).await.unwrap();
        client.goto(&app.embed_url).await.unwrap();
        sign_in(client, "jane@acme.test", UserDraft::PASSWORD).await;
        client.wait().for_url(&"https://app.arize.com/".parse().unwrap()).await.unwrap();
        assert!(arize.stored("jane@acme.test").await.is_some());
    };
    let browser = Browser { hosts: arize.rule(), ..Browser::default() };
    browser.plays("who_is_not_assigned", story).await;
    arize.stop().await;
}
