//! The rows of one table's row store: batches in the order of their positions.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use calypso_model::INGESTION_TIME_COLUMN;
use calypso_types::DateTime;

use super::{StoredRows, coalesce::coalesce_tail};
use crate::{
    Error,
    row_log::ColumnIds,
    row_schema::{batch_bytes, row_schema},
    system_columns::TimeRuns,
};

/// Rows of one or more neighbouring appends.
#[derive(Debug, Clone)]
pub(crate) struct StoredBatch {
    pub(crate) columns: ColumnIds,
    /// Fields named by column id.
    pub(crate) batch: RecordBatch,
    pub(crate) first_position: u64,
    pub(crate) last_position: u64,
    pub(crate) min_appended_on: DateTime,
    pub(crate) max_appended_on: DateTime,
    pub(crate) bytes: u64,
    pub(crate) times: TimeRuns,
}

impl StoredBatch {
    /// Returns the rows with a column more, which says when they were ingested, and the ids of all columns.
    pub(crate) fn with_times(&self) -> Result<(RecordBatch, Vec<u32>), Error> {
        let mut ids = self.columns.to_vec();
        ids.push(INGESTION_TIME_COLUMN);
        let mut columns = self.batch.columns().to_vec();
        columns.push(self.times.array(0, self.batch.num_rows()));
        let schema = row_schema(&ids, columns.iter().map(|column| column.data_type().clone()));
        let options = RecordBatchOptions::new().with_row_count(Some(self.batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(schema, columns, &options).map_err(Error::arrow("stamp"))?;
        Ok((batch, ids))
    }
}

/// An immutable version of a table's row store; cloning copies pointers only.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableRows {
    batches: Vec<Arc<StoredBatch>>,
    rows: u64,
    bytes: u64,
    /// Batches that start below this are not joined with later ones: a seal has taken them.
    fence: u64,
}

impl TableRows {
    /// Adds rows behind the others and returns their bytes.
    pub(super) fn push(&mut self, rows: StoredRows) -> u64 {
        let bytes = batch_bytes(&rows.batch);
        self.rows += rows.batch.num_rows() as u64;
        let times = TimeRuns::one(rows.appended_on, rows.batch.num_rows());
        self.bytes += bytes;
        self.batches.push(Arc::new(StoredBatch {
            columns: rows.columns,
            batch: rows.batch,
            first_position: rows.position,
            last_position: rows.position,
            min_appended_on: rows.appended_on,
            max_appended_on: rows.appended_on,
            bytes,
            times,
        }));
        coalesce_tail(&mut self.batches, self.fence);
        bytes
    }

    pub(super) fn fence(&mut self) {
        self.fence = self.end();
    }

    /// Drops batches below `position` and returns the bytes freed.
    pub(super) fn remove_below(&mut self, position: u64) -> u64 {
        let before = self.bytes;
        self.batches.retain(|batch| batch.last_position >= position);
        self.rows = self.batches.iter().map(|batch| batch.batch.num_rows() as u64).sum();
        self.bytes = self.batches.iter().map(|batch| batch.bytes).sum();
        before - self.bytes
    }

    /// The batches that hold rows at `position` or above. A seal boundary never falls inside a batch.
    pub(crate) fn batches_from(&self, position: u64) -> impl Iterator<Item = &Arc<StoredBatch>> {
        self.batches.iter().filter(move |batch| batch.first_position >= position)
    }

    /// The position behind the last row; 0 when empty.
    pub(crate) fn end(&self) -> u64 {
        self.batches.last().map_or(0, |batch| batch.last_position + 1)
    }

    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    pub(crate) fn batch_count(&self) -> usize {
        self.batches.len()
    }

    /// When the newest row was appended.
    pub(crate) fn max_appended_on(&self) -> Option<DateTime> {
        self.batches.iter().map(|batch| batch.max_appended_on).max()
    }

    /// When the oldest row was appended.
    pub(crate) fn min_appended_on(&self) -> Option<DateTime> {
        self.batches.iter().map(|batch| batch.min_appended_on).min()
    }
}
