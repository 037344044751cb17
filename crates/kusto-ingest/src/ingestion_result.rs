//! What became of a source: streamed already, or queued and to be asked for.
//!
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-status>

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use calypso_types::DateTime;
use uuid::Uuid;

use crate::{Error, FailureStatus, OperationStatus};

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestionStatus {
    pub source_id: Uuid,
    pub status: OperationStatus,
    /// Kusto's code of a failure, such as `BadRequest_MappingReferenceWasNotFound`.
    pub error_code: Option<String>,
    /// Whether a retry of a failed source may succeed.
    pub failure_status: Option<FailureStatus>,
    /// The failure in words.
    pub details: Option<String>,
    /// When the status was last changed, if the service says.
    pub updated_on: Option<DateTime>,
    /// The operation of the service that ingested the source, once there is one.
    pub operation_id: Option<Uuid>,
}

impl IngestionStatus {
    /// Returns a status of which nothing but `status` is known.
    #[must_use]
    pub const fn new(source_id: Uuid, status: OperationStatus) -> Self {
        Self {
            source_id,
            status,
            error_code: None,
            failure_status: None,
            details: None,
            updated_on: None,
            operation_id: None,
        }
    }

    /// Says whether nothing will follow.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// Says whether the data are in the table, or were there before.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, OperationStatus::Succeeded | OperationStatus::Skipped)
    }
}

/// How a queued source is followed: by table, by queue or by REST.
#[async_trait]
pub trait StatusReader: fmt::Debug + Send + Sync + 'static {
    /// Asks once.
    ///
    /// # Errors
    /// When the service does not answer, or was told not to report.
    async fn status(&self) -> Result<IngestionStatus, Error>;

    /// Asks until the status is terminal.
    ///
    /// # Errors
    /// As [`StatusReader::status`] when the error is permanent; [`Error::Deadline`] when `deadline` passes first.
    async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error>;

    /// Returns the URL of the blob without its signature.
    fn blob_path(&self) -> Option<&str>;
}

/// The way that a source went.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum IngestionOutcome {
    /// The rows are durable and visible.
    #[non_exhaustive]
    Streamed {
        /// Rows that the last attempt added; none when an earlier one, whose answer was lost, had added them. Services
        /// that do not count say nothing.
        rows: Option<u64>,
        /// How often the data were sent.
        attempts: u32,
    },
    /// The service has the message and will ingest the blob.
    Queued(Arc<dyn StatusReader>),
}

/// The result of one call: which source, and what became of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IngestionResult {
    /// The same through all attempts and in the queued message.
    pub source_id: Uuid,
    pub database: String,
    pub table: String,
    pub outcome: IngestionOutcome,
}

impl IngestionResult {
    pub(crate) fn streamed(source_id: Uuid, database: &str, table: &str, rows: Option<u64>, attempts: u32) -> Self {
        let (database, table) = (database.to_owned(), table.to_owned());
        Self { source_id, database, table, outcome: IngestionOutcome::Streamed { rows, attempts } }
    }

    /// Returns the result of a source whose message was posted. Clients of your own make their results by it.
    #[must_use]
    pub fn queued(source_id: Uuid, database: &str, table: &str, reader: Arc<dyn StatusReader>) -> Self {
        let (database, table) = (database.to_owned(), table.to_owned());
        Self { source_id, database, table, outcome: IngestionOutcome::Queued(reader) }
    }

    /// Says whether the rows are in the table already.
    #[must_use]
    pub const fn is_streamed(&self) -> bool {
        matches!(self.outcome, IngestionOutcome::Streamed { .. })
    }

    /// Returns the URL of the queued blob without its signature.
    #[must_use]
    pub fn blob_path(&self) -> Option<&str> {
        match &self.outcome {
            IngestionOutcome::Streamed { .. } => None,
            IngestionOutcome::Queued(reader) => reader.blob_path(),
        }
    }

    /// Asks once what became of the source. Streamed ones have succeeded.
    ///
    /// # Errors
    /// When the service does not answer, or was told not to report.
    pub async fn status(&self) -> Result<IngestionStatus, Error> {
        match &self.outcome {
            IngestionOutcome::Streamed { .. } => Ok(self.succeeded()),
            IngestionOutcome::Queued(reader) => reader.status().await,
        }
    }

    /// Waits until the ingestion has ended, well or badly: a failed ingestion is a status, not an error.
    ///
    /// # Errors
    /// [`Error::Deadline`] when `deadline` passes first; as [`IngestionResult::status`] when asking cannot succeed.
    pub async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error> {
        match &self.outcome {
            IngestionOutcome::Streamed { .. } => Ok(self.succeeded()),
            IngestionOutcome::Queued(reader) => reader.wait(deadline).await,
        }
    }

    const fn succeeded(&self) -> IngestionStatus {
        IngestionStatus::new(self.source_id, OperationStatus::Succeeded)
    }
}
