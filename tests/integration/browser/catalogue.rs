//! The app catalogue of the developer's view.

use fantoccini::Client;
use samlproof::keys::test_only;
use samlproof::mock::{MockOkta, UserDraft};

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
