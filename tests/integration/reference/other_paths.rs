//! Rows E: the other ways in, with SAML-only on and off.

use http::StatusCode;
use samlproof::sp::{AccountRole, EmailDomain, EntryName, SeedUser, UserStatus};

use super::world::{Browser, JANE, World, seed};

async fn world(enforce: bool) -> World {
    let mut world = World::new().await;
    world.configure(|entry| entry.settings.enforce_saml = enforce).await;
    world.seed(seed(JANE, Some("pw"), UserStatus::Active)).await;
    world
}

async fn password(world: &World, email: &str, password: &str) -> String {
    let mut browser = Browser::new(world);
    let page = browser.post("/login/password", &[("email", email), ("password", password)]).await;
    let known = browser.whoami().await.is_some();
    assert_eq!(page.is_in(), known, "a session exactly where the page says so");
    if page.is_in() { "in".into() } else { page.refused().into() }
}

/// Opens a link that the administrators made.
async fn link(world: &World, path: &str, email: &str) -> String {
    let (status, answer) = world.admin("POST", &format!("{path}?email={email}"), "").await;
    assert_eq!(status, StatusCode::OK);
    let link = answer["link"].as_str().unwrap();
    let path = link.strip_prefix("https://app.arize.com").unwrap();
    let mut browser = Browser::new(world);
    let page = browser.get(path).await;
    assert_eq!(page.is_in(), browser.whoami().await.is_some());
    if page.is_in() {
        let again = Browser::new(world).get(path).await;
        assert!(!again.is_in(), "a link is followed once");
        return "in".into();
    }
    page.refused().into()
}

#[tokio::test]
async fn e1_passwords_work_until_only_saml_is_allowed() {
    let open = world(false).await;
    assert_eq!(password(&open, JANE, "pw").await, "in");
    assert_eq!(password(&open, JANE, "no").await, "WrongPassword");
    assert_eq!(password(&open, "nobody@example.com", "pw").await, "WrongPassword");
    let mut closed = world(true).await;
    assert_eq!(password(&closed, JANE, "pw").await, "SamlOnly");
    let mut boss = seed("boss@example.com", Some("pw"), UserStatus::Active);
    boss.roles.account = AccountRole::Admin;
    closed.seed(boss).await;
    assert_eq!(password(&closed, "boss@example.com", "pw").await, "SamlOnly");
    assert!(closed.login(JANE).await.1.is_in(), "SAML works");
}

#[tokio::test]
async fn e2_the_account_is_closed_and_no_other() {
    let mut world = world(true).await;
    let mut other = world.configuration.entries[0].clone();
    other.name = EntryName("other".into());
    other.account = "other".into();
    other.settings.enforce_saml = false;
    other.domains = vec![EmailDomain { domain: "other.example".into(), validated: true }];
    world.configuration.entries.push(other);
    let there = |email: &str, account: &str| SeedUser {
        account: account.into(),
        ..seed(email, Some("pw"), UserStatus::Active)
    };
    world.configuration.users =
        vec![there("kim@other.example", "other"), there("lee@nowhere.example", "acme")];
    world.hand_over().await;
    assert_eq!(password(&world, "kim@other.example", "pw").await, "in");
    assert_eq!(password(&world, "lee@nowhere.example", "pw").await, "SamlOnly");
}

#[tokio::test]
async fn e3_links_open_no_session_where_only_saml_is_allowed() {
    let open = world(false).await;
    assert_eq!(link(&open, "/reset-links", JANE).await, "in");
    assert_eq!(link(&open, "/invites", "new@example.com").await, "in");
    assert_eq!(open.state().await.users.len(), 2);
    let closed = world(true).await;
    let before = closed.state().await;
    assert_eq!(link(&closed, "/reset-links", JANE).await, "SamlOnly");
    assert_eq!(link(&closed, "/invites", "new@example.com").await, "SamlOnly");
    assert_eq!(closed.state().await, before);
}

#[tokio::test]
async fn e3_a_link_that_was_made_before_is_closed_too() {
    let mut world = world(false).await;
    let (_, answer) = world.admin("POST", "/reset-links", r#"{"email":"jane@example.com"}"#).await;
    let path = answer["link"].as_str().unwrap().strip_prefix("https://app.arize.com").unwrap();
    world.configure(|entry| entry.settings.enforce_saml = true).await;
    world.advance(60);
    let page = Browser::new(&world).get(path).await;
    assert_eq!(page.refused(), "SamlOnly");
}

#[tokio::test]
async fn e4_api_keys_work_all_the_same() {
    let mut world = world(true).await;
    let (_, answer) = world.admin("POST", "/api-keys?email=jane@example.com", "").await;
    let key = answer["key"].as_str().unwrap().to_owned();
    let call = async |world: &World, key: &str| {
        let request = http::Request::get("/api/me")
            .header("authorization", format!("Bearer {key}"))
            .body(axum::body::Body::empty());
        let answer = tower::ServiceExt::oneshot(world.public.clone(), request.unwrap()).await;
        answer.unwrap().status()
    };
    assert_eq!(call(&world, &key).await, StatusCode::OK);
    assert_eq!(call(&world, "other").await, StatusCode::UNAUTHORIZED);
    world.configuration.deleted_users = vec![JANE.into()];
    world.hand_over().await;
    assert_eq!(call(&world, &key).await, StatusCode::UNAUTHORIZED);
    let (status, _) = world.admin("POST", "/api-keys?email=jane@example.com", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e6_and_e7_who_came_by_saml_has_no_password_and_who_has_one_keeps_it() {
    let mut world = world(false).await;
    world.idp.person("new@example.com", &["ml-team"]);
    assert!(world.login("new@example.com").await.1.is_in());
    assert_eq!(password(&world, "new@example.com", "pw").await, "NoPassword");
    assert_eq!(link(&world, "/reset-links", "new@example.com").await, "NoPassword");
    assert!(world.login(JANE).await.1.is_in());
    assert_eq!(password(&world, JANE, "pw").await, "in");
}

#[tokio::test]
async fn an_inactive_user_has_no_way_in() {
    let mut world = world(false).await;
    world.seed(seed(JANE, Some("pw"), UserStatus::Inactive)).await;
    assert_eq!(password(&world, JANE, "pw").await, "UserInactive");
    assert_eq!(link(&world, "/reset-links", JANE).await, "UserInactive");
    assert_eq!(link(&world, "/invites", JANE).await, "UserInactive");
}
