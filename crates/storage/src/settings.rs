//! Plain settings of the storage engine and its fixed limits.

use std::{fs, path::PathBuf, time::Duration};

/// Largest payload of one row-log record, in bytes.
pub const RECORD_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Appends that may wait for the row log's writer.
pub const ROW_LOG_QUEUE_DEPTH: usize = 4096;
/// Bytes of appends that may wait for the row log's writer.
pub const ROW_LOG_QUEUE_BYTES_MAX: usize = 512 * 1024 * 1024;
/// A group commit takes no further record once it holds this many bytes.
pub const GROUP_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows of a full row group.
pub const ROW_GROUP_ROWS: usize = 131_072;
/// A row group with fewer rows is closed at this many bytes of values.
pub const ROW_GROUP_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// An extent is closed at this many rows.
pub const EXTENT_ROWS_MAX: u64 = 4 * 1_048_576;
/// An extent is closed at this many bytes of file.
pub const EXTENT_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Row groups that one scan unit reads.
pub const UNIT_ROW_GROUPS: usize = 4;
/// Rows of a batch that a scan yields.
pub const SCAN_BATCH_ROWS: usize = 8192;
/// Extents whose file and footer stay open.
pub const OPEN_EXTENTS_MAX: usize = 256;
/// Batches that the producer of an ingestion may be ahead of the encoder: about a row group.
pub const INGEST_BATCHES_AHEAD_MAX: usize = 16;
/// Ingestions that may write extents at the same time; others wait.
pub const INGESTIONS_MAX: usize = 16;
/// Seals and merges that may write extents at the same time.
pub const BACKGROUND_WRITERS_MAX: usize = 2;

/// How the values of extents are compressed. Readers know by the extent, so it may be changed at any time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExtentCompression {
    /// LZ4 where somebody waits, which is ingestion; zstd for what is written in the background: sealed row stores,
    /// merged extents, and the ingested ones once they have settled.
    #[default]
    Lz4ThenZstd,
    /// zstd, level 1: the smallest.
    Zstd,
    /// LZ4: about half as large again where there is much text, faster to write and to read.
    Lz4,
}

/// Settings of [`crate::Storage`]. Periods are wall time of the background tasks; ages are of the injected clock.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// The directory that holds `rowlog/` and `extents/`.
    pub data_dir: PathBuf,
    /// A row-log segment is followed by the next at this size.
    pub row_log_segment_bytes: u64,
    /// Row stores together hold no more bytes than this; appends beyond are throttled.
    pub row_store_bytes_max: u64,
    /// A table's row store is sealed at this many rows.
    pub seal_rows_max: u64,
    /// A table's row store is sealed at this many bytes.
    pub seal_bytes_max: u64,
    /// A table's row store is sealed when its oldest row is this old.
    pub seal_age_max: Duration,
    /// How extents are compressed that are written from now on.
    pub extent_compression: ExtentCompression,
    /// Decoded columns kept in memory, in bytes; 0 for none.
    pub column_cache_bytes_max: u64,
    /// How often row stores are looked at.
    pub seal_period: Duration,
    /// How often extents are looked at for merging.
    pub merge_period: Duration,
    /// How often retention is applied and unreferenced extent files are deleted.
    pub retention_period: Duration,
}

impl StorageSettings {
    /// Returns the default settings for `data_dir`.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            row_log_segment_bytes: 64 * 1024 * 1024,
            row_store_bytes_max: 1024 * 1024 * 1024,
            seal_rows_max: 500_000,
            seal_bytes_max: 128 * 1024 * 1024,
            seal_age_max: Duration::from_secs(300),
            extent_compression: ExtentCompression::default(),
            column_cache_bytes_max: column_cache_bytes_default(),
            seal_period: Duration::from_secs(1),
            merge_period: Duration::from_secs(15),
            retention_period: Duration::from_secs(60),
        }
    }
}

/// Returns a quarter of the machine's memory, at most 8 GiB; 1 GiB where the memory is not known.
fn column_cache_bytes_default() -> u64 {
    const KIBIBYTE: u64 = 1024;
    const GIBIBYTE: u64 = 1024 * 1024 * KIBIBYTE;
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()
    });
    memory.map_or(GIBIBYTE, |kibibytes| (kibibytes * KIBIBYTE / 4).min(8 * GIBIBYTE))
}
