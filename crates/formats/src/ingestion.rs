//! What is read and how: format, target columns, mapping and options; and what came of it.

use std::{
    io::{Read, Seek},
    path::PathBuf,
};

use arrow::array::RecordBatch;
use calypso_columns::Column;
use calypso_model::{IngestionMapping, MappingKind};

use crate::{
    DataFormat, Error, SinkError, ValidationPolicy, ZipPattern,
    batch::BatchBuilder,
    compression::{self, Compression},
    delimited, json,
    limits::DECOMPRESSED_BYTES_MAX,
    mapping::{csv::DelimitedPlan, json::JsonPlan, w3c_log::LogPlan},
    random_access::RandomAccess,
    typed::{self, TypedPlan},
    w3c_log,
};

/// Rows of a batch where the caller has no wish of his own.
pub const BATCH_ROWS_DEFAULT: usize = 8192;

/// Takes each batch as it is built; an error ends the reading.
pub type Sink<'s> = dyn FnMut(RecordBatch) -> Result<(), SinkError> + 's;

/// What an ingestion may choose.
#[derive(Debug, Clone)]
pub struct Options {
    /// Leaves out the first record of every file. Only delimited formats and txt have such a record.
    pub ignore_first_record: bool,
    /// What the transform `SourceLocation` answers: the URI of the source without its secrets.
    pub source_location: Option<String>,
    /// Stops after this many records of each file, for previews.
    pub record_limit: Option<u64>,
    pub validation: ValidationPolicy,
    /// Most bytes of the body after decompression.
    pub decompressed_bytes_max: u64,
    /// Which files of a zip archive are read; all without one.
    pub zip_pattern: Option<ZipPattern>,
    /// Where a file is set aside that must be read in any order but is compressed; the system's own place without.
    pub spool_directory: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ignore_first_record: false,
            source_location: None,
            record_limit: None,
            validation: ValidationPolicy::default(),
            decompressed_bytes_max: DECOMPRESSED_BYTES_MAX,
            zip_pattern: None,
            spool_directory: None,
        }
    }
}

/// What to read into which columns.
#[derive(Debug, Clone)]
pub struct Ingestion<'a> {
    pub format: DataFormat,
    /// The schema of the table: every batch has exactly these columns.
    pub columns: &'a [Column],
    /// Without one, delimited fields go by position and all others by name (case-sensitive).
    pub mapping: Option<&'a IngestionMapping>,
    pub options: Options,
    /// Most rows of a batch; wide or long rows make batches smaller.
    pub batch_rows: usize,
}

impl<'a> Ingestion<'a> {
    /// Describes an ingestion without mapping and with default options.
    #[must_use]
    pub fn new(format: DataFormat, columns: &'a [Column]) -> Self {
        Self { format, columns, mapping: None, options: Options::default(), batch_rows: BATCH_ROWS_DEFAULT }
    }
}

/// What was read.
#[derive(Debug, Default)]
pub struct Summary {
    /// Rows handed on.
    pub records: u64,
    /// Records of format `json` left out because they are malformed, as Kusto leaves them out.
    pub records_malformed: u64,
    /// Records with another number of fields than the first of their file, where validation allows that.
    pub records_ragged: u64,
    /// Values that did not convert to the type of their column and became null.
    pub values_not_converted: u64,
    /// Bytes read after decompression.
    pub bytes_raw: u64,
    /// The first record that was left out, to tell the user.
    pub first_malformed: Option<Box<Error>>,
}

