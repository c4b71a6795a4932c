//! The http adapters, each with what it is asked and what becomes of its answers.

use std::sync::Arc;

use wiremock::ResponseTemplate;

use samlproof::drive::{Target, drive};
use samlproof::env::Env;
use samlproof::net::{Client, ClientOptions, parse_url};
use samlproof::observation::{End, Identity, Trouble};
use samlproof::sp::MetadataSource;

use super::shop::{Shop, html};
use super::{FIRST_LOGIN, Played, case, options};

#[tokio::test]
async fn configure_is_told_everything() {
    let shop = Shop::open().await;
    let scenario = r#"
[sp]
resources = ["team ml"]
settings  = { sync_user_roles = true }
[users.jane]
groups = ["ml-team"]
[sp_users.joe]
password = "joes password is long"
teams    = { ops = "admin" }
[[steps]]
login  = "jane"
[[steps]]
change = { sp.settings.sync_user_roles = false }
[[steps]]
probe   = "jane"
"#;
    let played = Played::on(&shop.profile(), scenario).await;
    played.passes();
    let told = shop.configured();
    assert_eq!(told.len(), 2, "before the first step, and at the change");
    let joe = &told[0].users[0];
    assert!(joe.email.starts_with("joe@"));
    assert_eq!(joe.password.as_deref(), Some("joes password is long"));
    assert_eq!(joe.roles.lines().into_iter().collect::<Vec<_>>(), ["team ops admin"]);
    let entry = &told[0].entries[0];
    assert_eq!(entry.acs.as_str(), format!("{}/acs", shop.server.uri()));
    let MetadataSource::Url(metadata) = &entry.metadata else { panic!("{entry:?}") };
    assert!(metadata.starts_with("https://localhost:"), "{metadata}");
    assert!(entry.settings.sync_user_roles && !told[1].entries[0].settings.sync_user_roles);
    assert_eq!(told[1].entries[0].metadata, entry.metadata);
}

#[tokio::test]
async fn a_configuration_that_is_refused_proves_nothing() {
    for status in [400, 409, 422] {
        let shop = Shop::open().await;
        shop.instead("PUT", "/configure", html(status, "the entry has no certificate")).await;
        let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
        let why = "the entry has no certificate".to_owned();
        assert_eq!(*played.trouble(), Trouble::ConfigurationRefused(why));
        let reason = played.inconclusive();
        assert_eq!(reason, "the SP refused its configuration: the entry has no certificate");
        assert!(played.steps().is_empty(), "nothing was played");
    }
}

/// A change that the SP ought to refuse.
const BAD_CHANGE: &str = r#"
[sp]
[users.jane]
groups = ["ml-team"]
[[steps]]
login = "jane"
[[steps]]
change = { sp.settings.enforce_saml = true }
expect = "configuration-refused"
"#;

#[tokio::test]
async fn a_change_that_is_refused_is_an_outcome() {
    let shop = Shop::open().await;
    let taken = Played::on(&shop.profile(), BAD_CHANGE).await;
    assert_eq!(taken.findings()[0].expected, ["configuration-refused"]);

    let shop = Shop::open().await;
    let refusal = ResponseTemplate::new(422).set_body_string("no admin left");
    shop.instead("PUT", "/configure", move |request: &wiremock::Request| {
        let told = String::from_utf8_lossy(&request.body).contains("\"enforce_saml\":true");
        if told { refusal.clone() } else { ResponseTemplate::new(204) }
    })
    .await;
    let refused = Played::on(&shop.profile(), BAD_CHANGE).await;
    refused.passes();
    assert_eq!(refused.steps()[1].attempts[0].reason.as_deref(), Some("no admin left"));
}

