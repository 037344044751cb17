//! Who started an ingestion: what is recorded of it when a part fails.

use calypso_model::OperationId;
use uuid::Uuid;

use crate::{App, Cancellation, RequestContext};

/// See the file's header.
#[derive(Debug, Clone)]
pub(crate) struct IngestionOrigin {
    pub(crate) operation: OperationId,
    /// `DataIngestPull`, `TableAppend`, `StreamingIngestion`, ….
    pub(crate) operation_kind: String,
    /// The URI of the source without its secrets, or empty.
    pub(crate) source_path: String,
    pub(crate) activity_id: Uuid,
    pub(crate) principal: String,
    pub(crate) user: String,
    pub(crate) cancel: Cancellation,
}

impl IngestionOrigin {
    /// Returns the origin of an ingestion that a request asked for.
    pub(crate) fn of_request(ctx: &RequestContext, operation: OperationId, operation_kind: &str) -> Self {
        Self {
            operation,
            operation_kind: operation_kind.to_owned(),
            source_path: String::new(),
            activity_id: ctx.activity_id,
            principal: ctx.principal.clone(),
            user: ctx.user.clone(),
            cancel: ctx.cancel.clone(),
        }
    }

    /// Returns the origin of an ingestion that the service itself runs.
    pub(crate) fn internal(app: &App, cancel: &Cancellation) -> Self {
        let id = app.ids.next_id();
        let ctx = RequestContext::internal(id, calypso_clock::Clock::now(app.clock.as_ref()));
        Self { cancel: cancel.clone(), ..Self::of_request(&ctx, OperationId(id), "DataIngestPull") }
    }
}
