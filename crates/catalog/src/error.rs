//! What can go wrong with the catalog.

use std::path::PathBuf;

use calypso_model::ApplyError;
use thiserror::Error;

/// An error of the catalog.
#[derive(Debug, Error)]
pub enum Error {
    #[error("cannot open the catalog at '{path}'")]
    Open {
        path: PathBuf,
        #[source]
        source: sqlx::Error,
    },
    #[error("'{path}' is not a catalog")]
    NotACatalog { path: PathBuf },
    #[error("the catalog at '{path}' has format version {found}, and this program reads up to {supported}")]
    NewerFormat { path: PathBuf, found: i64, supported: i64 },
    /// Stored bytes are damaged; nothing of the catalog can be relied upon until it is restored.
    #[error("the catalog is damaged at row {row} of '{table}': {reason}")]
    Corrupt { table: &'static str, row: i64, reason: String },
    #[error("cannot read '{table}' of the catalog")]
    Read {
        table: &'static str,
        #[source]
        source: sqlx::Error,
    },
    /// The commit did not happen; the catalog is as it was, and the same change may be tried again.
    #[error("cannot commit to the catalog; nothing was changed")]
    Commit(#[source] sqlx::Error),
    /// Nobody knows whether the commit happened: only reopening tells.
    #[error("cannot tell whether a commit to the catalog happened; it takes no changes until reopened")]
    CommitUnknown(#[source] sqlx::Error),
    #[error("the catalog takes no changes until reopened, because an earlier commit failed")]
    Poisoned,
    #[error("the catalog is closed")]
    Closed,
    #[error("another process changed the catalog; it takes no changes until reopened")]
    ChangedElsewhere,
    #[error("cannot write the catalog document of {entity}")]
    Encode {
        entity: String,
        #[source]
        source: serde_json::Error,
    },
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

/// What a caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The change names an entity that is not (or no longer) there.
    NotFound,
    /// The name is taken.
    AlreadyExists,
    /// The change contradicts what is stored.
    Argument,
    /// Somebody else changed the catalog.
    Conflict,
    /// The catalog cannot be read or written now; an operator should look at the disk.
    Unavailable,
    /// Stored bytes are damaged, or written by a newer version.
    CorruptData,
    /// A mistake of ours.
    Internal,
}

impl Error {
    /// Returns what the caller should do.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotACatalog { .. } | Self::NewerFormat { .. } | Self::Corrupt { .. } => ErrorKind::CorruptData,
            Self::Open { .. }
            | Self::Read { .. }
            | Self::Commit(_)
            | Self::CommitUnknown(_)
            | Self::Poisoned
            | Self::Closed => ErrorKind::Unavailable,
            Self::ChangedElsewhere => ErrorKind::Conflict,
            Self::Encode { .. } => ErrorKind::Internal,
            Self::Apply(ApplyError::NoSuchDatabase(_) | ApplyError::NoSuchTable(_)) => ErrorKind::NotFound,
            Self::Apply(ApplyError::DatabaseNameTaken(_) | ApplyError::TableNameTaken { .. }) => {
                ErrorKind::AlreadyExists
            }
            Self::Apply(ApplyError::TableMoved(_)) => ErrorKind::Argument,
        }
    }

    /// Returns whether the same call can never succeed. What heals by itself or by a restart is not permanent.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        !matches!(self.kind(), ErrorKind::Unavailable | ErrorKind::Conflict)
    }
}

/// SQLite's primary result codes for a damaged file, and for a file that is none of its own.
const SQLITE_CORRUPT: i64 = 11;
const SQLITE_NOTADB: i64 = 26;

/// Returns the primary result code of an SQLite error.
pub(crate) fn sqlite_code(error: &sqlx::Error) -> Option<i64> {
    let extended: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// Returns the error for a failed read of `table`; a damaged file is said to be so.
pub(crate) fn read_error(table: &'static str, source: sqlx::Error) -> Error {
    match sqlite_code(&source) {
        Some(SQLITE_CORRUPT | SQLITE_NOTADB) => Error::Corrupt { table, row: 0, reason: source.to_string() },
        _ => Error::Read { table, source },
    }
}

/// Returns the error for a failed open of `path`.
pub(crate) fn open_error(path: &std::path::Path, source: sqlx::Error) -> Error {
    match sqlite_code(&source) {
        Some(SQLITE_NOTADB) => Error::NotACatalog { path: path.to_owned() },
        Some(SQLITE_CORRUPT) => Error::Corrupt { table: "sqlite_schema", row: 0, reason: source.to_string() },
        _ => Error::Open { path: path.to_owned(), source },
    }
}
