//! How a queued client works, where that is not for the properties of each ingestion to say.

use std::{fmt, sync::Arc, time::Duration};

use calypso_clock::{Clock, Ids, RandomIds, SystemClock};
use futures::future::BoxFuture;
use kusto_data::ClientOptions;

use crate::storage::{Sleep, tokio_sleep};

/// How the service is told of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Submission {
    /// A message in the service's queue, as the SDKs of Python, Java, Go and .NET do: every service takes it.
    #[default]
    Queue,
    /// `POST /v1/rest/ingestion/queued`: one request, followed by its operation.
    Rest,
    /// As the service's configuration prefers; a queue if it has none, or if a report method is asked for.
    Preferred,
}

/// See the file's header.
#[derive(Clone)]
#[non_exhaustive]
pub struct QueuedIngestOptions {
    pub submission: Submission,
    /// Put `ingest-` before the name of a cluster that lacks it: on. Addresses of one machine stay as they are.
    pub correct_endpoint: bool,
    pub client_options: ClientOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) sleep: Sleep,
}

impl Default for QueuedIngestOptions {
    fn default() -> Self {
        Self {
            submission: Submission::default(),
            correct_endpoint: true,
            client_options: ClientOptions::default(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            sleep: tokio_sleep(),
        }
    }
}

impl QueuedIngestOptions {
    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how the service is told of a blob.
    #[must_use]
    pub const fn with_submission(mut self, submission: Submission) -> Self {
        self.submission = submission;
        self
    }

    /// Leaves the address as it is.
    #[must_use]
    pub const fn without_endpoint_correction(mut self) -> Self {
        self.correct_endpoint = false;
        self
    }

    /// Sets how the service is reached: trust, connections, limits. Storage is reached the same way.
    #[must_use]
    pub fn with_client_options(mut self, options: ClientOptions) -> Self {
        self.client_options = options;
        self
    }

    /// Sets where the time comes from, by which what is known of the service grows old and deadlines pass.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where source ids and random numbers come from.
    #[must_use]
    pub fn with_ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.ids = ids;
        self
    }

    /// Sets how time is let pass between attempts and between questions.
    #[must_use]
    pub fn with_sleep(mut self, sleep: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }
}

impl fmt::Debug for QueuedIngestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedIngestOptions")
            .field("submission", &self.submission)
            .field("correct_endpoint", &self.correct_endpoint)
            .field("client_options", &self.client_options)
            .finish_non_exhaustive()
    }
}
