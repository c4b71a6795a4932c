//! What can go wrong on the wire.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;

use crate::excerpt;

/// A failure to listen or to get an answer. An answer with an error status is an answer, not one of
/// these. URLs are cut after 200 characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetError {
    /// The listener could not be opened.
    #[error("cannot listen on {addr}: {cause}; {remedy}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system said.
        cause: String,
        /// What can be done about it.
        remedy: &'static str,
    },
    /// Two routers were given for one host name.
    #[error("the host name {0} was given twice: each name is served by one router")]
    HostTwice(String),
    /// A server certificate with its key, or a trusted root, cannot be used.
    #[error("the {what} cannot be used: {cause}")]
    Certificate {
        /// Which one.
        what: &'static str,
        /// Why.
        cause: String,
    },
    /// Not an absolute http or https URL.
    #[error("{url:?} is not an http or https URL: {cause}")]
    BadUrl {
        /// The text as it was given.
        url: String,
        /// Why.
        cause: String,
    },
    /// An entry of a [`HostMap`](super::HostMap) that cannot be read.
    #[error("cannot map {host:?} to {addr:?}: {cause}")]
    BadMapping {
        /// The left side: host and port.
        host: String,
        /// The right side: IP address and port.
        addr: String,
        /// Why.
        cause: &'static str,
    },
    /// A header that HTTP cannot carry.
    #[error("the header {name:?} cannot be sent: {cause}")]
    BadHeader {
        /// Its name.
        name: String,
        /// Why.
        cause: &'static str,
    },
    /// No connection: refused, no route, or a name that does not resolve.
    #[error("{url} cannot be reached{}: {cause}", at(*via))]
    Unreachable {
        /// The URL that was asked for.
        url: String,
        /// Where the host map sent it, if it did.
        via: Option<SocketAddr>,
        /// The innermost cause.
        cause: String,
    },
    /// A connection, but no TLS session on it.
    #[error("no TLS session with {url}{}: {cause}", at(*via))]
    Tls {
        /// The URL that was asked for.
        url: String,
        /// Where the host map sent it, if it did.
        via: Option<SocketAddr>,
        /// What rustls said.
        cause: String,
    },
    /// The answer was not complete in time.
    #[error("no complete answer from {url} within {after:?}")]
    TimedOut {
        /// The URL that was asked for.
        url: String,
        /// The time that was allowed for the whole exchange.
        after: Duration,
    },
    /// The connection broke, or what came was not HTTP.
    #[error("the exchange with {url} broke off: {cause}")]
    Interrupted {
        /// The URL that was asked for.
        url: String,
        /// The innermost cause.
        cause: String,
    },
    /// The answer's body is larger than allowed.
    #[error("the answer from {url} is larger than {limit} bytes")]
    TooLarge {
        /// The URL that was asked for.
        url: String,
        /// The limit in bytes.
        limit: usize,
    },
}

impl NetError {
    /// Sorts a refusal to bind and adds what helps.
    pub(super) fn listen(addr: SocketAddr, error: &io::Error) -> Self {
        let (cause, remedy) = match error.kind() {
            io::ErrorKind::AddrInUse => (
                "the port is taken".to_owned(),
                "stop the program that holds it, or choose another port (0 takes any free one)",
            ),
            io::ErrorKind::PermissionDenied => {
                ("not permitted".to_owned(), "choose a port above 1023 (0 takes any free one)")
            }
            io::ErrorKind::AddrNotAvailable => {
                ("this machine does not have that address".to_owned(), "listen on 127.0.0.1")
            }
            _ => (error.to_string(), "listen on 127.0.0.1 with port 0"),
        };
        Self::Listen { addr, cause, remedy }
    }

    /// A URL that cannot be asked for.
    pub(super) fn bad_url(url: &str, cause: impl ToString) -> Self {
        Self::BadUrl { url: shown(url), cause: cause.to_string() }
    }

    /// Sorts an error of the HTTP client by its causes.
    pub(super) fn exchange(url: &str, via: Option<SocketAddr>, error: &reqwest::Error) -> Self {
        let url = shown(url);
        if error.is_builder() {
            return Self::BadUrl { url, cause: innermost(error) };
        }
        if let Some(tls) = tls_cause(error) {
            return Self::Tls { url, via, cause: tls };
        }
        let cause = innermost(error);
        if error.is_connect() {
            Self::Unreachable { url, via, cause }
        } else {
            Self::Interrupted { url, cause }
        }
    }
}

/// A URL as far as a message needs it.
pub(super) fn shown(url: &str) -> String {
    excerpt::address(url).into_owned()
}

fn at(via: Option<SocketAddr>) -> String {
    via.map(|addr| format!(" at {addr}")).unwrap_or_default()
}

/// The chain of an error, outermost first; an [`io::Error`] hides what it wraps from `source`.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| {
        let error = *error;
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
    // Chains are short; the bound only guards against one that refers to itself.
    .take(32)
}

fn tls_cause(error: &(dyn Error + 'static)) -> Option<String> {
    chain(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()).map(ToString::to_string)
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
