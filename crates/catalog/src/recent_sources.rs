//! The ingestion sources committed lately, so that a retry is recognised.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use calypso_model::{SourceId, TableId};
use calypso_types::{DateTime, TimeSpan};
use uuid::Uuid;

use crate::{document::StoredRow, error::Error};

/// How long a committed source is remembered: longer than a message of queued ingestion lives that may bring it again,
/// also after the server was down meanwhile. Azure Queue Storage keeps messages for 7 days unless told otherwise.
pub const SOURCE_RETENTION: TimeSpan = TimeSpan(8 * TimeSpan::DAY.0);

/// The most sources remembered, over all tables; the oldest are forgotten first. About 70 bytes each.
pub const SOURCES_MAX: usize = 2_000_000;

const ID_BYTES: usize = 16;
const AT_BYTES: usize = 8;

/// The sources of one commit.
#[derive(Debug, Clone)]
pub(crate) struct SourceBatch {
    /// Grows with every batch, for ever.
    pub(crate) sequence: i64,
    pub(crate) table: TableId,
    pub(crate) at: DateTime,
    pub(crate) ids: Arc<[SourceId]>,
}

impl SourceBatch {
    /// Returns the stored form: ticks of the instant, little-endian, then the ids.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(AT_BYTES + self.ids.len() * ID_BYTES);
        bytes.extend_from_slice(&self.at.0.to_le_bytes());
        for id in self.ids.iter() {
            bytes.extend_from_slice(id.0.as_bytes());
        }
        bytes
    }

    /// Reads a stored batch.
    pub(crate) fn from_row(row: &StoredRow) -> Result<Self, Error> {
        row.verify()?;
        let damaged = || row.corrupt("not an instant and whole ids".to_owned());
        let (at, ids) = row.document.split_first_chunk::<AT_BYTES>().ok_or_else(damaged)?;
        let (ids, rest) = ids.as_chunks::<ID_BYTES>();
        if !rest.is_empty() {
            return Err(damaged());
        }
        let table = Uuid::from_slice(&row.key).map_err(|_| damaged())?;
        Ok(Self {
            sequence: row.row,
            table: TableId(table),
            at: DateTime(i64::from_le_bytes(*at)),
            ids: ids.iter().map(|id| SourceId(Uuid::from_bytes(*id))).collect(),
        })
    }
}

/// Recent sources by table, and the order in which to forget them.
#[derive(Debug)]
pub(crate) struct RecentSources {
    /// The last batch that named each source.
    by_table: HashMap<TableId, HashMap<SourceId, i64>>,
    /// Oldest first.
    batches: VecDeque<SourceBatch>,
    /// Ids in `batches`.
    count: usize,
    count_max: usize,
}

impl RecentSources {
    pub(crate) fn new(count_max: usize) -> Self {
        Self { by_table: HashMap::new(), batches: VecDeque::new(), count: 0, count_max }
    }

    pub(crate) fn contains(&self, table: TableId, source: SourceId) -> bool {
        self.by_table.get(&table).is_some_and(|sources| sources.contains_key(&source))
    }

    /// Returns the number of the oldest batch still remembered, if any.
    pub(crate) fn first_sequence(&self) -> Option<i64> {
        self.batches.front().map(|batch| batch.sequence)
    }

    /// Adds a batch, and forgets the oldest ones beyond the bound.
    pub(crate) fn remember(&mut self, batch: SourceBatch) {
        let sources = self.by_table.entry(batch.table).or_default();
        sources.extend(batch.ids.iter().map(|id| (*id, batch.sequence)));
        self.count += batch.ids.len();
        self.batches.push_back(batch);
        while self.count > self.count_max {
            self.forget_oldest();
        }
    }

    /// Forgets everything of a table.
    pub(crate) fn forget_table(&mut self, table: TableId) {
        if self.by_table.remove(&table).is_some() {
            self.batches.retain(|batch| batch.table != table);
            self.count = self.batches.iter().map(|batch| batch.ids.len()).sum();
        }
    }

    /// Forgets the batches before `cutoff`.
    pub(crate) fn forget_before(&mut self, cutoff: DateTime) {
        while self.batches.front().is_some_and(|batch| batch.at < cutoff) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(batch) = self.batches.pop_front() else { return };
        self.count -= batch.ids.len();
        let Some(sources) = self.by_table.get_mut(&batch.table) else { return };
        for id in batch.ids.iter() {
            // A source named again later stays for the later batch.
            if sources.get(id) == Some(&batch.sequence) {
                sources.remove(id);
            }
        }
        if sources.is_empty() {
            self.by_table.remove(&batch.table);
        }
    }
}

/// Returns the instant before which sources are forgotten.
pub(crate) fn cutoff(now: DateTime) -> DateTime {
    now.checked_sub(SOURCE_RETENTION).unwrap_or(DateTime::MIN)
}
