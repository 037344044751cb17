//! Locks by key: one holder at a time per table, or per ingestion source.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Weak},
};

use calypso_model::{SourceId, TableId};
use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Serialises attempts to commit the same source into the same table.
pub(crate) type SourceLocks = KeyedLocks<(TableId, SourceId)>;
/// Held while a source is being committed; dropping it lets the next attempt see whether this one succeeded.
pub(crate) type SourceGuard = KeyedGuard<(TableId, SourceId)>;
/// Serialises seals and clears of the same table.
pub(crate) type TableLocks = KeyedLocks<TableId>;

/// As many locks as there are holders and waiters.
pub(crate) struct KeyedLocks<K> {
    locks: Mutex<HashMap<K, Weak<AsyncMutex<()>>>>,
}

impl<K> Default for KeyedLocks<K> {
    fn default() -> Self {
        Self { locks: Mutex::default() }
    }
}

impl<K: Copy + Eq + Hash> KeyedLocks<K> {
    /// Waits until nobody else holds `key`.
    pub(crate) async fn lock(self: &Arc<Self>, key: K) -> KeyedGuard<K> {
        let lock = {
            let mut locks = self.locks.lock();
            locks.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
                let lock = Arc::new(AsyncMutex::new(()));
                locks.insert(key, Arc::downgrade(&lock));
                lock
            })
        };
        // The guard exists before the wait, so that a caller who gives up waiting cleans up too.
        let mut guard = KeyedGuard { locks: self.clone(), key, held: None };
        guard.held = Some(lock.lock_owned().await);
        guard
    }
}

/// Holds a key until dropped.
pub(crate) struct KeyedGuard<K: Copy + Eq + Hash> {
    locks: Arc<KeyedLocks<K>>,
    key: K,
    held: Option<OwnedMutexGuard<()>>,
}

impl<K: Copy + Eq + Hash> Drop for KeyedGuard<K> {
    fn drop(&mut self) {
        drop(self.held.take());
        let mut locks = self.locks.locks.lock();
        if locks.get(&self.key).is_some_and(|lock| lock.strong_count() == 0) {
            locks.remove(&self.key);
        }
    }
}
