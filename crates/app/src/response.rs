//! What the service hands back: tables as streams of record batches, and how they came to be.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arrow::record_batch::RecordBatch;
use calypso_columns::Column;
use calypso_types::TimeSpan;
use futures::stream::{self, BoxStream, StreamExt as _};

use crate::AppError;

/// The rows of a result as they are computed. An error ends it.
pub type BatchStream = BoxStream<'static, Result<RecordBatch, AppError>>;

/// One table of a result.
pub struct ResultTable {
    /// `PrimaryResult`, or the name given by `as`; ignored for plain commands.
    pub name: String,
    /// Names may repeat.
    pub columns: Vec<Column>,
    /// Batches whose arrays follow `columns` by position.
    pub batches: BatchStream,
}

impl ResultTable {
    /// Name of a result that the query did not name.
    pub const PRIMARY: &'static str = "PrimaryResult";

    /// Returns a table whose rows are at hand.
    #[must_use]
    pub fn from_batches(name: impl Into<String>, columns: Vec<Column>, batches: Vec<RecordBatch>) -> Self {
        Self { name: name.into(), columns, batches: stream::iter(batches.into_iter().map(Ok)).boxed() }
    }
}

impl fmt::Debug for ResultTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultTable").field("name", &self.name).field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// The answer to a query.
#[derive(Debug)]
pub struct QueryResponse {
    /// One per tabular statement, in order. They are read one after the other.
    pub tables: Vec<ResultTable>,
    /// What `render` said.
    pub visualization: Option<Visualization>,
    /// The database cursor, if the query looked at rows by cursor.
    pub cursor: Option<String>,
    /// Complete when every table's stream has ended.
    pub statistics: Arc<QueryStatistics>,
    /// Limits in force after request options and `set` statements.
    pub limits: ResultLimits,
}

/// The answer to a management command.
#[derive(Debug)]
pub struct CommandResponse {
    /// One for a plain command; one per statement with a query tail.
    pub tables: Vec<ResultTable>,
    /// True: exactly one table goes out. False: the layout with extended properties, status and table of contents.
    pub plain: bool,
    pub visualization: Option<Visualization>,
}

impl CommandResponse {
    /// Returns the answer of a command without a query tail.
    #[must_use]
    pub fn plain(table: ResultTable) -> Self {
        Self { tables: vec![table], plain: true, visualization: None }
    }
}

/// The answer to a streaming ingestion. The rows are durable and visible to queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamResponse {
    /// Records ingested; 0 when the source id had been ingested before.
    pub consumed_records: u64,
    pub update_policy: UpdatePolicyStatus,
}

/// What came of the update policies that a streaming ingestion triggered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UpdatePolicyStatus {
    /// There were none.
    #[default]
    Inactive,
    Succeeded,
    /// One that is not transactional failed; the streamed rows are there all the same.
    Failed {
        code: String,
        reason: String,
    },
}

impl UpdatePolicyStatus {
    /// Returns the columns `UpdatePolicyStatus`, `UpdatePolicyFailureCode` and `UpdatePolicyFailureReason`.
    #[must_use]
    pub fn shown(&self) -> (&'static str, &str, Option<&str>) {
        match self {
            Self::Inactive => ("Inactive", "Unknown", None),
            Self::Succeeded => ("Succeeded", "Unknown", None),
            Self::Failed { code, reason } => ("Failed", code, Some(reason)),
        }
    }
}

/// How many records and bytes may leave; more is an error after what fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultLimits {
    pub records_max: Option<u64>,
    /// Bytes of encoded rows.
    pub size_bytes_max: Option<u64>,
}

impl ResultLimits {
    /// Everything leaves.
    pub const UNLIMITED: Self = Self { records_max: None, size_bytes_max: None };
}

/// What `render` asked for.
///
/// <https://learn.microsoft.com/kusto/query/render-operator>
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visualization {
    /// The chart, such as `timechart`.
    pub chart: String,
    /// Properties of `with (…)` by lower-case name: `title`, `xcolumn`, `ycolumns`, `kind`, `legend`, ….
    pub properties: BTreeMap<String, serde_json::Value>,
    /// Whether the rows come sorted.
    pub is_query_sorted: bool,
}

/// What a query took. Counters only grow; read them when the streams have ended.
#[derive(Debug, Default)]
pub struct QueryStatistics {
    execution_time_ticks: AtomicU64,
    cpu_time_ticks: AtomicU64,
    extents_total: AtomicU64,
    extents_scanned: AtomicU64,
    rows_total: AtomicU64,
    rows_scanned: AtomicU64,
    memory_peak_bytes: AtomicU64,
}

/// One reading of [`QueryStatistics`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueryStatisticsReading {
    /// Wall time in ticks of 100 ns; 0 if the service did not measure it.
    pub execution_time_ticks: u64,
    pub cpu_time_ticks: u64,
    pub extents_total: u64,
    pub extents_scanned: u64,
    pub rows_total: u64,
    pub rows_scanned: u64,
    pub memory_peak_bytes: u64,
}

impl QueryStatistics {
    /// Counts the extents and rows a scan could see, and those it had to look into.
    pub fn add_scan(&self, extents_total: u64, extents_scanned: u64, rows_total: u64, rows_scanned: u64) {
        self.extents_total.fetch_add(extents_total, Ordering::Relaxed);
        self.extents_scanned.fetch_add(extents_scanned, Ordering::Relaxed);
        self.rows_total.fetch_add(rows_total, Ordering::Relaxed);
        self.rows_scanned.fetch_add(rows_scanned, Ordering::Relaxed);
    }

    /// Adds wall time.
    pub fn add_execution_time(&self, elapsed: TimeSpan) {
        self.execution_time_ticks.fetch_add(elapsed.0.max(0).unsigned_abs(), Ordering::Relaxed);
    }

    /// Adds processor time.
    pub fn add_cpu_time(&self, elapsed: TimeSpan) {
        self.cpu_time_ticks.fetch_add(elapsed.0.max(0).unsigned_abs(), Ordering::Relaxed);
    }

    /// Raises the peak of memory to `bytes` if it was lower.
    pub fn raise_memory_peak(&self, bytes: u64) {
        self.memory_peak_bytes.fetch_max(bytes, Ordering::Relaxed);
    }

    /// Returns the counters as they stand.
    #[must_use]
    pub fn read(&self) -> QueryStatisticsReading {
        QueryStatisticsReading {
            execution_time_ticks: self.execution_time_ticks.load(Ordering::Relaxed),
            cpu_time_ticks: self.cpu_time_ticks.load(Ordering::Relaxed),
            extents_total: self.extents_total.load(Ordering::Relaxed),
            extents_scanned: self.extents_scanned.load(Ordering::Relaxed),
            rows_total: self.rows_total.load(Ordering::Relaxed),
            rows_scanned: self.rows_scanned.load(Ordering::Relaxed),
            memory_peak_bytes: self.memory_peak_bytes.load(Ordering::Relaxed),
        }
    }
}
