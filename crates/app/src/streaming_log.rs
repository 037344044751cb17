//! What streaming ingestion did lately, in buckets: `.show streamingingestion statistics` and `failures`.
//!
//! Kept in memory: a restart forgets it. Noting a request costs one lock and one look-up.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use calypso_types::{DateTime, TimeSpan};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::AppError;

/// Length of a bucket.
const BUCKET_SPAN: TimeSpan = TimeSpan::MINUTE;
/// Buckets kept; when there are more, the oldest half is forgotten.
const BUCKETS_MAX: usize = 20_000;
/// Longest details kept of a failure, in bytes.
const DETAILS_BYTES_MAX: usize = 2_048;

/// One streaming ingestion that has ended.
#[derive(Debug)]
pub(crate) struct StreamingEvent<'a> {
    pub(crate) database: &'a str,
    pub(crate) table: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) format: &'a str,
    pub(crate) mapping: Option<&'a str>,
    pub(crate) compressed: bool,
    pub(crate) from_storage: bool,
    pub(crate) activity_id: Uuid,
    pub(crate) started_on: DateTime,
    pub(crate) ended_on: DateTime,
    /// Of the body as it came.
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) error: Option<&'a AppError>,
}

/// Least, greatest and sum of a measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range<T> {
    pub(crate) min: T,
    pub(crate) max: T,
    pub(crate) total: T,
}

/// Why the ingestions of a bucket failed; details are those of the first.
#[derive(Debug, Clone)]
pub(crate) struct StreamingFailure {
    pub(crate) code: String,
    pub(crate) details: String,
    pub(crate) permanent: bool,
}

/// Ingestions of one minute that have everything but time and size in common.
#[derive(Debug, Clone)]
pub(crate) struct StreamingBucket {
    pub(crate) database: String,
    pub(crate) table: String,
    pub(crate) principal: String,
    pub(crate) format: String,
    pub(crate) mapping: Option<String>,
    pub(crate) compressed: bool,
    pub(crate) from_storage: bool,
    /// Of the first.
    pub(crate) activity_id: Uuid,
    pub(crate) count: u64,
    pub(crate) first_on: DateTime,
    pub(crate) last_on: DateTime,
    pub(crate) duration: Range<TimeSpan>,
    pub(crate) bytes: Range<u64>,
    pub(crate) rows: Range<u64>,
    pub(crate) failure: Option<StreamingFailure>,
}

/// See the file's header.
#[derive(Default)]
pub(crate) struct StreamingLog {
    buckets: Mutex<HashMap<u64, StreamingBucket>>,
}

impl StreamingLog {
    /// Notes an ingestion.
    pub(crate) fn note(&self, event: &StreamingEvent<'_>) {
        let mut buckets = self.buckets.lock();
        match buckets.get_mut(&event.key()) {
            Some(bucket) => bucket.add(event),
            None => {
                if buckets.len() >= BUCKETS_MAX {
                    forget_oldest_half(&mut buckets);
                }
                buckets.insert(event.key(), StreamingBucket::new(event));
            }
        }
    }

    /// Returns the buckets by time.
    pub(crate) fn list(&self) -> Vec<StreamingBucket> {
        let mut buckets: Vec<_> = self.buckets.lock().values().cloned().collect();
        buckets.sort_by(|a, b| (a.first_on, &a.database, &a.table).cmp(&(b.first_on, &b.database, &b.table)));
        buckets
    }
}

fn forget_oldest_half(buckets: &mut HashMap<u64, StreamingBucket>) {
    let mut starts: Vec<DateTime> = buckets.values().map(|bucket| bucket.first_on).collect();
    starts.sort_unstable();
    let Some(median) = starts.get(starts.len() / 2).copied() else { return };
    buckets.retain(|_, bucket| bucket.first_on > median);
}

impl StreamingEvent<'_> {
    /// Hashes what the ingestions of a bucket have in common; a collision would only blur a statistic.
    fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.ended_on.floor_to(BUCKET_SPAN).hash(&mut hasher);
        (self.database, self.table, self.principal, self.format, self.mapping).hash(&mut hasher);
        (self.compressed, self.from_storage).hash(&mut hasher);
        self.error.map(|error| (&error.code, error.permanent)).hash(&mut hasher);
        hasher.finish()
    }

    fn duration(&self) -> TimeSpan {
        self.ended_on.since(self.started_on)
    }
}

impl<T: Ord + Copy> Range<T> {
    fn of(value: T) -> Self {
        Self { min: value, max: value, total: value }
    }

    fn add(&mut self, value: T, sum: impl FnOnce(T, T) -> T) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.total = sum(self.total, value);
    }
}

impl StreamingBucket {
    fn new(event: &StreamingEvent<'_>) -> Self {
        Self {
            database: event.database.to_owned(),
            table: event.table.to_owned(),
            principal: event.principal.to_owned(),
            format: event.format.to_owned(),
            mapping: event.mapping.map(str::to_owned),
            compressed: event.compressed,
            from_storage: event.from_storage,
            activity_id: event.activity_id,
            count: 1,
            first_on: event.ended_on,
            last_on: event.ended_on,
            duration: Range::of(event.duration()),
            bytes: Range::of(event.bytes),
            rows: Range::of(event.rows),
            failure: event.error.map(|error| StreamingFailure {
                code: error.code.clone().into_owned(),
                details: error.message[..error.message.floor_char_boundary(DETAILS_BYTES_MAX)].to_owned(),
                permanent: error.permanent,
            }),
        }
    }

    fn add(&mut self, event: &StreamingEvent<'_>) {
        self.count += 1;
        self.last_on = event.ended_on;
        self.duration.add(event.duration(), |a, b| TimeSpan(a.0.saturating_add(b.0)));
        self.bytes.add(event.bytes, u64::saturating_add);
        self.rows.add(event.rows, u64::saturating_add);
    }

    /// Returns the value of `IngestionStatus`.
    pub(crate) fn status(&self) -> &'static str {
        match &self.failure {
            None => "Success",
            Some(failure) if failure.permanent => "FailureBadRequest",
            Some(_) => "FailureInternalError",
        }
    }
}
