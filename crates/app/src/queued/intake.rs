//! Receiving messages, sealing batches, handing them to their runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use calypso_batching::{BatchKey, BatchLimits, Item};
use calypso_catalog::{SourceRecord, SourceRecordFilter, SourceState};
use calypso_model::{ClusterState, EffectivePolicies, OperationId, SourceId, policy::IngestionBatchingPolicy};
use calypso_protocol::IngestionMessage;
use calypso_sources::SourceUri;
use calypso_staging::{MESSAGES_PER_CALL_MAX, Message};
use calypso_types::{DateTime, TimeSpan};
use futures::{StreamExt as _, future::join_all, stream};
use parking_lot::Mutex;
use tokio::{sync::watch, task::JoinSet};

use super::{QueuedSource, batch_run, report, run_slot::RunSlot, upkeep::MESSAGE_LIFETIME};
use crate::{App, error_sources, ingestion::IngestionFailure};

/// How many times its compressed size a source of unknown raw size is taken for, as the service estimates.
const COMPRESSION_ESTIMATE: u64 = 11;
/// First bytes of gzip and zip.
const COMPRESSED: [&[u8]; 2] = [b"\x1f\x8b", b"PK"];
/// Messages taken before batches are sealed and handed out again.
const MESSAGES_PER_ROUND_MAX: usize = 2_048;
/// Ends of names of compressed sources; the columns of the last ones are compressed within.
const COMPRESSED_NAMES: [&str; 5] = [".gz", ".zip", ".parquet", ".orc", ".avro"];
/// How long the question for the size of a source may take; other messages wait for it.
const SIZE_TIME_MAX: Duration = Duration::from_secs(5);
/// Messages whose hiding is extended at the same time.
const EXTENSIONS_AT_ONCE: usize = 32;

/// Receives, seals and hands out until told to stop, then waits for the runs under way.
pub(super) async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    let mut runs = JoinSet::new();
    let mut poll = tokio::time::interval(app.queued.settings.poll_interval);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = told_to_stop(&mut stopped) => break,
            _ = poll.tick() => {
                if receive(&app).await {
                    poll.reset_immediately();
                }
            }
            () = app.queued.wake.notified() => {}
            // The run's own end is seen to by what it reports.
            Some(_) = runs.join_next(), if !runs.is_empty() => {}
        }
        seal(&app);
        hand_out(&app, &mut runs);
    }
    while runs.join_next().await.is_some() {}
}

pub(super) async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    // Whoever would tell has gone: that is a stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Takes messages while there are any and there is room; says whether there may be more.
async fn receive(app: &App) -> bool {
    let queued = &app.queued;
    for _ in 0..MESSAGES_PER_ROUND_MAX / MESSAGES_PER_CALL_MAX {
        if queued.state.lock().held.len() >= queued.settings.sources_max {
            return false;
        }
        let messages = match queued.staging.ready_queue().receive(MESSAGES_PER_CALL_MAX, queued.settings.hidden).await {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!(%error, "the queue of ingestion messages cannot be read; trying again");
                return false;
            }
        };
        let last = messages.len() < MESSAGES_PER_CALL_MAX;
        queued.statistics.lock().received += messages.len() as u64;
        // Sizes may have to be asked for; messages keep their order.
        let read = join_all(messages.into_iter().map(|received| read(app, received))).await;
        for (received, message, raw_bytes) in read {
            admit(app, received, message, raw_bytes).await;
        }
        if last {
            return false;
        }
    }
    true
}

/// What a received message says, or why it cannot be read.
type Parsed = Result<IngestionMessage, String>;

/// Reads a message; returns it with the bytes of its source's data before compression.
async fn read(app: &App, received: Message) -> (Message, Parsed, u64) {
    let message = IngestionMessage::parse(&received.text).map_err(|error| error.to_string());
    let raw_bytes = match &message {
        Ok(message) => raw_bytes(app, message, app.clock.now()).await,
        Err(_) => 0,
    };
    (received, message, raw_bytes)
}

