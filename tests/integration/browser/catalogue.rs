//! The app catalogue of the developer's view.

use fantoccini::Client;
use samlproof::keys::test_only;
use samlproof::mock::{MockOkta, UserDraft};

use super::chrome::{Browser, click, fill, sees, text, texts, to_dashboard};
use super::site::{Site, TOKEN};

#[tokio::test]
async fn k6_is_added_by_its_preset_and_its_token_is_in_the_assertion() {
    let okta = MockOkta::start().await.unwrap();
    let jane = UserDraft::new("jane@acme.test").groups(["qa"]);
    okta.user(jane.with("firstName", "Jane").with("lastName", "Example"));
    let k6 = Site::start("k6-cloud").await;
    let story = async |client: &Client| {
        client.goto(&format!("{}/_samlproof/apps", okta.base_url())).await.unwrap();
        click(client, "#preset-k6-cloud").await;
        sees(client, "h1", "New app").await;
        // The token is forgotten at first: the form says so, and keeps the rest.
        let certificate = test_only::decryption().certificate().to_base64();
        fill(client, "#x5c", &certificate).await;
        click(client, "button[type=submit]").await;
        sees(
            client,
            "#token-problem",
            "a token is needed: the one that the SP's vendor has given you",
        )
        .await;
        fill(client, "#token", TOKEN).await;
        click(client, "button[type=submit]").await;
        sees(client, "h2", "k6 Cloud").await;
        let metadata = texts(client, "a[href*='/sso/saml/metadata']").await.remove(0);
        k6.trusts(&metadata).await;

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
