//! Fetching an IdP's metadata from good and bad servers.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use samlproof::net::{ClientOptions, HostMap};
use samlproof::reference::ReferenceOptions;
use samlproof::sp::MetadataSource;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::world::{Idp, JANE, World, env, profile};
use crate::net::tls_server;

async fn serve(server: &MockServer, answer: ResponseTemplate) {
    server.reset().await;
    Mock::given(method("GET")).and(path("/metadata")).respond_with(answer).mount(server).await;
}

fn xml(text: String) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "application/xml")
}

/// A world whose entry has this metadata URL, and a client that gives up soon.
fn world(url: String, client: ClientOptions) -> World {
    let client = ClientOptions { timeout: Duration::from_secs(2), ..client };
    let mut world =
        World::with_options(profile(), ReferenceOptions { client, ..ReferenceOptions::new(env()) });
    world.configuration.entries[0].metadata = MetadataSource::Url(url);
    world
}

/// Why the configuration is not taken.
async fn refused(world: &World) -> String {
    let (status, answer) = world.put(&world.configuration).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = &answer["problems"][0];
    assert_eq!(problem["row"], "D20");
    problem["text"].as_str().unwrap().to_owned()
}

async fn started() -> (MockServer, World) {
    let server = MockServer::start().await;
    let world = world(format!("{}/metadata", server.uri()), ClientOptions::default());
    (server, world)
}

#[tokio::test]
async fn metadata_is_fetched_when_it_is_saved_and_when_it_is_used() {
    let (server, mut world) = started().await;
    serve(&server, xml(world.idp.metadata())).await;
    world.hand_over().await;
    assert!(world.login(JANE).await.1.is_in());
    assert!(world.login(JANE).await.1.is_in());
    assert_eq!(server.received_requests().await.unwrap().len(), 2, "saved, used, cached");
}

#[tokio::test]
async fn what_is_not_metadata_is_not_stored() {
    let (server, mut world) = started().await;
    let good = world.idp.metadata();
    for (answer, expected) in [
        (ResponseTemplate::new(500), "status 500"),
        (ResponseTemplate::new(204), "status 204"),
        (ResponseTemplate::new(302).insert_header("location", "/elsewhere"), "/elsewhere"),
        (xml("<html>".into()), "cannot be read"),
        (xml("{}".into()), "cannot be read"),
        (xml(good.replace("KeyDescriptor", "Other")), "certificate"),
        (ResponseTemplate::new(200).set_body_bytes(b"\xff\xfe".to_vec()), "UTF-8"),
        (xml(format!("{good}{}", " ".repeat(2 << 20))), "larger than"),
        (xml(good.clone()).set_delay(Duration::from_secs(30)), "within"),
    ] {
        serve(&server, answer).await;
        let text = refused(&world).await;
        assert!(text.contains(expected), "{text}");
    }
    serve(&server, xml(good)).await;
    world.hand_over().await;
    assert!(world.login(JANE).await.1.is_in(), "the same server, once it is well");
}

#[tokio::test]
async fn a_server_that_is_down_is_not_stored() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let world = world(format!("http://{addr}/metadata"), ClientOptions::default());
    assert!(refused(&world).await.contains("cannot be reached"));
}

#[tokio::test]
async fn another_authority_than_the_trusted_one_is_not_believed() {
    let text = Idp::new("acme", "okta-1", &env()).metadata();
    let page = Router::new().route("/metadata", get(move || async move { text }));
    let server = tls_server(vec![("idp.test", page)]).await;
    let url = || "https://idp.test/metadata".to_owned();
    let hosts = HostMap::new().with("idp.test", 443, server.addr());
    let stranger = samlproof::keys::TlsAuthority::new(samlproof::env::Env::real().clock.now());
    let untrusting =
        ClientOptions::default().trust(stranger.unwrap().certificate()).reach(hosts.clone());
    assert!(refused(&world(url(), untrusting)).await.contains("no TLS session"));
    let trusting = crate::net::options(&["idp.test"], server.addr());
    let mut good = world(url(), trusting);
    good.hand_over().await;
    assert!(good.login(JANE).await.1.is_in());
}

#[tokio::test]
async fn the_last_good_copy_is_kept_while_the_source_fails() {
    let (server, mut world) = started().await;
    serve(&server, xml(world.idp.metadata())).await;
    world.hand_over().await;
    assert!(world.login(JANE).await.1.is_in());
    serve(&server, ResponseTemplate::new(503)).await;
    world.advance(60);
    assert!(world.login(JANE).await.1.is_in());
    world.hand_over().await;
    assert!(world.login(JANE).await.1.is_in(), "saving it again is no new source");
    let elsewhere = MetadataSource::Url(format!("{}/other", server.uri()));
    world.configuration.entries[0].metadata = elsewhere;
    assert!(refused(&world).await.contains("status 404"));
}

#[tokio::test]
async fn c8_a_new_key_is_known_after_a_minute_and_both_of_a_roll_over_verify() {
    let (server, mut world) = started().await;
    serve(&server, xml(world.idp.metadata())).await;
    world.hand_over().await;
    assert!(world.login(JANE).await.1.is_in());
    let app = &mut world.idp.org.apps[0];
    app.keys.push(samlproof::keys::test_only::signing("okta-2").unwrap().into());
    app.signing = 1;
    app.published = vec![0, 1];
    serve(&server, xml(world.idp.metadata())).await;
    assert_eq!(world.login(JANE).await.1.refused(), "BadSignature");
    world.advance(59);
    assert_eq!(world.login(JANE).await.1.refused(), "BadSignature");
    world.advance(1);
    assert!(world.login(JANE).await.1.is_in());
    world.idp.org.apps[0].signing = 0;
    assert!(world.login(JANE).await.1.is_in(), "the old key, still published");
    world.idp.org.apps[0].published = vec![1];
    serve(&server, xml(world.idp.metadata())).await;
    world.advance(60);
    assert_eq!(world.login(JANE).await.1.refused(), "BadSignature");
}

#[tokio::test]
async fn concurrent_logins_ask_for_the_metadata_once() {
    let (server, mut world) = started().await;
    let slow = xml(world.idp.metadata()).set_delay(Duration::from_millis(50));
    serve(&server, slow).await;
    world.hand_over().await;
    let logins = (0..8).map(|_| world.login(JANE));
    for (_, page) in futures_util::future::join_all(logins).await {
        assert!(page.is_in());
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
    assert_eq!(world.state().await.users.len(), 1);
}
