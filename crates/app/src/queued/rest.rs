//! Queued ingestion as the REST API asks for it: where to upload, what to queue, what became of it.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingest-use-http>

use calypso_catalog::{SourceRecord, SourceState};
use calypso_model::SourceId;
use calypso_protocol::{
    BlobFailure, BlobStatus, FailureStatus, IngestionConfiguration, OperationStatus, SubmissionBody,
};
use calypso_staging::{Origin, Resource, ResourceKind};
use uuid::Uuid;

use super::{QueuedBlob, QueuedOperationStatus, QueuedSubmission, operations::operation_of};
use crate::{App, AppError, RequestContext, access};

/// Most blobs of one submission.
const SUBMISSION_BLOBS_MAX: usize = 20;
/// A property of the newer client that no reader here obeys.
const IGNORE_LAST_RECORD: &str = "ignorelastrecordifinvalid";

/// Returns the resources of the staging account as the caller reaches them.
///
/// # Errors
/// When the account cannot be reached.
pub(crate) async fn resources(app: &App, ctx: &RequestContext) -> Result<Vec<Resource>, AppError> {
    let origin = origin(&ctx.origin)
        .ok_or_else(|| AppError::argument(format!("'{}' is not an address to be reached by", ctx.origin)))?;
    Ok(app.queued.staging.resources(&origin, app.clock.now()).await?)
}

/// Reads `scheme://host:port`.
fn origin(text: &str) -> Option<Origin> {
    let (scheme, authority) = text.split_once("://")?;
    let (host, port) = authority.rsplit_once(':')?;
    let port = port.parse().ok()?;
    (!host.is_empty()).then(|| Origin { scheme: scheme.to_owned(), host: host.to_owned(), port })
}

pub(crate) async fn configuration(app: &App, ctx: &RequestContext) -> Result<IngestionConfiguration, AppError> {
    let resources = resources(app, ctx).await?;
    let containers = resources.into_iter().filter(|resource| resource.kind == ResourceKind::TempStorage);
    Ok(IngestionConfiguration {
        containers: containers.map(|container| container.url).collect(),
        blobs_max: SUBMISSION_BLOBS_MAX,
        data_bytes_max: app.settings.source_bytes_max,
        prefers_rest: true,
    })
}

/// Queues the blobs of `body`; durable on return. The id is that of the operation, if it is tracked.
pub(crate) async fn submit(
    app: &App,
    ctx: &RequestContext,
    database: String,
    table: String,
    body: SubmissionBody,
) -> Result<Option<Uuid>, AppError> {
    access::authorize_queued_ingestion(ctx, &database, &table)?;
    match body.blobs.len() {
        0 => return Err(AppError::argument("a submission must name at least one blob")),
        count if count > SUBMISSION_BLOBS_MAX => {
            let message = format!("a submission may name at most {SUBMISSION_BLOBS_MAX} blobs, not {count}");
            return Err(AppError::argument(message));
        }
        _ => {}
    }
    if body.properties.get(IGNORE_LAST_RECORD).is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Err(AppError::coded(
            "BadRequest_IngestionPropertyNotSupportedInThisContext",
            "The ingestion property 'ignoreLastRecordIfInvalid' is not supported.",
        ));
    }
    let blobs = body.blobs.into_iter().map(|blob| {
        let source = SourceId(blob.source_id.unwrap_or_else(|| app.ids.next_id()));
        QueuedBlob { uri: blob.url, source, raw_bytes: blob.raw_size, created_on: None }
    });
    let submission = QueuedSubmission {
        database,
        table,
        blobs: blobs.collect(),
        properties: body.properties,
        skip_batching: body.skip_batching,
        delete_after_download: body.delete_after_download,
        track: body.enable_tracking,
        application: ctx.application.clone(),
    };
    Ok(app.submit_queued(submission).await?.map(|operation| operation.0))
}

/// Says where the blobs of an operation on this table are.
pub(crate) async fn status(
    app: &App,
    ctx: &RequestContext,
    database: &str,
    table: &str,
    operation: &str,
    details: bool,
) -> Result<OperationStatus, AppError> {
    access::authorize_queued_ingestion(ctx, database, table)?;
    let not_found = || AppError::entity_not_found("Queued ingestion operation", operation);
    let status = app.queued_operation(operation_of(operation).ok_or_else(not_found)?).await?;
    let is_here = |record: &SourceRecord| record.database.eq_ignore_ascii_case(database) && record.table == table;
    if !status.records.iter().all(is_here) {
        return Err(not_found());
    }
    Ok(answer(&status, details))
}

fn answer(status: &QueuedOperationStatus, details: bool) -> OperationStatus {
    OperationStatus {
        started_on: status.started_on,
        updated_on: status.updated_on,
        succeeded: status.succeeded,
        failed: status.failed,
        in_progress: status.in_progress,
        canceled: status.canceled,
        details: details.then(|| status.records.iter().map(blob_status).collect()),
    }
}

fn blob_status(record: &SourceRecord) -> BlobStatus {
    // The client ends its wait at these words only.
    let status = match record.state {
        SourceState::Queued => "Queued",
        SourceState::InProgress => "InProgress",
        SourceState::Succeeded | SourceState::Skipped | SourceState::PartiallySucceeded => "Succeeded",
        SourceState::Failed => "Failed",
        SourceState::Canceled => "Canceled",
    };
    let failure = record.failure.as_ref().filter(|_| record.state == SourceState::Failed);
    BlobStatus {
        source_id: record.source.0,
        url: record.path.clone(),
        status,
        started_on: record.received_on,
        updated_on: record.updated_on,
        failure: failure.map(|failure| BlobFailure {
            error_code: failure.error_code.clone(),
            status: FailureStatus::ALL
                .into_iter()
                .find(|status| status.name() == failure.status)
                .unwrap_or(FailureStatus::Unknown),
            details: failure.details.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_parted_at_the_last_colon() {
        let read = |text| origin(text).map(|origin| (origin.scheme, origin.host, origin.port));
        assert_eq!(read("http://localhost:8080"), Some(("http".to_owned(), "localhost".to_owned(), 8080)));
        assert_eq!(read("https://[::1]:8443"), Some(("https".to_owned(), "[::1]".to_owned(), 8443)));
        assert_eq!(read("http://localhost"), None);
        assert_eq!(read("localhost:8080"), None);
    }
}
