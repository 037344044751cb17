//! When managed streaming streams, how often it tries, and when it queues at once.
//!
//! The hook of applications, as `ManagedStreamingQueuingPolicy` and `ManagedStreamingPolicy` of the Java SDKs.

use std::{collections::HashMap, fmt, time::Duration};

use calypso_types::{DateTime, TimeSpan};
use parking_lot::Mutex;

use crate::{Compression, DataFormat, IngestionProperties, RetryPolicy, StreamingFailure, StreamingFailureCategory};

/// Estimate of the data above which they are queued.
const STREAMING_ESTIMATE_MAX: f64 = 4.0 * 1024.0 * 1024.0;
/// Bytes above which data are queued, whatever the estimate.
const STREAMING_BYTES_MAX: f64 = 10.0 * 1024.0 * 1024.0;
/// Tables that are remembered as not streamable at the moment; more are streamed to and refused.
const PAUSED_TABLES_MAX: usize = 10_000;

/// See the file's header. Methods are called from many tasks and should return at once.
pub trait ManagedStreamingPolicy: fmt::Debug + Send + Sync + 'static {
    /// Returns the size in bytes, as the data are given, above which they are queued.
    fn streaming_bytes_max(&self, format: DataFormat, compression: Compression) -> u64 {
        streaming_bytes_max(1.0, format, compression)
    }

    /// Says whether data for the table of `properties` are queued without a try to stream them.
    fn queues_at_once(&self, properties: &IngestionProperties, now: DateTime) -> bool;

    /// Says whether data are queued when streaming is switched off for the table, database or cluster. Otherwise the
    /// refusal is the result.
    fn continues_when_streaming_is_off(&self) -> bool {
        true
    }

    /// Returns how passing failures are tried again before the data are queued.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::default()
    }

    /// Is told of every attempt that failed.
    fn streaming_failed(&self, properties: &IngestionProperties, failure: &StreamingFailure, now: DateTime) {
        let _ = (properties, failure, now);
    }

    /// Is told of every source that was streamed, and how long its last attempt took.
    fn streaming_succeeded(&self, properties: &IngestionProperties, duration: Duration) {
        let _ = (properties, duration);
    }
}

/// Returns the size in bytes above which data are queued, by the estimate that the Java SDK documents: what the service
/// would hold of the data once parsed must not exceed 4 MiB, and no request 10 MiB.
///
/// `factor` moves both limits; it is 1 unless the service is configured otherwise.
#[must_use]
pub fn streaming_bytes_max(factor: f64, format: DataFormat, compression: Compression) -> u64 {
    let growth = match (format.is_compressible(), compression.is_compressed()) {
        // Binary formats, and whatever is compressed, become larger.
        (_, true) => 2.0,
        (false, false) => 1.5,
        // Text becomes smaller: JSON repeats the names of its members, other text only its separators.
        (true, false) if format.is_json() => 1.0 / 1.5,
        (true, false) => 0.5,
    };
    let bytes = (STREAMING_ESTIMATE_MAX / growth).min(STREAMING_BYTES_MAX) * factor;
    // Never negative, and far below 2^53.
    bytes.max(0.0) as u64
}

/// The policy of clients that are given none.
///
/// After a refusal it queues for a while without asking: 15 minutes when streaming is off or the table prevents it, 10
/// seconds when the service is throttled.
#[derive(Debug)]
pub struct DefaultManagedStreamingPolicy {
    size_factor: f64,
    retry_policy: RetryPolicy,
    continues_when_streaming_is_off: bool,
    throttled_pause: Duration,
    off_pause: Duration,
    paused: Mutex<HashMap<(String, String), DateTime>>,
}

impl Default for DefaultManagedStreamingPolicy {
    fn default() -> Self {
        Self {
            size_factor: 1.0,
            retry_policy: RetryPolicy::default(),
            continues_when_streaming_is_off: true,
            throttled_pause: Duration::from_secs(10),
            off_pause: Duration::from_secs(15 * 60),
            paused: Mutex::default(),
        }
    }
}

impl DefaultManagedStreamingPolicy {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the size above which data are queued; 1 unless said.
    #[must_use]
    pub fn with_size_factor(mut self, factor: f64) -> Self {
        self.size_factor = if factor.is_finite() && factor > 0.0 { factor } else { 1.0 };
        self
    }

    /// Sets how passing failures are tried again.
    #[must_use]
    pub fn with_retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// Says whether data are queued when streaming is switched off; they are unless said.
    #[must_use]
    pub fn with_continue_when_streaming_is_off(mut self, continues: bool) -> Self {
        self.continues_when_streaming_is_off = continues;
        self
    }

    /// Sets how long data are queued at once after the service was throttled.
    #[must_use]
    pub fn with_throttled_pause(mut self, pause: Duration) -> Self {
        self.throttled_pause = pause;
        self
    }

    /// Sets how long data are queued at once after streaming was refused for the table.
    #[must_use]
    pub fn with_off_pause(mut self, pause: Duration) -> Self {
        self.off_pause = pause;
        self
    }
}

impl ManagedStreamingPolicy for DefaultManagedStreamingPolicy {
    fn streaming_bytes_max(&self, format: DataFormat, compression: Compression) -> u64 {
        streaming_bytes_max(self.size_factor, format, compression)
    }

    fn queues_at_once(&self, properties: &IngestionProperties, now: DateTime) -> bool {
        let mut paused = self.paused.lock();
        if paused.is_empty() {
            return false;
        }
        let key = (properties.database.clone(), properties.table.clone());
        match paused.get(&key) {
            Some(until) if *until > now => true,
            Some(_) => {
                paused.remove(&key);
                false
            }
            None => false,
        }
    }

    fn continues_when_streaming_is_off(&self) -> bool {
        self.continues_when_streaming_is_off
    }

    fn retry_policy(&self) -> RetryPolicy {
        self.retry_policy
    }

    fn streaming_failed(&self, properties: &IngestionProperties, failure: &StreamingFailure, now: DateTime) {
        let pause = match failure.category {
            StreamingFailureCategory::Throttled => self.throttled_pause,
            // Who does not want to continue wants the refusal each time.
            StreamingFailureCategory::StreamingIngestionOff if !self.continues_when_streaming_is_off => return,
            StreamingFailureCategory::StreamingIngestionOff
            | StreamingFailureCategory::TableConfigurationPreventsStreaming => self.off_pause,
            StreamingFailureCategory::RequestPropertiesPreventStreaming | StreamingFailureCategory::Other => return,
        };
        let ticks = TimeSpan(i64::try_from(pause.as_nanos() / 100).unwrap_or(i64::MAX / 2)).0;
        let until = DateTime(now.0.saturating_add(ticks));
        let mut paused = self.paused.lock();
        if paused.len() >= PAUSED_TABLES_MAX {
            paused.retain(|_, until| *until > now);
        }
        if paused.len() < PAUSED_TABLES_MAX {
            paused.insert((properties.database.clone(), properties.table.clone()), until);
        }
    }
}

#[cfg(test)]
mod tests;
