//! One listener, several host names.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::ready;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::host_map::normal;
use super::unread::Unread;
use super::{NetError, TlsIdentity};

/// Where to listen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bind {
    /// Any free port of 127.0.0.1.
    #[default]
    AnyPort,
    /// This address; port 0 takes any free one.
    At(SocketAddr),
}

/// What one client may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest request body that an extractor reads, in bytes; above it the answer is 413.
    pub body: usize,
    /// Time for the TLS handshake, for each request's head, and for a kept connection to stay idle.
    pub head_timeout: Duration,
    /// Time from a request's head to the head of its answer, body included; above it the answer is 408.
    /// What a handler did not read of a body is waited for two seconds more.
    pub request_timeout: Duration,
    /// Age at which a connection is closed after the request it is at; for clients that never read.
    pub lifetime: Duration,
    /// Connections at one time; more wait to be accepted.
    pub connections: usize,
    /// Time that [`HostServer::stop`] leaves to requests that are under way.
    pub grace: Duration,
}

impl Default for Limits {
    /// 1 MiB, 10 s, 60 s, 10 min, 1000 connections, 2 s.
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            head_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            lifetime: Duration::from_secs(600),
            connections: 1000,
            grace: Duration::from_secs(2),
        }
    }
}

/// A listener whose address is known and that nobody answers yet: connections wait.
///
/// For those who need the port in a URL before there is a router.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    addr: SocketAddr,
}

impl Bound {
    /// Opens the listener.
    ///
    /// # Errors
    /// [`NetError::Listen`] with the address and the remedy.
    pub async fn new(bind: Bind) -> Result<Self, NetError> {
        let wanted = match bind {
            Bind::AnyPort => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            Bind::At(addr) => addr,
        };
        let refused = |error| NetError::listen(wanted, &error);
        let listener = TcpListener::bind(wanted).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, addr })
    }

    /// The address with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Starts to answer: with TLS if an identity is given, else in plain HTTP.
    ///
    /// # Errors
    /// [`NetError::HostTwice`] if two routers have the same name.
    pub fn serve(
        self,
        identity: Option<TlsIdentity>,
        routers: Vec<(String, Router)>,
        limits: Limits,
    ) -> Result<HostServer, NetError> {
        let mut hosts = HashMap::new();
        for (name, router) in routers {
            let router = router.layer(DefaultBodyLimit::max(limits.body));
            if hosts.insert(normal(&name), router).is_some() {
                return Err(NetError::HostTwice(name));
            }
        }
        let stop = CancellationToken::new();
        let kill = CancellationToken::new();
        let tasks = TaskTracker::new();
        let service = Arc::new(Service {
            hosts,
            tls: identity.map(|identity| TlsAcceptor::from(identity.0)),
            limits,
            stop: stop.clone(),
            kill: kill.clone(),
        });
        tasks.spawn(accept(self.listener, service, tasks.clone()));
        Ok(HostServer { addr: self.addr, stop, kill, tasks, grace: limits.grace })
    }
}

/// A running server. Dropping it stops it at once; [`HostServer::stop`] lets requests finish.
#[derive(Debug)]
#[must_use = "a server stops when it is dropped: bind it to a name"]
pub struct HostServer {
    addr: SocketAddr,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
    grace: Duration,
}

impl HostServer {
    /// Listens and answers for these host names with the default [`Limits`].
    ///
    /// A request is routed by its `Host`, whatever the port in it; a host that is not among the names
    /// gets 421. With TLS the one certificate of `identity` is shown for every name.
    ///
    /// # Errors
    /// [`NetError::Listen`] and [`NetError::HostTwice`].
    pub async fn start(
        bind: Bind,
        identity: Option<TlsIdentity>,
        routers: Vec<(String, Router)>,
    ) -> Result<Self, NetError> {
        Bound::new(bind).await?.serve(identity, routers, Limits::default())
    }

    /// The address with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops accepting, lets requests that are under way finish within [`Limits::grace`], then closes
    /// what is left. Afterwards the port is free and no task is left.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.grace, self.tasks.wait()).await.is_err() {
            self.kill.cancel();
            self.tasks.wait().await;
        }
    }
}

impl Drop for HostServer {
    fn drop(&mut self) {
        self.stop.cancel();
        self.kill.cancel();
        self.tasks.close();
    }
}

struct Service {
    hosts: HashMap<String, Router>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stop: CancellationToken,
    kill: CancellationToken,
}

