//! Faults: their numbers, that each changes one thing at the SP's doors, and that the catalogue
//! catches them.

use std::collections::BTreeSet;

use samlproof::idp::Overrides;
use samlproof::plan::Selection;
use samlproof::reference::{Fault, ReferenceOptions};
use samlproof::run::{Caught, RunOptions, SelftestRecord, selftest};
use samlproof::saml::EntityId;
use samlproof::scenario::Catalogue;
use samlproof::sp::UserStatus;

use super::world::{Browser, JANE, World, env, profile, seed};

#[test]
fn every_number_is_read_as_it_is_written() {
    let ids: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.id()).collect();
    let all: BTreeSet<String> = (1..=86).map(|number| format!("M{number:02}")).collect();
    assert_eq!(ids, all.iter().map(String::as_str).collect());
    for fault in Fault::ALL {
        assert_eq!(fault.to_string().parse(), Ok(*fault));
        assert_eq!(fault.id().to_lowercase().parse(), Ok(*fault));
        assert!(!fault.summary().is_empty() && !fault.summary().ends_with('.'), "{fault}");
    }
    assert_eq!("M39".parse(), Ok(Fault::SyncOnlyAdds));
    for wrong in ["M87", "M0", "39", "", "M39x"] {
        let error = wrong.parse::<Fault>().unwrap_err();
        assert!(error.to_string().contains(&format!("`{wrong}`")), "{error}");
    }
}

#[test]
fn every_scenario_that_is_named_is_in_the_catalogue() {
    let catalogue = Catalogue::embedded().unwrap();
    let there: BTreeSet<String> =
        catalogue.scenarios.iter().map(|loaded| loaded.scenario.id.to_string()).collect();
    for fault in Fault::ALL {
        assert!(!fault.scenarios().is_empty(), "{fault}");
        for id in fault.scenarios() {
            assert!(there.contains(*id), "{fault} names {id}");
        }
    }
}

async fn world(fault: Option<Fault>) -> World {
    let options = ReferenceOptions { fault, ..ReferenceOptions::new(env()) };
    let mut world = World::with_options(profile(), options);
    world.configure(|_| {}).await;
    world
}

/// What an SP with this fault, and an honest one, make of the same.
async fn both<T>(fault: Fault, play: impl AsyncFn(World) -> T) -> (T, T) {
    (play(world(Some(fault)).await).await, play(world(None).await).await)
}

fn entered(page: &super::world::Page) -> String {
    if page.is_in() { "in".into() } else { page.refused().to_owned() }
}

#[tokio::test]
async fn binding_faults_accept_what_honest_sps_refuse() {
    let slashed = async |world: World| {
        let audience = Some(EntityId::new("https://app.arize.com/"));
        let overrides = Overrides { audience, ..Overrides::default() };
        entered(&world.login_with(JANE, &overrides).await.1)
    };
    let pair = both(Fault::TrailingSlashIgnored, slashed).await;
    assert_eq!(pair, ("in".into(), "BadAudience".into()));
    let twice = async |world: World| {
        let issued = world.idp.issue(JANE, None, &Overrides::default());
        Browser::new(&world).post_response(&issued.xml).await;
        entered(&Browser::new(&world).post_response(&issued.xml).await)
    };
    let pair = both(Fault::ReplayAccepted, twice).await;
    assert_eq!(pair, ("in".into(), "Replay".into()));
    let another = both(Fault::TrailingSlashIgnored, twice).await;
    assert_eq!(another.0, another.1, "a fault changes nothing else");
}

#[tokio::test]
async fn a_refusal_leaves_something_behind() {
    let stranger = async |mut world: World| {
        world.idp.person("joe@example.com", &[]);
        let (_, page) = world.login("joe@example.com").await;
        (entered(&page), world.roles("joe@example.com").await)
    };
    let (faulty, honest) = both(Fault::NoMatchLeavesUser, stranger).await;
    assert_eq!(faulty, ("NoRoleMatch".into(), Some(vec![])));
    assert_eq!(honest, ("NoRoleMatch".into(), None));
    let (faulty, _) = both(Fault::NoMatchEntersWithoutRoles, stranger).await;
    assert_eq!(faulty, ("in".into(), Some(vec![])));
}

#[tokio::test]
async fn a_deleted_user_is_who_they_were() {
    let returning = async |mut world: World| {
        world.login(JANE).await;
        let before = world.state().await.users[0].id.clone();
        world.configuration.deleted_users = vec![JANE.into()];
        world.hand_over().await;
        world.login(JANE).await;
        world.state().await.users[0].id == before
    };
    assert_eq!(both(Fault::DeletedKeepsRoles, returning).await, (true, false));
}

#[tokio::test]
async fn an_address_in_another_case_and_an_invited_one_are_somebody_else() {
    let count = async |world: World| {
        world.login(JANE).await;
        world.state().await.users.len()
    };
    let cased = async |mut world: World| {
        world.seed(seed("Jane@Example.com", None, UserStatus::Active)).await;
        count(world).await
    };
    assert_eq!(both(Fault::EmailCaseMatters, cased).await, (2, 1));
    let invited = async |mut world: World| {
        world.seed(seed(JANE, None, UserStatus::Invited)).await;
        count(world).await
    };
    assert_eq!(both(Fault::InvitedDuplicated, invited).await, (2, 1));
}

#[tokio::test]
async fn sessions_live_too_long_or_change_on_the_way() {
    let used = async |world: World| {
        let (mut jane, _) = world.login(JANE).await;
        world.advance(12 * 3600);
        jane.whoami().await;
        world.advance(12 * 3600);
        jane.whoami().await.is_some()
    };
    assert_eq!(both(Fault::SessionExtended, used).await, (true, false));
    let remapped = async |mut world: World| {
        let (mut jane, _) = world.login(JANE).await;
        world.configure(|entry| entry.mappings = vec![super::world::mapped("admin")]).await;
        world.advance(60);
        jane.whoami().await.unwrap()
    };
    let pair = both(Fault::SessionRolesLive, remapped).await;
    assert_eq!(pair, (vec!["org research admin".into()], vec!["org research member".into()]));
}

async fn tested(faults: &[Fault], scenarios: &[&str]) -> SelftestRecord {
    let selection = Selection {
        scenarios: scenarios.iter().map(|id| (*id).to_owned()).collect(),
        profiles: vec!["arize-*".into()],
        ..Selection::default()
    };
    let options = RunOptions { selection, ..RunOptions::embedded().unwrap() };
    selftest(options, faults, |_, _| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_catches_three_faults_each_by_the_scenario_named_for_it() {
    let faults = [Fault::ReplayAccepted, Fault::SyncOnlyAdds, Fault::DeletedKeepsRoles];
    let named: Vec<&str> = faults.iter().flat_map(|fault| fault.scenarios()).copied().collect();
    let record = tested(&faults, &named).await;
    assert!(record.is_good(), "{record:#?}");
    assert_eq!(record.played, 3 * 2 + 3 * 3, "two profiles without a fault, one with each");
    for fault in &record.faults {
        let caught: Vec<String> = fault.caught_by.iter().map(ToString::to_string).collect();
        assert_eq!(caught, fault.named, "{}", fault.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_nobody_looks_for_escapes() {
    let record = tested(&[Fault::ReplayAccepted], &["sync/on-group-lost"]).await;
    assert_eq!(record.faults[0].caught(), Caught::Not);
    assert!(record.honest.is_empty() && !record.is_good());
}
