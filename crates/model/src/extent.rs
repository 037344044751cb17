//! An extent: an immutable columnar piece of a table.

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::{ExtentId, TableId};

/// The id of the column of an extent's file that says of each row when it was ingested. No table has such a column.
pub const INGESTION_TIME_COLUMN: u32 = u32::MAX;

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
    /// When the rows were ingested, if all at the same time; else column [`INGESTION_TIME_COLUMN`] of the file has the
    /// times, or nothing is known of them.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::policy::ticks_or_null")]
    pub ingested_on: Option<DateTime>,
    /// Compressed for speed, when somebody waited for it: a merge or a rebuild in the background makes it smaller.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rebuild_wanted: bool,
    /// CRC-32C of the whole file, checked when an extent is opened for the first time.
    pub crc32c: u32,
}

impl Extent {
    /// Says whether the times of ingestion stand in the file.
    #[must_use]
    pub fn has_ingestion_times(&self) -> bool {
        self.columns.iter().any(|column| column.column == INGESTION_TIME_COLUMN)
    }

    /// Returns the time of the last ingestion among the rows, if it is known.
    #[must_use]
    pub fn last_ingested_on(&self) -> Option<DateTime> {
        let column = self.columns.iter().find(|column| column.column == INGESTION_TIME_COLUMN);
        self.ingested_on.or_else(|| column.and_then(|column| column.bounds).map(|(_, last)| DateTime(last)))
    }

    /// Returns what orders the extents of a table: oldest data first, ties by id.
    #[must_use]
    pub fn order(&self) -> (DateTime, ExtentId) {
        (self.max_created_on, self.id)
    }
}
