//! A staging account in memory, whose calls fail when told to.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    time::Duration,
};

use async_trait::async_trait;
use calypso_staging::{
    Entity, Error, Message, MessageQueue, Origin, Receipt, Resource, ResourceKind, StagedBlob, StagingAccount,
};
use calypso_types::DateTime;
use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::sync::Notify;

/// Blobs are `https://mem/<name>`.
const SCHEME: &str = "https://mem/";

#[derive(Default)]
pub(crate) struct MemoryQueue {
    messages: Mutex<BTreeMap<u64, (String, bool, u32)>>,
    next: Mutex<u64>,
    changed: Notify,
}

impl MemoryQueue {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.messages.lock().values().map(|(text, _, _)| text.clone()).collect()
    }

    /// Adds a message that was received `receipts` times already and is visible again.
    pub(crate) fn put_received(&self, text: String, receipts: u32) {
        let mut next = self.next.lock();
        *next += 1;
        self.messages.lock().insert(*next, (text, false, receipts));
    }

    /// Takes every message away, as their expiry does.
    pub(crate) fn expire(&self) {
        self.messages.lock().clear();
    }

    /// Makes what was received and not deleted visible again, as a restart would.
    pub(crate) fn come_back(&self) {
        self.messages.lock().values_mut().for_each(|message| message.1 = false);
    }

    /// Waits until the queue has `count` messages.
    pub(crate) async fn reaches(&self, count: usize) {
        loop {
            let changed = self.changed.notified();
            if self.messages.lock().len() == count {
                return;
            }
            changed.await;
        }
    }
}

#[async_trait]
impl MessageQueue for MemoryQueue {
    async fn put(&self, text: String) -> Result<(), Error> {
        let mut next = self.next.lock();
        *next += 1;
        self.messages.lock().insert(*next, (text, false, 0));
        self.changed.notify_waiters();
        Ok(())
    }

    async fn receive(&self, count: usize, _: Duration) -> Result<Vec<Message>, Error> {
        let mut messages = self.messages.lock();
        let visible = messages.iter_mut().filter(|(_, message)| !message.1).take(count);
        let received = visible.map(|(id, message)| {
            message.1 = true;
            message.2 += 1;
            Message {
                receipt: Receipt { message: id.to_string(), pop: String::new() },
                inserted_on: DateTime::parse("2026-01-02T03:04:05Z").unwrap(),
                dequeue_count: message.2,
                text: message.0.clone(),
            }
        });
        Ok(received.collect())
    }

    async fn extend(&self, receipt: &Receipt, _: Duration) -> Result<Receipt, Error> {
        Ok(receipt.clone())
    }

    async fn delete(&self, receipt: &Receipt) -> Result<(), Error> {
        let removed = self.messages.lock().remove(&receipt.message.parse().unwrap());
        self.changed.notify_waiters();
        removed.map(drop).ok_or(Error::NotFound { what: "message" })
    }

    async fn count(&self) -> Result<u64, Error> {
        Ok(self.messages.lock().len() as u64)
    }
}

pub(crate) struct MemoryStaging {
    pub(crate) ready: MemoryQueue,
    pub(crate) failed: MemoryQueue,
    pub(crate) successful: MemoryQueue,
    pub(crate) statuses: Mutex<HashMap<(String, String), Entity>>,
    /// How many more times opening a blob fails for a passing reason.
    pub(crate) blob_failures: Mutex<u32>,
    dir: TempDir,
}

impl MemoryStaging {
    pub(crate) fn new() -> Self {
        Self {
            ready: MemoryQueue::default(),
            failed: MemoryQueue::default(),
            successful: MemoryQueue::default(),
            statuses: Mutex::default(),
            blob_failures: Mutex::new(0),
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// Stages a blob and returns its URI.
    pub(crate) fn stage(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        format!("{SCHEME}{name}?sig=secret")
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn own(&self, uri: &str) -> Option<PathBuf> {
        Some(self.path(uri.strip_prefix(SCHEME)?.split('?').next()?))
    }
}

#[async_trait]
impl StagingAccount for MemoryStaging {
    async fn resources(&self, origin: &Origin, _: DateTime) -> Result<Vec<Resource>, Error> {
        let resource = |kind: ResourceKind| Resource {
            kind,
            url: format!("{}://{}:{}/mem/{kind:?}?sig=secret", origin.scheme, origin.host, origin.port),
        };
        let kinds = [
            ResourceKind::TempStorage,
            ResourceKind::ReadyForAggregationQueue,
            ResourceKind::FailedIngestionsQueue,
            ResourceKind::SuccessfulIngestionsQueue,
            ResourceKind::StatusTable,
            ResourceKind::ExportContainer,
        ];
        Ok(kinds.map(resource).to_vec())
    }

    fn ready_queue(&self) -> &dyn MessageQueue {
        &self.ready
    }

    fn failed_queue(&self) -> &dyn MessageQueue {
        &self.failed
    }

    fn successful_queue(&self) -> &dyn MessageQueue {
        &self.successful
    }

    async fn merge_status(&self, partition_key: &str, row_key: &str, properties: Entity) -> Result<(), Error> {
        let key = (partition_key.to_owned(), row_key.to_owned());
        self.statuses.lock().entry(key).or_default().extend(properties);
        Ok(())
    }

    async fn own_blob(&self, uri: &str, _: DateTime) -> Result<Option<StagedBlob>, Error> {
        let Some(path) = self.own(uri) else { return Ok(None) };
        let failures = &mut *self.blob_failures.lock();
        if *failures > 0 {
            *failures -= 1;
            return Err(Error::Unavailable { what: "the blob", source: "told to fail".into() });
        }
        let metadata = std::fs::metadata(&path).map_err(|_| Error::NotFound { what: "blob" })?;
        Ok(Some(StagedBlob { path, bytes: metadata.len() }))
    }

    async fn delete_blob(&self, uri: &str) -> Result<(), Error> {
        if let Some(path) = self.own(uri) {
            std::fs::remove_file(path).unwrap();
        }
        Ok(())
    }
}
