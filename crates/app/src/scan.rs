//! What the query engine reads: a storage snapshot, or the result of a management command.

use std::{collections::HashMap, fmt, sync::Arc};

use calypso_columns::{Column, ScanRequest};
use calypso_model::TableId;
use calypso_query::{MemorySnapshot, QueryError, ScanUnit, TableScan, TableSnapshot, TableSource, UnitBatches};
use calypso_semantics::bound::TableRef;
use calypso_storage::{Error as StorageError, ErrorKind, StorageSnapshot, SystemColumn};

use crate::QueryStatistics;

/// The tables of one query, all of one moment.
pub(crate) struct SnapshotSource {
    pub(crate) snapshot: StorageSnapshot,
    /// Tables that live only for this request.
    pub(crate) memory: HashMap<String, MemorySnapshot>,
    /// Rows that stand for all of a table's.
    pub(crate) replaced: HashMap<TableId, MemorySnapshot>,
    pub(crate) statistics: Arc<QueryStatistics>,
}

impl TableSource for SnapshotSource {
    fn table(&self, table: &TableRef) -> Option<Arc<dyn TableSnapshot>> {
        match table {
            TableRef::Memory(name) => self.memory.get(name).map(|m| Arc::new(m.clone()) as Arc<dyn TableSnapshot>),
            TableRef::Stored { table, system, .. } => {
                if let Some(rows) = self.replaced.get(table) {
                    return Some(Arc::new(rows.clone()));
                }
                let (_, found) = self.snapshot.state.table_by_id(*table)?;
                let mut columns: Vec<_> = found.columns.iter().map(|c| Column::new(c.name.clone(), c.ty)).collect();
                if !system.is_empty() {
                    columns.extend(SystemColumn::ALL.map(|column| Column::new("", column.ty())));
                }
                Some(Arc::new(StoredTable {
                    snapshot: self.snapshot.clone(),
                    table: *table,
                    columns,
                    statistics: Arc::clone(&self.statistics),
                }))
            }
        }
    }
}

struct StoredTable {
    snapshot: StorageSnapshot,
    table: TableId,
    columns: Vec<Column>,
    statistics: Arc<QueryStatistics>,
}

impl fmt::Debug for StoredTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTable").field("table", &self.table).finish_non_exhaustive()
    }
}

impl TableSnapshot for StoredTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row_count(&self) -> Option<u64> {
        Some(self.snapshot.row_count(self.table))
    }

    fn scan(&self, request: &ScanRequest) -> Result<TableScan, QueryError> {
        let scan = self.snapshot.scan(self.table, request).map_err(|e| query_error(&e))?;
        self.statistics.add_scan(
            scan.extents_total as u64,
            scan.extents_scanned as u64,
            scan.rows_total,
            scan.rows_scanned,
        );
        let units = scan.units.into_iter().map(|u| Box::new(StoredUnit(u)) as Box<dyn ScanUnit>).collect();
        Ok(TableScan { units })
    }
}

struct StoredUnit(calypso_storage::ScanUnit);

impl ScanUnit for StoredUnit {
    fn is_in_memory(&self) -> bool {
        self.0.is_in_memory()
    }

    fn open(self: Box<Self>) -> Result<UnitBatches, QueryError> {
        let batches = self.0.open().map_err(|e| query_error(&e))?;
        Ok(Box::new(batches.map(|batch| batch.map_err(|e| query_error(&e)))))
    }
}

fn query_error(error: &StorageError) -> QueryError {
    crate::error_sources::log(error);
    match error.kind() {
        ErrorKind::Corrupt => QueryError::corrupt("stored data is damaged; the server's log names the place"),
        _ => QueryError::internal("stored data cannot be read; the server's log says why"),
    }
}
