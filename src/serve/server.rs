//! An org on a listener of its own.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::routing::get;
use thiserror::Error;

use super::OrgService;
use crate::idp::{App, Org};
use crate::keys::{KeyError, TlsAuthority};
use crate::net::{Bind, Bound, HostServer, Limits, NetError, TlsIdentity};
use crate::saml::EntityId;

/// Where an org listens. The default is plain HTTP on any free port of 127.0.0.1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listen<'a> {
    /// The address; `None` is any free port of 127.0.0.1.
    pub addr: Option<SocketAddr>,
    /// The host in the org's own addresses; by default the IP address, or 127.0.0.1 where that
    /// means all of the machine's.
    pub host: Option<&'a str>,
    /// HTTPS, with a certificate of this CA.
    pub authority: Option<&'a TlsAuthority>,
}

/// Why an org does not listen.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is taken, say.
    #[error(transparent)]
    Net(#[from] NetError),
    /// No certificate for the host could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A running org. Dropping it stops it at once; [`OrgServer::stop`] lets requests finish.
///
/// It answers to its own host, to `localhost` and to loopback addresses; to others it says 421, so
/// that no web page of elsewhere can talk to it under a name of its own.
#[derive(Debug)]
#[must_use = "an org stops when it is dropped: bind it to a name"]
pub struct OrgServer {
    service: OrgService,
    server: HostServer,
}

/// What an SP, or the person who configures one, is told of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAddresses {
    /// The label.
    pub label: String,
    /// The name in its addresses: `{subdomain}_{label}_{n}`.
    pub name: String,
    /// The IdP's entity id for this app.
    pub entity_id: EntityId,
    /// Where its metadata is.
    pub metadata_url: String,
    /// Where AuthnRequests go, by either binding.
    pub sso_url: String,
    /// Where an IdP-initiated login begins.
    pub embed_url: String,
}

impl OrgServer {
    /// Answers 200 while the org runs.
    pub const HEALTH_PATH: &str = "/health";

    /// Listens, puts the address into the org's `base_url`, and answers.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(listen: &Listen<'_>, service: OrgService) -> Result<Self, StartError> {
        let wanted = listen.addr.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        let host = listen.host.map_or_else(|| host_of(wanted.ip()), str::to_owned);
        let hosts: BTreeSet<String> =
            [host.to_lowercase(), host_of(wanted.ip()), "localhost".into(), "127.0.0.1".into()]
                .into();
        let identity = match listen.authority {
            None => None,
            Some(authority) => {
                let names: Vec<&str> =
                    hosts.iter().map(|host| host.trim_matches(['[', ']'])).collect();
                Some(TlsIdentity::new(authority.server_identity(&names)?)?)
            }
        };
        let scheme = if identity.is_some() { "https" } else { "http" };
        let bound = Bound::new(Bind::At(wanted)).await?;
        let base_url = match (scheme, bound.addr().port()) {
            ("http", 80) | ("https", 443) => format!("{scheme}://{host}"),
            (_, port) => format!("{scheme}://{host}:{port}"),
        };
        service.update(|org| org.base_url = base_url);
        let health = Router::new().route(Self::HEALTH_PATH, get(|| async { "ok\n" }));
        let router = health.merge(service.router());
        let routers = hosts.into_iter().map(|host| (host, router.clone())).collect();
        let server = bound.serve(identity, routers, Limits::default())?;
        Ok(Self { service, server })
    }

    /// The org that is served.
    pub fn service(&self) -> &OrgService {
        &self.service
    }

    /// The address it listens on, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Stops accepting, and lets requests that are under way finish for a moment.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl AppAddresses {
    /// The addresses of an app of an org that listens.
    pub fn of(org: &Org, app: &App) -> Self {
        let url = |path: String| format!("{}{path}", org.base_url);
        Self {
            label: app.label.clone(),
            name: app.name.clone(),
            entity_id: app.issuer(),
            metadata_url: url(app.metadata_path()),
            sso_url: url(app.sso_path()),
            embed_url: url(app.embed_path()),
        }
    }
}

/// An IP address as the host of a URL.
fn host_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}
