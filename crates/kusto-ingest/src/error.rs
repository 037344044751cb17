//! What may go wrong between a source and its table.

use std::{io, time::Duration};

use uuid::Uuid;

/// What the caller of a failed call should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Change the call: the same one always fails.
    InvalidArgument,
    /// Look at the source: its data cannot be read.
    Source,
    /// Look at what the service says: it refuses these data, this table or this caller.
    Refused,
    /// Try again later, with the same source id, so that data which did arrive are not doubled.
    Unavailable,
    /// Nobody knows what became of it: ask later, or try again with the same source id.
    Deadline,
}

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the ingestion property '{property}' is not valid: {reason}")]
    InvalidProperty { property: &'static str, reason: String },
    #[error(
        "streaming ingestion has nothing to carry '{property}', so the data would be ingested without it; \
         use a managed streaming or a queued client, or leave it out"
    )]
    NotStreamable { property: &'static str },
    /// Never holds the signature of the URL.
    #[error("the URL of the blob is not valid: {reason}")]
    BlobUrl { reason: String },
    #[error("cannot read {name}: {source}")]
    Source { name: String, source: io::Error },
    #[error("{name} is empty: there is nothing to ingest")]
    EmptySource { name: String },
    /// `row` counts from one.
    #[error("cannot write row {row} as JSON: {reason}")]
    Row { row: u64, reason: String },
    #[error("cannot write column '{column}' of a record batch as JSON: {reason}")]
    RecordBatch { column: String, reason: String },
    /// The engine or the data-management service did not do what it was asked.
    #[error("{0}")]
    Service(#[from] kusto_data::Error),
    /// Storage between client and service did not. Never holds a signature.
    #[error("{operation} failed: {reason}")]
    Storage {
        operation: &'static str,
        reason: String,
        /// HTTP status, if there was an answer.
        status: Option<u16>,
        permanent: bool,
    },
    #[error("the service offers no {resource} to ingest through")]
    MissingResource { resource: &'static str },
    /// An answer that is not what the protocol says.
    #[error("the answer of the service is not understood: {reason}")]
    Answer { reason: String },
    #[error("the status of source {source_id} is not known: {reason}")]
    NoStatus { source_id: Uuid, reason: String },
    #[error(
        "the ingestion of source {source_id} did not end within {deadline:?}; it may still be under way, \
         and may be tried again with the same source id"
    )]
    Deadline { source_id: Uuid, deadline: Duration },
}

impl Error {
    /// Says what the caller should do.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidProperty { .. } | Self::NotStreamable { .. } | Self::BlobUrl { .. } => {
                ErrorKind::InvalidArgument
            }
            Self::Source { .. } | Self::EmptySource { .. } | Self::Row { .. } | Self::RecordBatch { .. } => {
                ErrorKind::Source
            }
            Self::Service(error) if error.is_permanent() => ErrorKind::Refused,
            Self::Storage { permanent: true, .. } | Self::NoStatus { .. } => ErrorKind::Refused,
            Self::Service(_) | Self::Storage { .. } | Self::MissingResource { .. } | Self::Answer { .. } => {
                ErrorKind::Unavailable
            }
            Self::Deadline { .. } => ErrorKind::Deadline,
        }
    }

    /// Says whether the same call can never succeed.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self.kind(), ErrorKind::InvalidArgument | ErrorKind::Source | ErrorKind::Refused)
    }

    pub(crate) fn property(property: &'static str, reason: impl Into<String>) -> Self {
        Self::InvalidProperty { property, reason: reason.into() }
    }
}
