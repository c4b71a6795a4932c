//! Rules that hold for every SP, seen over HTTP. Each has its honest twin.

use super::shop::{Manner, Shop};
use super::{FIRST_LOGIN, Played};

/// Jane logs in while Joe is a user already.
const WITH_JOE: &str = r#"
[sp]
[users.jane]
groups = ["ml-team"]
[sp_users.joe]
password = "joes password is long"
[[steps]]
login  = "jane"
expect = "created"
"#;

/// Jane has no group and is to be refused.
const WITHOUT_GROUP: &str = r#"
[sp]
[users.jane]
[[steps]]
login  = "jane"
expect = "rejected"
"#;

async fn findings(manner: Manner, scenario: &str) -> Vec<(String, Vec<String>, String)> {
    let shop = Shop::with(manner).await;
    let played = Played::on(&shop.profile(), scenario).await;
    let findings = played.findings().into_iter();
    findings.map(|finding| (finding.about, finding.expected, finding.actual)).collect()
}

async fn honest(scenario: &str) {
    let shop = Shop::open().await;
    Played::on(&shop.profile(), scenario).await.passes();
}

#[tokio::test]
async fn somebody_else_is_logged_in() {
    let seen = findings(Manner::Confuses, FIRST_LOGIN).await;
    let (about, expected, actual) = &seen[0];
    assert_eq!((about.as_str(), actual.as_str()), ("who is logged in", "boss@shop.example"));
    assert!(expected[0].starts_with("jane@"), "{expected:?}");
    honest(FIRST_LOGIN).await;
}

#[tokio::test]
async fn a_refused_login_leaves_a_row() {
    let seen = findings(Manner::RefusesAndKeeps, WITHOUT_GROUP).await;
    let (about, expected, actual) = &seen[0];
    assert_eq!(about, "what a refused login left behind");
    assert_eq!(expected[0], "nothing");
    assert!(actual.starts_with("jane@") && actual.ends_with("(id 1, active)"), "{actual}");
    honest(WITHOUT_GROUP).await;
}

#[tokio::test]
async fn a_bystander_changes() {
    let seen = findings(Manner::TouchesOthers, WITH_JOE).await;
    let (about, expected, actual) = &seen[0];
    assert_eq!(about, "another user");
    assert!(expected[0].contains("as before: joe@"), "{expected:?}");
    assert!(actual.contains("joe@") && actual.contains("team strangers member"), "{actual}");
    honest(WITH_JOE).await;
}

#[tokio::test]
async fn one_address_has_two_users() {
    let twice = format!("{FIRST_LOGIN}[[steps]]\nlogin = \"jane\"\nbrowser = \"fresh\"\n");
    let seen = findings(Manner::Doubles, &twice).await;
    let double = seen.iter().find(|(about, ..)| about.starts_with("users of jane@")).unwrap();
    assert_eq!((double.1[0].as_str(), double.2.as_str()), ("1", "2"));
    honest(&twice).await;
}
