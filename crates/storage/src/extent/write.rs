//! Writing an extent: batches in, one durable file out.

use std::{io, io::Write, sync::Arc};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::SchemaRef,
};
use calypso_columns::arrow_type;
use calypso_model::ColumnStatistics;
use calypso_types::ScalarType;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory},
    },
    errors::{ParquetError, Result as ParquetResult},
    file::{metadata::KeyValue, writer::SerializedFileWriter},
};

use super::{
    bounds::BoundsBuilder,
    encode_pool::EncodePool,
    filter_section::{FILTERS_KEY, FilterDirectory, FilterEntry, locate},
    row_group::{EncodeThreads, EncodedColumn, RowGroupEncoder},
    terms::TermCollector,
    writer_properties::{Codec, writer_properties},
};
use crate::{
    Error,
    extent_files::{ExtentFiles, ExtentSink},
    row_schema::{batch_bytes, row_schema},
    settings::{ROW_GROUP_BYTES_MAX, ROW_GROUP_ROWS},
};

/// Rows that are encoded at a time, if so many bytes are not reached before.
const GATHERED_ROWS: usize = 8192;
const GATHERED_BYTES: u64 = 8 * 1024 * 1024;
/// A table of more columns is encoded a whole row group at a time, one column after the other: each one under way takes
/// some hundred kilobytes for its compression.
const COLUMNS_AT_ONCE_MAX: usize = 64;

/// A column of an extent: the table column's id and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExtentColumn {
    pub(crate) id: u32,
    pub(crate) ty: ScalarType,
}

/// What is known of a finished extent.
#[derive(Debug)]
pub(crate) struct WrittenExtent {
    pub(crate) path: String,
    pub(crate) rows: u64,
    /// Bytes of the values before encoding.
    pub(crate) value_bytes: u64,
    pub(crate) extent_bytes: u64,
    pub(crate) columns: Vec<ColumnStatistics>,
    pub(crate) crc32c: u32,
}

/// Writes one extent. Dropped before [`ExtentWriter::finish`], it leaves nothing.
pub(crate) struct ExtentWriter {
    path: String,
    columns: Vec<ExtentColumn>,
    codec: Codec,
    schema: SchemaRef,
    pool: EncodePool,
    state: State,
    /// Rows that are gathered to be encoded at a time.
    gathered: Vec<RecordBatch>,
    gathered_rows: usize,
    gathered_bytes: u64,
    /// The row group under construction, and what it holds, gathered rows included.
    group: Option<RowGroupEncoder>,
    group_rows: usize,
    group_bytes: u64,
    bounds: Vec<BoundsBuilder>,
    /// Of the columns of the last row group, for the next.
    collectors: Vec<Option<TermCollector>>,
    /// Filters of finished row groups: column id, row group, bytes.
    filters: Vec<(u32, u32, Vec<u8>)>,
    row_groups: u32,
    rows: u64,
    value_bytes: u64,
}

/// Properties are chosen when the first rows are known.
enum State {
    Created(CheckedSink),
    Started(Box<ParquetFile>),
    Failed,
}

struct ParquetFile {
    writer: SerializedFileWriter<CheckedSink>,
    factory: ArrowRowGroupWriterFactory,
}

impl ExtentWriter {
    /// Starts the file `path`.
    pub(crate) fn create(
        files: &Arc<dyn ExtentFiles>,
        path: String,
        columns: Vec<ExtentColumn>,
        codec: Codec,
        threads: EncodeThreads,
    ) -> Result<Self, Error> {
        let sink = files.create(&path).map_err(Error::io("create", &path))?;
        let ids: Vec<u32> = columns.iter().map(|column| column.id).collect();
        let schema = row_schema(&ids, columns.iter().map(|column| arrow_type(column.ty)));
        Ok(Self {
            path,
            bounds: columns.iter().map(|_| BoundsBuilder::default()).collect(),
            pool: threads.pool(columns.len()),
            columns,
            codec,
            schema,
            state: State::Created(CheckedSink { sink, crc: 0, bytes: 0 }),
            gathered: Vec::new(),
            gathered_rows: 0,
            gathered_bytes: 0,
            group: None,
            group_rows: 0,
            group_bytes: 0,
            collectors: Vec::new(),
            filters: Vec::new(),
            row_groups: 0,
            rows: 0,
            value_bytes: 0,
        })
    }

