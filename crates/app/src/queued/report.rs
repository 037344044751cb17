//! Telling what became of sources: in the log, to the client's queues and table, and by letting go of the message.
//!
//! In this order, so that a crash in between tells again rather than never.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use calypso_catalog::{SourceBatchRecord, SourceFailure, SourceRecord, SourceState};
use calypso_model::OperationId;
use calypso_protocol::{FailureNotice, FailureStatus, IngestionNotice, IngestionStatus};
use calypso_staging::{Entity, EntityValue};
use calypso_types::DateTime;
use futures::{StreamExt as _, stream};
use uuid::Uuid;

use super::{QueuedSource, batch_run::Outcome, source::AUTHORIZATION_CONTEXT};
use crate::{App, AppError, AppErrorKind, error_sources, ingestion::IngestionFailure};

/// Sources that are told of at the same time.
const REPORTS_AT_ONCE: usize = 32;
/// When a client is told again that could not be told.
const RETELL_AFTER: Duration = Duration::from_secs(30);
/// The code of a source that was tried often enough.
pub(super) const EXHAUSTED: &str = "General_RetryAttemptsExceeded";

/// Tells the outcomes of a batch; sources that may be tried again are put back.
pub(super) async fn run(app: &App, sources: Vec<Arc<QueuedSource>>, outcomes: Vec<Outcome>, batch: &SourceBatchRecord) {
    let now = app.clock.now();
    let mut ended = Vec::with_capacity(sources.len());
    let mut records = Vec::with_capacity(sources.len());
    for (source, outcome) in sources.into_iter().zip(outcomes) {
        let attempts = source.attempts.load(Ordering::Relaxed);
        let outcome = exhausted(app, outcome, attempts);
        let mut record = record(&source, &outcome, now);
        record.batch = Some(batch.clone());
        records.push(record.clone());
        if let Outcome::Failed(error) = &outcome
            && !error.permanent
        {
            tracing::info!(source = %source.id(), code = %error.code, attempts, "an ingestion will be tried again");
            app.queued.statistics.lock().retried += 1;
            let first_wait = app.queued.settings.retry_after;
            app.queued.state.lock().retries.push(source, first_wait, attempts, now);
            continue;
        }
        note(app, &source, &outcome, now);
        ended.push((source, record, outcome));
    }
    put(app, records).await;
    let tell = |(source, record, outcome): (Arc<QueuedSource>, SourceRecord, Outcome)| async move {
        tell(app, &source, &record, &outcome, now).await;
    };
    stream::iter(ended).for_each_concurrent(REPORTS_AT_ONCE, tell).await;
}

/// Ends a source whose message came too often.
pub(super) async fn set_aside(app: &App, source: &Arc<QueuedSource>, details: &str) {
    app.queued.statistics.lock().set_aside += 1;
    let error = AppError::coded(EXHAUSTED, details).with_permanent(true);
    end(app, source, Outcome::Failed(error)).await;
}

/// Ends a source whose data had been committed before.
pub(super) async fn duplicate(app: &App, source: &Arc<QueuedSource>) {
    end(app, source, Outcome::Duplicate).await;
}

/// Ends sources that nobody wants any more.
pub(super) async fn canceled(app: &App, sources: &[Arc<QueuedSource>]) {
    for source in sources {
        let error = AppError::new(
            AppErrorKind::Cancelled,
            "General_OperationCanceled",
            "Kusto.Data.Exceptions.KustoRequestCancelledException",
            "The queued ingestion was canceled.",
        );
        end(app, source, Outcome::Failed(error.with_permanent(true))).await;
    }
}

async fn end(app: &App, source: &Arc<QueuedSource>, outcome: Outcome) {
    let now = app.clock.now();
    let record = record(source, &outcome, now);
    note(app, source, &outcome, now);
    put(app, vec![record.clone()]).await;
    tell(app, source, &record, &outcome, now).await;
}

async fn put(app: &App, records: Vec<SourceRecord>) {
    if let Err(error) = app.queued.log.put(records).await {
        error_sources::log(&error);
    }
}