/// Puts a message's source into its batch, or sets the message aside.
async fn admit(app: &App, received: Message, message: Parsed, raw_bytes: u64) {
    let message = match message {
        Ok(message) => message,
        Err(reason) => return set_aside(app, &received, &reason).await,
    };
    let now = app.clock.now();
    let receipts = received.dequeue_count;
    let before = if receipts > 1 { record_before(app, &message).await } else { None };
    let was_interrupted = before.as_ref().is_some_and(|record| record.state == SourceState::InProgress);
    let interruptions = before.map_or(0, |record| record.interruptions) + u32::from(was_interrupted);
    let source = {
        let mut state = app.queued.state.lock();
        let number = state.next_number;
        state.next_number += 1;
        let source = Arc::new(QueuedSource {
            number,
            message,
            receipt: Mutex::new(received.receipt),
            hidden_on: Mutex::new(now),
            lost: AtomicBool::new(false),
            received_on: received.inserted_on,
            raw_bytes,
            attempts: AtomicU32::new(0),
            interruptions,
        });
        state.held.insert(number, source.clone());
        source
    };
    if interruptions > app.queued.settings.interruptions_max {
        let details = format!("The service ended {interruptions} times while the source was being ingested.");
        return report::set_aside(app, &source, &details).await;
    }
    if was_canceled(app, &source).await {
        return report::canceled(app, &[source]).await;
    }
    if receipts > 1 && was_ingested_long_ago(app, &source, now).await {
        return report::duplicate(app, &source).await;
    }
    // One that was interrupted waits again: whatever ends the process now, it is not the reason.
    if (was_interrupted || receipts <= 1 && source.operation().is_none())
        && let Err(error) = app.queued.log.put(vec![source.record(SourceState::Queued, now)]).await
    {
        error_sources::log(&error);
    }
    // A message that comes back has waited, in this process or in one before it.
    let waits_since = (receipts > 1).then_some(source.received_on);
    add(app, source, waits_since);
}

/// Puts a source into its batch. One that `waits_since` then waits no longer than it must.
fn add(app: &App, source: Arc<QueuedSource>, waits_since: Option<DateTime>) {
    let catalog = app.catalog.snapshot();
    let key = BatchKey {
        database: source.message.database.clone(),
        table: source.message.table.clone(),
        properties: source.batch_properties(),
    };
    let limits = limits(app, &catalog, &key);
    // Where there is nothing to batch for, the failure is told soon.
    let homeless = catalog.table(&key.database, &key.table).is_none();
    let now = app.clock.now();
    let hurries = homeless || source.message.flush_immediately;
    let item = Item {
        raw_bytes: source.raw_bytes,
        flush_since: waits_since.or(hurries.then_some(now)),
        alone: source.alone(),
        content: source,
        key,
    };
    let mut state = app.queued.state.lock();
    if let Some(batch) = state.batcher.add(item, limits, now) {
        note_sealed(app, &batch);
        state.turns.push(batch);
    }
}

/// A message that nobody can read has nobody to be told of it but the operator.
async fn set_aside(app: &App, received: &Message, reason: &str) {
    tracing::warn!(reason, "an ingestion message cannot be read and is set aside");
    app.queued.statistics.lock().set_aside += 1;
    app.failures.note(IngestionFailure {
        operation: calypso_model::OperationId(app.ids.next_id()),
        operation_kind: "DataIngestPull".to_owned(),
        database: String::new(),
        table: String::new(),
        failed_on: app.clock.now(),
        source_path: String::new(),
        details: format!("The ingestion message {} cannot be read: {reason}.", received.receipt.message),
        permanent: true,
        activity_id: app.ids.next_id(),
        error_code: "BadRequest_CorruptedMessage".to_owned(),
        principal: String::new(),
        user: String::new(),
        properties: String::new(),
        sources: 1,
        from_update_policy: false,
    });
    if let Err(error) = app.queued.staging.ready_queue().delete(&received.receipt).await {
        tracing::warn!(%error, "a message that was set aside comes back");
    }
}

/// Returns the bytes of the data before compression: as told, else estimated from what lies there, else 0.
async fn raw_bytes(app: &App, message: &IngestionMessage, now: DateTime) -> u64 {
    if let Some(bytes) = message.raw_data_size {
        return bytes;
    }
    let blob = match app.queued.staging.own_blob(&message.blob_path, now).await {
        Ok(Some(blob)) => blob,
        Ok(None) => return raw_bytes_elsewhere(app, &message.blob_path).await,
        Err(_) => return 0,
    };
    let path = blob.path.clone();
    let compressed = tokio::task::spawn_blocking(move || {
        let mut first = [0; 2];
        let read = std::fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut first));
        read.is_ok() && COMPRESSED.contains(&first.as_slice())
    });
    let factor = if compressed.await.unwrap_or(false) { COMPRESSION_ESTIMATE } else { 1 };
    blob.bytes.saturating_mul(factor)
}

/// Returns what is known of the source of a message that was received before.
async fn record_before(app: &App, message: &IngestionMessage) -> Option<SourceRecord> {
    let filter = SourceRecordFilter {
        source: Some(SourceId(message.id)),
        operation: message.operation.map(OperationId),
        database: Some(message.database.clone()),
        table: Some(message.table.clone()),
        ..SourceRecordFilter::default()
    };
    app.queued.log.records(&filter, 1).await.ok()?.into_iter().next()
}

/// Asks the storage that has the source for its size; what goes wrong shows when it is ingested.
async fn raw_bytes_elsewhere(app: &App, uri: &str) -> u64 {
    let Ok(uri) = SourceUri::parse(uri) else { return 0 };
    let Ok(Ok(info)) = tokio::time::timeout(SIZE_TIME_MAX, app.sources.stat(&uri)).await else { return 0 };
    let name = uri.file_name().to_ascii_lowercase();
    let factor = if COMPRESSED_NAMES.iter().any(|end| name.ends_with(end)) { COMPRESSION_ESTIMATE } else { 1 };
    info.raw_bytes.or(info.bytes.map(|bytes| bytes.saturating_mul(factor))).unwrap_or(0)
}

