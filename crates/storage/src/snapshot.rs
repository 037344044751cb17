//! What one query sees: a version of the catalog and the row stores that go with it.

use std::sync::Arc;

use calypso_model::{Change, ClusterState, Extent, TableId};
use calypso_types::DateTime;

use crate::{
    Error, Storage,
    row_store::{RowStoreView, StoredBatch},
    storage::Inner,
};

/// One moment of all tables. Every acknowledged row is in it exactly once; extent files stay while it lives.
#[derive(Clone)]
pub struct StorageSnapshot {
    pub state: Arc<ClusterState>,
    /// Every ingestion at this time or before is in it, every later one gets a later time.
    pub ingested_through: DateTime,
    pub(crate) rows: RowStoreView,
    pub(crate) inner: Arc<Inner>,
}

impl Storage {
    /// Takes a snapshot. Cheap: pointers only.
    #[must_use]
    pub fn snapshot(&self) -> StorageSnapshot {
        let ingested_through = self.inner.ingestion_times.through();
        // Rows first: a seal that commits in between leaves them below the newer version's sealed position, where they
        // are ignored. The other way round they could be missed.
        let rows = self.inner.row_store.view();
        let state = self.inner.catalog.snapshot();
        StorageSnapshot { state, ingested_through, rows, inner: self.inner.clone() }
    }
}

impl StorageSnapshot {
    /// Returns the number of rows of a table, without reading any; 0 for an unknown table.
    #[must_use]
    pub fn row_count(&self, table: TableId) -> u64 {
        let in_extents: u64 = self.state.extents_of(table).iter().map(|extent| extent.rows).sum();
        in_extents + self.row_store_rows(table)
    }

    /// Returns the number of rows of a table that are in no extent yet.
    #[must_use]
    pub fn row_store_rows(&self, table: TableId) -> u64 {
        self.row_store_batches(table).map(|batch| batch.batch.num_rows() as u64).sum()
    }

    /// Returns the same moment with the tables that `changes` make, and with nothing in `table` but these extents, which
    /// may be on their way into the catalog.
    ///
    /// # Errors
    /// When the changes do not fit this version.
    pub fn of_extents(&self, changes: &[Change], table: TableId, extents: &[Arc<Extent>]) -> Result<Self, Error> {
        let mut state = ClusterState::clone(&self.state);
        state.apply_all(changes).map_err(calypso_catalog::Error::from)?;
        state.extents.insert(table, Arc::new(extents.to_vec()));
        let mut rows = self.rows.clone();
        if rows.contains_key(&table) {
            Arc::make_mut(&mut rows).remove(&table);
        }
        Ok(Self { state: Arc::new(state), ingested_through: self.ingested_through, rows, inner: self.inner.clone() })
    }

    /// Returns the row-store batches that this version of the catalog has not sealed.
    pub(crate) fn row_store_batches(&self, table: TableId) -> impl Iterator<Item = &Arc<StoredBatch>> {
        let sealed_through = self.state.table_by_id(table).map(|(_, table)| table.sealed_through);
        let rows = self.rows.get(&table);
        sealed_through.zip(rows).into_iter().flat_map(|(sealed_through, rows)| rows.batches_from(sealed_through))
    }
}
