//! Which address stands for which host and port.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use url::Url;

use super::NetError;

/// A resolver map: host name and port to socket address. Everything not in it goes to the system's
/// resolver; a URL with an IP address goes where it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostMap(BTreeMap<(String, u16), SocketAddr>);

impl HostMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends `host:port` to `addr`, and returns what stood there before.
    pub fn insert(&mut self, host: &str, port: u16, addr: SocketAddr) -> Option<SocketAddr> {
        self.0.insert((normal(host), port), addr)
    }

    /// The same, for chaining.
    #[must_use]
    pub fn with(mut self, host: &str, port: u16, addr: SocketAddr) -> Self {
        self.insert(host, port, addr);
        self
    }

    /// Takes an entry as a profile writes it: `"app.arize.com:443"` and `"127.0.0.1:8443"`.
    ///
    /// # Errors
    /// [`NetError::BadMapping`] if the left side is not a name with a port or the right side not an
    /// IP address with a port.
    pub fn insert_text(&mut self, host: &str, addr: &str) -> Result<(), NetError> {
        let bad = |cause| NetError::BadMapping { host: host.into(), addr: addr.into(), cause };
        let (name, port) = host.rsplit_once(':').ok_or_else(|| {
            bad("the left side is a host name and a port, such as app.example.com:443")
        })?;
        let port = port.parse().map_err(|_| bad("the left side ends in a port, 1 to 65535"))?;
        if name.is_empty() || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(bad("the left side is a host name: an IP address is reached as it is"));
        }
        let target = addr.parse().map_err(|_| {
            bad("the right side is an IP address and a port, such as 127.0.0.1:8443")
        })?;
        self.insert(name, port, target);
        Ok(())
    }

    /// The address for this URL's host and port, if the map has one.
    pub fn lookup(&self, url: &Url) -> Option<SocketAddr> {
        let host = normal(url.domain()?);
        self.0.get(&(host, url.port_or_known_default()?)).copied()
    }

    /// All entries, sorted by host and port.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u16, SocketAddr)> {
        self.0.iter().map(|((host, port), addr)| (host.as_str(), *port, *addr))
    }
}

/// Host names compare without case and without the root's dot.
pub(super) fn normal(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}
