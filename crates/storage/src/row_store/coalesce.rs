//! Joins small batches at the tail of a row store, so that the number of batches grows with the logarithm of the
//! number of appends, and each row is copied only a few times.
//!
//! A batch of *level* n has between 8ⁿ and 8ⁿ⁺¹ rows. As soon as eight or more batches at the tail have a level of at
//! most n, they become one. Large batches are left alone, so that no join holds the row log's writer for long.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, AsArray as _, RecordBatch},
    compute::concat_batches,
    error::ArrowError,
};

use super::StoredBatch;
use crate::system_columns::TimeRuns;

/// Batches that become one.
const FAN_IN: usize = 8;
/// A batch of this many rows or more is not joined any further.
const ROWS_MAX: usize = 8192;
/// A batch of this many bytes or more is not joined any further.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Joins batches at the tail that start at `fence` or later.
pub(super) fn coalesce_tail(batches: &mut Vec<Arc<StoredBatch>>, fence: u64) {
    let levels_max = ROWS_MAX.ilog(FAN_IN);
    for level in 0..=levels_max {
        let count = tail_of_level(batches, fence, level);
        if count < FAN_IN {
            continue;
        }
        let tail = batches.split_off(batches.len() - count);
        match join(&tail) {
            Ok(joined) => batches.push(Arc::new(joined)),
            Err(error) => {
                tracing::error!(%error, "row-store batches with equal columns cannot be joined");
                batches.extend(tail);
                return;
            }
        }
    }
}

/// Returns how many batches at the tail may be joined and have at most `level`.
fn tail_of_level(batches: &[Arc<StoredBatch>], fence: u64, level: u32) -> usize {
    let Some(last) = batches.last() else { return 0 };
    let joinable = |batch: &&Arc<StoredBatch>| {
        let rows = batch.batch.num_rows();
        batch.first_position >= fence
            && rows < ROWS_MAX
            && batch.bytes < BYTES_MAX
            && rows.max(1).ilog(FAN_IN) <= level
            && batch.columns == last.columns
    };
    batches.iter().rev().take_while(joinable).count()
}

fn join(tail: &[Arc<StoredBatch>]) -> Result<StoredBatch, ArrowError> {
    let first = &tail[0];
    let batch = concat_batches(&first.batch.schema(), tail.iter().map(|batch| &batch.batch))?;
    let last = tail.last().unwrap_or(first);
    Ok(StoredBatch {
        columns: first.columns.clone(),
        batch: compact(&batch)?,
        first_position: first.first_position,
        last_position: last.last_position,
        min_appended_on: tail.iter().map(|batch| batch.min_appended_on).min().unwrap_or(first.min_appended_on),
        max_appended_on: tail.iter().map(|batch| batch.max_appended_on).max().unwrap_or(first.max_appended_on),
        bytes: tail.iter().map(|batch| batch.bytes).sum(),
        times: TimeRuns::joined(tail.iter().map(|batch| &batch.times)),
    })
}

/// Copies string bytes into one buffer per column: joined views would keep every small buffer alive.
fn compact(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.as_string_view_opt() {
        Some(strings) => Arc::new(strings.gc()) as ArrayRef,
        None => column.clone(),
    });
    RecordBatch::try_new(batch.schema(), columns.collect())
}
