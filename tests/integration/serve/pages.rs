//! The pages as they are, to be read.

use samlproof::idp::{Assignment, Overrides, SignParts};

use super::{ORG, Started, request};

#[tokio::test]
async fn pages() {
    let started = Started::new().await;
    let browser = started.browser();
    let start = started.start(&request("_snapshot"), Some("/a?b=c"));
    let form = browser.follow(&start).await;
    // Unsigned, so that the page is short enough to be read.
    let unsigned = Overrides { sign: Some(SignParts::Nothing), ..Overrides::default() };
    started.service.next_login("jane@one.test", unsigned);
    let refused = browser.submit(&form, "jane@one.test", "wrong").await;
    let auto_post = browser.sign_in(&refused, "jane@one.test", "right").await;
    let home = browser.follow(&format!("{ORG}/")).await;
    started.service.update(|org| org.apps[0].assigned = Assignment::Users([].into()));
    let denied = browser.follow(&start).await;
    let bad = browser.open(&format!("{}?SAMLRequest=x", started.sso())).await;
    let missing = browser.open(&format!("{ORG}/nowhere")).await;
    for (name, page) in [
        ("sign-in", form),
        ("unable-to-sign-in", refused),
        ("auto-post", auto_post),
        ("user-home", home),
        ("not-assigned", denied),
        ("bad-saml-request", bad),
        ("not-found", missing),
    ] {
        let mut text = format!("{}\n", page.status);
        for header in ["content-type", "cache-control", "content-security-policy", "x-robots-tag"] {
            text.push_str(&format!("{header}: {}\n", page.header(header).unwrap_or("-")));
        }
        insta::assert_snapshot!(format!("page-{name}"), format!("{text}\n{}", page.text()));
    }
}
