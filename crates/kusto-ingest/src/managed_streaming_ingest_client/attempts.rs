//! The streaming attempts of one source.

use std::time::Duration;

use calypso_types::DateTime;
use kusto_data::StreamBody;
use uuid::Uuid;

use super::ManagedStreamingIngestClient;
use crate::{
    Compression, Error, IngestionResult, ManagedStreamingPolicy, StreamingFailure, StreamingFailureCategory,
    streaming_ingest_client::StreamingTarget,
};

/// Begins the ids of requests; source id and attempt, counted from zero, follow.
const REQUEST_ID_PREFIX: &str = "KRC.executeManagedStreamingIngest";

/// What the attempts led to, if not to an error for the caller.
pub(super) enum Streamed {
    Rows(IngestionResult),
    ToQueue,
}

/// What follows a failure.
enum Next {
    Raise,
    Queue,
    Retry,
}

impl ManagedStreamingIngestClient {
    /// Streams what `body` returns, which is asked for each attempt.
    pub(super) async fn stream(
        &self,
        target: &StreamingTarget<'_>,
        body: impl Fn() -> StreamBody,
        compression: Compression,
        source_id: Uuid,
    ) -> Result<Streamed, Error> {
        let (retries, timing) = (self.policy.retry_policy(), self.streaming.timing());
        let properties = target.properties;
        for attempt in 0..=retries.retries_max {
            let request_id = format!("{REQUEST_ID_PREFIX};{source_id};{attempt}");
            let begun = timing.clock.now();
            let error = match self.streaming.send(target, body(), compression, request_id).await {
                Ok(rows) => {
                    self.policy.streaming_succeeded(properties, between(begun, timing.clock.now()));
                    let (database, table) = (&properties.database, &properties.table);
                    return Ok(Streamed::Rows(IngestionResult::streamed(
                        source_id,
                        database,
                        table,
                        rows,
                        attempt + 1,
                    )));
                }
                Err(error) => error,
            };
            let failure = StreamingFailure::of(&error);
            self.policy.streaming_failed(properties, &failure, timing.clock.now());
            match next(&failure, self.policy.as_ref()) {
                Next::Raise => return Err(error),
                Next::Queue => {
                    tracing::info!(category = ?failure.category, error = %error, "not streamable, so it is queued");
                    return Ok(Streamed::ToQueue);
                }
                Next::Retry if attempt < retries.retries_max => {
                    let wait = retries.wait(attempt + 1, timing.random());
                    tracing::debug!(attempt, ?wait, error = %error, "streaming is tried again");
                    (timing.sleep)(wait).await;
                }
                Next::Retry => {
                    tracing::info!(attempts = attempt + 1, error = %error, "streaming failed, so it is queued");
                }
            }
        }
        Ok(Streamed::ToQueue)
    }
}

fn next(failure: &StreamingFailure, policy: &dyn ManagedStreamingPolicy) -> Next {
    match failure.category {
        _ if !failure.is_permanent => Next::Retry,
        StreamingFailureCategory::StreamingIngestionOff if !policy.continues_when_streaming_is_off() => Next::Raise,
        StreamingFailureCategory::StreamingIngestionOff
        | StreamingFailureCategory::TableConfigurationPreventsStreaming
        | StreamingFailureCategory::RequestPropertiesPreventStreaming => Next::Queue,
        StreamingFailureCategory::Throttled | StreamingFailureCategory::Other => Next::Raise,
    }
}

fn between(begun: DateTime, ended: DateTime) -> Duration {
    let ticks = u64::try_from(ended.0.saturating_sub(begun.0)).unwrap_or(0);
    Duration::from_nanos(ticks.saturating_mul(100))
}
