use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::response::AppendHeaders;
use axum::routing::{any, get};
use http::{HeaderMap, StatusCode, header};
use samlproof::keys::TlsAuthority;
use samlproof::net::{Client, ClientOptions, HostMap, Jar, Limits, NetError, Request, parse_url};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{client, options, plain_server, tls_server, url};

fn says(text: &'static str) -> Router {
    Router::new().route("/", get(move || async move { text }))
}

/// Answers with what it was asked: host, cookies and body.
fn mirror() -> Router {
    Router::new().fallback(any(|headers: HeaderMap, body: String| async move {
        let head =
            |name| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        format!("{}|{}|{body}", head(header::HOST), head(header::COOKIE))
    }))
}

/// A peer that takes one connection after another and sends these bytes on each, then closes, or
/// keeps it open.
async fn raw_peer(bytes: &'static [u8], keep: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
            if keep {
                kept.push(stream);
            }
        }
    });
    addr
}

#[tokio::test]
async fn the_map_honours_host_and_port() {
    let (us, eu, alt) = (
        tls_server(vec![("app.test", mirror())]).await,
        tls_server(vec![("eu.app.test", says("EU"))]).await,
        tls_server(vec![("app.test", says("other port"))]).await,
    );
    let hosts = HostMap::new()
        .with("app.test", 443, us.addr())
        .with("eu.app.test", 443, eu.addr())
        .with("app.test", 8443, alt.addr());
    let client = Client::new(&options(&[], us.addr()).reach(hosts)).unwrap();
    let text = async |page| client.get(&url(page)).await.unwrap().text().into_owned();
    assert_eq!(text("https://app.test/").await, "app.test||");
    assert_eq!(text("https://app.test:443/").await, "app.test||");
    assert_eq!(text("https://eu.app.test/").await, "EU");
    assert_eq!(text("https://app.test:8443/").await, "other port");
    // And once more, now that connections are kept.
    assert_eq!(text("https://app.test/").await, "app.test||");
    assert_eq!(text("https://app.test:8443/").await, "other port");
}

#[tokio::test]
async fn the_host_header_keeps_the_port_of_the_url_not_that_of_the_map() {
    let server = plain_server(vec![("app.test", mirror())], Limits::default()).await;
    let hosts =
        HostMap::new().with("app.test", 80, server.addr()).with("app.test", 8080, server.addr());
    let client = Client::new(&ClientOptions::default().reach(hosts)).unwrap();
    for (page, host) in
        [("http://app.test/", "app.test||"), ("http://app.test:8080/", "app.test:8080||")]
    {
        assert_eq!(client.get(&url(page)).await.unwrap().text(), host);
    }
}

#[tokio::test]
async fn an_ip_address_is_reached_as_it_is() {
    let server = plain_server(vec![("127.0.0.1", says("direct"))], Limits::default()).await;
    let client = Client::new(&ClientOptions::default()).unwrap();
    let page = url(&format!("http://{}/", server.addr()));
    assert_eq!(client.get(&page).await.unwrap().text(), "direct");
}

#[test]
fn a_mapping_is_read_from_text_or_refused_with_the_reason() {
    let mut hosts = HostMap::new();
    hosts.insert_text("App.Test.:443", "127.0.0.1:8443").unwrap();
    assert_eq!(
        hosts.lookup(&url("https://app.test/x")),
        Some(SocketAddr::from(([127, 0, 0, 1], 8443)))
    );
    assert_eq!(hosts.lookup(&url("http://app.test/x")), None);
    for (host, addr) in [
        ("app.test", "127.0.0.1:1"),
        ("app.test:x", "127.0.0.1:1"),
        (":443", "127.0.0.1:1"),
        ("127.0.0.1:443", "127.0.0.1:1"),
        ("[::1]:443", "127.0.0.1:1"),
        ("app.test:443", "localhost:1"),
    ] {
        let error = HostMap::new().insert_text(host, addr).unwrap_err();
        assert!(error.to_string().contains(host), "{error}");
    }
}

#[test]
fn only_http_urls_are_urls() {
    for text in
        ["", "app.test", "ftp://app.test/", "javascript:alert(1)", "https://", "file:///etc"]
    {
        assert!(matches!(parse_url(text), Err(NetError::BadUrl { .. })), "{text}");
    }
    assert!(parse_url("https://app.test").is_ok());
}

#[tokio::test]
async fn a_refused_connection_says_where_it_went() {
    let server = plain_server(vec![("sp.test", says("here"))], Limits::default()).await;
    let addr = server.addr();
    let client = client(&["sp.test"], addr);
    assert!(client.get(&url("http://sp.test/")).await.is_ok());
    server.stop().await;
    let error = client.get(&url("http://sp.test/x")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("http://sp.test/x cannot be reached at {addr}: Connection refused (os error 111)")
    );
}

