//! Why a source could not be read, with the record at fault and the code Kusto gives it.

use std::{error::Error as StdError, fmt, io};

use crate::{DataFormat, IngestionErrorCode, limits};

/// An error of whoever takes the batches.
pub type SinkError = Box<dyn StdError + Send + Sync>;

/// Where in a file something stands. All counts are of the decompressed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// From 1, counting a skipped first record.
    pub record: u64,
    /// From 1.
    pub line: u64,
    /// Bytes from the start of the file.
    pub offset: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} (line {}, byte {})", self.record, self.line, self.offset)
    }
}

/// Why a source could not be read.
///
/// Batches handed on before the error are part of the same failed ingestion: the caller throws them away.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("data format `{format}` is not supported")]
    FormatNotSupported { format: String },
    #[error("ingestion property `{property}` is malformed: `{value}`")]
    MalformedProperty { property: &'static str, value: String },
    #[error("ingestion mapping `{mapping}`: {message}")]
    InvalidMapping { mapping: String, message: String },
    #[error("ingestion mapping `{mapping}` fills column `{column}`, which the table does not have")]
    InconsistentMapping { mapping: String, column: String },
    #[error("inconsistent number of fields: {at} has {found} where the records before it have {expected}")]
    WrongNumberOfFields { at: Position, expected: usize, found: usize },
    #[error("closing quote is missing in {at}")]
    ClosingQuoteMissing { at: Position },
    #[error("malformed {format} in {at}: {message}")]
    MalformedRecord { format: DataFormat, at: Position, message: String },
    #[error("value of column `{column}` in {at} is not a {ty}")]
    ValueNotConvertible { at: Position, column: String, ty: &'static str },
    #[error("the text is encoded as {encoding}; only UTF-8 is supported")]
    EncodingNotSupported { encoding: &'static str },
    #[error("{at} exceeds the limit of {} bytes", limits::RECORD_BYTES_MAX)]
    RecordTooLarge { at: Position },
    #[error("{at} exceeds the limit of {} fields", limits::FIELDS_PER_RECORD_MAX)]
    TooManyFields { at: Position },
    #[error("the decompressed data exceeds the limit of {limit} bytes")]
    DecompressedTooLarge { limit: u64 },
    #[error("the archive has {files} files, above the limit of {}", limits::ARCHIVE_FILES_MAX)]
    TooManyFiles { files: usize },
    #[error("the file is no valid {format}: {message}")]
    MalformedFile { format: DataFormat, message: String },
    #[error("field `{field}` of the {format} file has the type {ty}, which is not supported")]
    TypeNotSupported { format: DataFormat, field: String, ty: String },
    #[error("the {kind} archive is invalid: {message}")]
    InvalidArchive { kind: &'static str, message: String },
    #[error("the archive holds no file")]
    EmptyArchive,
    #[error("no file of the archive matches the pattern `{pattern}`")]
    NoFileMatches { pattern: String },
    #[error("the data holds no record of format {format}")]
    NoRecords { format: DataFormat },
    #[error("none of the {malformed} records is well formed; the first: {first}")]
    NoWellFormedRecord { malformed: u64, first: Box<Error> },
    #[error("reading the source failed")]
    Read(#[source] io::Error),
    #[error("setting the source aside to read it in any order failed")]
    Spool(#[source] io::Error),
    #[error("building a record batch failed")]
    Batch(#[source] arrow::error::ArrowError),
    #[error("handing on a record batch failed")]
    Sink(#[source] SinkError),
}

impl Error {
    /// Returns the documented code.
    #[must_use]
    pub fn code(&self) -> IngestionErrorCode {
        use IngestionErrorCode as Code;
        match self {
            Self::FormatNotSupported { .. } => Code::BadRequestFormatNotSupported,
            Self::MalformedProperty { .. } => Code::BadRequestMalformedIngestionProperty,
            Self::InvalidMapping { .. } => Code::BadRequestInvalidMapping,
            Self::InconsistentMapping { .. } => Code::BadRequestInconsistentMapping,
            Self::WrongNumberOfFields { .. } => Code::StreamWrongNumberOfFields,
            Self::ClosingQuoteMissing { .. } => Code::StreamClosingQuoteMissing,
            Self::MalformedRecord { .. }
            | Self::MalformedFile { .. }
            | Self::ValueNotConvertible { .. }
            | Self::EncodingNotSupported { .. } => Code::BadRequestInvalidBlob,
            Self::TypeNotSupported { .. } => Code::BadRequestNotSupported,
            Self::RecordTooLarge { .. } | Self::TooManyFields { .. } => Code::StreamInputStreamTooLarge,
            Self::DecompressedTooLarge { .. } => Code::BadRequestFileTooLarge,
            Self::TooManyFiles { .. } | Self::InvalidArchive { .. } => Code::BadRequestInvalidArchive,
            Self::EmptyArchive | Self::NoFileMatches { .. } => Code::BadRequestEmptyArchive,
            Self::NoRecords { .. } => Code::BadRequestNoRecordsOrWrongFormat,
            Self::NoWellFormedRecord { .. } => Code::StreamNoDataToIngest,
            Self::Read(_) => Code::DownloadUnknownError,
            Self::Spool(_) | Self::Batch(_) | Self::Sink(_) => Code::GeneralInternalServerError,
        }
    }

    /// Says whether the same ingestion would fail again however often it is retried.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code().is_permanent()
    }

    /// Returns where in the file the error lies, if it lies in a record.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::WrongNumberOfFields { at, .. }
            | Self::ClosingQuoteMissing { at }
            | Self::MalformedRecord { at, .. }
            | Self::ValueNotConvertible { at, .. }
            | Self::RecordTooLarge { at }
            | Self::TooManyFields { at } => Some(*at),
            Self::NoWellFormedRecord { first, .. } => first.position(),
            _ => None,
        }
    }

    /// Returns the column whose value is at fault.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::ValueNotConvertible { column, .. } | Self::InconsistentMapping { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Takes an error of the source back out of the I/O error that carried it through a reader.
    pub(crate) fn from_read(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => own,
            Err(other) => Self::Read(other),
        }
    }
}
