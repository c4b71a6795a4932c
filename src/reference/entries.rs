//! The entries as the caches show them: each part as old as its own cache lets it be (facts 1f).

use std::sync::Arc;

use super::cache::Cache;
use super::fault::{self, Fault};
use super::metadata::{MetadataError, Trust};
use super::store::Store;
use super::trust::Trusts;
use crate::env::{Clock, Env};
use crate::net::Client;
use crate::sp::{Claim, Entry, EntryName, MetadataSource, Owner, Timing};

/// Four caches in front of the stored entries. A change of one part touches none of them.
#[derive(Debug)]
pub(super) struct Entries {
    store: Arc<Store>,
    clock: Clock,
    fault: Option<Fault>,
    /// Which entry a domain or a token belongs to.
    owners: Cache<Claim, Owner>,
    /// Switches, rules, and what the SP calls itself.
    settings: Cache<EntryName, Arc<Entry>>,
    /// Mappings, defaults and teams.
    mappings: Cache<EntryName, Arc<Entry>>,
    /// Keys and addresses of the IdP.
    trusts: Trusts,
}

impl Entries {
    pub(super) fn new(
        store: Arc<Store>,
        timing: &Timing,
        (env, fault): (&Env, Option<Fault>),
        client: Client,
    ) -> Self {
        let clock = || env.clock.clone();
        Self {
            store,
            clock: clock(),
            fault,
            owners: Cache::new(clock(), timing.domain_cache, fault),
            settings: Cache::new(clock(), timing.settings_cache, fault),
            mappings: Cache::new(clock(), timing.mapping_cache, fault),
            trusts: Trusts::new(clock(), timing.metadata_cache, client, fault),
        }
    }

    /// The names of all entries, in order.
    pub(super) fn names(&self) -> Vec<EntryName> {
        self.in_force(|entries| entries.iter().map(|entry| entry.name.clone()).collect())
    }

    /// The entry that a claim leads to.
    pub(super) fn owner(&self, claim: &Claim) -> Option<Owner> {
        let load = || self.in_force(|entries| fault::domains::owner(self.fault, claim, entries));
        self.owners.read(claim, load)
    }

    /// An entry for all but its mappings, defaults and teams.
    pub(super) fn settings(&self, name: &EntryName) -> Option<Arc<Entry>> {
        self.settings.read(name, || self.stored(name))
    }

    /// A whole entry, each part from its own cache.
    pub(super) fn whole(&self, name: &EntryName) -> Option<Entry> {
        let settings = self.settings(name)?;
        let key = fault::cache::mappings_key(self.fault, name);
        let mappings = self.mappings.read(&key, || self.stored(name))?;
        Some(Entry {
            mappings: mappings.mappings.clone(),
            defaults: mappings.defaults.clone(),
            group_teams: mappings.group_teams.clone(),
            ..Entry::clone(&settings)
        })
    }

    /// What an entry's IdP is trusted with. `Err(None)`: there is no such entry.
    pub(super) async fn trust(
        &self,
        name: &EntryName,
    ) -> Result<Arc<Trust>, Option<MetadataError>> {
        let source = || self.stored(name).map(|entry| entry.metadata.clone());
        self.trusts.read(name, source).await
    }

    /// Tries a metadata source that is about to be stored.
    pub(super) async fn probe(
        &self,
        name: &EntryName,
        source: &MetadataSource,
    ) -> Result<(), MetadataError> {
        self.trusts.probe(name, source).await
    }

    fn stored(&self, name: &EntryName) -> Option<Arc<Entry>> {
        self.in_force(|entries| {
            entries.iter().find(|entry| entry.name == *name).cloned().map(Arc::new)
        })
    }

    /// Looks at the entries as they are stored.
    fn in_force<T>(&self, look: impl FnOnce(&[Entry]) -> T) -> T {
        let now = self.clock.now();
        self.store.read(|book| look(fault::cache::in_force(self.fault, book, now)))
    }
}