async fn accept(listener: TcpListener, service: Arc<Service>, tasks: TaskTracker) {
    let places = Arc::new(Semaphore::new(service.limits.connections));
    let stop = service.stop.clone();
    stop.run_until_cancelled_owned(async move {
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    tasks.spawn(connection((stream, peer), service.clone(), place));
                }
                Err(error) => {
                    // Out of file descriptors, or a client that went away: both pass by themselves.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    })
    .await;
}

async fn connection(
    (stream, peer): (TcpStream, SocketAddr),
    service: Arc<Service>,
    place: OwnedSemaphorePermit,
) {
    let kill = service.kill.clone();
    kill.run_until_cancelled(async move {
        // Answers are small and complete: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let routed = |request| service.answer(request, peer);
        let Some(acceptor) = &service.tls else { return service.converse(stream, routed).await };
        match service.patiently(begin(acceptor, stream)).await {
            Some(Ok(Begun::Tls(stream))) => service.converse(stream, routed).await,
            Some(Ok(Begun::Plain(stream))) => {
                service.converse(stream, |request| ready(https_is_due(&request))).await;
            }
            Some(Err(error)) => tracing::debug!(%error, "no TLS session"),
            None => {}
        }
    })
    .await;
    drop(place);
}

/// What a client begins with where TLS is due.
enum Begun {
    Tls(Box<TlsStream<TcpStream>>),
    /// A method begins with a letter, a handshake with 22 (RFC 8446 section 5.1).
    Plain(TcpStream),
}

async fn begin(acceptor: &TlsAcceptor, stream: TcpStream) -> std::io::Result<Begun> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0].is_ascii_uppercase() {
        return Ok(Begun::Plain(stream));
    }
    Ok(Begun::Tls(Box::new(acceptor.accept(stream).await?)))
}

/// What such a client is told: a connection that only breaks off tells nobody what to mend.
fn https_is_due(request: &hyper::Request<Incoming>) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let address = host.map(|host| format!(": https://{host}")).unwrap_or_default();
    (StatusCode::BAD_REQUEST, format!("400: HTTPS is spoken here{address}\n")).into_response()
}

impl Service {
    /// Waits for what a client has to do first, until it takes too long or the server stops.
    async fn patiently<T>(&self, beginning: impl Future<Output = T>) -> Option<T> {
        let within = tokio::time::timeout(self.limits.head_timeout, beginning);
        self.stop.run_until_cancelled(within).await?.ok()
    }

    async fn converse<S, A, F>(&self, stream: S, answer: A)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
        A: Fn(hyper::Request<Incoming>) -> F,
        F: Future<Output = Response>,
    {
        let answer = service_fn(|request| {
            let answer = answer(request);
            async { Ok::<_, Infallible>(answer.await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_timeout)
            .max_buf_size(128 * 1024)
            .serve_connection(TokioIo::new(stream), answer);
        let mut connection = pin!(connection);
        let end = self.stop.run_until_cancelled(tokio::time::sleep(self.limits.lifetime));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = end => {
                connection.as_mut().graceful_shutdown();
                tokio::time::timeout(self.limits.request_timeout, connection).await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }

    /// The answer, once what nobody read of the request is off the wire.
    async fn answer(&self, request: hyper::Request<Incoming>, peer: SocketAddr) -> Response {
        let (head, body) = request.into_parts();
        let unread = Unread::new(body, head.headers.contains_key(header::EXPECT));
        let request = hyper::Request::from_parts(head, Body::new(unread.clone()));
        let response = self.routed(request, peer).await;
        self.stop.run_until_cancelled(unread.discard()).await;
        response
    }

    /// Handlers can ask for the peer by [`ConnectInfo`].
    async fn routed(&self, mut request: hyper::Request<Body>, peer: SocketAddr) -> Response {
        request.extensions_mut().insert(ConnectInfo(peer));
        let Some(router) = host(&request).and_then(|host| self.hosts.get(&host)) else {
            let text = "421: this host name is not served here\n";
            return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
        };
        let answer = router.clone().oneshot(request);
        match tokio::time::timeout(self.limits.request_timeout, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => {
                let text = "408: the request took too long\n";
                (StatusCode::REQUEST_TIMEOUT, text).into_response()
            }
        }
    }
}

/// The host name asked for, without port: of an absolute request target, else of the one `Host` header
/// (RFC 9112 section 3.2).
fn host(request: &hyper::Request<Body>) -> Option<String> {
    if let Some(host) = request.uri().host() {
        return Some(normal(host));
    }
    let mut values = request.headers().get_all(header::HOST).iter();
    let (only, more) = (values.next()?, values.next());
    if more.is_some() {
        return None;
    }
    let authority: http::uri::Authority = only.to_str().ok()?.parse().ok()?;
    Some(normal(authority.host()))
}
