//! Figures of queued ingestion since the start of the server.

use std::collections::BTreeMap;

use calypso_types::DateTime;

/// Batches sealed for one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SealCount {
    pub batches: u64,
    pub items: u64,
    pub raw_bytes: u64,
}

/// See the file's header; the last six are of this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueuedStatistics {
    /// Messages received, redelivered ones included.
    pub received: u64,
    /// Messages that could not be read, or were received too often.
    pub set_aside: u64,
    pub succeeded: u64,
    pub skipped: u64,
    pub canceled: u64,
    /// Sources whose data had been committed before.
    pub duplicates: u64,
    pub retried: u64,
    /// By Kusto's error code.
    pub failed: BTreeMap<String, u64>,
    /// By the reason's name.
    pub sealed: BTreeMap<&'static str, SealCount>,
    pub rows: u64,
    pub raw_bytes: u64,
    /// Sources waiting in batches that are not sealed.
    pub batching: usize,
    /// Sources in sealed batches that wait for their turn.
    pub waiting: usize,
    /// Sources that wait for another attempt.
    pub retrying: usize,
    /// Sources whose messages this process holds, wherever they are on their way.
    pub held: usize,
    /// Batches that are being ingested.
    pub running: usize,
    /// When the oldest open batch was opened.
    pub oldest: Option<DateTime>,
}
