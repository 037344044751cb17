//! Rows under construction: one builder a column, handed on as a record batch when there are enough of them.

use arrow::{
    array::{RecordBatch, RecordBatchOptions, StringViewBuilder},
    datatypes::SchemaRef,
};
use calypso_columns::{Column, ColumnBuilder, arrow_schema};
use calypso_types::{ScalarType, dynamic_text::Normalizer};

use crate::{
    Error, Ingestion,
    ingestion::{Sink, Summary},
    limits::BATCH_BYTES_MAX,
};

mod value;

/// Bytes a value takes in its builder before any text outside the view: the size of a string view.
const VALUE_BYTES: usize = 16;

/// Rows that builders make room for before any batch was full.
const ROWS_RESERVED: usize = 1024;

/// The largest block of a text builder behind a full batch: allocators keep blocks of this size for the next batch,
/// larger ones they give back to the system, which clears them each time.
const BLOCK_BYTES: usize = 64 << 10;

/// Blocks of all text builders together, if each has one.
const BLOCKS_BYTES_MAX: usize = 4 << 20;

/// From this many columns on, text builders use small blocks: by default each allocates 16 KiB for its first text.
const WIDE_COLUMNS: usize = 512;

/// The first block of a text builder of a wide table.
const WIDE_BLOCK_BYTES: usize = 1024;

/// Collects rows column by column. Every row gets exactly one `push_…` a column, then [`Self::end_row`]; or several rows
/// get theirs column after column, then [`Self::end_rows`].
pub(crate) struct BatchBuilder<'a, 's> {
    columns: &'a [Column],
    schema: SchemaRef,
    builders: Vec<ColumnBuilder>,
    /// One a column, of use to dynamic ones.
    normalizers: Vec<Normalizer>,
    rows: usize,
    rows_max: usize,
    /// Bytes of text in the builders.
    text_bytes: usize,
    sink: &'a mut Sink<'s>,
    pub(crate) summary: Summary,
}

impl<'a, 's> BatchBuilder<'a, 's> {
    pub(crate) fn new(ingestion: &Ingestion<'a>, sink: &'a mut Sink<'s>) -> Self {
        let columns = ingestion.columns;
        let row_bytes = columns.len().max(1) * VALUE_BYTES;
        let rows_max = ingestion.batch_rows.min(BATCH_BYTES_MAX / row_bytes).max(1);
        Self {
            columns,
            schema: arrow_schema(columns),
            builders: columns.iter().map(|c| first_builder(c.ty, rows_max.min(ROWS_RESERVED), columns.len())).collect(),
            normalizers: columns.iter().map(|_| Normalizer::default()).collect(),
            rows: 0,
            rows_max,
            text_bytes: 0,
            sink,
            summary: Summary::default(),
        }
    }

    /// Returns the name and type of a column.
    pub(crate) fn column(&self, column: usize) -> &'a Column {
        &self.columns[column]
    }

    /// Returns the type of a column.
    pub(crate) fn ty(&self, column: usize) -> ScalarType {
        self.columns[column].ty
    }

    /// Returns how many rows the batch may still get, at least one.
    pub(crate) const fn room(&self) -> usize {
        self.rows_max - self.rows
    }

    /// Ends a row, and hands the batch on if it is full.
    pub(crate) fn end_row(&mut self) -> Result<(), Error> {
        self.end_rows(1)
    }

    /// Ends so many rows, of which there was [`Self::room`], and hands the batch on if it is full.
    pub(crate) fn end_rows(&mut self, count: usize) -> Result<(), Error> {
        self.rows += count;
        self.summary.records += count as u64;
        if self.rows >= self.rows_max || self.text_bytes >= BATCH_BYTES_MAX {
            let rows = self.rows;
            self.flush()?;
            // The next batch will be like this one.
            let block_bytes = block_bytes(self.columns.len());
            self.builders = self.columns.iter().map(|c| new_builder(c.ty, rows, block_bytes)).collect();
        }
        Ok(())
    }

    /// Hands on what there is.
    fn flush(&mut self) -> Result<(), Error> {
        let arrays = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options).map_err(Error::Batch)?;
        self.rows = 0;
        self.text_bytes = 0;
        (self.sink)(batch).map_err(Error::Sink)
    }

    /// Hands on the rest and tells what was read.
    pub(crate) fn finish(mut self) -> Result<Summary, Error> {
        if self.rows > 0 {
            self.flush()?;
        }
        Ok(self.summary)
    }
}

/// Creates the first builder of one column of a table of `columns` columns.
fn first_builder(ty: ScalarType, rows: usize, columns: usize) -> ColumnBuilder {
    if columns < WIDE_COLUMNS {
        return ColumnBuilder::new(ty, rows);
    }
    new_builder(ty, rows, WIDE_BLOCK_BYTES)
}

/// Returns the block of text builders of a table of `columns` columns behind a full batch.
fn block_bytes(columns: usize) -> usize {
    (BLOCKS_BYTES_MAX / columns.max(1)).clamp(WIDE_BLOCK_BYTES, BLOCK_BYTES)
}

/// Creates the builder of a column, whose text is kept in blocks of `block_bytes`.
fn new_builder(ty: ScalarType, rows: usize, block_bytes: usize) -> ColumnBuilder {
    // No more than `BLOCK_BYTES`.
    let texts = || StringViewBuilder::with_capacity(rows).with_fixed_block_size(block_bytes as u32);
    match ty {
        ScalarType::String => ColumnBuilder::String(texts()),
        ScalarType::Dynamic => ColumnBuilder::Dynamic(texts()),
        other => ColumnBuilder::new(other, rows),
    }
}
