//! Answers wait until what was changed is on the disk, where an org is kept.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use thiserror::Error;

use super::OrgService;
#[cfg(feature = "data")]
use super::data::Journal;
use crate::idp::Org;

/// Where changes are written down, if anywhere.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    #[cfg(feature = "data")]
    pub(super) journal: Option<Journal>,
}

/// A change that is in memory and not on the disk. It is tried again with every answer.
#[derive(Clone, Debug, Error)]
#[error("what was changed could not be kept: {0}")]
pub struct NotKept(String);

impl Keeping {
    /// Notes the org as it is after a change.
    pub(super) fn note(&self, org: &Arc<Org>) {
        #[cfg(feature = "data")]
        if let Some(journal) = &self.journal {
            journal.note(org);
        }
        #[cfg(not(feature = "data"))]
        let _ = org;
    }
}

impl OrgService {
    /// Waits until all changes so far are on the disk, where the org is kept; every answer of the
    /// router does so by itself.
    ///
    /// # Errors
    /// [`NotKept`].
    pub async fn flushed(&self) -> Result<(), NotKept> {
        #[cfg(feature = "data")]
        if let Some(journal) = &self.keeping().journal {
            return journal.flushed().await.map_err(|error| NotKept(error.to_string()));
        }
        Ok(())
    }
}

/// Lets no answer leave before the changes that it may tell of are on the disk.
pub(super) async fn first(
    State(service): State<OrgService>,
    request: Request,
    next: Next,
) -> Response {
    let answer = next.run(request).await;
    match service.flushed().await {
        Ok(()) => answer,
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("500: {error}\n")).into_response()
        }
    }
}