#[tokio::test]
async fn metadata_that_a_case_took_away_is_back_for_the_next() {
    let shop = Shop::open().await;
    let profile = shop.profile();
    let options = options();
    let trusted = ClientOptions::default().trust(options.authority.certificate());
    let client = Client::new(&trusted).unwrap();
    let target = Target::start(Arc::clone(&profile), options).await.unwrap();
    let down = r#"
[sp]
[users.jane]
groups = ["ml-team"]
[[steps]]
change = { idp.main.metadata = "down" }
"#;
    for (scenario, status) in [(down, 503), (FIRST_LOGIN, 200)] {
        let seen = drive(&case(scenario, &profile), &target, &Env::real()).await;
        assert_eq!(seen.trouble, None);
        let told = shop.configured().pop().unwrap();
        let MetadataSource::Url(url) = &told.entries[0].metadata else { panic!("{told:?}") };
        let answer = client.get(&parse_url(url).unwrap()).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
    }
    target.stop().await;
}

#[tokio::test]
async fn the_state_is_read_before_and_after() {
    let shop = Shop::open().await;
    let scenario = format!("{FIRST_LOGIN}grants = [\"team ml-team member\"]\nusers = 1\n");
    let played = Played::on(&shop.profile(), &scenario).await;
    played.passes();
    let step = &played.steps()[0];
    assert_eq!(step.before.as_ref().unwrap().users, []);
    assert_eq!(step.after.as_ref().unwrap().users.len(), 1);

    let wrong = scenario.replace("member\"", "admin\"");
    let findings = Played::on(&shop.profile(), &wrong).await.findings();
    assert!(findings.iter().any(|finding| finding.actual == "team ml-team member"));
}

#[tokio::test]
async fn whoever_is_asked_for_with_the_browsers_cookies_is_told() {
    let shop = Shop::open().await;
    let scenario = format!(
        "{FIRST_LOGIN}session = [\"team ml-team member\"]\nbrowser = \"one\"\n\
         [[steps]]\nprobe = \"jane\"\nbrowser = \"one\"\nexpect = \"signed-in\"\n\
         [[steps]]\nprobe = \"jane\"\nbrowser = \"fresh\"\nexpect = \"signed-out\"\n"
    );
    let played = Played::on(&shop.profile(), &scenario).await;
    played.passes();
    let seen = |step: usize| &played.steps()[step].attempts[0];
    assert!(matches!(&seen(1).identity, Identity::User(who) if who.email == seen(1).email));
    assert_eq!(seen(2).identity, Identity::Nobody);
    assert_eq!(seen(0).browser, "one");
    assert_eq!(seen(1).browser, "one");
    assert_ne!(seen(2).browser, "one");
}

#[tokio::test]
async fn nobody_is_said_in_several_ways() {
    let signed_out = "[sp]\n[users.jane]\n[[steps]]\nprobe = \"jane\"\nexpect = \"signed-out\"\n";
    let to_login = || ResponseTemplate::new(302).append_header("location", "/login");
    let null = || ResponseTemplate::new(200).set_body_json(serde_json::Value::Null);
    let answers = [to_login(), null(), ResponseTemplate::new(403), ResponseTemplate::new(404)];
    for answer in answers {
        let shop = Shop::open().await;
        shop.instead("GET", "/whoami", answer).await;
        Played::on(&shop.profile(), signed_out).await.passes();
    }
    let shop = Shop::open().await;
    shop.instead("GET", "/whoami", ResponseTemplate::new(500)).await;
    let reason = Played::on(&shop.profile(), signed_out).await.inconclusive();
    assert!(reason.contains("whoami (") && reason.contains("status 500"), "{reason}");
}

/// Joe has a password; what he types is to be filled in.
fn password_login(typed: &str, expect: &str) -> String {
    format!(
        r#"
[sp]
[sp_users.joe]
password = "joes password is long"
[[steps]]
password_login = "joe"
password       = "{typed}"
expect         = "{expect}"
"#
    )
}