#[tokio::test]
async fn only_the_given_roots_are_trusted() {
    let server = tls_server(vec![("sp.test", says("here"))]).await;
    let trusting = client(&["sp.test"], server.addr());
    assert!(trusting.get(&url("https://sp.test/")).await.is_ok());
    let stranger = TlsAuthority::new(jiff::Timestamp::now()).unwrap();
    let hosts = HostMap::new().with("sp.test", 443, server.addr());
    let without = ClientOptions::default().reach(hosts);
    for options in [without.clone(), without.trust(stranger.certificate())] {
        let error = Client::new(&options).unwrap().get(&url("https://sp.test/")).await.unwrap_err();
        assert!(
            matches!(&error, NetError::Tls { cause, .. } if cause.contains("invalid peer certificate")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = tls_server(vec![("sp.test", says("here"))]).await;
    let client = client(&["sp.test", "other.test"], server.addr());
    let error = client.get(&url("https://other.test/")).await.unwrap_err();
    assert!(
        matches!(&error, NetError::Tls { cause, .. } if cause.contains("not valid for name")),
        "{error}"
    );
    assert!(client.get(&url("https://sp.test/")).await.is_ok());
}

#[tokio::test]
async fn https_to_a_plain_listener_is_a_tls_error() {
    let server = plain_server(vec![("sp.test", says("here"))], Limits::default()).await;
    let client = client(&["sp.test"], server.addr());
    let error = client.get(&url("https://sp.test/")).await.unwrap_err();
    assert!(matches!(error, NetError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_root_that_is_no_certificate_is_refused() {
    let bad = ClientOptions { roots: vec![b"no certificate".to_vec()], ..ClientOptions::default() };
    assert!(matches!(Client::new(&bad), Err(NetError::Certificate { .. })));
    assert!(ClientOptions::default().trust_pem("nothing").is_err());
    let pem = samlproof::keys::test_only::tls_authority().certificate().to_pem();
    let good = ClientOptions::default().trust_pem(&pem).unwrap();
    assert_eq!(good.roots.len(), 1);
    assert!(Client::new(&good).is_ok());
}

#[tokio::test]
async fn silence_and_a_body_that_never_ends_run_into_the_time() {
    let partial = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    for bytes in [&b""[..], &partial[..]] {
        let addr = raw_peer(bytes, true).await;
        let after = Duration::from_millis(200);
        let client = client(&["sp.test"], addr).with_timeout(after);
        let error = client.get(&url("http://sp.test/")).await.unwrap_err();
        assert_eq!(error, NetError::TimedOut { url: "http://sp.test/".to_owned(), after });
    }
}

#[tokio::test]
async fn a_reset_half_a_body_and_nonsense_are_interruptions() {
    for bytes in
        [&b""[..], b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"220 mail.test ESMTP\r\n"]
    {
        let client = client(&["sp.test"], raw_peer(bytes, false).await);
        let error = client.get(&url("http://sp.test/")).await.unwrap_err();
        assert!(matches!(error, NetError::Interrupted { .. }), "{error:?}");
    }
    let whole = raw_peer(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false).await;
    assert_eq!(
        client(&["sp.test"], whole).get(&url("http://sp.test/")).await.unwrap().text(),
        "abc"
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let router = Router::new()
        .route("/fits", get(|| async { "x".repeat(1000) }))
        .route("/huge", get(|| async { "x".repeat(1001) }));
    let server = plain_server(vec![("sp.test", router)], Limits::default()).await;
    let options = ClientOptions { body_limit: 1000, ..options(&["sp.test"], server.addr()) };
    let client = Client::new(&options).unwrap();
    assert_eq!(client.get(&url("http://sp.test/fits")).await.unwrap().body.len(), 1000);
    let error = client.get(&url("http://sp.test/huge")).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer from http://sp.test/huge is larger than 1000 bytes");
}

#[tokio::test]
async fn redirects_are_shown_not_followed() {
    let to = |status: StatusCode, location: &'static str| {
        get(move || async move { (status, [(header::LOCATION, location)]) })
    };
    let router = Router::new()
        .route("/relative", to(StatusCode::FOUND, "next?x=1"))
        .route("/absolute", to(StatusCode::SEE_OTHER, "https://idp.test/sso"))
        .route("/circle", to(StatusCode::FOUND, "/circle"))
        .route("/created", to(StatusCode::CREATED, "/new"))
        .route("/script", to(StatusCode::FOUND, "javascript:alert(1)"));
    let server = plain_server(vec![("sp.test", router)], Limits::default()).await;
    let client = client(&["sp.test"], server.addr());
    for (path, leads_to) in [
        ("relative", Some("http://sp.test/next?x=1")),
        ("absolute", Some("https://idp.test/sso")),
        ("circle", Some("http://sp.test/circle")),
        ("created", None),
    ] {
        let answer = client.get(&url(&format!("http://sp.test/{path}"))).await.unwrap();
        assert_eq!(answer.location().unwrap(), leads_to.map(url), "{path}");
    }
    let answer = client.get(&url("http://sp.test/script")).await.unwrap();
    assert!(matches!(answer.location(), Err(NetError::BadUrl { .. })));
}

#[tokio::test]
async fn each_browser_keeps_its_own_cookies() {
    let login = || {
        Router::new()
            .route(
                "/login/{name}",
                get(|axum::extract::Path(name): axum::extract::Path<String>| async move {
                    AppendHeaders([
                        (header::SET_COOKIE, format!("sid={name}; Path=/; Secure; HttpOnly")),
                        (header::SET_COOKIE, "theme=t; Path=/".to_owned()),
                    ])
                }),
            )
            .merge(mirror())
    };
    let server = tls_server(vec![("sp.test", login()), ("other.test", mirror())]).await;
    let client = client(&["sp.test", "other.test"], server.addr());
    let (jane, joe) = (client.with_jar(Jar::new()), client.with_jar(Jar::new()));
    jane.get(&url("https://sp.test/login/jane")).await.unwrap();
    joe.get(&url("https://sp.test/login/joe")).await.unwrap();
    let cookies = async |client: &Client, page| {
        let text = client.get(&url(page)).await.unwrap().text().into_owned();
        let cookies = text.split('|').nth(1).unwrap();
        let mut cookies: Vec<String> = cookies.split("; ").map(str::to_owned).collect();
        cookies.sort();
        cookies.join("; ")
    };
    assert_eq!(cookies(&jane, "https://sp.test/").await, "sid=jane; theme=t");
    assert_eq!(cookies(&joe, "https://sp.test/").await, "sid=joe; theme=t");
    // Not to another host, not without TLS, and not from a client without a jar.
    assert_eq!(cookies(&jane, "https://other.test/").await, "");
    assert_eq!(cookies(&client, "https://sp.test/").await, "");
    let jar = jane.jar().unwrap();
    assert_eq!(jar.value(&url("https://sp.test/"), "sid").as_deref(), Some("jane"));
    assert_eq!(jar.value(&url("http://sp.test/"), "sid"), None);
    assert_eq!(jar.value(&url("http://sp.test/"), "theme").as_deref(), Some("t"));
    assert!(!format!("{jar:?}").contains("jane"));
}

#[tokio::test]
async fn a_who_am_i_on_another_port_is_asked_with_the_cookies_of_the_sp() {
    let admin = plain_server(vec![("127.0.0.1", mirror())], Limits::default()).await;
    let jar = Jar::new();
    jar.set(&url("https://sp.test/"), "sid=jane; Secure; Path=/");
    let cookies = jar.header(&url("https://sp.test/whoami")).unwrap();
    let request = Request::get(url(&format!("http://{}/whoami", admin.addr())))
        .header("cookie", cookies.to_str().unwrap())
        .unwrap();
    let client = Client::new(&ClientOptions::default()).unwrap().with_jar(Jar::new());
    let answer = client.send(request).await.unwrap();
    assert_eq!(answer.text(), format!("{}|sid=jane|", admin.addr()));
}

#[tokio::test]
async fn forms_and_json_are_sent_as_a_browser_would() {
    let server = plain_server(vec![("sp.test", mirror())], Limits::default()).await;
    let client = client(&["sp.test"], server.addr());
    let form =
        Request::form(url("http://sp.test/acs"), [("SAMLResponse", "a+/="), ("RelayState", "")]);
    let answer = client.send(form).await.unwrap();
    assert_eq!(answer.text(), "sp.test||SAMLResponse=a%2B%2F%3D&RelayState=");
    let body = serde_json::json!({"name": "ü"});
    let json = Request::json(http::Method::PUT, url("http://sp.test/x"), &body);
    assert_eq!(client.send(json).await.unwrap().text(), "sp.test||{\"name\":\"ü\"}");
}

#[test]
fn a_header_cannot_smuggle_a_line() {
    let request = || Request::get(url("http://sp.test/"));
    assert!(matches!(request().header("x-a", "b\r\nx-c: d"), Err(NetError::BadHeader { .. })));
    assert!(matches!(request().header("x a", "b"), Err(NetError::BadHeader { .. })));
    assert!(request().header("x-a", "b").is_ok());
}
