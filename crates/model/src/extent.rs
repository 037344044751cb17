//! An extent: an immutable columnar piece of a table.

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::{ExtentId, TableId};

/// What is known of one column of an extent without reading it; bounds as 64-bit integers where the type has them.
///
/// Stands in documents as `[column, [least, greatest] | null, nulls]`: a catalog holds millions of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u32, Option<(i64, i64)>, u64)", into = "(u32, Option<(i64, i64)>, u64)")]
pub struct ColumnStatistics {
    /// The table column's id.
    pub column: u32,
    /// Least and greatest value of int, long, datetime, timespan (ticks). `None` if all null or another type.
    pub bounds: Option<(i64, i64)>,
    /// Number of nulls.
    pub nulls: u64,
}

impl From<(u32, Option<(i64, i64)>, u64)> for ColumnStatistics {
    fn from((column, bounds, nulls): (u32, Option<(i64, i64)>, u64)) -> Self {
        Self { column, bounds, nulls }
    }
}

impl From<ColumnStatistics> for (u32, Option<(i64, i64)>, u64) {
    fn from(statistics: ColumnStatistics) -> Self {
        (statistics.column, statistics.bounds, statistics.nulls)
    }
}

/// The catalog's record of an extent. The bytes live under `path`, relative to the extents' root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extent {
    pub id: ExtentId,
    pub table: TableId,
    pub path: String,
    pub rows: u64,
    /// Bytes of the data as ingested (uncompressed).
    pub original_bytes: u64,
    /// Bytes on disk.
    pub extent_bytes: u64,
    #[serde(with = "crate::policy::ticks")]
    pub min_created_on: DateTime,
    #[serde(with = "crate::policy::ticks")]
    pub max_created_on: DateTime,
    #[serde(default)]
    pub tags: Vec<String>,
    pub columns: Vec<ColumnStatistics>,
    /// CRC-32C of the whole file, checked when an extent is opened for the first time.
    pub crc32c: u32,
}

impl Extent {
    /// Returns what orders the extents of a table: oldest data first, ties by id.
    #[must_use]
    pub fn order(&self) -> (DateTime, ExtentId) {
        (self.max_created_on, self.id)
    }
}
