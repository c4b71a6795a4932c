//! The wire: what both ends do for honest peers, and what they bear from others.

mod client;
mod server;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use samlproof::keys::test_only;
use samlproof::net::{
    Bind, Bound, Client, ClientOptions, HostMap, HostServer, Limits, TlsIdentity, parse_url,
};
use url::Url;

/// An identity of the published test CA for these names.
pub(crate) fn identity(names: &[&str]) -> TlsIdentity {
    TlsIdentity::new(test_only::tls_authority().server_identity(names).unwrap()).unwrap()
}

/// Serves the names over TLS, by a certificate for all of them.
pub(crate) async fn tls_server(routers: Vec<(&str, Router)>) -> HostServer {
    let names: Vec<&str> = routers.iter().map(|(name, _)| *name).collect();
    let identity = identity(&names);
    HostServer::start(Bind::AnyPort, Some(identity), named(routers)).await.unwrap()
}

/// Serves the names in plain HTTP with limits.
pub(crate) async fn plain_server(routers: Vec<(&str, Router)>, limits: Limits) -> HostServer {
    let bound = Bound::new(Bind::AnyPort).await.unwrap();
    bound.serve(None, named(routers), limits).unwrap()
}

/// Trusts the published test CA and reaches the names, on ports 443 and 80, at `addr`.
pub(crate) fn options(names: &[&str], addr: SocketAddr) -> ClientOptions {
    let mut hosts = HostMap::new();
    for name in names {
        hosts.insert(name, 443, addr);
        hosts.insert(name, 80, addr);
    }
    ClientOptions { timeout: Duration::from_secs(20), ..ClientOptions::default() }
        .trust(test_only::tls_authority().certificate())
        .reach(hosts)
}

pub(crate) fn client(names: &[&str], addr: SocketAddr) -> Client {
    Client::new(&options(names, addr)).unwrap()
}

pub(crate) fn url(text: &str) -> Url {
    parse_url(text).unwrap()
}

fn named(routers: Vec<(&str, Router)>) -> Vec<(String, Router)> {
    routers.into_iter().map(|(name, router)| (name.to_owned(), router)).collect()
}
