//! Entries of the operator's file, what a customer may change, and the last admin.

use http::StatusCode;
use samlproof::sp::{
    AccountRole, Author, Configuration, EmailDomain, LastAdmin, Roles, SeedUser, UserStatus,
};

use super::world::{Browser, Idp, JANE, World, entry, mapped, seed};

/// An entry of the file whose IdP is another one: it has `example.com` as well, and `filed.example`.
async fn with_file() -> (World, Idp) {
    let mut world = World::new().await;
    let mut other = Idp::new("other", "okta-2", &world.env);
    for email in ["ann@example.com", "ann@filed.example"] {
        other.person(email, &["ml-team"]);
    }
    let mut filed = entry("filed", "example.com", &other);
    filed.managed_by_file = true;
    filed.domains.push(EmailDomain { domain: "filed.example".into(), validated: true });
    filed.mappings = vec![mapped("admin")];
    world.configuration.entries.push(filed);
    world.hand_over().await;
    (world, other)
}

async fn by_file(world: &World, idp: &Idp, email: &str) -> super::world::Page {
    let issued = idp.issue(email, None, &samlproof::idp::Overrides::default());
    Browser::new(world).post_response(&issued.xml).await
}

#[tokio::test]
async fn d7_and_d8_what_is_configured_wins_domain_by_domain_until_it_is_gone() {
    let (mut world, other) = with_file().await;
    assert!(world.login(JANE).await.1.is_in());
    assert_eq!(world.roles(JANE).await.unwrap(), ["org research member"]);
    let page = by_file(&world, &other, "ann@example.com").await;
    assert_eq!(page.refused(), "IssuerDomainMismatch");
    assert!(by_file(&world, &other, "ann@filed.example").await.is_in(), "the file's own domain");
    world.configuration.entries.remove(0);
    world.hand_over().await;
    world.advance(60);
    assert!(by_file(&world, &other, "ann@example.com").await.is_in());
    assert_eq!(world.roles("ann@example.com").await.unwrap(), ["org research admin"]);
}

#[tokio::test]
async fn d3_a_domain_that_the_file_has_too_is_confirmed() {
    let (mut world, _) = with_file().await;
    world.configure(|main| main.domains[0].validated = false).await;
    assert!(world.login(JANE).await.1.is_in());
    world.configuration.entries.truncate(1);
    world.hand_over().await;
    world.advance(60);
    assert_eq!(world.login(JANE).await.1.refused(), "DomainUnvalidated");
}

/// The rows for which a customer is refused this.
async fn refused(world: &World, change: impl FnOnce(&mut Configuration)) -> Vec<String> {
    let mut given = Configuration { by: Author::Customer, ..world.configuration.clone() };
    change(&mut given);
    let (status, answer) = world.put(&given).await;
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    assert_eq!(status == StatusCode::NO_CONTENT, problems.is_empty());
    problems.iter().map(|problem| problem["row"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn d5_and_d9_a_customer_confirms_no_domain_and_changes_no_file() {
    let (world, _) = with_file().await;
    let new = |validated| EmailDomain { domain: "new.example".into(), validated };
    let nothing: [&str; 0] = [];
    assert_eq!(refused(&world, |_| {}).await, nothing);
    assert_eq!(refused(&world, |all| all.entries[0].domains.push(new(true))).await, ["D5"]);
    assert_eq!(refused(&world, |all| all.entries[1].domains.push(new(true))).await, ["D9"]);
    assert_eq!(refused(&world, |all| all.entries.truncate(1)).await, ["D9"]);
    let unmanaged = |all: &mut Configuration| all.entries[1].managed_by_file = false;
    assert!(refused(&world, unmanaged).await.contains(&"D9".to_owned()));
    assert_eq!(refused(&world, |all| all.entries[0].domains.push(new(false))).await, nothing);
}

#[tokio::test]
async fn y5_the_last_admin_is_demoted_kept_or_refused_as_the_profile_says() {
    for (knob, alone, beside) in [
        (LastAdmin::Demote, "member", "member"),
        (LastAdmin::Keep, "admin", "member"),
        (LastAdmin::Reject, "LastAdmin", "member"),
    ] {
        for (second, expected) in [(false, alone), (true, beside)] {
            let mut world = World::new().await;
            let admin = |email: &str| SeedUser {
                roles: Roles { account: AccountRole::Admin, ..Roles::default() },
                ..seed(email, None, UserStatus::Active)
            };
            world.configuration.users = vec![admin(JANE)];
            if second {
                world.configuration.users.push(admin("root@example.com"));
            }
            world.configure(|entry| entry.rules.last_admin = knob).await;
            let page = world.login(JANE).await.1;
            let jane = world.state().await.users_of(JANE).next().unwrap().roles.account;
            let outcome = if page.is_in() { jane.to_string() } else { page.refused().to_owned() };
            assert_eq!(outcome, expected, "{knob:?}, second admin: {second}");
        }
    }
}
