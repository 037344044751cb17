//! From settings to a service: opens the catalog, storage and background work, and closes them again.

use std::sync::Arc;

use async_trait::async_trait;
use calypso_app::{
    AppError, CommandResponse, QueryRequest, QueryResponse, RequestContext, Service, StreamRequest, StreamResponse,
};
use calypso_clock::{Clock, Ids};
use calypso_http::Metrics;
use futures::future::BoxFuture;

use crate::config::Config;

/// A service that is open.
pub(crate) struct Wired {
    pub(crate) service: Arc<dyn Service>,
    /// Stops background work and flushes what must not be lost; run after the last request.
    pub(crate) close: BoxFuture<'static, ()>,
}

/// Opens everything under the data directory.
#[expect(clippy::unused_async, reason = "opening the catalog will wait")]
pub(crate) async fn open(
    _config: &Config,
    _clock: Arc<dyn Clock>,
    _ids: Arc<dyn Ids>,
    _metrics: &Metrics,
) -> anyhow::Result<Wired> {
    Ok(Wired { service: Arc::new(Unwired), close: Box::pin(async {}) })
}

/// Stands in until the use cases exist.
struct Unwired;

const NOT_YET: &str = "the engine is not part of this build";

#[async_trait]
impl Service for Unwired {
    async fn query(&self, _: RequestContext, _: QueryRequest) -> Result<QueryResponse, AppError> {
        Err(AppError::unavailable(NOT_YET))
    }

    async fn command(&self, _: RequestContext, _: QueryRequest) -> Result<CommandResponse, AppError> {
        Err(AppError::unavailable(NOT_YET))
    }

    async fn stream_ingest(&self, _: RequestContext, _: StreamRequest) -> Result<StreamResponse, AppError> {
        Err(AppError::unavailable(NOT_YET))
    }
}
