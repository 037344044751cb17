//! `.show queued ingestion operations …` and `.cancel queued ingestion operation …`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/show-queued-ingestion-operations>

use std::collections::BTreeMap;

use calypso_catalog::{SourceRecord, SourceState};
use calypso_model::{OperationId, SourceId};
use calypso_types::{DateTime, Scalar, ScalarType};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    AppError, QueuedOperationStatus,
    command_table::{CommandTable, count, dynamic, guid, optional_datetime},
    commands::CommandScope,
    queued::operation_of,
};

const COLUMNS: [(&str, ScalarType); 12] = [
    ("IngestionOperationId", ScalarType::String),
    ("StartedOn", ScalarType::DateTime),
    ("LastUpdatedOn", ScalarType::DateTime),
    ("State", ScalarType::String),
    ("Discovered", ScalarType::Long),
    ("Pending", ScalarType::Long),
    ("Canceled", ScalarType::Long),
    ("Ingested", ScalarType::Long),
    ("Failed", ScalarType::Long),
    ("SampleFailedReasons", ScalarType::String),
    ("Database", ScalarType::String),
    ("Table", ScalarType::String),
];

/// Documented are those to `FailedReason`; the rest tells where a source is on its way.
const DETAIL_COLUMNS: [(&str, ScalarType); 21] = [
    ("IngestionOperationId", ScalarType::String),
    ("BlobUrl", ScalarType::String),
    ("IngestionStatus", ScalarType::String),
    ("StartedAt", ScalarType::DateTime),
    ("CompletedAt", ScalarType::DateTime),
    ("FailedReason", ScalarType::String),
    ("SourceId", ScalarType::Guid),
    ("Database", ScalarType::String),
    ("Table", ScalarType::String),
    ("LastUpdatedOn", ScalarType::DateTime),
    ("Attempts", ScalarType::Long),
    ("RawDataSize", ScalarType::Long),
    ("ErrorCode", ScalarType::String),
    ("FailureStatus", ScalarType::String),
    ("BatchId", ScalarType::Guid),
    ("SealReason", ScalarType::String),
    ("SealedOn", ScalarType::DateTime),
    ("BatchItems", ScalarType::Long),
    ("BatchRawDataSize", ScalarType::Long),
    ("RowCount", ScalarType::Long),
    ("ExtentIds", ScalarType::Dynamic),
];

/// Answers for the operations that `ids` name, for sources that they name, or for all there are.
pub(super) async fn show(scope: &CommandScope, ids: &[String], details: bool) -> Result<CommandTable, AppError> {
    let statuses = if ids.is_empty() { all(scope, details).await? } else { named(scope, ids).await? };
    if details {
        let records = statuses.iter().flat_map(|status| &status.records);
        return Ok(records.fold(CommandTable::new(&DETAIL_COLUMNS), |table, record| table.with(detail(record))));
    }
    Ok(statuses.iter().fold(CommandTable::new(&COLUMNS), |table, status| table.with(summary(status))))
}

/// An id that is none of an operation may be a client's own name for a source.
async fn named(scope: &CommandScope, ids: &[String]) -> Result<Vec<QueuedOperationStatus>, AppError> {
    let mut statuses = Vec::with_capacity(ids.len());
    for text in ids {
        let not_found = || AppError::entity_not_found("Queued ingestion operation", text);
        let id = operation_of(text).ok_or_else(not_found)?;
        match scope.app.queued_operation(id).await {
            Ok(status) => statuses.push(status),
            Err(_) => {
                let records = scope.app.queued_source(SourceId(id.0)).await?;
                if records.is_empty() {
                    return Err(not_found());
                }
                statuses.push(QueuedOperationStatus::of(id, records));
            }
        }
    }
    Ok(statuses)
}

/// Operations, the one that changed last first; with `details` also sources that belong to none.
async fn all(scope: &CommandScope, details: bool) -> Result<Vec<QueuedOperationStatus>, AppError> {
    let mut by_operation: BTreeMap<Option<OperationId>, Vec<SourceRecord>> = BTreeMap::new();
    for record in scope.app.queued_sources().await? {
        by_operation.entry(record.operation).or_default().push(record);
    }
    let kept = by_operation.into_iter().filter(|(operation, _)| details || operation.is_some());
    let mut statuses: Vec<_> = kept
        .map(|(operation, records)| QueuedOperationStatus::of(operation.unwrap_or(OperationId(Uuid::nil())), records))
        .collect();
    statuses.sort_by_key(|status| std::cmp::Reverse(status.updated_on));
    Ok(statuses)
}

/// Gives up what is not being ingested yet, and answers with where the operation is then.
pub(super) async fn cancel(scope: &CommandScope, id: &str) -> Result<CommandTable, AppError> {
    let not_found = || AppError::entity_not_found("Queued ingestion operation", id);
    let status = scope.app.cancel_queued(operation_of(id).ok_or_else(not_found)?).await?;
    Ok(CommandTable::new(&COLUMNS).with(summary(&status)))
}

fn summary(status: &QueuedOperationStatus) -> Vec<Scalar> {
    let first = status.records.first();
    let reason = status.records.iter().find_map(|record| record.failure.as_ref());
    vec![
        status.operation.to_string().into(),
        status.started_on.into(),
        status.updated_on.into(),
        state(status).into(),
        count(status.records.len() as u64),
        count(status.in_progress),
        count(status.canceled),
        count(status.succeeded),
        count(status.failed),
        reason.map_or("", |failure| failure.details.as_str()).into(),
        first.map_or("", |record| record.database.as_str()).into(),
        first.map_or("", |record| record.table.as_str()).into(),
    ]
}

const fn state(status: &QueuedOperationStatus) -> &'static str {
    if status.canceled > 0 {
        "Canceled"
    } else if status.in_progress > 0 {
        "InProgress"
    } else if status.failed > 0 {
        "Failed"
    } else {
        "Completed"
    }
}

fn detail(record: &SourceRecord) -> Vec<Scalar> {
    let failure = record.failure.as_ref();
    let batch = record.batch.as_ref();
    let extents: Vec<Value> = record.extents.iter().map(|extent| extent.to_string().into()).collect();
    let no_guid = Scalar::Null(ScalarType::Guid);
    let no_count = Scalar::Null(ScalarType::Long);
    vec![
        record.operation.map(|operation| operation.to_string()).unwrap_or_default().into(),
        record.path.as_str().into(),
        status_name(record.state).into(),
        record.received_on.into(),
        optional_datetime(completed_on(record)),
        failure.map_or("", |failure| failure.details.as_str()).into(),
        guid(record.source.0),
        record.database.as_str().into(),
        record.table.as_str().into(),
        record.updated_on.into(),
        count(u64::from(record.attempts)),
        count(record.raw_bytes),
        failure.map_or("", |failure| failure.error_code.as_str()).into(),
        failure.map_or("", |failure| failure.status.as_str()).into(),
        batch.map_or(no_guid, |batch| guid(batch.id)),
        batch.map_or("", |batch| batch.seal_reason.as_str()).into(),
        optional_datetime(batch.map(|batch| batch.sealed_on)),
        batch.map_or(no_count.clone(), |batch| count(batch.items)),
        batch.map_or(no_count, |batch| count(batch.raw_bytes)),
        count(record.rows),
        dynamic(&Value::Array(extents)),
    ]
}

fn completed_on(record: &SourceRecord) -> Option<DateTime> {
    record.state.is_terminal().then_some(record.updated_on)
}

/// The service says `Pending` for what waits.
const fn status_name(state: SourceState) -> &'static str {
    match state {
        SourceState::Queued => "Pending",
        other => other.name(),
    }
}