#[tokio::test]
async fn a_password_opens_or_does_not() {
    let shop = Shop::open().await;
    let right = password_login("joes password is long", "accepted");
    let played = Played::on(&shop.profile(), &right).await;
    played.passes();
    assert!(played.steps()[0].attempts[0].sent.is_empty(), "the IdP has no part in it");

    let wrong = password_login("joes passwort is long", "rejected");
    let played = Played::on(&shop.profile(), &wrong).await;
    played.passes();
    let end = &played.steps()[0].attempts[0].end;
    assert_eq!(*end, End::Sp { status: 401, refusal: false });

    let posted = shop.server.received_requests().await.unwrap();
    let form = posted.iter().find(|request| request.url.path() == "/password").unwrap();
    let body = String::from_utf8_lossy(&form.body);
    assert!(body.starts_with("login=joe%40") && body.ends_with("&secret=joes+password+is+long"));
}

#[tokio::test]
async fn whoever_logs_out_is_out() {
    let stays = format!(
        "{FIRST_LOGIN}browser = \"one\"\n\
         [[steps]]\nprobe = \"jane\"\nbrowser = \"one\"\nexpect = \"signed-in\"\n"
    );
    let leaves = stays.replace(
        "[[steps]]\nprobe",
        "[[steps]]\nlogout = \"jane\"\nbrowser = \"one\"\n[[steps]]\nprobe",
    );
    Played::on(&Shop::open().await.profile(), &stays).await.passes();
    let leaves = leaves.replace("signed-in", "signed-out");
    Played::on(&Shop::open().await.profile(), &leaves).await.passes();
    // A logout that does nothing is found.
    let shop = Shop::open().await;
    shop.instead("GET", "/logout", html(200, "bye")).await;
    let findings = Played::on(&shop.profile(), &leaves).await.findings();
    assert_eq!(findings[0].expected, ["signed-out"]);
}

/// Joe is known to the SP and Jane is not; one of them opens a link.
fn link(action: &str, who: &str, expect: &str) -> String {
    format!(
        "[sp]\n[users.jane]\n[sp_users.joe]\n\
         [[steps]]\n{action} = \"{who}\"\nexpect = \"{expect}\"\n"
    )
}

#[tokio::test]
async fn links_are_made_opened_and_followed_to_a_session() {
    for action in ["reset_link", "invite"] {
        let shop = Shop::open().await;
        let played = Played::on(&shop.profile(), &link(action, "joe", "accepted")).await;
        played.passes();
        let after = played.steps()[0].after.as_ref().unwrap();
        assert!(after.users[0].has_password, "one was chosen");

        let played = Played::on(&shop.profile(), &link(action, "jane", "rejected")).await;
        played.passes();
        assert!(played.steps()[0].attempts[0].exchanges.is_empty(), "there is nothing to open");
    }
}

#[tokio::test]
async fn a_link_adapter_without_a_link_is_shown() {
    let shop = Shop::open().await;
    let empty = ResponseTemplate::new(200).set_body_json(serde_json::json!({ "url": "/x" }));
    shop.instead("POST", "/reset", empty).await;
    let reason =
        Played::on(&shop.profile(), &link("reset_link", "joe", "accepted")).await.inconclusive();
    assert!(reason.contains("link (") && reason.contains("expected {\"link\": …}"), "{reason}");
}

const KEY: &str = "[[steps]]\napi_key = \"jane\"\nexpect = \"works\"\n";

#[tokio::test]
async fn a_key_works_or_does_not() {
    let known = format!("{FIRST_LOGIN}{KEY}");
    let unknown = format!("[sp]\n[users.jane]\n{KEY}");
    let shop = Shop::open().await;
    Played::on(&shop.profile(), &known).await.passes();
    let shop = Shop::open().await;
    let findings = Played::on(&shop.profile(), &unknown).await.findings();
    assert_eq!(findings[0].expected, ["works"]);
    Played::on(&shop.profile(), &unknown.replace("works", "refused")).await.passes();
}

#[tokio::test]
async fn a_key_works_only_where_the_call_succeeds() {
    let known = format!("{FIRST_LOGIN}{}", KEY.replace("works", "refused"));
    let to_login = ResponseTemplate::new(302).append_header("location", "/login");
    for answer in [to_login, ResponseTemplate::new(401)] {
        let shop = Shop::open().await;
        shop.instead("GET", "/api", answer).await;
        Played::on(&shop.profile(), &known).await.passes();
    }
}
