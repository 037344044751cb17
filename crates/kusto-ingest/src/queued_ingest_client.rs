//! Queued ingestion: data become a blob in the service's storage, a message tells of it, the service ingests it with
//! others.
//!
//! For data that need not be visible at once: batches make large extents, which queries read fastest. The data are safe
//! when [`crate::IngestClient::ingest`] returns, and its result can be followed to the end.
//! <https://learn.microsoft.com/azure/data-explorer/ingest-data-overview#ingestion-methods>

mod posting;
mod reporting;
mod submission;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use kusto_data::{Client, ConnectionStringBuilder};
use uuid::Uuid;

pub use submission::Submission;

use crate::{
    Error, IngestClient, IngestClientOptions, IngestionProperties, IngestionResult, IngestionStatusQueues,
    ResourceManager, Source,
    status::Followed,
    storage::{Attempts, StorageTransport},
    timing::Timing,
    upload::{BlobName, Uploader},
};

/// See the file's header. Cheap to clone; clones share connections and what is known of the service.
///
/// ```no_run
/// # async fn example() -> Result<(), kusto_ingest::Error> {
/// use std::time::Duration;
/// use kusto_ingest::{IngestClient as _, IngestionProperties, QueuedIngestClient};
///
/// let client = QueuedIngestClient::new("http://localhost:8080")?;
/// let result = client.ingest_from_file("events.csv", &IngestionProperties::new("NetDefaultDB", "Events")).await?;
/// let status = result.wait(Duration::from_secs(600)).await?;
/// assert!(status.is_success(), "{:?}", status.details);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct QueuedIngestClient {
    inner: Arc<Inner>,
    submission: Submission,
    deadline: Option<Duration>,
}

struct Inner {
    service: Client,
    uploader: Uploader,
}

impl QueuedIngestClient {
    /// Returns a client of the cluster at `connection`, with or without `ingest-` before its name.
    ///
    /// # Errors
    /// When the connection string is not valid.
    pub fn new<C>(connection: C) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        Self::with_options(connection, IngestClientOptions::default())
    }

    /// Returns a client with options.
    ///
    /// # Errors
    /// As [`QueuedIngestClient::new`].
    pub fn with_options<C>(connection: C, options: IngestClientOptions) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        Self::connect(connection.try_into().map_err(kusto_data::Error::from)?, options)
    }

    fn connect(connection: ConnectionStringBuilder, options: IngestClientOptions) -> Result<Self, Error> {
        let service = options.data_management(connection)?;
        let attempts = Attempts::new(options.timing);
        let uploader = Uploader {
            resources: ResourceManager::new(&service, &attempts),
            transport: StorageTransport::new(service.http().clone()),
            attempts,
        };
        Ok(Self { inner: Arc::new(Inner { service, uploader }), submission: Submission::default(), deadline: None })
    }

    /// Sets how the service is told of blobs.
    #[must_use]
    pub const fn with_submission(mut self, submission: Submission) -> Self {
        self.submission = submission;
        self
    }

    /// Sets how long a call may take, the upload included; it then ends with [`Error::Deadline`], and the data may or may
    /// not be queued. Without one, every request has its own limit, and their number is limited too.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Returns what this client knows of the service's storage.
    #[must_use]
    pub fn resource_manager(&self) -> &ResourceManager {
        &self.inner.uploader.resources
    }

    /// Returns the queues in which the service tells of successes and failures.
    #[must_use]
    pub fn status_queues(&self) -> IngestionStatusQueues {
        let uploader = &self.inner.uploader;
        IngestionStatusQueues::new(&uploader.resources, &uploader.transport, &uploader.attempts)
    }

    fn timing(&self) -> &Timing {
        self.inner.uploader.attempts.timing()
    }

    async fn upload_and_post(
        &self,
        source: Source,
        properties: &IngestionProperties,
        source_id: Uuid,
    ) -> Result<IngestionResult, Error> {
        let format = source.effective_format(properties.format);
        properties.validate(format)?;
        let (database, table) = (properties.database.as_str(), properties.table.as_str());
        let (uri, raw_size) = match source.as_blob() {
            Some((url, _)) => (blob_uri(url)?, source.raw_size()),
            None => {
                let file = source.name().map(str::to_owned);
                let name = BlobName { database, table, source_id, file: file.as_deref() };
                let blob = self.inner.uploader.upload(source, name, format).await?;
                (blob.uri, blob.raw_size)
            }
        };
        let followed = Followed {
            source_id,
            database: database.to_owned(),
            table: table.to_owned(),
            blob_path: crate::resources::location_of(&uri).to_owned(),
        };
        let reader = self.post(followed, &uri, raw_size, format, properties).await?;
        Ok(IngestionResult::queued(source_id, database, table, reader))
    }
}

#[async_trait]
impl IngestClient for QueuedIngestClient {
    /// Uploads the source, unless it is a blob, and queues it. Nothing is in the table yet when this returns.
    #[tracing::instrument(
        name = "QueuedIngestClient.ingest",
        skip_all,
        fields(database = properties.database, table = properties.table)
    )]
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        let source_id = source.source_id().unwrap_or_else(|| self.timing().ids.next_id());
        self.timing().within(self.deadline, source_id, self.upload_and_post(source, properties, source_id)).await
    }
}

/// Checks as much of a blob's URI as must be right whatever the service can read.
fn blob_uri(uri: &str) -> Result<String, Error> {
    let uri = uri.trim();
    match uri.split_once("://") {
        Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => Ok(uri.to_owned()),
        _ => Err(Error::BlobUrl { reason: "it is no absolute URL".to_owned() }),
    }
}

impl fmt::Debug for QueuedIngestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedIngestClient")
            .field("endpoint", &self.inner.service.endpoint().as_str())
            .finish_non_exhaustive()
    }
}
