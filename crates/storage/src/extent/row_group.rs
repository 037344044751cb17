//! Encoding one row group: its rows as they come, its columns on several threads.

use std::{
    cmp::Reverse,
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use arrow::{
    array::{Array as _, ArrayRef, RecordBatch},
    datatypes::{Field, SchemaRef},
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

/// A row group under construction.
pub(super) struct RowGroupEncoder {
    schema: SchemaRef,
    columns: Vec<ColumnEncoder>,
    threads: usize,
}

struct ColumnEncoder {
    ty: ScalarType,
    writer: ArrowColumnWriter,
    bounds: BoundsBuilder,
    collector: Option<TermCollector>,
}

impl RowGroupEncoder {
    /// Starts a row group of `columns`, whose fields are in `schema`, each with its writer.
    pub(super) fn new(
        schema: SchemaRef,
        columns: &[ExtentColumn],
        writers: Vec<ArrowColumnWriter>,
        threads: EncodeThreads,
    ) -> Self {
        let threads = threads.count(columns.len());
        let columns = columns.iter().zip(writers).map(|(column, writer)| ColumnEncoder::new(column.ty, writer));
        Self { schema, columns: columns.collect(), threads }
    }

    /// Adds rows.
    pub(super) fn write(&mut self, batches: &[RecordBatch]) -> Result<()> {
        let fields = self.schema.fields().iter();
        let mut tasks: Vec<_> = self
            .columns
            .iter_mut()
            .zip(fields)
            .enumerate()
            .map(|(index, (column, field))| {
                let arrays: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(index)).collect();
                (column, field, arrays)
            })
            .collect();
        // What takes longest first, so that all threads end at about the same time.
        tasks.sort_by_key(|(_, _, arrays)| {
            Reverse(arrays.iter().map(|array| array.get_buffer_memory_size()).sum::<usize>())
        });
        let write = |(column, field, arrays): (&mut ColumnEncoder, &Arc<Field>, Vec<&ArrayRef>)| {
            arrays.into_iter().try_for_each(|array| column.write(field, array))
        };
        on_threads(tasks, self.threads, write).into_iter().collect()
    }

    /// Ends the row group and returns its columns, in order.
    pub(super) fn finish(self) -> Result<Vec<EncodedColumn>> {
        on_threads(self.columns, self.threads, ColumnEncoder::finish).into_iter().collect()
    }
}

impl ColumnEncoder {
    fn new(ty: ScalarType, writer: ArrowColumnWriter) -> Self {
        Self { ty, writer, bounds: BoundsBuilder::default(), collector: has_filter(ty).then(TermCollector::new) }
    }

    fn write(&mut self, field: &Field, array: &ArrayRef) -> Result<()> {
        self.bounds.add(array);
        match &mut self.collector {
            Some(collector) if self.ty == ScalarType::Guid => collector.add_guids(array),
            Some(collector) => collector.add_strings(array),
            None => {}
        }
        compute_leaves(field, array)?.iter().try_for_each(|leaf| self.writer.write(leaf))
    }

    fn finish(self) -> Result<EncodedColumn> {
        let filter = self.collector.and_then(|mut collector| collector.take_filter());
        Ok(EncodedColumn { chunk: self.writer.close()?, filter, bounds: self.bounds })
    }
}

/// Does the work of each task, several at the same time, and returns the results in the order of the tasks.
fn on_threads<T: Send, R: Send>(tasks: Vec<T>, threads: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if threads <= 1 {
        return tasks.into_iter().map(work).collect();
    }
    let tasks: Vec<Mutex<Option<T>>> = tasks.into_iter().map(|task| Mutex::new(Some(task))).collect();
    let results: Vec<Mutex<Option<R>>> = tasks.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work_on = || {
        while let Some((task, result)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(index).zip(results.get(index))
        } {
            let task = task.lock().take();
            *result.lock() = task.map(&work);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work_on);
        }
        work_on();
    });
    results.into_iter().filter_map(Mutex::into_inner).collect()
}

const fn has_filter(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Guid)
}
