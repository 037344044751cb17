//! What built-in staging may be told.

use std::{path::PathBuf, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Limits and places of [`crate::LocalStaging`].
#[derive(Debug, Clone)]
pub struct LocalStagingSettings {
    /// The directory that holds everything: index, blobs and key. One process owns it.
    pub dir: PathBuf,
    /// The first segment of every path: 3 to 24 lower-case letters and digits, as Azure's.
    pub account: String,
    /// Most bytes of all blobs and blocks, also of those being written.
    pub bytes_max: u64,
    /// Largest blob.
    pub blob_bytes_max: u64,
    /// Most blocks of one blob; Azure's limit.
    pub blocks_max: usize,
    /// Most messages of a queue. Ingestion messages beyond are refused; of notifications the oldest go.
    pub messages_max: u64,
    /// Most status entities; more are refused.
    pub entities_max: u64,
    /// How long a message lives if it does not say.
    pub message_retention: Duration,
    /// How long a blob is kept. One that a waiting message may name is kept longer.
    pub blob_retention: Duration,
    /// How long a block that belongs to no blob yet is kept.
    pub block_retention: Duration,
    /// How long a status is kept after its last change.
    pub status_retention: Duration,
    /// How long a signature is good.
    pub signature_lifetime: Duration,
}

impl LocalStagingSettings {
    /// Returns the default settings for `dir`.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            account: "calypsostaging".to_owned(),
            bytes_max: 128 << 30,
            blob_bytes_max: 16 << 30,
            blocks_max: 50_000,
            messages_max: 1_000_000,
            entities_max: 1_000_000,
            message_retention: 7 * DAY,
            blob_retention: 4 * DAY,
            block_retention: DAY,
            status_retention: 14 * DAY,
            signature_lifetime: 3 * DAY,
        }
    }
}
