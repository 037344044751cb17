//! Settings of queued ingestion. When a batch is sealed is a policy of the catalog, not a setting.

use std::time::Duration;

use calypso_types::TimeSpan;

/// See the file's header.
#[derive(Debug, Clone)]
pub struct QueuedSettings {
    /// How often the queue is asked for messages.
    pub poll_interval: Duration,
    /// How long an item that asks for a flush waits for others posted with it.
    pub gather: TimeSpan,
    /// Batching time where no policy says one.
    pub batching_time_default: TimeSpan,
    /// How long a received message stays hidden before it must be extended.
    pub hidden: Duration,
    /// Most sources held at a time; further messages wait in the queue.
    pub sources_max: usize,
    /// Batches that are read at the same time; another may be on the way to its end.
    pub batches_at_once: usize,
    /// How often a source that fails for a passing reason is tried.
    pub attempts_max: u32,
    /// The wait before the second attempt; each further one is four times as long.
    pub retry_after: TimeSpan,
    /// A source is given up if the process ended more often while it was being ingested: it may be the reason.
    pub interruptions_max: u32,
}

impl Default for QueuedSettings {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(1),
            gather: TimeSpan(2 * TimeSpan::SECOND.0),
            batching_time_default: TimeSpan(5 * TimeSpan::MINUTE.0),
            hidden: Duration::from_secs(600),
            sources_max: 20_000,
            batches_at_once: 2,
            attempts_max: 5,
            retry_after: TimeSpan(2 * TimeSpan::SECOND.0),
            interruptions_max: 20,
        }
    }
}
