//! The pages as they are, to be read.

use samlproof::idp::Access;

use super::{ORG, Started};

#[tokio::test]
async fn pages() {
    let started = Started::new().await;
    let browser = started.browser();
    let start = format!("{}?RelayState=%2Fa%3Fb%3Dc", started.embed());
    let form = browser.follow(&start).await;
    let refused = browser.submit(&form, "jane@one.test", "wrong").await;
    let auto_post = browser.sign_in(&refused, "jane@one.test", "right").await;
    let home = browser.follow(&format!("{ORG}/")).await;
    started.service.limit_rate(Some(0));
    let too_many = browser.open(&started.sso()).await;
    started.service.limit_rate(None);
    started.service.update(|org| org.access_policies[0].rules[0].access = Access::Deny);
    let denied = browser.follow(&start).await;
    started.service.update(|org| org.apps[0].assign_to_nobody());
    let not_assigned = browser.follow(&start).await;
    let bad = browser.open(&format!("{}?SAMLRequest=x", started.sso())).await;
    let missing = browser.open(&format!("{ORG}/nowhere")).await;
    for (name, page) in [
        ("sign-in", form),
        ("unable-to-sign-in", refused),
        ("auto-post", auto_post),
        ("user-home", home),
        ("denied", denied),
        ("not-assigned", not_assigned),
        ("too-many-requests", too_many),
        ("bad-saml-request", bad),
        ("not-found", missing),
    ] {
        let mut text = format!("{}\n", page.status);
        for header in ["content-type", "cache-control", "content-security-policy", "x-robots-tag"] {
            text.push_str(&format!("{header}: {}\n", page.header(header).unwrap_or("-")));
        }
        text.push('\n');
        text.push_str(&without_response(&page.text()));
        insta::with_settings!({ snapshot_path => "../snapshots", omit_expression => true }, {
            insta::assert_snapshot!(format!("page-{name}"), text);
        });
    }
}

/// The response itself is read elsewhere.
fn without_response(html: &str) -> String {
    const START: &str = "name=\"SAMLResponse\" type=\"hidden\" value=\"";
    match html.split_once(START) {
        Some((before, rest)) => {
            let (_, after) = rest.split_once('"').unwrap();
            format!("{before}{START}…\"{after}")
        }
        None => html.to_owned(),
    }
}
