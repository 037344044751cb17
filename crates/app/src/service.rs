//! The service as its transports see it.

use async_trait::async_trait;

use crate::{AppError, CommandResponse, QueryRequest, QueryResponse, RequestContext, StreamRequest, StreamResponse};

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
}
