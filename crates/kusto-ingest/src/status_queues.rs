//! The queues in which the service tells of successes and failures.
//!
//! One of each for all who ingest through the service.
//! <https://learn.microsoft.com/kusto/api/netfx/kusto-ingest-client-status#ingestion-status-in-azure-queue>

use std::fmt;

use calypso_protocol::IngestionNotice;

use crate::{
    Error,
    resources::{IngestionResources, ResourceManager, ResourceUri},
    storage::{Attempts, MESSAGES_PER_CALL_MAX, QueueReader, QueuedText, StorageFailure, StorageTransport},
};

/// Most notices of one call.
const NOTICES_MAX: usize = 1024;

/// See the file's header. Cheap to clone.
#[derive(Debug, Clone)]
pub struct IngestionStatusQueues {
    failures: StatusQueue,
    successes: StatusQueue,
}

impl IngestionStatusQueues {
    pub(crate) fn new(resources: &ResourceManager, transport: &StorageTransport, attempts: &Attempts) -> Self {
        let queue = |kind| StatusQueue {
            resources: resources.clone(),
            transport: transport.clone(),
            attempts: attempts.clone(),
            kind,
        };
        Self { failures: queue(Kind::Failures), successes: queue(Kind::Successes) }
    }

    /// Returns the queue of failures, of sources that report any.
    #[must_use]
    pub const fn failures(&self) -> &StatusQueue {
        &self.failures
    }

    /// Returns the queue of successes, of sources with [`crate::ReportLevel::FailuresAndSuccesses`].
    #[must_use]
    pub const fn successes(&self) -> &StatusQueue {
        &self.successes
    }

    /// Returns up to `count` failures and leaves them there.
    ///
    /// # Errors
    /// As [`StatusQueue::peek`].
    pub async fn peek_top_ingestion_failures(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        self.failures.peek(count).await
    }

    /// Returns up to `count` successes and leaves them there.
    ///
    /// # Errors
    /// As [`StatusQueue::peek`].
    pub async fn peek_top_ingestion_successes(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        self.successes.peek(count).await
    }

    /// Takes up to `count` failures out of the queue.
    ///
    /// # Errors
    /// As [`StatusQueue::get_and_discard`].
    pub async fn get_and_discard_top_ingestion_failures(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        self.failures.get_and_discard(count).await
    }

    /// Takes up to `count` successes out of the queue.
    ///
    /// # Errors
    /// As [`StatusQueue::get_and_discard`].
    pub async fn get_and_discard_top_ingestion_successes(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        self.successes.get_and_discard(count).await
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Failures,
    Successes,
}

/// One of the two; several queues of the service count as one.
#[derive(Clone)]
pub struct StatusQueue {
    resources: ResourceManager,
    transport: StorageTransport,
    attempts: Attempts,
    kind: Kind,
}

impl StatusQueue {
    /// Returns up to `count` notices and leaves them there. Of each queue of the service, the 32 in front can be seen.
    ///
    /// # Errors
    /// When the service or its queues cannot be asked.
    pub async fn peek(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        let mut notices = Vec::new();
        for queue in self.queues().await? {
            let left = count - notices.len();
            if left == 0 {
                break;
            }
            let messages = self.read(&queue, |reader| async move { reader.peek(left).await }).await?;
            notices.extend(messages.iter().filter_map(notice).take(left));
        }
        Ok(notices)
    }

    /// Takes up to `count` notices, at most 1,024, out of the queue. A notice that cannot be read stays.
    ///
    /// # Errors
    /// When the service or its queues cannot be asked, and nothing was taken yet.
    pub async fn get_and_discard(&self, count: usize) -> Result<Vec<IngestionNotice>, Error> {
        let count = count.min(NOTICES_MAX);
        let mut notices = Vec::new();
        for queue in self.queues().await? {
            while notices.len() < count {
                let wanted = (count - notices.len()).min(MESSAGES_PER_CALL_MAX);
                let taken = self.read(&queue, |reader| async move { take(&reader, wanted).await }).await;
                match taken {
                    Ok(taken) if taken.is_empty() => break,
                    Ok(taken) => notices.extend(taken),
                    Err(error) if notices.is_empty() => return Err(error),
                    // What was taken is there no more: it must not be lost with the error.
                    Err(error) => {
                        tracing::warn!(%error, "a queue of notices could not be read to its end");
                        return Ok(notices);
                    }
                }
            }
        }
        Ok(notices)
    }

    /// Says whether there is no notice.
    ///
    /// # Errors
    /// As [`StatusQueue::peek`].
    pub async fn is_empty(&self) -> Result<bool, Error> {
        for queue in self.queues().await? {
            if !self.read(&queue, |reader| async move { reader.peek(1).await }).await?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn queues(&self) -> Result<Vec<ResourceUri>, Error> {
        let known = self.resources.resources().await?;
        let queues = self.of(&known).to_vec();
        if queues.is_empty() {
            let resource = match self.kind {
                Kind::Failures => "queue of failures",
                Kind::Successes => "queue of successes",
            };
            return Err(Error::MissingResource { resource });
        }
        Ok(queues)
    }

    fn of<'r>(&self, resources: &'r IngestionResources) -> &'r [ResourceUri] {
        match self.kind {
            Kind::Failures => resources.failed_queues(),
            Kind::Successes => resources.successful_queues(),
        }
    }

    /// Reads `queue`, with a fresh signature if its own has expired.
    async fn read<T, F>(&self, queue: &ResourceUri, read: impl Fn(QueueReader) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, StorageFailure>>,
    {
        let reader = |queue: &ResourceUri| QueueReader::new(&self.transport, queue, &self.attempts);
        match read(reader(queue)?).await {
            Err(failure) if failure.is_outdated() => {
                let known = self.resources.resources().await?;
                let known = self.resources.resources_other_than(&known).await?;
                let fresh = self.of(&known).iter().find(|other| other.location() == queue.location());
                let Some(fresh) = fresh else { return Err(failure.into()) };
                Ok(read(reader(fresh)?).await?)
            }
            outcome => Ok(outcome?),
        }
    }
}

impl fmt::Debug for StatusQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusQueue").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Receives messages and deletes those that are notices.
async fn take(reader: &QueueReader, count: usize) -> Result<Vec<IngestionNotice>, StorageFailure> {
    let mut notices = Vec::new();
    for message in reader.receive(count).await? {
        let Some(notice) = notice(&message) else { continue };
        if let Err(failure) = reader.delete(&message).await {
            tracing::warn!(%failure, source = %notice.source_id, "a notice will be told again");
        }
        notices.push(notice);
    }
    Ok(notices)
}

fn notice(message: &QueuedText) -> Option<IngestionNotice> {
    match IngestionNotice::parse(&message.text) {
        Ok(notice) => Some(notice),
        Err(error) => {
            tracing::warn!(%error, "a message among the notices of ingestions is none");
            None
        }
    }
}
