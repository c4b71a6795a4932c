use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request as Incoming;
use axum::routing::{get, post};
use http::StatusCode;
use samlproof::keys::test_only;
use samlproof::net::{Bind, HostServer, Limits, NetError, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{client, identity, plain_server, tls_server, url};

fn says(text: &'static str) -> Router {
    Router::new().route("/", get(move || async move { text }))
}

/// Reads until the peer closes and returns what it sent.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn names_on_one_port_have_routers_of_their_own() {
    let server =
        tls_server(vec![("app.arize.com", says("US")), ("app.eu.arize.com", says("EU"))]).await;
    let client = client(&["app.arize.com", "app.eu.arize.com"], server.addr());
    for (page, said) in [("https://app.arize.com/", "US"), ("https://app.eu.arize.com/", "EU")] {
        let answer = client.get(&url(page)).await.unwrap();
        assert_eq!((answer.status, &*answer.text()), (StatusCode::OK, said));
        assert_eq!(answer.url, url(page));
    }
}

#[tokio::test]
async fn a_name_that_is_not_served_gets_421() {
    let server = plain_server(vec![("sp.test", says("here"))], Limits::default()).await;
    let client = client(&["sp.test", "other.test"], server.addr());
    let answer = client.get(&url("http://other.test/")).await.unwrap();
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    // The twin; case and the root's dot make no difference.
    for page in ["http://sp.test/", "http://SP.test/"] {
        assert_eq!(client.get(&url(page)).await.unwrap().text(), "here");
    }
}

#[tokio::test]
async fn two_host_headers_are_nobodys() {
    let server = plain_server(vec![("sp.test", says("here"))], Limits::default()).await;
    for (hosts, status) in [
        ("Host: sp.test\r\nHost: sp.test\r\n", "HTTP/1.1 421"),
        ("", "HTTP/1.1 421"),
        ("Host: sp.test:8080\r\n", "HTTP/1.1 200"),
    ] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let request = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with(status), "{hosts:?}: {answer}");
    }
}

