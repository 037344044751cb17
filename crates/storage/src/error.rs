//! What can go wrong in storage, and what the caller should do about it.

use std::{io, path::PathBuf};

use arrow::error::ArrowError;
use calypso_model::TableId;
use parquet::errors::ParquetError;

/// An error of the storage engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The table is not in the catalog (any more).
    #[error("table {table} does not exist")]
    TableNotFound { table: TableId },
    /// A batch whose columns are not those the caller announced.
    #[error("the batch does not fit the table: {reason}")]
    BatchMismatch { reason: String },
    /// A bounded queue or buffer is full; the same call may succeed later.
    #[error("{what} is full (limit {limit}); retry later")]
    Throttled { what: &'static str, limit: u64 },
    /// One append is larger than a record of the row log may be.
    #[error("a batch of {bytes} bytes is larger than the limit of {limit} bytes")]
    RecordTooLarge { bytes: u64, limit: u64 },
    /// A write of the row log failed earlier: what is durable is unknown until the storage is opened again.
    #[error("the row log stopped after a failed write ({reason}); restart to recover")]
    Poisoned { reason: String },
    /// Stored bytes are not what was written.
    #[error("{} is corrupt at byte {offset}: {reason}", file.display())]
    Corrupt { file: PathBuf, offset: u64, reason: String },
    /// An extent's bytes are not what was written.
    #[error("extent '{path}' is corrupt: {reason}")]
    CorruptExtent { path: String, reason: String },
    /// A file of a newer version of this program.
    #[error("{} has format version {version}, this program reads up to {supported}", file.display())]
    UnsupportedVersion { file: PathBuf, version: u32, supported: u32 },
    /// Another process has the data directory open.
    #[error("{} is in use by another process", path.display())]
    Locked { path: PathBuf },
    #[error("cannot {operation} {}", path.display())]
    Io {
        operation: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot {operation} a batch")]
    Arrow {
        operation: &'static str,
        #[source]
        source: ArrowError,
    },
    #[error("cannot {operation} extent '{path}'")]
    Extent {
        operation: &'static str,
        path: String,
        #[source]
        source: ParquetError,
    },
    #[error("the catalog refused the commit")]
    Catalog(#[from] calypso_catalog::Error),
    /// What the work was based on changed meanwhile; nothing was committed.
    #[error("{what} changed meanwhile")]
    Conflict { what: &'static str },
    /// A column position outside the table.
    #[error("column {column} is outside the table's {columns} columns")]
    ColumnOutOfRange { column: usize, columns: usize },
    /// The storage was shut down, or a background task ended abnormally.
    #[error("{what} has stopped")]
    Stopped { what: &'static str },
}

/// What the caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request itself is wrong.
    BadRequest,
    NotFound,
    /// Retry later.
    Throttled,
    /// Retry with a fresh view.
    Conflict,
    /// The input is larger than a limit.
    LimitExceeded,
    /// Stored bytes are damaged: an operator must act.
    Corrupt,
    /// The storage must be opened again.
    Poisoned,
    /// The disk or another dependency failed.
    Io,
    /// A defect of this program, or it is shutting down.
    Internal,
}

impl Error {
    /// Returns what the caller should do about the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::TableNotFound { .. } => ErrorKind::NotFound,
            Self::BatchMismatch { .. } | Self::ColumnOutOfRange { .. } => ErrorKind::BadRequest,
            Self::Throttled { .. } => ErrorKind::Throttled,
            Self::RecordTooLarge { .. } => ErrorKind::LimitExceeded,
            Self::Poisoned { .. } => ErrorKind::Poisoned,
            Self::Corrupt { .. } | Self::CorruptExtent { .. } | Self::UnsupportedVersion { .. } => ErrorKind::Corrupt,
            Self::Locked { .. } | Self::Io { .. } | Self::Extent { .. } | Self::Catalog(_) => ErrorKind::Io,
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::Arrow { .. } | Self::Stopped { .. } => ErrorKind::Internal,
        }
    }

    /// Says whether the same call will fail again however often it is tried.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::LimitExceeded | ErrorKind::Corrupt
        )
    }

    pub(crate) fn io(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { operation, path, source }
    }

    pub(crate) fn arrow(operation: &'static str) -> impl FnOnce(ArrowError) -> Self {
        move |source| Self::Arrow { operation, source }
    }

    pub(crate) fn extent(operation: &'static str, path: &str) -> impl FnOnce(ParquetError) -> Self {
        move |source| Self::Extent { operation, path: path.to_owned(), source }
    }
}