    /// Adds rows; columns are those given to `create`, in that order, under any names.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), batch.columns().to_vec(), &options)
            .map_err(|error| Error::BatchMismatch { reason: error.to_string() })?;
        let mut start = 0;
        while start < batch.num_rows() {
            let rows = (batch.num_rows() - start).min(ROW_GROUP_ROWS - self.group_rows);
            self.gather(batch.slice(start, rows))?;
            start += rows;
        }
        Ok(())
    }

    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes on disk so far.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.state {
            State::Started(file) => file.writer.bytes_written() as u64,
            State::Created(_) | State::Failed => 0,
        }
    }

    /// Completes the file and makes it durable.
    pub(crate) fn finish(mut self) -> Result<WrittenExtent, Error> {
        self.end_row_group()?;
        let mut file = self.started()?;
        self.write_filters(&mut file.writer)?;
        let sink = file.writer.into_inner().map_err(Error::extent("finish", &self.path))?;
        let CheckedSink { sink, crc, bytes } = sink;
        sink.finish().map_err(Error::io("make durable", &self.path))?;
        Ok(WrittenExtent {
            rows: self.rows,
            value_bytes: self.value_bytes,
            extent_bytes: bytes,
            columns: self.bounds.iter().zip(&self.columns).map(|(bounds, column)| bounds.finish(column.id)).collect(),
            crc32c: crc,
            path: self.path,
        })
    }

    fn gather(&mut self, batch: RecordBatch) -> Result<(), Error> {
        let bytes = batch_bytes(&batch);
        self.rows += batch.num_rows() as u64;
        self.value_bytes += bytes;
        self.group_rows += batch.num_rows();
        self.group_bytes += bytes;
        self.gathered_rows += batch.num_rows();
        self.gathered_bytes += bytes;
        self.gathered.push(batch);
        if self.group_rows == ROW_GROUP_ROWS || self.group_bytes >= ROW_GROUP_BYTES_MAX {
            return self.end_row_group();
        }
        let is_enough = self.gathered_rows >= GATHERED_ROWS || self.gathered_bytes >= GATHERED_BYTES;
        if is_enough && self.columns.len() <= COLUMNS_AT_ONCE_MAX { self.encode_gathered() } else { Ok(()) }
    }

    /// Encodes the rows gathered, while they are still near the processor.
    fn encode_gathered(&mut self) -> Result<(), Error> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let file = self.started()?;
        let group = match self.group.take() {
            Some(group) => group,
            None => {
                let writers = file.column_writers().map_err(Error::extent("encode", &self.path))?;
                RowGroupEncoder::new(&self.schema, &self.columns, writers, std::mem::take(&mut self.collectors))
            }
        };
        self.group = Some(group.write(&self.gathered, &self.pool).map_err(Error::extent("encode", &self.path))?);
        self.gathered.clear();
        (self.gathered_rows, self.gathered_bytes) = (0, 0);
        self.state = State::Started(file);
        Ok(())
    }

    fn end_row_group(&mut self) -> Result<(), Error> {
        self.encode_gathered()?;
        let Some(group) = self.group.take() else { return Ok(()) };
        let mut file = self.started()?;
        let mut encoded = group.finish(&self.pool).map_err(Error::extent("encode", &self.path))?;
        self.take_summaries(&mut encoded);
        file.append(encoded).map_err(Error::extent("write", &self.path))?;
        self.state = State::Started(file);
        (self.group_rows, self.group_bytes) = (0, 0);
        Ok(())
    }

    fn take_summaries(&mut self, encoded: &mut [EncodedColumn]) {
        for ((column, encoded), bounds) in self.columns.iter().zip(encoded).zip(&mut self.bounds) {
            bounds.merge(&encoded.bounds);
            self.collectors.push(encoded.collector.take());
            if let Some(filter) = encoded.filter.take() {
                self.filters.push((column.id, self.row_groups, filter));
            }
        }
        self.row_groups += 1;
    }

    /// Takes the Parquet file out of the state, beginning it if that has not happened; a failure leaves none.
    fn started(&mut self) -> Result<Box<ParquetFile>, Error> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Started(file) => Ok(file),
            State::Created(sink) => writer_properties(&self.columns, self.codec, &self.gathered)
                .map_err(ParquetError::from)
                .and_then(|properties| ArrowWriter::try_new(sink, self.schema.clone(), Some(properties)))
                .and_then(ArrowWriter::into_serialized_writer)
                .map(|(writer, factory)| Box::new(ParquetFile { writer, factory }))
                .map_err(Error::extent("start", &self.path)),
            State::Failed => Err(Error::Stopped { what: "the extent's writer" }),
        }
    }

    fn write_filters(&mut self, writer: &mut SerializedFileWriter<CheckedSink>) -> Result<(), Error> {
        let mut directory = FilterDirectory::default();
        for (column, row_group, filter) in std::mem::take(&mut self.filters) {
            let entry = FilterEntry {
                offset: writer.bytes_written() as u64,
                length: u32::try_from(filter.len()).expect("bounded by the number of distinct terms"),
                crc: crc32c::crc32c(&filter),
            };
            directory.insert(column, row_group, entry);
            writer.write_all(&filter).map_err(Error::io("write", &self.path))?;
        }
        let offset = writer.bytes_written() as u64;
        let bytes = directory.encode();
        writer.write_all(&bytes).map_err(Error::io("write", &self.path))?;
        writer.append_key_value_metadata(KeyValue::new(FILTERS_KEY.to_owned(), locate(offset, bytes.len())));
        Ok(())
    }
}

impl ParquetFile {
    fn column_writers(&self) -> ParquetResult<Vec<ArrowColumnWriter>> {
        self.factory.create_column_writers(self.writer.flushed_row_groups().len())
    }

    fn append(&mut self, columns: Vec<EncodedColumn>) -> ParquetResult<()> {
        let mut row_group = self.writer.next_row_group()?;
        for column in columns {
            column.chunk.append_to_row_group(&mut row_group)?;
        }
        row_group.close()?;
        Ok(())
    }
}

/// Counts and checks what passes on its way to the file.
struct CheckedSink {
    sink: Box<dyn ExtentSink>,
    crc: u32,
    bytes: u64,
}

impl Write for CheckedSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.crc = crc32c::crc32c_append(self.crc, &bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
