//! What others ask of queued ingestion: to post sources, to say where they are, to give them up.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use calypso_catalog::{SourceRecord, SourceRecordFilter, SourceState};
use calypso_model::{OperationId, SourceId};
use calypso_protocol::{IngestionMessage, ReportLevel, ReportMethod};
use calypso_types::DateTime;
use futures::{TryStreamExt as _, stream};
use uuid::Uuid;

use super::{Queued, QueuedStatistics, report};
use crate::{App, AppError, ingestion::IngestionProperties};

/// Most records that one question about an operation answers.
const RECORDS_MAX: usize = 100_000;
/// Messages posted at the same time: they share a sync of the disk.
const POSTS_AT_ONCE: usize = 64;
/// The property that says when the data was created.
const CREATION_TIME: &str = "creationtime";

/// One blob of a submission.
#[derive(Clone)]
pub struct QueuedBlob {
    /// With its secrets: never log it.
    pub uri: String,
    pub source: SourceId,
    /// Bytes before compression, if the client knows.
    pub raw_bytes: Option<u64>,
    /// When its data was created, if that is known of this blob alone.
    pub created_on: Option<DateTime>,
}

/// Sources posted together by the REST API or a command.
pub struct QueuedSubmission {
    pub database: String,
    pub table: String,
    pub blobs: Vec<QueuedBlob>,
    /// Names in lower case, values as text; as in an ingestion message.
    pub properties: BTreeMap<String, String>,
    /// Ingest without waiting for the batching policy.
    pub skip_batching: bool,
    pub delete_after_download: bool,
    /// Whether the outcome can be asked for by operation.
    pub track: bool,
    pub application: String,
}

/// Where the sources of an operation are.
#[derive(Debug, Clone)]
pub struct QueuedOperationStatus {
    pub operation: OperationId,
    pub started_on: DateTime,
    pub updated_on: DateTime,
    pub succeeded: u64,
    pub failed: u64,
    pub in_progress: u64,
    pub canceled: u64,
    /// One per source.
    pub records: Vec<SourceRecord>,
}

impl QueuedOperationStatus {
    /// Returns the status of an operation with these records.
    pub(crate) fn of(operation: OperationId, records: Vec<SourceRecord>) -> Self {
        let count = |states: &[SourceState]| records.iter().filter(|r| states.contains(&r.state)).count() as u64;
        Self {
            operation,
            started_on: records.iter().map(|record| record.received_on).min().unwrap_or(DateTime::MIN),
            updated_on: records.iter().map(|record| record.updated_on).max().unwrap_or(DateTime::MIN),
            succeeded: count(&[SourceState::Succeeded, SourceState::Skipped, SourceState::PartiallySucceeded]),
            failed: count(&[SourceState::Failed]),
            in_progress: count(&[SourceState::Queued, SourceState::InProgress]),
            canceled: count(&[SourceState::Canceled]),
            records,
        }
    }
}

impl App {
    /// Queues sources; durable on return. Returns the operation to ask for, if it is tracked.
    ///
    /// # Errors
    /// When the table or the properties are wrong, or the staging account cannot be reached.
    pub async fn submit_queued(&self, submission: QueuedSubmission) -> Result<Option<OperationId>, AppError> {
        IngestionProperties::of_message(&submission.properties)?;
        let state = self.catalog.snapshot();
        let database = state.database(&submission.database);
        let database = database.ok_or_else(|| AppError::database_not_found(&submission.database))?;
        if !database.tables.contains_key(&submission.table) {
            return Err(AppError::table_not_found(&database.name, &submission.table));
        }
        let operation = submission.track.then(|| OperationId(self.ids.next_id()));
        let now = self.clock.now();
        let messages: Vec<IngestionMessage> =
            submission.blobs.iter().map(|blob| message(&submission, blob, operation, now)).collect();
        let records = messages.iter().map(|message| posted(message, operation, now)).collect();
        // The messages first: a crash in between leaves no record that nothing follows on. A record that a message has
        // left by then stays as it is.
        let post = |message: IngestionMessage| self.queued.staging.ready_queue().put(message.to_text());
        stream::iter(messages.into_iter().map(Ok)).try_for_each_concurrent(POSTS_AT_ONCE, post).await?;
        if operation.is_some() {
            self.queued.log.put_new(records).await?;
        }
        Ok(operation)
    }

    /// Says where the sources of a tracked operation are.
    ///
    /// # Errors
    /// When there is no such operation, or the log cannot be read.
    pub async fn queued_operation(&self, operation: OperationId) -> Result<QueuedOperationStatus, AppError> {
        let filter = SourceRecordFilter { operation: Some(operation), ..SourceRecordFilter::default() };
        let records = self.queued.log.records(&filter, RECORDS_MAX).await?;
        if records.is_empty() {
            return Err(AppError::entity_not_found("Queued ingestion operation", &operation.to_string()));
        }
        Ok(QueuedOperationStatus::of(operation, records))
    }

