//! Encoding one row group: its columns on several threads.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use arrow::{
    array::{ArrayRef, RecordBatch},
    datatypes::Field,
};
use calypso_types::ScalarType;
use parking_lot::Mutex;
use parquet::{
    arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves},
    errors::Result,
};

use super::{ExtentColumn, bounds::BoundsBuilder, terms::TermCollector};

/// Threads that encode one row group at most.
const THREADS_MAX: usize = 8;

/// How many threads an extent's writer may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncodeThreads {
    /// For background work.
    One,
    /// As many as there are processors: somebody waits.
    All,
}

impl EncodeThreads {
    fn count(self, columns: usize) -> usize {
        match self {
            Self::One => 1,
            Self::All => thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX).min(columns).max(1),
        }
    }
}

/// One column of a row group, ready to be written.
pub(super) struct EncodedColumn {
    pub(super) chunk: ArrowColumnChunk,
    /// What it holds, if it is complete.
    pub(super) filter: Option<Vec<u8>>,
    pub(super) bounds: BoundsBuilder,
}

/// One column to encode.
struct ColumnTask<'a> {
    column: ExtentColumn,
    field: &'a Field,
    arrays: Vec<&'a ArrayRef>,
    writer: ArrowColumnWriter,
}

/// Encodes the columns of `batches`, each with its writer, and returns them in order.
pub(super) fn encode_row_group(
    batches: &[RecordBatch],
    columns: &[ExtentColumn],
    writers: Vec<ArrowColumnWriter>,
    threads: EncodeThreads,
) -> Result<Vec<EncodedColumn>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let schema = first.schema();
    let tasks: Vec<_> = writers
        .into_iter()
        .enumerate()
        .map(|(index, writer)| {
            let arrays = batches.iter().map(|batch| batch.column(index)).collect();
            Mutex::new(Some(ColumnTask { column: columns[index], field: schema.field(index), arrays, writer }))
        })
        .collect();
    let results: Vec<Mutex<Option<Result<EncodedColumn>>>> = tasks.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((task, result)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(index).zip(results.get(index))
        } {
            let task = task.lock().take();
            *result.lock() = task.map(encode_column);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.count(columns.len()) {
            scope.spawn(work);
        }
        work();
    });
    results.into_iter().filter_map(Mutex::into_inner).collect()
}

fn encode_column(task: ColumnTask<'_>) -> Result<EncodedColumn> {
    let ColumnTask { column, field, arrays, mut writer } = task;
    let mut bounds = BoundsBuilder::default();
    let mut collector = has_filter(column.ty).then(TermCollector::new);
    for array in arrays {
        bounds.add(array);
        match &mut collector {
            Some(collector) if column.ty == ScalarType::Guid => collector.add_guids(array),
            Some(collector) => collector.add_strings(array),
            None => {}
        }
        for leaf in compute_leaves(field, array)? {
            writer.write(&leaf)?;
        }
    }
    let filter = collector.and_then(|mut collector| collector.take_filter());
    Ok(EncodedColumn { chunk: writer.close()?, filter, bounds })
}

const fn has_filter(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Guid)
}
