//! Figures of tables for `.show table details`, `.show tables details` and streaming statistics.

use calypso_model::{TableId, policy::EffectivePolicies};
use calypso_types::DateTime;

use crate::{Storage, StorageSnapshot};

/// What `.show table details` says of a table's data. Rows in the row store count as hot, with their value bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableDetails {
    pub rows: u64,
    pub row_store_rows: u64,
    pub row_store_bytes: u64,
    pub extents: u64,
    /// Bytes on disk.
    pub extent_bytes: u64,
    /// Bytes as ingested, row store included.
    pub original_bytes: u64,
    pub hot_rows: u64,
    pub hot_extents: u64,
    pub hot_extent_bytes: u64,
    pub hot_original_bytes: u64,
    /// Of the oldest extent or row; `None` for an empty table.
    pub min_created_on: Option<DateTime>,
    pub max_created_on: Option<DateTime>,
}

/// The row store of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowStoreStatistics {
    pub table: TableId,
    pub rows: u64,
    pub bytes: u64,
    pub batches: usize,
    /// When the oldest row was acknowledged.
    pub oldest: Option<DateTime>,
}

impl StorageSnapshot {
    /// Returns the figures of a table, `None` if it does not exist. Hot is what the effective caching policy keeps hot.
    #[must_use]
    pub fn table_details(&self, table: TableId) -> Option<TableDetails> {
        let hot_since = self.hot_since(table)?;
        let mut details = TableDetails::default();
        for extent in self.state.extents_of(table).iter() {
            details.rows += extent.rows;
            details.extents += 1;
            details.extent_bytes += extent.extent_bytes;
            details.original_bytes += extent.original_bytes;
            if extent.max_created_on >= hot_since {
                details.hot_rows += extent.rows;
                details.hot_extents += 1;
                details.hot_extent_bytes += extent.extent_bytes;
                details.hot_original_bytes += extent.original_bytes;
            }
            details.widen(extent.min_created_on, extent.max_created_on);
        }
        for batch in self.row_store_batches(table) {
            details.row_store_rows += batch.batch.num_rows() as u64;
            details.row_store_bytes += batch.bytes;
            details.widen(batch.min_appended_on, batch.max_appended_on);
        }
        details.rows += details.row_store_rows;
        details.hot_rows += details.row_store_rows;
        details.original_bytes += details.row_store_bytes;
        details.hot_original_bytes += details.row_store_bytes;
        Some(details)
    }
}

impl StorageSnapshot {
    /// Returns since when data of a table is hot by the caching policy in effect; `None` for an unknown table.
    pub(crate) fn hot_since(&self, table: TableId) -> Option<DateTime> {
        let (database, found) = self.state.table_by_id(table)?;
        let policies = EffectivePolicies::of_table(&found.policies, &database.policies, &self.state.policies);
        let now = self.inner.clock.now();
        Some(
            policies.caching().map_or(DateTime::MIN, |caching| DateTime(now.0.saturating_sub(caching.data_hot_span.0))),
        )
    }
}

impl TableDetails {
    fn widen(&mut self, from: DateTime, to: DateTime) {
        self.min_created_on = Some(self.min_created_on.map_or(from, |known| known.min(from)));
        self.max_created_on = Some(self.max_created_on.map_or(to, |known| known.max(to)));
    }
}

impl Storage {
    /// Returns the row stores that hold rows.
    #[must_use]
    pub fn row_store_statistics(&self) -> Vec<RowStoreStatistics> {
        let view = self.inner.row_store.view();
        let statistics = view.iter().map(|(table, rows)| RowStoreStatistics {
            table: *table,
            rows: rows.rows(),
            bytes: rows.bytes(),
            batches: rows.batch_count(),
            oldest: rows.min_appended_on(),
        });
        statistics.collect()
    }

    /// Returns the bytes of decoded columns kept in memory.
    #[must_use]
    pub fn column_cache_bytes(&self) -> u64 {
        self.inner.column_cache.bytes()
    }

    /// Returns the number of rows of a table that are in no extent yet.
    #[must_use]
    pub fn rows_in_row_store(&self, table: TableId) -> u64 {
        self.snapshot().row_store_rows(table)
    }
}