/// A failure that passes becomes one that stays when it has been tried often enough.
fn exhausted(app: &App, outcome: Outcome, attempts: u32) -> Outcome {
    match outcome {
        Outcome::Failed(error) if !error.permanent && attempts >= app.queued.settings.attempts_max => {
            let details = format!("Gave up after {attempts} attempts. {}: {}", error.code, error.message);
            Outcome::Failed(AppError::coded(EXHAUSTED, details).with_permanent(true))
        }
        outcome => outcome,
    }
}

fn failure_status(error: &AppError) -> FailureStatus {
    match error.code.as_ref() {
        EXHAUSTED => FailureStatus::Exhausted,
        _ if error.permanent => FailureStatus::Permanent,
        _ => FailureStatus::Transient,
    }
}

fn record(source: &QueuedSource, outcome: &Outcome, now: DateTime) -> SourceRecord {
    let state = match outcome {
        Outcome::Succeeded { policy_failure: Some(_), .. } => SourceState::PartiallySucceeded,
        Outcome::Succeeded { .. } | Outcome::Duplicate => SourceState::Succeeded,
        Outcome::Skipped => SourceState::Skipped,
        Outcome::Failed(error) if error.kind == AppErrorKind::Cancelled => SourceState::Canceled,
        Outcome::Failed(error) if error.permanent => SourceState::Failed,
        Outcome::Failed(_) => SourceState::Queued,
    };
    let mut record = source.record(state, now);
    if let Outcome::Succeeded { rows, extents, .. } = outcome {
        record.rows = *rows;
        record.extents.clone_from(extents);
    }
    record.failure = outcome.failure().map(|error| SourceFailure {
        error_code: error.code.clone().into_owned(),
        status: failure_status(error).name().to_owned(),
        details: error.message.clone(),
        from_update_policy: error.is_of_update_policy(),
    });
    record
}

/// Counts the outcome, and remembers a failure for `.show ingestion failures`.
fn note(app: &App, source: &QueuedSource, outcome: &Outcome, now: DateTime) {
    let mut statistics = app.queued.statistics.lock();
    match outcome {
        Outcome::Succeeded { rows, .. } => {
            statistics.succeeded += 1;
            statistics.rows += rows;
            statistics.raw_bytes += source.raw_bytes;
        }
        Outcome::Duplicate => statistics.duplicates += 1,
        Outcome::Skipped => statistics.skipped += 1,
        Outcome::Failed(error) if error.kind == AppErrorKind::Cancelled => statistics.canceled += 1,
        Outcome::Failed(error) => {
            *statistics.failed.entry(error.code.clone().into_owned()).or_default() += 1;
            drop(statistics);
            app.failures.note(failure(app, source, error, now));
        }
    }
}

fn failure(app: &App, source: &QueuedSource, error: &AppError, now: DateTime) -> IngestionFailure {
    IngestionFailure {
        operation: source.operation().unwrap_or_else(|| OperationId(app.ids.next_id())),
        operation_kind: "DataIngestPull".to_owned(),
        database: source.message.database.clone(),
        table: source.message.table.clone(),
        failed_on: now,
        source_path: source.location(),
        details: error.message.clone(),
        permanent: error.permanent,
        activity_id: source.message.id,
        error_code: error.code.clone().into_owned(),
        principal: principal(app, source, now),
        user: source.message.application.clone(),
        properties: source.batch_properties(),
        sources: 1,
        from_update_policy: error.is_of_update_policy(),
    }
}

/// Who posted the message: as the token in it says, if it is one of ours.
fn principal(app: &App, source: &QueuedSource, now: DateTime) -> String {
    let token = source.message.properties.get(AUTHORIZATION_CONTEXT);
    token.and_then(|token| app.identity_tokens.principal(token, now)).unwrap_or_default()
}

