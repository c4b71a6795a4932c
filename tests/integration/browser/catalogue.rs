//! The app catalogue of the developer's view.

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use samlproof::idp::{
    App, AssertionEncryption, AttributeSource, AttributeStatement, GroupAssignment,
};
use samlproof::keys::test_only;
use samlproof::mock::{AppDraft, GroupFilter, MockOkta, UserDraft};

use super::chrome::{Browser, click, fill, sees, text, texts, to_dashboard};
use super::site::{Site, TOKEN};

#[tokio::test]
async fn k6_is_added_as_its_page_says_and_its_token_is_in_the_assertion() {
    let okta = MockOkta::start().await.unwrap();
    let jane = UserDraft::new("jane@acme.test").groups(["qa"]);
    okta.user(jane.with("firstName", "Jane").with("lastName", "Example"));
    let k6 = Site::start("k6-cloud").await;
    let story = async |client: &Client| {
        client.goto(&format!("{}/_samlproof/apps", okta.base_url())).await.unwrap();
        click(client, "#preset-k6-cloud").await;
        sees(client, "h1", "New app").await;
        // k6 gives the token for the metadata of an app that is there: it is left empty at first.
        let certificate = test_only::decryption().certificate().to_base64();
        fill(client, "#x5c", &certificate).await;
        click(client, "#app-form button[type=submit]").await;
        sees(client, "h2", "k6 Cloud").await;
        assert!(text(client, ".infobox").await.starts_with("The token is still missing."));
        let metadata = texts(client, "a[href*='/sso/saml/metadata']").await.remove(0);
        k6.trusts(&metadata).await;
        click(client, "a[aria-label='Edit k6 Cloud']").await;
        sees(client, "h1", "k6 Cloud").await;
        assert!(text(client, "#token-missing").await.starts_with("It is still missing"));
        fill(client, "#token", TOKEN).await;
        click(client, "#app-form button[type=submit]").await;
        sees(client, "h2", "k6 Cloud").await;
        assert!(texts(client, ".infobox").await.is_empty(), "nothing is missing any more");

        to_dashboard(client, &okta.base_url(), "jane@acme.test").await;
        click(client, ".app-button").await;
        client.wait().for_url(&"https://api.k6.io/".parse().unwrap()).await.unwrap();
        assert_eq!(k6.stored("jane@acme.test").await.unwrap(), ["team qa read-only"]);
        let sent = &okta.sent()[0];
        assert_eq!(sent.issued.attributes.values("token").collect::<Vec<_>>(), [TOKEN]);

        client.goto(&format!("{}/_samlproof/logins/1", okta.base_url())).await.unwrap();
        let shown = texts(client, "#attributes code").await;
        assert!(shown.contains(&TOKEN.to_owned()), "{shown:?}");
        assert!(text(client, "#signatures").await.starts_with("Holds"));
    };
    let browser = Browser { hosts: k6.rule(), ..Browser::default() };
    browser.plays("k6_is_added", story).await;
    k6.stop().await;
}

/// A browser changes what it shows: line breaks, spaces, quotes. Keys are pressed, nothing is clicked.
#[tokio::test]
async fn an_app_is_saved_as_it_was_and_deleted_by_the_keyboard_alone() {
    let okta = MockOkta::start().await.unwrap();
    okta.user(UserDraft::new("jane@acme.test").groups(["qa", " odd\nteam "]));
    let literal = |name: &str, text: &str| AttributeStatement {
        name: name.to_owned(),
        format: Default::default(),
        source: AttributeSource::Literal(text.to_owned()),
    };
    let to = test_only::decryption().certificate().clone();
    let encryption = AssertionEncryption::new(to).unwrap();
    let mut draft = AppDraft::new("Odd  \"label\" <b>&amp;", "https://odd_host.test/", " odd ")
        .groups("first", GroupFilter::equals("\n qa "))
        .statement(literal("lines", "\n one\r\ntwo\tthree "))
        .statement(literal("token", " t0ken\n"))
        .statement(literal("quoted", "\"user.email\" &amp; 'x'"))
        .attribute("sum", "user.firstName + ' ' + user.lastName");
    draft.sign_on.assertion_encryption = Some(encryption);
    okta.app_with_key(draft, test_only::signing("okta-1").unwrap());
    let id = okta.service().update(|org| {
        let app = org.apps.last_mut().unwrap();
        app.preset = Some("k6-cloud".to_owned());
        app.group_assignments =
            org.groups.iter().map(|group| (group.id.clone(), GroupAssignment::default())).collect();
        let id = app.id.clone();
        org.settle(okta.service().now());
        id
    });
    let all = || {
        let app: App = okta.service().org().app_by_id(&id).unwrap().clone();
        let mut shown = serde_json::to_value(&app).unwrap();
        let saved = shown["last_updated"].take();
        (shown, app.assignments, saved)
    };
    let press = async |client: &Client, css: &str| {
        let button = client.wait().for_element(Locator::Css(css)).await.unwrap();
        button.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
    };
    let story = async |client: &Client| {
        let (before, assigned, at) = all();
        client.goto(&format!("{}/_samlproof/apps/{id}/edit", okta.base_url())).await.unwrap();
        press(client, "#app-form button[type=submit]").await;
        sees(client, "h1", "Apps").await;
        let (after, still_assigned, saved) = all();
        assert_eq!((&before, &assigned), (&after, &still_assigned));
        assert_ne!(at, saved, "it was saved");

        press(client, &format!("a[href='/_samlproof/apps/{id}/edit']")).await;
        press(client, "#update-usernames").await;
        sees(client, "#old-names", "All of them are what it says today.").await;
        press(client, "#deactivate").await;
        press(client, "#delete").await;
        sees(client, "main p:last-child", "There is none yet.").await;
        assert!(okta.service().org().app_by_id(&id).is_none());
    };
    let browser = Browser { without_javascript: true, ..Browser::default() };
    browser.plays("an_app_is_saved_as_it_was", story).await;
}