/// How the records of one format become rows.
enum Plan<'a> {
    Delimited(DelimitedPlan<'a>),
    Json(JsonPlan<'a>),
    Log(LogPlan<'a>),
    Parquet(TypedPlan<'a>),
    Orc(TypedPlan<'a>),
    Avro(TypedPlan<'a>),
}

impl<'a> Plan<'a> {
    fn new(ingestion: &'a Ingestion<'a>) -> Result<Self, Error> {
        match ingestion.format.mapping_kind() {
            Some(MappingKind::Csv) => Ok(Self::Delimited(DelimitedPlan::new(ingestion)?)),
            Some(MappingKind::Json) => Ok(Self::Json(JsonPlan::new(ingestion)?)),
            Some(MappingKind::W3CLogFile) => Ok(Self::Log(LogPlan::new(ingestion)?)),
            Some(kind @ MappingKind::Parquet) => Ok(Self::Parquet(TypedPlan::new(ingestion, kind)?)),
            Some(kind @ MappingKind::Orc) => Ok(Self::Orc(TypedPlan::new(ingestion, kind)?)),
            Some(kind @ (MappingKind::Avro | MappingKind::ApacheAvro)) => {
                Ok(Self::Avro(TypedPlan::new(ingestion, kind)?))
            }
            _ => Err(Error::FormatNotSupported { format: ingestion.format.name().to_owned() }),
        }
    }

    fn read_file(
        &self,
        file: &mut dyn Read,
        ingestion: &Ingestion<'_>,
        batch: &mut BatchBuilder<'_, '_>,
    ) -> Result<(), Error> {
        match self {
            Self::Delimited(plan) => delimited::read_file(file, ingestion, plan, batch),
            Self::Json(plan) => json::read_file(file, ingestion, plan, batch),
            Self::Log(plan) => w3c_log::read_file(file, ingestion, plan, batch),
            Self::Avro(plan) => typed::avro::read_file(file, ingestion, plan, batch),
            Self::Parquet(_) | Self::Orc(_) => {
                let file = RandomAccess::spool(file, ingestion.options.spool_directory.as_deref())?;
                self.read_in_any_order(&file, ingestion, batch)
            }
        }
    }

    /// Says whether files of the format are read in any order, rather than from start to end.
    const fn needs_random_access(&self) -> bool {
        matches!(self, Self::Parquet(_) | Self::Orc(_))
    }

    fn read_in_any_order(
        &self,
        file: &RandomAccess,
        ingestion: &Ingestion<'_>,
        batch: &mut BatchBuilder<'_, '_>,
    ) -> Result<(), Error> {
        match self {
            Self::Parquet(plan) => typed::parquet::read_file(file, ingestion, plan, batch),
            Self::Orc(plan) => typed::orc::read_file(file, ingestion, plan, batch),
            _ => self.read_file(&mut file.reader(0), ingestion, batch),
        }
    }
}

/// Checks that the format is read here and that the mapping fits it and the columns, without reading anything.
///
/// # Errors
/// The error that reading would begin with.
pub fn check(ingestion: &Ingestion<'_>) -> Result<(), Error> {
    Plan::new(ingestion).map(|_| ())
}

/// Reads one file that is not compressed, and hands its records on in batches. Memory is bounded by one record and
/// one batch, whatever the length of the source; files of parquet and orc are set aside first.
///
/// # Errors
/// When the format, the mapping or a record is at fault, reading fails, or the sink does. Batches already handed on
/// belong to the failed ingestion.
pub fn read(source: impl Read, ingestion: &Ingestion<'_>, sink: &mut Sink<'_>) -> Result<Summary, Error> {
    let plan = Plan::new(ingestion)?;
    let mut batch = BatchBuilder::new(ingestion, sink);
    let mut source = source;
    plan.read_file(&mut source, ingestion, &mut batch)?;
    finish(ingestion, batch)
}

/// Reads a body that may be compressed, as its first bytes tell: gzip (any number of members), zip (every file of
/// the archive one after the other), else as it is.
///
/// # Errors
/// As [`read`], and when the archive is invalid or exceeds `decompressed_bytes_max`.
pub fn read_body(
    body: impl Read + Seek + Send + 'static,
    ingestion: &Ingestion<'_>,
    sink: &mut Sink<'_>,
) -> Result<Summary, Error> {
    let plan = Plan::new(ingestion)?;
    let mut batch = BatchBuilder::new(ingestion, sink);
    let options = &ingestion.options;
    let mut body = body;
    if plan.needs_random_access() && compression::sniff_body(&mut body)? == Compression::None {
        let file = RandomAccess::new(body).map_err(Error::Read)?;
        if file.length() > options.decompressed_bytes_max {
            return Err(Error::DecompressedTooLarge { limit: options.decompressed_bytes_max });
        }
        plan.read_in_any_order(&file, ingestion, &mut batch)?;
        return finish(ingestion, batch);
    }
    let mut visit = |_: Option<&str>, file: &mut dyn Read| plan.read_file(file, ingestion, &mut batch);
    compression::for_each_file(body, options.decompressed_bytes_max, options.zip_pattern.as_ref(), &mut visit)?;
    finish(ingestion, batch)
}

/// Hands on the last batch and judges whether anything was read at all.
fn finish(ingestion: &Ingestion<'_>, batch: BatchBuilder<'_, '_>) -> Result<Summary, Error> {
    let summary = batch.finish()?;
    if summary.records > 0 {
        return Ok(summary);
    }
    Err(match summary.first_malformed {
        Some(first) => Error::NoWellFormedRecord { malformed: summary.records_malformed, first },
        None => Error::NoRecords { format: ingestion.format },
    })
}
