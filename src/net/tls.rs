//! rustls with aws-lc as an explicit provider, http/1.1 only.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::NetError;
use crate::keys::ServerIdentity;

/// A server's certificate chain with its private key, checked and ready for use.
#[derive(Clone)]
pub struct TlsIdentity(pub(super) Arc<ServerConfig>);

impl TlsIdentity {
    /// Takes the chain and the key that [`TlsAuthority`](crate::keys::TlsAuthority) made.
    ///
    /// # Errors
    /// [`NetError::Certificate`] if key and leaf do not belong together or cannot be used for TLS.
    pub fn new(identity: ServerIdentity) -> Result<Self, NetError> {
        let ServerIdentity { chain, key } = identity;
        let bad = |cause: String| NetError::Certificate { what: "server certificate", cause };
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| bad(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| bad(error.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsIdentity(..)")
    }
}

/// The client side: trusts these roots (DER) and nothing else.
pub(super) fn client_config(roots: &[Vec<u8>]) -> Result<ClientConfig, NetError> {
    let bad = |cause: String| NetError::Certificate { what: "trusted root certificate", cause };
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(CertificateDer::from(root.as_slice())).map_err(|error| bad(error.to_string()))?;
    }
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(error.to_string()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
