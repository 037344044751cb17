//! Encoding one row group: its rows as they come, its columns on several threads.

use std::{cmp::Reverse, iter, num::NonZero, thread};

use arrow::{
    array::{Array as _, ArrayRef, RecordBatch},
    datatypes::{FieldRef, SchemaRef},
};
use calypso_types::ScalarType;
use parquet::{
    arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves},
    errors::{ParquetError, Result},
};

use super::{
    ExtentColumn,
    bounds::BoundsBuilder,
    encode_pool::{EncodePool, TaskLost},
    terms::TermCollector,
};

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
    /// Returns the threads that help one extent's writer.
    pub(super) fn pool(self, columns: usize) -> EncodePool {
        EncodePool::new(self.count(columns) - 1)
    }

    /// At least one.
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
    /// Empty, and with room for another row group.
    pub(super) collector: Option<TermCollector>,
}

/// A row group under construction.
pub(super) struct RowGroupEncoder {
    /// In the order of the columns.
    columns: Vec<ColumnEncoder>,
}

struct ColumnEncoder {
    /// Which column it is, from 0.
    index: usize,
    ty: ScalarType,
    field: FieldRef,
    writer: ArrowColumnWriter,
    bounds: BoundsBuilder,
    collector: Option<TermCollector>,
}

impl RowGroupEncoder {
    /// Starts a row group of `columns`, whose fields are in `schema`, each with its writer and the collector of the row
    /// group before, if there was one.
    pub(super) fn new(
        schema: &SchemaRef,
        columns: &[ExtentColumn],
        writers: Vec<ArrowColumnWriter>,
        collectors: Vec<Option<TermCollector>>,
    ) -> Self {
        let collectors = collectors.into_iter().chain(iter::repeat_with(|| None));
        let columns = columns.iter().zip(schema.fields()).zip(writers).zip(collectors).enumerate();
        let columns = columns.map(|(index, (((column, field), writer), collector))| ColumnEncoder {
            index,
            ty: column.ty,
            field: field.clone(),
            writer,
            bounds: BoundsBuilder::default(),
            collector: has_filter(column.ty).then(|| collector.unwrap_or_else(TermCollector::new)),
        });
        Self { columns: columns.collect() }
    }

    /// Adds rows.
    pub(super) fn write(self, batches: &[RecordBatch], pool: &EncodePool) -> Result<Self> {
        let arrays = |index: usize| batches.iter().map(|batch| batch.column(index).clone()).collect();
        let mut tasks: Vec<(ColumnEncoder, Vec<ArrayRef>)> = self
            .columns
            .into_iter()
            .map(|column| {
                let arrays = arrays(column.index);
                (column, arrays)
            })
            .collect();
        // What takes longest first, so that all threads end at about the same time.
        let bytes = |arrays: &[ArrayRef]| arrays.iter().map(|array| array.get_buffer_memory_size()).sum::<usize>();
        tasks.sort_by_key(|(_, arrays)| Reverse(bytes(arrays)));
        let written = pool.run(tasks, |(mut column, arrays)| {
            arrays.iter().try_for_each(|array| column.write(array))?;
            Ok(column)
        });
        let mut columns = written.map_err(lost)?.into_iter().collect::<Result<Vec<_>>>()?;
        columns.sort_by_key(|column| column.index);
        Ok(Self { columns })
    }

    /// Ends the row group and returns its columns, in order.
    pub(super) fn finish(self, pool: &EncodePool) -> Result<Vec<EncodedColumn>> {
        pool.run(self.columns, ColumnEncoder::finish).map_err(lost)?.into_iter().collect()
    }
}

fn lost(_: TaskLost) -> ParquetError {
    ParquetError::General("a thread that encodes has panicked".to_owned())
}

impl ColumnEncoder {
    fn write(&mut self, array: &ArrayRef) -> Result<()> {
        self.bounds.add(array);
        match &mut self.collector {
            Some(collector) if self.ty == ScalarType::Guid => collector.add_guids(array),
            Some(collector) => collector.add_strings(array),
            None => {}
        }
        compute_leaves(&self.field, array)?.iter().try_for_each(|leaf| self.writer.write(leaf))
    }

    fn finish(mut self) -> Result<EncodedColumn> {
        let filter = self.collector.as_mut().and_then(TermCollector::take_filter);
        Ok(EncodedColumn { chunk: self.writer.close()?, filter, bounds: self.bounds, collector: self.collector })
    }
}

const fn has_filter(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Guid)
}
