//! What administrators hand over, and what they are shown.

use http::StatusCode;
use samlproof::reference::{ReferenceOptions, ReferenceSp};
use samlproof::saml::SpMetadata;
use samlproof::sp::{Adapter, Configuration, Configure, MetadataSource};

use super::world::{Browser, JANE, World, env, profile};

#[tokio::test]
async fn all_problems_are_told_at_once_and_nothing_is_stored() {
    let world = World::unconfigured(profile());
    let mut bad = world.configuration.clone();
    bad.entries[0].mappings[0].when.clear();
    bad.entries[0].settings.allow_login_with_defaults = true;
    bad.entries[0].metadata = MetadataSource::Xml("<x/>".into());
    let (status, answer) = world.put(&bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let rows: Vec<&str> = answer["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["row"].as_str().unwrap())
        .collect();
    assert_eq!(rows, ["D22", "P2", "D20"]);
    assert_eq!(world.login(JANE).await.1.refused(), "BadIssuer", "no entry was stored");
    assert_eq!(world.put(&world.configuration).await.0, StatusCode::NO_CONTENT);
    assert!(world.login(JANE).await.1.is_in());
}

#[tokio::test]
async fn what_is_no_configuration_is_a_problem_too() {
    let world = World::new().await;
    for body in ["", "{", "[]", r#"{"entries": 1}"#] {
        let (status, answer) = world.admin("PUT", "/config", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer["problems"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_same_configuration_twice_changes_nothing() {
    let mut world = World::new().await;
    let user = super::world::seed(JANE, Some("pw"), samlproof::sp::UserStatus::Active);
    world.configuration.users = vec![user];
    let twice = world.configuration.clone();
    world.hand_over().await;
    let before = world.state().await;
    assert_eq!(world.put(&twice).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn sign_authn_needs_a_key() {
    let mut bare = World::unconfigured(profile());
    bare.configuration.entries[0].settings.sign_authn = true;
    let (status, answer) = bare.put(&bare.configuration).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["problems"][0]["text"].as_str().unwrap().contains("without a key"));
    let key = samlproof::keys::test_only::signing("rsa-3072").unwrap();
    let options =
        ReferenceOptions { signing_key: Some(key.clone()), ..ReferenceOptions::new(env()) };
    let mut world = World::with_options(profile(), options);
    world.configuration.entries[0].settings.sign_authn = true;
    world.hand_over().await;
    let page = Browser::new(&world).get("/auth/v2/login?email=jane@example.com").await;
    let location = page.location.unwrap();
    let query = location.split_once('?').unwrap().1;
    let policy = samlproof::crypto::AlgorithmPolicy::modern();
    let trusted = [key.certificate().clone()];
    assert!(samlproof::crypto::verify_query(query, &trusted, &policy).is_ok());
}

#[tokio::test]
async fn who_am_i_is_answered_on_both_listeners() {
    let world = World::new().await;
    let (jane, _) = world.login(JANE).await;
    let ask = async |cookie: &str| {
        let request =
            http::Request::get("/whoami").header("cookie", cookie).body(axum::body::Body::empty());
        tower::ServiceExt::oneshot(world.admin.clone(), request.unwrap()).await.unwrap().status()
    };
    assert_eq!(ask(&jane.cookie_header()).await, StatusCode::OK);
    assert_eq!(ask("sp_session=guess").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_sps_own_metadata_says_what_the_profile_says() {
    let world = World::new().await;
    let page = Browser::new(&world).get("/auth/v2/saml/metadata").await;
    let metadata = SpMetadata::parse(&page.body).unwrap();
    assert_eq!(metadata.entity_id.as_str(), super::world::SP);
    assert_eq!(metadata.acs[0].url.as_str(), super::world::ACS);
}

#[tokio::test]
async fn administration_is_not_on_the_public_host() {
    let world = World::new().await;
    for path in ["/config", "/state", "/decisions", "/api-keys"] {
        let page = Browser::new(&world).get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn adapters_name_the_admin_listener_and_the_public_host() {
    let sp = ReferenceSp::start(profile(), ReferenceOptions::new(env())).unwrap();
    let adapters = sp.adapters("http://127.0.0.1:4711/");
    let Configure::Through(Adapter::Http(configure)) = adapters.configure else {
        panic!("over HTTP");
    };
    assert_eq!(configure.url, "http://127.0.0.1:4711/config");
    assert_eq!(adapters.whoami.unwrap().url, "https://app.arize.com/whoami");
    assert_eq!(sp.host(), "app.arize.com");
}

#[test]
fn a_profile_that_cannot_be_served_is_refused() {
    let start = |change: fn(&mut samlproof::sp::SpProfile)| {
        let mut profile = profile();
        change(&mut profile);
        ReferenceSp::start(profile, ReferenceOptions::new(env()))
            .map(|_| ())
            .map_err(|e| e.to_string())
    };
    assert_eq!(start(|_| {}), Ok(()));
    assert!(start(|profile| profile.metadata = Some("nonsense".into())).is_err());
    assert!(start(|profile| profile.metadata = Some("https://other.test/m".into())).is_err());
    assert!(
        start(|profile| profile.metadata = Some("https://app.arize.com/whoami".into())).is_err()
    );
    assert!(
        start(|profile| profile.login_start = Some("https://app.arize.com/{email}".into()))
            .is_err()
    );
    assert_eq!(Configuration::default().entries, []);
}
