//! Each rule of managed streaming against a scripted engine and a queue that remembers.

mod deadlines;
mod fall_back;
mod retries;
mod sizes;

use std::sync::Arc;

use calypso_clock::{ManualClock, SeededIds};
use calypso_types::{DateTime, TimeSpan};
use futures::{StreamExt as _, TryStreamExt as _};
use parking_lot::Mutex;

use super::*;
use crate::{
    IngestClientOptions, IngestionStatus, OperationStatus, StatusReader,
    scripted_service::{ScriptedService, Step},
    timing::Sleep,
};

const ID: Uuid = Uuid::from_u128(0x0c3e_2a5f_7d1b_4f0a_9d2e_5b6a_7c8d_9e0f);

/// What came to the queue.
#[derive(Debug, Clone)]
struct Queued {
    source_id: Option<Uuid>,
    name: Option<String>,
    format: DataFormat,
    raw_size: Option<u64>,
    /// Decompressed; the URL of a blob.
    text: String,
}

/// A queued client that keeps what it is given.
#[derive(Debug, Default)]
struct Queue(Mutex<Vec<Queued>>);

#[derive(Debug)]
struct Pending(Uuid);

#[async_trait]
impl StatusReader for Pending {
    async fn status(&self) -> Result<IngestionStatus, Error> {
        Ok(IngestionStatus::new(self.0, OperationStatus::Pending))
    }

    async fn wait(&self, deadline: Duration) -> Result<IngestionStatus, Error> {
        Err(Error::Deadline { source_id: self.0, deadline })
    }

    fn blob_path(&self) -> Option<&str> {
        None
    }
}

#[async_trait]
impl IngestClient for Queue {
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        let (source_id, raw_size) = (source.source_id(), source.raw_size());
        let (name, format) = (source.name().map(str::to_owned), source.effective_format(properties.format));
        let text = match source.as_blob() {
            Some((url, _)) => url.to_owned(),
            None => text_of(source, format).await?,
        };
        self.0.lock().push(Queued { source_id, name, format, raw_size, text });
        let id = source_id.unwrap_or_default();
        Ok(IngestionResult::queued(id, &properties.database, &properties.table, Arc::new(Pending(id))))
    }
}

async fn text_of(source: Source, format: DataFormat) -> Result<String, Error> {
    let mut payload = OpenedSource::open(source).await?.into_payload(format);
    let bytes = payload.take_chunks().try_collect::<Vec<Bytes>>().await?.concat();
    if payload.compression == Compression::None {
        return Ok(String::from_utf8(bytes).unwrap());
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut text).unwrap();
    Ok(text)
}

/// A client whose waits pass at once and are noted.
struct Bench {
    engine: ScriptedService,
    client: ManagedStreamingIngestClient,
    queue: Arc<Queue>,
    clock: Arc<ManualClock>,
    waits: Arc<Mutex<Vec<Duration>>>,
}

/// Waits longer than this never end: they are deadlines.
const WAIT_MAX: Duration = Duration::from_secs(60);

impl Bench {
    async fn new(script: impl IntoIterator<Item = Step>) -> Self {
        let engine = ScriptedService::start(script).await;
        let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let waits = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&waits);
        let sleep: Sleep = Arc::new(move |wait| {
            noted.lock().push(wait);
            if wait > WAIT_MAX { Box::pin(std::future::pending()) } else { Box::pin(std::future::ready(())) }
        });
        let options = IngestClientOptions::new()
            .with_clock(Arc::clone(&clock) as _)
            .with_ids(Arc::new(SeededIds::new(1)))
            .with_sleep(move |wait| sleep(wait));
        let streaming = StreamingIngestClient::with_options(engine.url.as_str(), options).unwrap();
        let queue = Arc::new(Queue::default());
        let client = ManagedStreamingIngestClient::from_clients(streaming, Arc::clone(&queue) as _);
        Self { engine, client, queue, clock, waits }
    }

    async fn ingest(&self, source: Source) -> Result<IngestionResult, Error> {
        self.client.ingest(source.with_source_id(ID), &properties()).await
    }

    /// Returns the ids of the requests, in order.
    fn ids(&self) -> Vec<String> {
        self.engine.received().iter().map(|request| request.id().to_owned()).collect()
    }

    fn queued(&self) -> Vec<Queued> {
        self.queue.0.lock().clone()
    }

    fn advance(&self, seconds: i64) {
        self.clock.advance(TimeSpan(seconds * 10_000_000));
    }
}

fn properties() -> IngestionProperties {
    IngestionProperties::new("db", "T")
}

/// Returns the ids of the first `count` attempts.
fn attempts(count: usize) -> Vec<String> {
    (0..count).map(|attempt| format!("KRC.executeManagedStreamingIngest;{ID};{attempt}")).collect()
}

fn throttled() -> Step {
    Step::refusal(429, "TooManyRequests", "Too many requests", false)
}

fn unavailable() -> Step {
    Step::refusal(503, "General_InternalServerError", "Try again", false)
}

fn policy_off() -> Step {
    let text = "Streaming ingestion policy is not enabled on the table or database";
    Step::refusal(400, "BadRequest_StreamingIngestionPolicyNotEnabled", text, true)
}
