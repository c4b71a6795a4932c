//! The fourth cache: the metadata of each entry's IdP, with the last good copy kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex as AsyncMutex;

use super::cache::is_fresh;
use super::fault::{self, Fault};
use super::metadata::{MetadataError, Trust, load};
use crate::env::Clock;
use crate::net::Client;
use crate::sp::{EntryName, MetadataSource};

type Slot = Arc<AsyncMutex<Option<Held>>>;

#[derive(Debug)]
struct Held {
    /// When it was loaded; `None` for a copy that is there only in case the source fails.
    loaded: Option<Timestamp>,
    source: MetadataSource,
    trust: Arc<Trust>,
}

/// The metadata of all entries.
#[derive(Debug)]
pub(super) struct Trusts {
    clock: Clock,
    lifetime: SignedDuration,
    client: Client,
    fault: Option<Fault>,
    slots: Mutex<HashMap<EntryName, Slot>>,
}

impl Trusts {
    pub(super) fn new(
        clock: Clock,
        lifetime: SignedDuration,
        client: Client,
        fault: Option<Fault>,
    ) -> Self {
        let lifetime = fault::cache::lifetime(fault, lifetime);
        Self { clock, lifetime, client, fault, slots: Mutex::default() }
    }

    /// What the entry's IdP is trusted with: as it is held, else as `source` says now.
    ///
    /// If the source fails the last good copy of that very source is used, and the source is asked
    /// again next time. One request at a time goes out for an entry.
    pub(super) async fn read(
        &self,
        entry: &EntryName,
        source: impl FnOnce() -> Option<MetadataSource>,
    ) -> Result<Arc<Trust>, Option<MetadataError>> {
        let slot = self.slot(entry);
        let mut held = slot.lock().await;
        let now = self.clock.now();
        if let Some(Held { loaded: Some(loaded), trust, .. }) = &mut *held
            && is_fresh(*loaded, now, self.lifetime)
        {
            *loaded = fault::cache::since(self.fault, *loaded, now);
            return Ok(trust.clone());
        }
        let Some(source) = source() else {
            *held = None;
            return Err(None);
        };
        match load(&source, &self.client, now).await {
            Ok(trust) => {
                let trust = Arc::new(trust);
                *held = Some(Held { loaded: Some(now), source, trust: trust.clone() });
                Ok(trust)
            }
            Err(error) => match &*held {
                Some(last)
                    if last.source == source && self.fault != Some(Fault::LastGoodForgotten) =>
                {
                    tracing::warn!(entry = entry.0, %error, "the last good metadata stays in use");
                    Ok(last.trust.clone())
                }
                _ => Err(Some(error)),
            },
        }
    }

    /// Tries a source that is about to be stored (D20). What it says is kept for the case that the
    /// source fails later, but is not in force: an entry nobody has used takes the newest (C1), one
    /// in use keeps what it has for its time (C3).
    pub(super) async fn probe(
        &self,
        entry: &EntryName,
        source: &MetadataSource,
    ) -> Result<(), MetadataError> {
        let trust = Arc::new(load(source, &self.client, self.clock.now()).await?);
        let slot = self.slot(entry);
        let mut held = slot.lock().await;
        if held.is_none() {
            *held = Some(Held { loaded: None, source: source.clone(), trust });
        }
        Ok(())
    }

    fn slot(&self, entry: &EntryName) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(entry.clone()).or_default().clone()
    }
}
