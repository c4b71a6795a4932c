//! What was read a moment ago, on the case's clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::fault::{self, Fault};
use crate::env::Clock;

/// Values that are read again once they are older than they may be.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    clock: Clock,
    lifetime: SignedDuration,
    fault: Option<Fault>,
    held: Mutex<HashMap<K, (Timestamp, Option<V>)>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    pub(super) fn new(clock: Clock, lifetime: SignedDuration, fault: Option<Fault>) -> Self {
        let lifetime = fault::cache::lifetime(fault, lifetime);
        Self { clock, lifetime, fault, held: Mutex::default() }
    }

    /// The value that is held, or the one that `load` reads now.
    ///
    /// The lifetime runs from the load and is not extended by use (C4), or an entry in constant use
    /// would never change. What is not held is read at once (C1). That there is nothing is not
    /// remembered.
    pub(super) fn read(&self, key: &K, load: impl FnOnce() -> Option<V>) -> Option<V> {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((loaded, value)) = held.get_mut(key)
            && is_fresh(*loaded, now, self.lifetime)
        {
            *loaded = fault::cache::since(self.fault, *loaded, now);
            return value.clone();
        }
        let value = load();
        if value.is_some() || self.fault == Some(Fault::MissRemembered) {
            held.insert(key.clone(), (now, value.clone()));
        } else {
            held.remove(key);
        }
        value
    }
}

/// Whether something that was loaded then may still be used now. At the very end of its lifetime it
/// may not.
pub(super) fn is_fresh(loaded: Timestamp, now: Timestamp, lifetime: SignedDuration) -> bool {
    now.duration_since(loaded) < lifetime
}
