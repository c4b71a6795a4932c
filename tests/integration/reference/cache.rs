//! Rows C: what was read is used for its time, and no longer.

use samlproof::sp::EmailDomain;

use super::world::{Browser, JANE, World, mapped};

async fn role(world: &World) -> String {
    let (mut jane, page) = world.login(JANE).await;
    assert!(page.is_in(), "{page:?}");
    jane.whoami().await.unwrap().join(", ")
}

#[tokio::test]
async fn c1_a_cold_entry_changes_at_once() {
    let mut world = World::new().await;
    world.configure(|entry| entry.mappings = vec![mapped("admin")]).await;
    assert_eq!(role(&world).await, "org research admin");
}

#[tokio::test]
async fn c2_a_warm_entrys_mappings_change_after_a_minute() {
    let mut world = World::new().await;
    assert_eq!(role(&world).await, "org research member");
    world.configure(|entry| entry.mappings = vec![mapped("admin")]).await;
    assert_eq!(role(&world).await, "org research member");
    world.advance(59);
    assert_eq!(role(&world).await, "org research member");
    world.advance(1);
    assert_eq!(role(&world).await, "org research admin");
}

#[tokio::test]
async fn c4_use_does_not_extend_the_minute() {
    let mut world = World::new().await;
    role(&world).await;
    world.configure(|entry| entry.mappings = vec![mapped("admin")]).await;
    for _ in 0..2 {
        world.advance(20);
        assert_eq!(role(&world).await, "org research member");
    }
    world.advance(20);
    assert_eq!(role(&world).await, "org research admin");
}

#[tokio::test]
async fn settings_have_their_own_minute() {
    let mut world = World::new().await;
    role(&world).await;
    world.idp.person(JANE, &[]);
    world.configure(|entry| entry.settings.sync_user_roles = false).await;
    assert_eq!(world.login(JANE).await.1.refused(), "NoRoleMatch", "T10 with the old switch");
    world.advance(60);
    assert_eq!(role(&world).await, "org research member", "T11 with the new one");
}

#[tokio::test]
async fn domains_have_their_own_minute_and_a_miss_is_not_remembered() {
    let mut world = World::new().await;
    role(&world).await;
    world.idp.person("kim@new.example", &["ml-team"]);
    assert_eq!(world.login("kim@new.example").await.1.refused(), "UnknownDomain");
    let domain = EmailDomain { domain: "new.example".into(), validated: true };
    world.configure(|entry| entry.domains = vec![domain]).await;
    assert!(world.login("kim@new.example").await.1.is_in(), "it was not cached");
    assert!(world.login(JANE).await.1.is_in(), "the old one still is");
    world.advance(60);
    assert_eq!(world.login(JANE).await.1.refused(), "UnknownDomain");
}

#[tokio::test]
async fn each_cache_has_its_own_time() {
    let mut profile = super::world::profile();
    profile.timing.mapping_cache = jiff::SignedDuration::ZERO;
    let mut world = World::unconfigured(profile);
    world.hand_over().await;
    role(&world).await;
    world
        .configure(|entry| {
            entry.mappings = vec![mapped("admin")];
            entry.rules.idp_initiated = false;
        })
        .await;
    assert_eq!(role(&world).await, "org research admin", "new mapping, old switch");
    world.advance(60);
    assert_eq!(world.login(JANE).await.1.refused(), "UnsolicitedNotAllowed");
}

#[tokio::test]
async fn password_logins_see_the_same_settings() {
    let mut world = World::new().await;
    let user = super::world::seed(JANE, Some("pw"), samlproof::sp::UserStatus::Active);
    world.seed(user).await;
    let mut browser = Browser::new(&world);
    let fields = [("email", JANE), ("password", "pw")];
    assert!(browser.post("/login/password", &fields).await.is_in());
    world.configure(|entry| entry.settings.enforce_saml = true).await;
    world.advance(59);
    assert!(browser.post("/login/password", &fields).await.is_in());
    world.advance(1);
    assert_eq!(browser.post("/login/password", &fields).await.refused(), "SamlOnly");
    world.configure(|entry| entry.settings.enforce_saml = false).await;
    world.advance(60);
    assert!(browser.post("/login/password", &fields).await.is_in(), "E8");
}