/// Tells the client what it asked to hear, then lets go of message and blob.
async fn tell(app: &App, source: &QueuedSource, record: &SourceRecord, outcome: &Outcome, now: DateTime) {
    let message = &source.message;
    let operation = source.operation().map_or(message.id, |operation| operation.0);
    let failure = outcome.failure();
    let succeeded = !matches!(outcome, Outcome::Failed(_));
    let level = message.report_level;
    let mut told = true;
    if message.report_method.by_queue() {
        // A source whose update policy failed has both to tell.
        if succeeded && level.tells_success() {
            told &= notify(app, source, None, operation, now).await;
        }
        if failure.is_some() && level.tells_failure() {
            told &= notify(app, source, failure, operation, now).await;
        }
    }
    // Whoever has made an entity waits for it, whatever the level.
    if message.report_method.by_table() || message.status_entity.is_some() {
        told &= update_entity(app, source, record, failure, operation, now).await;
    }
    if told {
        let_go(app, source, succeeded).await;
    } else {
        // The message comes back after a while; the data is recognised and only the telling is done again.
        let receipt = source.receipt.lock().clone();
        if let Err(error) = app.queued.staging.ready_queue().extend(&receipt, RETELL_AFTER).await {
            tracing::warn!(%error, "a message comes back later than meant");
        }
        app.queued.state.lock().held.remove(&source.number);
    }
}

async fn notify(app: &App, source: &QueuedSource, failed: Option<&AppError>, operation: Uuid, now: DateTime) -> bool {
    let notice = IngestionNotice {
        operation_id: operation,
        database: source.message.database.clone(),
        table: source.message.table.clone(),
        at: now,
        source_id: source.message.id,
        source_path: source.location(),
        root_activity_id: operation,
        failure: failed.map(|error| FailureNotice {
            details: error.message.clone(),
            error_code: error.code.clone().into_owned(),
            failure_status: failure_status(error),
            originates_from_update_policy: error.is_of_update_policy(),
            should_retry: !error.permanent,
        }),
    };
    let staging = &app.queued.staging;
    let queue = if failed.is_some() { staging.failed_queue() } else { staging.successful_queue() };
    match queue.put(notice.to_text()).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "a client could not be told of an ingestion; trying again later");
            error.is_permanent()
        }
    }
}

async fn update_entity(
    app: &App,
    source: &QueuedSource,
    record: &SourceRecord,
    failed: Option<&AppError>,
    operation: Uuid,
    now: DateTime,
) -> bool {
    let Some(key) = &source.message.status_entity else { return true };
    let status = match record.state {
        SourceState::Succeeded => IngestionStatus::Succeeded,
        SourceState::Skipped => IngestionStatus::Skipped,
        SourceState::PartiallySucceeded => IngestionStatus::PartiallySucceeded,
        SourceState::Queued | SourceState::InProgress => IngestionStatus::Queued,
        SourceState::Failed | SourceState::Canceled => IngestionStatus::Failed,
    };
    let text = |text: &str| EntityValue::String(text.to_owned());
    let message = &source.message;
    let mut entity = Entity::from([
        ("Status".to_owned(), text(status.name())),
        ("IngestionSourceId".to_owned(), text(&message.id.to_string())),
        ("IngestionSourcePath".to_owned(), text(&source.location())),
        ("Database".to_owned(), text(&message.database)),
        ("Table".to_owned(), text(&message.table)),
        ("UpdatedOn".to_owned(), EntityValue::DateTime(now)),
        ("OperationId".to_owned(), text(&operation.to_string())),
        ("ActivityId".to_owned(), text(&operation.to_string())),
        ("OriginatesFromUpdatePolicy".to_owned(), EntityValue::Bool(failed.is_some_and(AppError::is_of_update_policy))),
    ]);
    let (code, failure, details) = match failed {
        Some(error) => (error.code.as_ref(), failure_status(error), error.message.as_str()),
        None => ("Unknown", FailureStatus::Unknown, ""),
    };
    entity.insert("ErrorCode".to_owned(), text(code));
    entity.insert("FailureStatus".to_owned(), text(failure.name()));
    entity.insert("Details".to_owned(), text(details));
    match app.queued.staging.merge_status(&key.partition_key, &key.row_key, entity).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "a status entity could not be written; trying again later");
            error.is_permanent()
        }
    }
}

async fn let_go(app: &App, source: &QueuedSource, succeeded: bool) {
    let staging = &app.queued.staging;
    if succeeded
        && !source.message.retain_blob_on_success
        && let Err(error) = staging.delete_blob(&source.message.blob_path).await
    {
        tracing::warn!(%error, "a staged blob stays until it expires");
    }
    let receipt = source.receipt.lock().clone();
    if let Err(error) = staging.ready_queue().delete(&receipt).await {
        tracing::warn!(%error, "a message comes back although its source has ended");
    }
    app.queued.state.lock().held.remove(&source.number);
}
