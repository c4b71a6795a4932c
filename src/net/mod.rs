//! The wire: a listener for several host names on one port, and a client that reaches them there.
//!
//! [`HostServer`] plays `app.arize.com`, `mock.okta.com` and whoever else on one loopback port, with
//! TLS from an authority of our own or as plain HTTP. [`Client`] speaks to them under their real names
//! by way of a [`HostMap`]; it follows no redirect by itself, asks no proxy, trusts only the roots it
//! was given, and keeps cookies in a [`Jar`] when it was given one.
//!
//! Both sides are bounded: bodies, heads, time and connections. TLS is rustls with aws-lc as an
//! explicit provider; nothing process-wide is installed.

mod answer;
mod client;
mod error;
mod host_map;
mod jar;
mod request;
mod server;
mod tls;
mod unread;

pub use answer::Answer;
pub use client::{Client, ClientOptions};
pub use error::NetError;
pub use host_map::HostMap;
pub use jar::Jar;
pub use request::{Request, parse_url};
pub use server::{Bind, Bound, HostServer, Limits};
pub use tls::TlsIdentity;
