//! Why managed streaming queued what it was to stream: the policy hook of the SDK hears it.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use calypso_types::DateTime;
use kusto_ingest::{
    Compression, DataFormat, DefaultManagedStreamingPolicy, IngestionProperties, ManagedStreamingPolicy, RetryPolicy,
    StreamingFailure,
};

/// The SDK's own policy, and the last failure that it was told of.
#[derive(Debug, Default)]
pub(super) struct Fallback {
    policy: DefaultManagedStreamingPolicy,
    reason: Mutex<Option<String>>,
}

impl Fallback {
    /// Returns why data were queued; nothing if nothing was tried, as with data that are too large.
    pub(super) fn reason(&self) -> Option<String> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ManagedStreamingPolicy for Fallback {
    fn streaming_bytes_max(&self, format: DataFormat, compression: Compression) -> u64 {
        self.policy.streaming_bytes_max(format, compression)
    }

    fn queues_at_once(&self, properties: &IngestionProperties, now: DateTime) -> bool {
        self.policy.queues_at_once(properties, now)
    }

    fn continues_when_streaming_is_off(&self) -> bool {
        self.policy.continues_when_streaming_is_off()
    }

    fn retry_policy(&self) -> RetryPolicy {
        self.policy.retry_policy()
    }

    fn streaming_failed(&self, properties: &IngestionProperties, failure: &StreamingFailure, now: DateTime) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.message.clone());
        self.policy.streaming_failed(properties, failure, now);
    }

    fn streaming_succeeded(&self, properties: &IngestionProperties, duration: Duration) {
        self.policy.streaming_succeeded(properties, duration);
    }
}
