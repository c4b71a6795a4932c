//! The HTTP client: real names, our addresses, no surprises.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use http::{HeaderValue, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use super::tls::client_config;
use super::{Answer, HostMap, Jar, NetError, Request};
use crate::keys::Certificate;

/// How a [`Client`] behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// The only trusted roots, as DER. With none, no https URL can be reached.
    pub roots: Vec<Vec<u8>>,
    /// Addresses for hosts and ports.
    pub hosts: HostMap,
    /// Time for one whole exchange, from connecting to the last byte of the body.
    pub timeout: Duration,
    /// Largest body of an answer, in bytes.
    pub body_limit: usize,
}

impl Default for ClientOptions {
    /// No roots, no mapping, 30 seconds, 4 MiB.
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            hosts: HostMap::new(),
            timeout: Duration::from_secs(30),
            body_limit: 4 * 1024 * 1024,
        }
    }
}

impl ClientOptions {
    /// Trusts this certificate as a root too.
    #[must_use]
    pub fn trust(mut self, root: &Certificate) -> Self {
        self.roots.push(root.der().to_vec());
        self
    }

    /// Reaches hosts by this map.
    #[must_use]
    pub fn reach(mut self, hosts: HostMap) -> Self {
        self.hosts = hosts;
        self
    }

    /// Trusts every certificate of a PEM text too.
    ///
    /// # Errors
    /// [`NetError::Certificate`] if the text has no certificate or one that is not PEM.
    pub fn trust_pem(mut self, pem: &str) -> Result<Self, NetError> {
        let bad = |cause| NetError::Certificate { what: "trusted root certificate", cause };
        let before = self.roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| bad(error.to_string()))?;
            self.roots.push(certificate.as_ref().to_vec());
        }
        if self.roots.len() == before {
            return Err(bad("the PEM text holds no certificate".to_owned()));
        }
        Ok(self)
    }
}

/// An HTTP client. Clones share connections; whether they share cookies is decided by their [`Jar`].
///
/// http/1.1, no proxy, no redirect followed, no content decoding, no retry of a request that was sent.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    jar: Option<Jar>,
    timeout: Duration,
}

#[derive(Debug)]
struct Shared {
    /// For URLs that are not in the map.
    direct: reqwest::Client,
    /// By the address a mapped URL leads to.
    mapped: BTreeMap<IpAddr, reqwest::Client>,
    hosts: HostMap,
    body_limit: usize,
}

impl Client {
    /// A client without cookies.
    ///
    /// # Errors
    /// [`NetError::Certificate`] if a root cannot be read.
    pub fn new(options: &ClientOptions) -> Result<Self, NetError> {
        let tls = client_config(&options.roots)?;
        let targets: BTreeSet<IpAddr> = options.hosts.iter().map(|(.., addr)| addr.ip()).collect();
        let mapped = targets
            .into_iter()
            .map(|ip| Ok((ip, connector(&tls, Some(ip))?)))
            .collect::<Result<_, NetError>>()?;
        let shared = Shared {
            direct: connector(&tls, None)?,
            mapped,
            hosts: options.hosts.clone(),
            body_limit: options.body_limit,
        };
        Ok(Self { shared: Arc::new(shared), jar: None, timeout: options.timeout })
    }

    /// The same client with the cookies of this browser, on the same connections.
    #[must_use]
    pub fn with_jar(&self, jar: Jar) -> Self {
        Self { jar: Some(jar), ..self.clone() }
    }

    /// The same client with another time for one whole exchange.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// The browser's cookies, if it keeps any.
    pub fn jar(&self) -> Option<&Jar> {
        self.jar.as_ref()
    }

    /// GETs a URL.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get(&self, url: &Url) -> Result<Answer, NetError> {
        self.send(Request::get(url.clone())).await
    }

    /// Sends a request and reads the whole answer. Any status is an answer.
    ///
    /// # Errors
    /// [`NetError::BadUrl`], [`NetError::Unreachable`], [`NetError::Tls`], [`NetError::TimedOut`],
    /// [`NetError::Interrupted`] or [`NetError::TooLarge`].
    pub async fn send(&self, request: Request) -> Result<Answer, NetError> {
        let url = request.url.clone();
        let answer = tokio::time::timeout(self.timeout, self.exchange(request))
            .await
            .map_err(|_| NetError::TimedOut { url: url.into(), after: self.timeout })??;
        if let Some(jar) = &self.jar {
            jar.store(&answer.url, &answer.headers);
        }
        Ok(answer)
    }

    async fn exchange(&self, request: Request) -> Result<Answer, NetError> {
        let Request { method, url, mut headers, body } = request;
        if !matches!(url.scheme(), "http" | "https") {
            let cause = format!("the scheme is {}", url.scheme());
            return Err(NetError::BadUrl { url: url.into(), cause });
        }
        if let Some(cookies) = self.jar.as_ref().and_then(|jar| jar.header(&url)) {
            headers.entry(header::COOKIE).or_insert(cookies);
        }
        let via = self.shared.hosts.lookup(&url);
        let (client, target) = self.shared.route(&url, via);
        if via.is_some() {
            headers.entry(header::HOST).or_insert(host_header(&url)?);
        }
        let failed = |error: reqwest::Error| NetError::exchange(url.as_str(), via, &error);
        let mut response = client
            .request(method, target)
            .headers(headers)
            .body(body)
            .send()
            .await
            .map_err(failed)?;
        let limit = self.shared.body_limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                return Err(NetError::TooLarge { url: url.into(), limit });
            }
            body.extend_from_slice(&chunk);
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Answer { url, status, headers, body: body.freeze() })
    }
}

impl Shared {
    /// The connector and the URL to hand to it.
    ///
    /// A resolver sees names only, and a port in the URL wins over the resolver's. So a mapped URL is
    /// sent with the port it is mapped to, through the connector that resolves every name to the IP
    /// address it is mapped to; the name stays in the URL, for TLS, and the `Host` header is set apart.
    fn route(&self, url: &Url, via: Option<SocketAddr>) -> (&reqwest::Client, Url) {
        let mut target = url.clone();
        let mapped = via.and_then(|addr| Some((addr, self.mapped.get(&addr.ip())?)));
        match mapped {
            Some((addr, client)) if target.set_port(Some(addr.port())).is_ok() => (client, target),
            _ => (&self.direct, target),
        }
    }
}

/// `Host` as a browser sends it: without the scheme's own port.
fn host_header(url: &Url) -> Result<HeaderValue, NetError> {
    let host = url.host_str().unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    HeaderValue::try_from(host)
        .map_err(|error| NetError::BadUrl { url: url.to_string(), cause: error.to_string() })
}

fn connector(tls: &ClientConfig, to: Option<IpAddr>) -> Result<reqwest::Client, NetError> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .user_agent(concat!("samlproof/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        // Shorter than any usual server's keep-alive: a request is not sent on a dying connection.
        .pool_idle_timeout(Duration::from_secs(1));
    let builder = match to {
        Some(ip) => builder.dns_resolver(Always(ip)),
        None => builder,
    };
    builder.build().map_err(|error| NetError::Certificate {
        what: "set of trusted root certificates",
        cause: error.to_string(),
    })
}

/// Resolves every name to one address.
struct Always(IpAddr);

impl Resolve for Always {
    fn resolve(&self, _name: Name) -> Resolving {
        // Port 0 stands for the port of the URL.
        let addrs: Addrs = Box::new(std::iter::once(SocketAddr::new(self.0, 0)));
        Box::pin(std::future::ready(Ok(addrs)))
    }
}
