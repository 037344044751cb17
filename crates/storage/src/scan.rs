//! Scanning a table: which pieces to read, each on a thread of its own.

mod plan;
mod unit;

use arrow::datatypes::SchemaRef;
use calypso_columns::ScanRequest;
use calypso_model::TableId;
pub use unit::ScanUnit;

use crate::{Error, StorageSnapshot};

/// The pieces of a table that may hold wanted rows. Extents come in order of creation, the row store last.
pub struct TableScan {
    /// To be opened in any order, on any thread.
    pub units: Vec<ScanUnit>,
    /// The schema of all batches: the requested columns under their current names.
    pub schema: SchemaRef,
    /// Rows of the table.
    pub rows_total: u64,
    /// Rows of the units, before row groups are ruled out.
    pub rows_scanned: u64,
    pub extents_total: usize,
    pub extents_scanned: usize,
}

impl StorageSnapshot {
    /// Chooses what to read of a table, without reading. Rows that fail a predicate may still come; rows that satisfy
    /// all of them do come, in no guaranteed order between units.
    ///
    /// # Errors
    /// When the table does not exist in this snapshot or the request names a column that it does not have.
    pub fn scan(&self, table: TableId, request: &ScanRequest) -> Result<TableScan, Error> {
        let Some((_, found)) = self.state.table_by_id(table) else {
            return Err(Error::TableNotFound { table });
        };
        plan::TableScanPlan::new(self, found, request)?.scan()
    }
}