    /// Returns what is known of a source, wherever it was posted to.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn queued_source(&self, source: SourceId) -> Result<Vec<SourceRecord>, AppError> {
        let filter = SourceRecordFilter { source: Some(source), ..SourceRecordFilter::default() };
        Ok(self.queued.log.records(&filter, RECORDS_MAX).await?)
    }

    /// Returns what is known of every source of late, the latest change first.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn queued_sources(&self) -> Result<Vec<SourceRecord>, AppError> {
        Ok(self.queued.log.records(&SourceRecordFilter::default(), RECORDS_MAX).await?)
    }

    /// Gives up the sources of an operation that are not being ingested yet, and says where its sources are then.
    ///
    /// # Errors
    /// As [`Self::queued_operation`].
    pub async fn cancel_queued(&self, operation: OperationId) -> Result<QueuedOperationStatus, AppError> {
        let status = self.queued_operation(operation).await?;
        let removed = self.queued.remove(operation);
        report::canceled(self, &removed).await;
        // Those whose messages nobody has received yet: they are recognised when they come.
        let now = self.clock.now();
        let ours: Vec<SourceId> = removed.iter().map(|source| source.id()).collect();
        let held = self.queued.held_of(operation);
        let unreceived = status.records.into_iter().filter(|record| {
            record.state == SourceState::Queued && !ours.contains(&record.source) && !held.contains(&record.source)
        });
        let records =
            unreceived.map(|record| SourceRecord { state: SourceState::Canceled, updated_on: now, ..record }).collect();
        self.queued.log.put(records).await?;
        self.queued_operation(operation).await
    }

    /// Returns figures of queued ingestion.
    pub fn queued_statistics(&self) -> QueuedStatistics {
        let mut statistics = self.queued.statistics.lock().clone();
        let state = self.queued.state.lock();
        statistics.batching = state.batcher.items();
        statistics.waiting = state.turns.items();
        statistics.retrying = state.retries.len();
        statistics.held = state.held.len();
        statistics.running = state.runs.count();
        statistics.oldest = state.batcher.oldest();
        statistics
    }
}

impl Queued {
    fn remove(&self, operation: OperationId) -> Vec<Arc<super::QueuedSource>> {
        let mut state = self.state.lock();
        let wanted = |source: &Arc<super::QueuedSource>| source.operation() == Some(operation);
        let mut removed = state.batcher.remove(wanted);
        removed.extend(state.turns.remove(wanted));
        removed.extend(state.retries.remove(wanted));
        removed
    }

    /// Returns the sources whose messages this process holds.
    pub(super) fn held(&self) -> HashSet<SourceId> {
        self.state.lock().held.values().map(|source| source.id()).collect()
    }

    fn held_of(&self, operation: OperationId) -> Vec<SourceId> {
        let state = self.state.lock();
        state.held.values().filter(|source| source.operation() == Some(operation)).map(|source| source.id()).collect()
    }
}

/// Reads the id of an operation as clients write it.
pub(crate) fn operation_of(text: &str) -> Option<OperationId> {
    Uuid::parse_str(text.trim()).ok().map(OperationId)
}

fn message(
    submission: &QueuedSubmission,
    blob: &QueuedBlob,
    operation: Option<OperationId>,
    now: DateTime,
) -> IngestionMessage {
    let mut properties = submission.properties.clone();
    if let Some(created_on) = blob.created_on {
        properties.entry(CREATION_TIME.to_owned()).or_insert_with(|| created_on.to_string());
    }
    IngestionMessage {
        id: blob.source.0,
        blob_path: blob.uri.clone(),
        raw_data_size: blob.raw_bytes,
        database: submission.database.clone(),
        table: submission.table.clone(),
        retain_blob_on_success: !submission.delete_after_download,
        flush_immediately: submission.skip_batching,
        ignore_size_limit: false,
        report_level: ReportLevel::DoNotReport,
        report_method: ReportMethod::Queue,
        created_on: Some(now),
        properties,
        operation: operation.map(|operation| operation.0),
        status_entity: None,
        application: submission.application.clone(),
    }
}

fn posted(message: &IngestionMessage, operation: Option<OperationId>, now: DateTime) -> SourceRecord {
    SourceRecord {
        source: SourceId(message.id),
        database: message.database.clone(),
        table: message.table.clone(),
        operation,
        path: calypso_sources::location(&message.blob_path),
        state: SourceState::Queued,
        received_on: now,
        updated_on: now,
        raw_bytes: message.raw_data_size.unwrap_or(0),
        attempts: 0,
        interruptions: 0,
        batch: None,
        extents: Vec::new(),
        rows: 0,
        failure: None,
    }
}
