//! Getting an IdP's metadata, within bounds.

use http::StatusCode;
use jiff::Timestamp;
use thiserror::Error;

use crate::keys::Certificate;
use crate::net::{Client, NetError, parse_url};
use crate::saml::{Binding, EntityId, IdpMetadata, ReadError};
use crate::sp::MetadataSource;

/// What an entry needs to know of its IdP.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    /// Who it is.
    pub(super) entity_id: EntityId,
    /// All its signing certificates; each may verify (C8).
    pub(super) certificates: Vec<Certificate>,
    /// Where AuthnRequests go by redirect, if it takes any.
    pub(super) sso: Option<String>,
}

/// Why there is no metadata.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// No answer, or more of one than is read.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A redirect. It is not followed: whoever answers it would say whom to trust.
    #[error("the metadata URL redirects to {0:?}; give the address it leads to")]
    Redirect(String),
    /// An answer other than 200.
    #[error("the metadata URL answers with status {0}, expected 200")]
    Status(StatusCode),
    /// Bytes that are not UTF-8.
    #[error("the metadata is not UTF-8 text")]
    NotText,
    /// Not an IdP's metadata.
    #[error("the metadata cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// Nothing to verify with.
    #[error("the metadata has no usable signing certificate")]
    NoCertificate,
    /// Out of date by its own word.
    #[error("the metadata was valid until {0}")]
    Expired(Timestamp),
}

/// Reads a source: over the wire, or as it was pasted.
pub(super) async fn load(
    source: &MetadataSource,
    client: &Client,
    now: Timestamp,
) -> Result<Trust, MetadataError> {
    match source {
        MetadataSource::Xml(xml) => trust(xml, now),
        MetadataSource::Url(url) => trust(&fetch(url, client).await?, now),
    }
}

async fn fetch(url: &str, client: &Client) -> Result<String, MetadataError> {
    let answer = client.get(&parse_url(url)?).await?;
    if answer.status.is_redirection() {
        let to = answer.header("location").unwrap_or_default();
        return Err(MetadataError::Redirect(to.to_owned()));
    }
    if answer.status != StatusCode::OK {
        return Err(MetadataError::Status(answer.status));
    }
    String::from_utf8(answer.body.to_vec()).map_err(|_not_utf8| MetadataError::NotText)
}

fn trust(xml: &str, now: Timestamp) -> Result<Trust, MetadataError> {
    let metadata = IdpMetadata::parse(xml)?;
    if let Some(end) = metadata.valid_until.filter(|end| *end <= now) {
        return Err(MetadataError::Expired(end));
    }
    // One certificate that cannot be used does not spoil the others: roll-overs publish two.
    let certificates: Vec<Certificate> =
        metadata.certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    if certificates.is_empty() {
        return Err(MetadataError::NoCertificate);
    }
    let sso = metadata.sso_location(&Binding::HttpRedirect).map(str::to_owned);
    Ok(Trust { entity_id: metadata.entity_id, certificates, sso })
}
