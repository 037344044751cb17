//! The service as its transports see it.

use async_trait::async_trait;
use calypso_protocol::{IngestionConfiguration, OperationStatus, SubmissionBody};
use uuid::Uuid;

use crate::{
    AppError, CommandResponse, QueryRequest, QueryResponse, QueuedStatistics, RequestContext, StreamRequest,
    StreamResponse,
};

/// Queries, management commands and streaming ingestion. Every method authorises first, then acts.
///
/// `async_trait` bodies that capture plans cost minutes of type checking: implementations call a plain function.
#[async_trait]
pub trait Service: Send + Sync {
    /// Runs a query. A text that is a management command is refused.
    async fn query(&self, ctx: RequestContext, request: QueryRequest) -> Result<QueryResponse, AppError>;

    /// Runs a management command. A text that does not begin with a dot is run as a query would be by Kusto's
    /// management endpoint, or refused; the implementation decides.
    async fn command(&self, ctx: RequestContext, request: QueryRequest) -> Result<CommandResponse, AppError>;

    /// Ingests a body; on return the rows are durable and visible.
    async fn stream_ingest(&self, ctx: RequestContext, request: StreamRequest) -> Result<StreamResponse, AppError>;

    /// Says where clients of queued ingestion over REST upload to, and how much.
    async fn ingestion_configuration(&self, ctx: RequestContext) -> Result<IngestionConfiguration, AppError>;

    /// Queues blobs for a table; durable on return. Returns the operation's id, if it is tracked.
    async fn queue_ingestion(
        &self,
        ctx: RequestContext,
        database: String,
        table: String,
        body: SubmissionBody,
    ) -> Result<Option<Uuid>, AppError>;

    /// Says where the blobs of an operation are, each of them with `details`.
    async fn queued_ingestion_status(
        &self,
        ctx: RequestContext,
        database: String,
        table: String,
        operation: String,
        details: bool,
    ) -> Result<OperationStatus, AppError>;

    /// Returns figures of queued ingestion; quick, and never waits.
    fn queued_ingestion_statistics(&self) -> QueuedStatistics;
}
