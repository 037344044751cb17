//! A source whose message this process holds.

use std::sync::atomic::{AtomicBool, AtomicU32};

use calypso_batching::SealReason;
use calypso_catalog::{SourceRecord, SourceState};
use calypso_model::{OperationId, SourceId};
use calypso_protocol::IngestionMessage;
use calypso_staging::Receipt;
use calypso_types::DateTime;
use parking_lot::Mutex;

use crate::ingestion::INGEST_BY;

/// Who posted the message. It says nothing of how data is ingested: sources that differ in it may share a batch.
pub(super) const AUTHORIZATION_CONTEXT: &str = "authorizationcontext";

/// See the file's header.
#[derive(Debug)]
pub(crate) struct QueuedSource {
    pub(super) number: u64,
    pub(super) message: IngestionMessage,
    pub(super) receipt: Mutex<Receipt>,
    /// When the receipt was last made good for another while.
    pub(super) hidden_on: Mutex<DateTime>,
    /// Somebody else has the message now: what comes of the source is theirs to tell.
    pub(super) lost: AtomicBool,
    pub(super) received_on: DateTime,
    pub(super) raw_bytes: u64,
    pub(super) attempts: AtomicU32,
    /// How often the process ended while it was being ingested.
    pub(super) interruptions: u32,
}

impl QueuedSource {
    pub(super) fn id(&self) -> SourceId {
        SourceId(self.message.id)
    }

    /// Returns the tracked operation that posted the source.
    pub(super) fn operation(&self) -> Option<OperationId> {
        self.message.operation.map(OperationId)
    }

    /// Returns the URI without its secrets.
    pub(super) fn location(&self) -> String {
        calypso_sources::location(&self.message.blob_path)
    }

    /// Returns the properties that decide which sources may share a batch, in one spelling.
    pub(super) fn batch_properties(&self) -> String {
        let kept = self.message.properties.iter().filter(|(name, _)| *name != AUTHORIZATION_CONTEXT);
        serde_json::Value::Object(kept.map(|(name, value)| (name.clone(), value.clone().into())).collect()).to_string()
    }

    /// Returns why the source must have a batch of its own.
    pub(super) fn alone(&self) -> Option<SealReason> {
        let property = |name: &str| self.message.properties.get(name).filter(|value| !value.is_empty());
        if property("ingestifnotexists").is_some_and(|value| value.trim() != "[]") {
            return Some(SealReason::SingleBlobIngestIfNotExists);
        }
        if property("tags").is_some_and(|tags| tags.contains(INGEST_BY)) {
            return Some(SealReason::SingleBlobIngestByTag);
        }
        (self.raw_bytes == 0).then_some(SealReason::SingleBlobSizeUnknown)
    }

    /// Returns the record of the source in `state`.
    pub(super) fn record(&self, state: SourceState, now: DateTime) -> SourceRecord {
        SourceRecord {
            source: self.id(),
            database: self.message.database.clone(),
            table: self.message.table.clone(),
            operation: self.operation(),
            path: self.location(),
            state,
            received_on: self.received_on,
            updated_on: now,
            raw_bytes: self.raw_bytes,
            attempts: self.attempts.load(std::sync::atomic::Ordering::Relaxed),
            interruptions: self.interruptions,
            batch: None,
            extents: Vec::new(),
            rows: 0,
            failure: None,
        }
    }
}
