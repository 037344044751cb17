//! How the engine reads tables. The trait lives here, with its consumer; storage never hears of it.

use std::{fmt, sync::Arc};

use arrow::array::RecordBatch;
use calypso_columns::{Column, ScanRequest};
use calypso_semantics::bound::TableRef;

use crate::QueryError;

/// The tables of one query, all of one moment.
pub trait TableSource: Send + Sync {
    /// Returns the table, `None` if it is gone.
    fn table(&self, table: &TableRef) -> Option<Arc<dyn TableSnapshot>>;
}

/// One table at one moment.
pub trait TableSnapshot: fmt::Debug + Send + Sync {
    /// The table's columns in schema order.
    fn columns(&self) -> &[Column];

    /// Returns the exact number of rows if it is known without reading.
    fn row_count(&self) -> Option<u64>;

    /// Says whether rows come in an order that means something; then the scan must give one unit.
    fn is_ordered(&self) -> bool {
        false
    }

    /// Chooses what to read. Rows that fail the predicates may still come.
    ///
    /// # Errors
    /// When stored data is damaged.
    fn scan(&self, request: &ScanRequest) -> Result<TableScan, QueryError>;
}

/// The pieces of a scan, read independently of each other.
pub struct TableScan {
    pub units: Vec<Box<dyn ScanUnit>>,
}

/// Batches of a piece, read on demand.
pub type UnitBatches = Box<dyn Iterator<Item = Result<RecordBatch, QueryError>> + Send>;

/// One piece of a scan.
pub trait ScanUnit: Send {
    /// Says whether reading needs no I/O and no decoding.
    fn is_in_memory(&self) -> bool;

    /// Starts to read. Blocks: runs off the async threads unless the piece is in memory.
    ///
    /// # Errors
    /// When stored data is damaged or gone.
    fn open(self: Box<Self>) -> Result<UnitBatches, QueryError>;
}

/// A table that is a list of batches: `datatable`, the result of a management command.
#[derive(Debug, Clone)]
pub struct MemorySnapshot {
    pub columns: Vec<Column>,
    pub batches: Vec<RecordBatch>,
}

impl TableSnapshot for MemorySnapshot {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn row_count(&self) -> Option<u64> {
        Some(self.batches.iter().map(|b| b.num_rows() as u64).sum())
    }

    fn is_ordered(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<TableScan, QueryError> {
        let batches = self.batches.iter().map(|b| b.project(&request.columns)).collect::<Result<Vec<_>, _>>()?;
        Ok(TableScan { units: vec![Box::new(MemoryUnit { batches })] })
    }
}

struct MemoryUnit {
    batches: Vec<RecordBatch>,
}

impl ScanUnit for MemoryUnit {
    fn is_in_memory(&self) -> bool {
        true
    }

    fn open(self: Box<Self>) -> Result<UnitBatches, QueryError> {
        Ok(Box::new(self.batches.into_iter().map(Ok)))
    }
}