async fn was_canceled(app: &App, source: &QueuedSource) -> bool {
    let Some(operation) = source.operation() else { return false };
    let filter = SourceRecordFilter {
        source: Some(source.id()),
        operation: Some(operation),
        states: vec![SourceState::Canceled],
        ..SourceRecordFilter::default()
    };
    app.queued.log.records(&filter, 1).await.is_ok_and(|records| !records.is_empty())
}

/// A client may let its messages live longer than the catalog remembers their sources: the log remembers longer.
async fn was_ingested_long_ago(app: &App, source: &QueuedSource, now: DateTime) -> bool {
    if now.since(source.received_on) < MESSAGE_LIFETIME {
        return false;
    }
    let filter = SourceRecordFilter {
        source: Some(source.id()),
        database: Some(source.message.database.clone()),
        table: Some(source.message.table.clone()),
        states: vec![SourceState::Succeeded, SourceState::PartiallySucceeded],
        ..SourceRecordFilter::default()
    };
    app.queued.log.records(&filter, 1).await.is_ok_and(|records| !records.is_empty())
}

/// Seals what is due and puts back what has waited for another attempt.
fn seal(app: &App) {
    let now = app.clock.now();
    let due = app.queued.state.lock().retries.due(now);
    for source in due {
        add(app, source, Some(now));
    }
    let catalog = app.catalog.snapshot();
    let mut state = app.queued.state.lock();
    let mut sealed = state.batcher.seal_due(now, |key| limits(app, &catalog, key));
    if state.held.len() >= app.queued.settings.sources_max && state.turns.batches() == 0 {
        sealed.extend(state.batcher.seal_largest());
    }
    for batch in sealed {
        note_sealed(app, &batch);
        state.turns.push(batch);
    }
}

fn note_sealed(app: &App, batch: &super::Batch) {
    let mut statistics = app.queued.statistics.lock();
    let count = statistics.sealed.entry(batch.reason.name()).or_default();
    count.batches += 1;
    count.items += batch.items.len() as u64;
    count.raw_bytes += batch.raw_bytes;
}

/// Returns when a batch is full: the table's policy, else the database's, else the server's default.
fn limits(app: &App, catalog: &ClusterState, key: &BatchKey) -> BatchLimits {
    let database = catalog.database(&key.database);
    let table = database.and_then(|database| database.tables.get(&key.table));
    let set = match (database, table) {
        (Some(database), Some(table)) => {
            EffectivePolicies::of_table(&table.policies, &database.policies, &catalog.policies)
                .ingestion_batching_set()
                .cloned()
        }
        _ => None,
    };
    let policy = set.unwrap_or_else(|| IngestionBatchingPolicy {
        maximum_batching_time_span: app.queued.settings.batching_time_default,
        ..IngestionBatchingPolicy::default()
    });
    BatchLimits::from(&policy)
}

/// Begins the runs there is room for.
fn hand_out(app: &App, runs: &mut JoinSet<()>) {
    loop {
        let (batch, slot) = {
            let mut state = app.queued.state.lock();
            if !state.runs.has_room(app.queued.settings.batches_at_once) {
                return;
            }
            let Some(batch) = state.turns.pop() else { return };
            (batch, RunSlot::take(app, &mut state.runs))
        };
        let app = app.clone();
        runs.spawn(async move { batch_run::run(&app, batch, slot).await });
    }
}

/// Keeps the messages hidden whose sources wait or are being ingested.
pub(super) async fn keep_hidden(app: App, mut stopped: watch::Receiver<bool>) {
    let hidden = app.queued.settings.hidden;
    let mut tick = tokio::time::interval(hidden / 4);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = told_to_stop(&mut stopped) => return,
            _ = tick.tick() => {}
        }
        let before = app.clock.now().0 - TimeSpan::from_ticks((hidden.as_nanos() / 200) as i64).0;
        let held: Vec<_> = app.queued.state.lock().held.values().cloned().collect();
        let due = held.into_iter().filter(|source| source.hidden_on.lock().0 <= before);
        stream::iter(due).for_each_concurrent(EXTENSIONS_AT_ONCE, |source| extend(&app, source)).await;
    }
}

async fn extend(app: &App, source: Arc<QueuedSource>) {
    let receipt = source.receipt.lock().clone();
    let now = app.clock.now();
    match app.queued.staging.ready_queue().extend(&receipt, app.queued.settings.hidden).await {
        Ok(receipt) => {
            *source.receipt.lock() = receipt;
            *source.hidden_on.lock() = now;
        }
        Err(calypso_staging::Error::NotFound { .. }) => source.lost.store(true, Ordering::Relaxed),
        Err(error) => tracing::warn!(%error, "a message may come back before its source is ingested"),
    }
}
