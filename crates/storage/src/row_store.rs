//! The row store: durable rows that are in no extent yet, visible to queries from the moment they are acknowledged.
//!
//! Every table has an immutable list of batches behind an `Arc`; an insert replaces the list, a reader clones the map of
//! lists, so neither waits for the other beyond a pointer swap. Small batches are joined as they come
//! (`coalesce.rs`), never across the position at which a seal began.

mod coalesce;
mod table_rows;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arrow::array::RecordBatch;
use calypso_model::{SourceId, TableId};
use calypso_types::DateTime;
use parking_lot::{Mutex, RwLock};
pub(crate) use table_rows::{StoredBatch, TableRows};
use tokio::sync::Notify;

use crate::row_log::ColumnIds;

/// The rows of one append, durable in the row log at `position`.
#[derive(Debug, Clone)]
pub(crate) struct StoredRows {
    pub(crate) table: TableId,
    pub(crate) columns: ColumnIds,
    /// Fields named by column id.
    pub(crate) batch: RecordBatch,
    pub(crate) source: Option<SourceId>,
    pub(crate) position: u64,
    pub(crate) appended_on: DateTime,
}

/// All row stores at one moment.
pub(crate) type RowStoreView = Arc<HashMap<TableId, Arc<TableRows>>>;

/// Sizes at which row stores are due for sealing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealBounds {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Of all tables together.
    pub(crate) total_bytes: u64,
}

/// The row stores of all tables.
pub(crate) struct RowStore {
    tables: RwLock<RowStoreView>,
    /// Held by whoever makes new lists, so that only the swap needs the lock that readers take.
    changes: Mutex<()>,
    sources: Mutex<HashMap<TableId, HashMap<SourceId, u64>>>,
    bytes: AtomicU64,
    bounds: SealBounds,
    /// Told when a bound is passed.
    pub(crate) seal_wanted: Notify,
}

impl RowStore {
    pub(crate) fn new(bounds: SealBounds) -> Self {
        Self {
            tables: RwLock::default(),
            changes: Mutex::new(()),
            sources: Mutex::default(),
            bytes: AtomicU64::new(0),
            bounds,
            seal_wanted: Notify::new(),
        }
    }

    /// Makes rows visible, all at the same moment. Positions only grow.
    pub(crate) fn insert(&self, group: Vec<StoredRows>) {
        self.remember_sources(&group);
        let mut changed: HashMap<TableId, TableRows> = HashMap::new();
        let _changes = self.changes.lock();
        let view = self.view();
        let mut passed_bounds = false;
        for rows in group {
            let table = rows.table;
            let list = changed
                .entry(table)
                .or_insert_with(|| view.get(&table).map(|list| TableRows::clone(list)).unwrap_or_default());
            let bytes = list.push(rows);
            let total = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
            passed_bounds |= total >= self.bounds.total_bytes;
            passed_bounds |= list.rows() >= self.bounds.rows || list.bytes() >= self.bounds.bytes;
        }
        drop(view);
        let changed = changed.into_iter().map(|(table, list)| (table, Arc::new(list)));
        Arc::make_mut(&mut self.tables.write()).extend(changed);
        if passed_bounds {
            self.seal_wanted.notify_one();
        }
    }

    /// Returns all row stores as they are now.
    pub(crate) fn view(&self) -> RowStoreView {
        self.tables.read().clone()
    }

    /// Returns the row store of a table; empty if it has none.
    #[cfg(test)]
    pub(crate) fn table(&self, table: TableId) -> Arc<TableRows> {
        self.tables.read().get(&table).cloned().unwrap_or_default()
    }

    /// Bytes of all row stores.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn has_source(&self, table: TableId, source: SourceId) -> bool {
        self.sources.lock().get(&table).is_some_and(|sources| sources.contains_key(&source))
    }

    /// Begins a seal: returns the rows to seal. Rows that come later are never joined with them.
    pub(crate) fn begin_seal(&self, table: TableId) -> Arc<TableRows> {
        let _changes = self.changes.lock();
        let mut tables = self.tables.write();
        let Some(list) = Arc::make_mut(&mut tables).get_mut(&table) else {
            return Arc::default();
        };
        Arc::make_mut(list).fence();
        list.clone()
    }

    /// Returns the sources of rows below `position`, which a seal must commit with them.
    pub(crate) fn sources_below(&self, table: TableId, position: u64) -> Vec<SourceId> {
        let sources = self.sources.lock();
        let Some(sources) = sources.get(&table) else {
            return Vec::new();
        };
        sources.iter().filter(|(_, at)| **at < position).map(|(source, _)| *source).collect()
    }

    /// Forgets rows and sources below `position`: the catalog has them, or has dropped them.
    pub(crate) fn remove_below(&self, table: TableId, position: u64) {
        {
            let _changes = self.changes.lock();
            let mut tables = self.tables.write();
            let map = Arc::make_mut(&mut tables);
            if let Some(list) = map.get_mut(&table) {
                let freed = Arc::make_mut(list).remove_below(position);
                self.bytes.fetch_sub(freed, Ordering::Relaxed);
                if list.is_empty() {
                    map.remove(&table);
                }
            }
        }
        let mut sources = self.sources.lock();
        if let Some(known) = sources.get_mut(&table) {
            known.retain(|_, at| *at >= position);
            if known.is_empty() {
                sources.remove(&table);
            }
        }
    }

    fn remember_sources(&self, group: &[StoredRows]) {
        let mut sources = self.sources.lock();
        for rows in group {
            if let Some(source) = rows.source {
                sources.entry(rows.table).or_default().insert(source, rows.position);
            }
        }
    }
}