#[tokio::test]
async fn one_name_cannot_have_two_routers() {
    let routers = || vec![("sp.test".to_owned(), says("1")), ("SP.test.".to_owned(), says("2"))];
    let error = HostServer::start(Bind::AnyPort, None, routers()).await.unwrap_err();
    assert_eq!(error, NetError::HostTwice("SP.test.".to_owned()));
    let one = HostServer::start(Bind::AnyPort, None, routers().split_off(1)).await;
    assert!(one.is_ok());
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_remedy() {
    let first = HostServer::start(Bind::AnyPort, None, vec![]).await.unwrap();
    let addr = first.addr();
    let error = HostServer::start(Bind::At(addr), None, vec![]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot listen on {addr}: the port is taken; stop the program that holds it, or choose \
             another port (0 takes any free one)"
        )
    );
    // The twin: once the first has stopped, the port is free.
    first.stop().await;
    let second = HostServer::start(Bind::At(addr), None, vec![]).await.unwrap();
    assert_eq!(second.addr(), addr);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let echo = || Router::new().route("/", post(|body: String| async move { body }));
    let limits = Limits { body: 1000, ..Limits::default() };
    let server = plain_server(vec![("sp.test", echo())], limits).await;
    let client = client(&["sp.test"], server.addr());
    let send = |length: usize| {
        let request = Request::new(http::Method::POST, url("http://sp.test/"))
            .typed("text/plain", "x".repeat(length));
        client.send(request)
    };
    assert_eq!(send(1001).await.unwrap().status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(1000).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn a_client_that_never_ends_its_head_is_cut_off_and_blocks_nobody() {
    let limits = Limits { head_timeout: Duration::from_millis(300), ..Limits::default() };
    let server = plain_server(vec![("sp.test", says("here"))], limits).await;
    let mut slow = TcpStream::connect(server.addr()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: sp.te").await.unwrap();
    // Meanwhile the others are served.
    let client = client(&["sp.test"], server.addr());
    assert_eq!(client.get(&url("http://sp.test/")).await.unwrap().text(), "here");
    assert!(!rest(&mut slow).await.contains("here"));
}

#[tokio::test]
async fn a_client_that_never_shakes_hands_is_cut_off_and_blocks_nobody() {
    let limits = Limits { head_timeout: Duration::from_millis(300), ..Limits::default() };
    let bound = samlproof::net::Bound::new(Bind::AnyPort).await.unwrap();
    let routers = vec![("sp.test".to_owned(), says("here"))];
    let server = bound.serve(Some(identity(&["sp.test"])), routers, limits).unwrap();
    let mut silent = TcpStream::connect(server.addr()).await.unwrap();
    let mut garbled = TcpStream::connect(server.addr()).await.unwrap();
    garbled.write_all(b"\x00GET / HTTP/1.1\r\nHost: sp.test\r\n\r\n").await.unwrap();
    let client = client(&["sp.test"], server.addr());
    assert_eq!(client.get(&url("https://sp.test/")).await.unwrap().text(), "here");
    assert_eq!(rest(&mut silent).await, "");
    let mut alert = Vec::new();
    let _ = garbled.read_to_end(&mut alert).await;
    assert!(!alert.windows(4).any(|window| window == b"HTTP"));
}

#[tokio::test]
async fn plain_http_where_tls_is_due_is_told_so() {
    let server = tls_server(vec![("sp.test", says("here"))]).await;
    let client = client(&["sp.test"], server.addr());
    let answer = client.get(&url("http://sp.test/")).await.unwrap();
    let told = "400: HTTPS is spoken here: https://sp.test\n";
    assert_eq!((answer.status, &*answer.text()), (StatusCode::BAD_REQUEST, told));
    let answer = client.get(&url("https://sp.test/")).await.unwrap();
    assert_eq!((answer.status, &*answer.text()), (StatusCode::OK, "here"));
    // Without a host there is no address to name.
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.ends_with("\r\n\r\n400: HTTPS is spoken here\n"));
}

/// As clients do that read no answer before all is sent: they would see a connection that was reset.
#[tokio::test]
async fn who_sends_more_than_is_read_hears_the_answer() {
    let server = plain_server(vec![("sp.test", says("here"))], Limits::default()).await;
    for (host, status) in [("sp.test", "HTTP/1.1 405"), ("other.test", "HTTP/1.1 421")] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let body = vec![b'a'; 20 << 20];
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
        assert!(rest(&mut stream).await.starts_with(status), "{host}");
    }
    // Who sends a body only when asked to is not asked for it in vain.
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: sp.test\r\nConnection: close\r\nContent-Length: 9\r\n";
    stream.write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 405"));
    // Who says that there is more and sends nothing is not waited for much longer.
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: sp.test\r\nConnection: close\r\nContent-Length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 405"));
}

#[tokio::test]
async fn a_body_that_never_ends_is_408() {
    let limits = Limits { request_timeout: Duration::from_millis(300), ..Limits::default() };
    let echo = Router::new().route("/", post(|body: String| async move { body }));
    let server = plain_server(vec![("sp.test", echo)], limits).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: sp.test\r\nContent-Type: text/plain\r\n";
    stream.write_all(format!("{head}Content-Length: 5\r\n\r\nab").as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 408"));
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let whole = format!("{head}Connection: close\r\nContent-Length: 5\r\n\r\nabcde");
    stream.write_all(whole.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.ends_with("abcde"));
}

#[tokio::test]
async fn a_client_that_asks_on_and_on_and_never_reads_is_let_go() {
    let limits = Limits {
        lifetime: Duration::from_millis(200),
        request_timeout: Duration::from_millis(200),
        connections: 1,
        ..Limits::default()
    };
    let router = says("here").route("/large", get(|| async { "x".repeat(1 << 20) }));
    let server = plain_server(vec![("sp.test", router)], limits).await;
    let mut greedy = TcpStream::connect(server.addr()).await.unwrap();
    let asks = "GET /large HTTP/1.1\r\nHost: sp.test\r\n\r\n".repeat(50);
    greedy.write_all(asks.as_bytes()).await.unwrap();
    // It holds the only place; the next client is served when the place is free again.
    let client = client(&["sp.test"], server.addr());
    assert_eq!(client.get(&url("http://sp.test/")).await.unwrap().text(), "here");
}

#[tokio::test]
async fn a_handler_that_panics_takes_only_its_own_connection() {
    async fn broken(_: Incoming) -> &'static str {
        panic!("on purpose")
    }
    let router = says("here").route("/broken", get(broken));
    let server = plain_server(vec![("sp.test", router)], Limits::default()).await;
    let client = client(&["sp.test"], server.addr());
    let error = client.get(&url("http://sp.test/broken")).await.unwrap_err();
    assert!(matches!(error, NetError::Interrupted { .. }), "{error:?}");
    assert_eq!(client.get(&url("http://sp.test/")).await.unwrap().text(), "here");
}

#[tokio::test]
async fn stopping_lets_a_request_finish_and_then_frees_the_port() {
    let (started, mut has_started) = tokio::sync::mpsc::channel(1);
    let slow = move || {
        let started = started.clone();
        async move {
            started.send(()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            "finished"
        }
    };
    let router = Router::new().route("/", get(slow));
    let server = plain_server(vec![("sp.test", router)], Limits::default()).await;
    let addr = server.addr();
    let client = client(&["sp.test"], addr);
    let under_way = tokio::spawn(async move { client.get(&url("http://sp.test/")).await });
    has_started.recv().await.unwrap();
    server.stop().await;
    assert_eq!(under_way.await.unwrap().unwrap().text(), "finished");
    assert_refused(addr).await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let limits = Limits { grace: Duration::from_millis(50), ..Limits::default() };
    let (started, mut has_started) = tokio::sync::mpsc::channel(1);
    let hangs = move || {
        let started = started.clone();
        async move {
            started.send(()).await.unwrap();
            std::future::pending::<()>().await;
        }
    };
    let server =
        plain_server(vec![("sp.test", Router::new().route("/", get(hangs)))], limits).await;
    let addr = server.addr();
    let client = client(&["sp.test"], addr);
    let under_way = tokio::spawn(async move { client.get(&url("http://sp.test/")).await });
    has_started.recv().await.unwrap();
    server.stop().await;
    assert!(matches!(under_way.await.unwrap(), Err(NetError::Interrupted { .. })));
    assert_refused(addr).await;
}

#[tokio::test]
async fn a_dropped_server_leaves_no_listener() {
    let server = tls_server(vec![("sp.test", says("here"))]).await;
    let addr = server.addr();
    let client = client(&["sp.test"], addr);
    assert_eq!(client.get(&url("https://sp.test/")).await.unwrap().text(), "here");
    drop(server);
    // Its tasks end when they are next polled, which is at once.
    while TcpStream::connect(addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_refused(addr).await;
}

#[tokio::test]
async fn a_certificate_and_the_key_of_another_do_not_serve() {
    let authority = test_only::tls_authority();
    let mut mixed = authority.server_identity(&["sp.test"]).unwrap();
    mixed.key = authority.server_identity(&["sp.test"]).unwrap().key;
    let error = samlproof::net::TlsIdentity::new(mixed).unwrap_err();
    assert!(matches!(error, NetError::Certificate { what: "server certificate", .. }), "{error}");
    assert!(
        samlproof::net::TlsIdentity::new(authority.server_identity(&["sp.test"]).unwrap()).is_ok()
    );
}

async fn assert_refused(addr: SocketAddr) {
    let refused = TcpStream::connect(addr).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}
