//! The open batches.

use std::collections::BTreeMap;

use calypso_model::policy::IngestionBatchingPolicy;
use calypso_types::{DateTime, TimeSpan};

use crate::{BatchKey, SealReason, SealedBatch};

/// When a batch is full, from the batching policy in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    pub time: TimeSpan,
    pub items: usize,
    pub raw_bytes: u64,
}

impl From<&IngestionBatchingPolicy> for BatchLimits {
    fn from(policy: &IngestionBatchingPolicy) -> Self {
        Self {
            time: policy.maximum_batching_time_span,
            items: policy.maximum_number_of_items as usize,
            raw_bytes: u64::from(policy.maximum_raw_data_size_mb) << 20,
        }
    }
}

/// An item on its way into a batch.
#[derive(Debug)]
pub struct Item<T> {
    pub key: BatchKey,
    pub raw_bytes: u64,
    /// Since when the item asks not to wait for the policy, if it does. In the past for an item that has waited before.
    pub flush_since: Option<DateTime>,
    /// The item gets a batch of its own for this reason.
    pub alone: Option<SealReason>,
    pub content: T,
}

#[derive(Debug)]
struct OpenBatch<T> {
    opened_on: DateTime,
    /// When somebody first asked for a flush.
    flush_wanted_on: Option<DateTime>,
    raw_bytes: u64,
    items: Vec<T>,
}

impl<T> OpenBatch<T> {
    const fn new(now: DateTime) -> Self {
        Self { opened_on: now, flush_wanted_on: None, raw_bytes: 0, items: Vec::new() }
    }

    fn seal(self, key: BatchKey, reason: SealReason) -> SealedBatch<T> {
        SealedBatch { key, reason, opened_on: self.opened_on, raw_bytes: self.raw_bytes, items: self.items }
    }
}

/// See the file's header.
#[derive(Debug)]
pub struct Batcher<T> {
    /// What asks not to wait is held this long, so that what is posted together is sealed together.
    gather: TimeSpan,
    open: BTreeMap<BatchKey, OpenBatch<T>>,
    /// Single-blob batches until their time has come, oldest first.
    alone: Vec<SealedBatch<T>>,
    items: usize,
}

impl<T> Batcher<T> {
    /// Returns a batcher without batches that holds items asking for a flush for `gather`.
    #[must_use]
    pub const fn new(gather: TimeSpan) -> Self {
        Self { gather, open: BTreeMap::new(), alone: Vec::new(), items: 0 }
    }

    /// Returns how many items are in batches that are not sealed.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }

    /// Returns the number of batches that are not sealed.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.open.len() + self.alone.len()
    }

    /// Returns when the oldest batch that is not sealed was opened.
    #[must_use]
    pub fn oldest(&self) -> Option<DateTime> {
        let open = self.open.values().map(|batch| batch.opened_on);
        open.chain(self.alone.iter().map(|batch| batch.opened_on)).min()
    }

    /// Puts an item into its batch, and returns the batch if the item filled it.
    pub fn add(&mut self, item: Item<T>, limits: BatchLimits, now: DateTime) -> Option<SealedBatch<T>> {
        self.items += 1;
        let Item { key, raw_bytes, flush_since, alone, content } = item;
        if let Some(reason) = alone {
            let opened_on = flush_since.map_or(now, |since| since.min(now));
            self.alone.push(SealedBatch { key, reason, opened_on, raw_bytes, items: vec![content] });
            return None;
        }
        let batch = self.open.entry(key.clone()).or_insert_with(|| OpenBatch::new(now));
        batch.raw_bytes = batch.raw_bytes.saturating_add(raw_bytes);
        batch.items.push(content);
        batch.flush_wanted_on = match (batch.flush_wanted_on, flush_since) {
            (Some(wanted), Some(since)) => Some(wanted.min(since)),
            (wanted, since) => wanted.or(since),
        };
        let reason = if batch.items.len() >= limits.items {
            SealReason::Count
        } else if batch.raw_bytes >= limits.raw_bytes {
            SealReason::Size
        } else {
            return None;
        };
        self.take(&key, reason)
    }

    /// Returns the batches whose time has come; `limits` are asked for each, so that a changed policy counts at once.
    pub fn seal_due(&mut self, now: DateTime, limits: impl Fn(&BatchKey) -> BatchLimits) -> Vec<SealedBatch<T>> {
        let gathered_before = DateTime(now.0.saturating_sub(self.gather.0));
        let (due, rest) = std::mem::take(&mut self.alone).into_iter().partition(|b| b.opened_on <= gathered_before);
        self.alone = rest;
        let mut sealed: Vec<SealedBatch<T>> = due;
        self.items -= sealed.len();
        let reasons: Vec<(BatchKey, SealReason)> = self
            .open
            .iter()
            .filter_map(|(key, batch)| {
                let flush = batch.flush_wanted_on.is_some_and(|on| on <= gathered_before);
                let reason = if flush { Some(SealReason::FlushImmediately) } else { overdue(batch, limits(key), now) };
                reason.map(|reason| (key.clone(), reason))
            })
            .collect();
        sealed.extend(reasons.into_iter().filter_map(|(key, reason)| self.take(&key, reason)));
        sealed
    }

    /// Seals the batch with the most items: the service holds too many.
    pub fn seal_largest(&mut self) -> Option<SealedBatch<T>> {
        let largest = self.open.iter().max_by_key(|(_, batch)| batch.items.len()).map(|(key, _)| key.clone());
        self.take(&largest?, SealReason::SystemFlush)
    }

    /// Takes the items that `wanted` names out of their batches.
    pub fn remove(&mut self, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut removed = Vec::new();
        let groups = self.open.values_mut().map(|b| &mut b.items).chain(self.alone.iter_mut().map(|b| &mut b.items));
        for items in groups {
            removed.extend(items.extract_if(.., |item| wanted(item)));
        }
        self.open.retain(|_, batch| !batch.items.is_empty());
        self.alone.retain(|batch| !batch.items.is_empty());
        self.items -= removed.len();
        removed
    }

    fn take(&mut self, key: &BatchKey, reason: SealReason) -> Option<SealedBatch<T>> {
        let batch = self.open.remove(key)?;
        self.items -= batch.items.len();
        Some(batch.seal(key.clone(), reason))
    }
}

/// A limit may have been lowered since the last item came.
fn overdue<T>(batch: &OpenBatch<T>, limits: BatchLimits, now: DateTime) -> Option<SealReason> {
    if now.since(batch.opened_on) >= limits.time {
        Some(SealReason::Time)
    } else if batch.items.len() >= limits.items {
        Some(SealReason::Count)
    } else if batch.raw_bytes >= limits.raw_bytes {
        Some(SealReason::Size)
    } else {
        None
    }
}
