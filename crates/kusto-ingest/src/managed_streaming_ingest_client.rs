//! Managed streaming: streams what is small, tries again what passes, queues the rest.
//!
//! The same source id goes through all attempts and the queued message, so that the service keeps one copy of data whose
//! acknowledgement was lost. <https://learn.microsoft.com/azure/data-explorer/ingest-data-managed-streaming>

mod attempts;
mod blob_size;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use kusto_data::{ConnectionStringBuilder, StreamBody};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    Compression, DataFormat, DefaultManagedStreamingPolicy, Error, IngestClient, IngestClientOptions,
    IngestionProperties, IngestionResult, ManagedStreamingPolicy, QueuedIngestClient, Source, StreamingIngestClient,
    source::OpenedSource,
    streaming_ingest_client::{StreamingTarget, whole},
};
use attempts::Streamed;

/// A client that streams where it can and queues where it must.
///
/// - Data above 4 MiB, by an estimate from format and compression ([`crate::streaming_bytes_max`]), are queued.
/// - Passing failures and throttling are tried three more times, ever later; then the data are queued.
/// - Permanent failures are returned at once, except those that only concern streaming: a body too large, a table
///   without the policy or with one that prevents streaming. Such data are queued.
/// - Properties that streaming cannot carry (tags, an inline mapping, …) have the data queued.
///
/// [`ManagedStreamingPolicy`] changes all of it.
///
/// ```no_run
/// # async fn example() -> Result<(), kusto_ingest::Error> {
/// use std::{sync::Arc, time::Duration};
/// use kusto_ingest::{
///     DefaultManagedStreamingPolicy, IngestClient as _, IngestionOutcome, IngestionProperties,
///     ManagedStreamingIngestClient, Source,
/// };
///
/// let policy = DefaultManagedStreamingPolicy::new().with_size_factor(0.5);
/// let client = ManagedStreamingIngestClient::new("http://localhost:8080")?
///     .with_policy(Arc::new(policy))
///     .with_deadline(Duration::from_secs(300));
/// let result = client.ingest(Source::bytes("1,a\n"), &IngestionProperties::new("NetDefaultDB", "Events")).await?;
/// match &result.outcome {
///     IngestionOutcome::Streamed { rows, attempts, .. } => println!("{rows:?} rows after {attempts} attempts"),
///     _ => println!("queued as {:?}", result.blob_path()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ManagedStreamingIngestClient {
    streaming: StreamingIngestClient,
    queued: Arc<dyn IngestClient>,
    policy: Arc<dyn ManagedStreamingPolicy>,
    deadline: Option<Duration>,
}

/// What names a source, whichever way its data go.
struct Label {
    source_id: Uuid,
    name: Option<String>,
    format: DataFormat,
}

impl Label {
    fn of(&self, source: Source) -> Source {
        let source = source.with_source_id(self.source_id).with_format(self.format);
        match &self.name {
            Some(name) => source.with_name(name.clone()),
            None => source,
        }
    }
}

impl ManagedStreamingIngestClient {
    /// Prepares a client of the service of `connection`, with or without `ingest-` before its name; nothing is sent yet.
    ///
    /// # Errors
    /// As [`kusto_data::Client::new`].
    pub fn new<C>(connection: C) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        Self::with_options(connection, IngestClientOptions::default())
    }

    /// Prepares a client with options, which hold for streaming and queueing alike.
    ///
    /// # Errors
    /// As [`kusto_data::Client::with_options`].
    pub fn with_options<C>(connection: C, options: IngestClientOptions) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        Self::connect(connection.try_into().map_err(kusto_data::Error::from)?, options)
    }

    fn connect(connection: ConnectionStringBuilder, options: IngestClientOptions) -> Result<Self, Error> {
        let queued = QueuedIngestClient::with_options(connection.clone(), options.clone())?;
        let streaming = StreamingIngestClient::with_options(connection, options)?;
        Ok(Self::from_clients(streaming, Arc::new(queued)))
    }

    /// Joins a streaming client and any client to fall back to.
    #[must_use]
    pub fn from_clients(streaming: StreamingIngestClient, queued: Arc<dyn IngestClient>) -> Self {
        Self { streaming, queued, policy: Arc::new(DefaultManagedStreamingPolicy::default()), deadline: None }
    }

    /// Sets when to stream, how often to try, and when to queue at once.
    #[must_use]
    pub fn with_policy(mut self, policy: Arc<dyn ManagedStreamingPolicy>) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how long a call may take, uploads and waits included; it then ends with [`Error::Deadline`]. Without one,
    /// every request has its own limit (10 minutes for a streaming one), and their number is limited too.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    async fn ingest_any(
        &self,
        source: Source,
        properties: &IngestionProperties,
        source_id: Uuid,
    ) -> Result<IngestionResult, Error> {
        let format = source.effective_format(properties.format);
        properties.validate(format)?;
        let label = Label { source_id, name: source.name().map(str::to_owned), format };
        if let Some(property) = properties.beyond_streaming() {
            tracing::debug!(property, "queued, since streaming cannot carry a property");
            return self.queue(label.of(source), properties).await;
        }
        if self.policy.queues_at_once(properties, self.streaming.timing().clock.now()) {
            tracing::debug!("queued at once, as the policy says");
            return self.queue(label.of(source), properties).await;
        }
        if source.as_blob().is_some() {
            self.ingest_blob(source, properties, &label).await
        } else {
            self.ingest_data(source, properties, &label).await
        }
    }

    async fn ingest_blob(
        &self,
        source: Source,
        properties: &IngestionProperties,
        label: &Label,
    ) -> Result<IngestionResult, Error> {
        let missing = || Error::BlobUrl { reason: "it is missing".to_owned() };
        let (url, compression) = source.as_blob().map(|(url, kind)| (url.to_owned(), kind)).ok_or_else(missing)?;
        let http = self.streaming.engine().http();
        let size = blob_size::of(http, &url, compression, source.raw_size()).await;
        let fits = |(bytes, compression)| bytes <= self.policy.streaming_bytes_max(label.format, compression);
        if !size.is_some_and(fits) {
            tracing::debug!("queued, since the blob is large or its size is unknown");
            return self.queue(label.of(source), properties).await;
        }
        let target = StreamingTarget { properties, format: label.format };
        let body = || StreamBody::Blob(url.clone());
        match self.stream(&target, body, Compression::None, label.source_id).await? {
            Streamed::Rows(result) => Ok(result),
            Streamed::ToQueue => self.queue(label.of(source), properties).await,
        }
    }

    async fn ingest_data(
        &self,
        source: Source,
        properties: &IngestionProperties,
        label: &Label,
    ) -> Result<IngestionResult, Error> {
        let (declared, again) = (source.raw_size(), source.to_be_read_again());
        let mut opened = OpenedSource::open(source).await?;
        let bytes_max = self.policy.streaming_bytes_max(label.format, opened.compression());
        let is_large = opened.size().is_some_and(|size| size > bytes_max);
        if is_large || !opened.fill(bytes_max).await? {
            tracing::debug!(bytes_max, "queued, since the data are too large to stream");
            // A source that can be read anew lets the upload begin again at another account.
            let source = again.unwrap_or_else(|| opened.into_source());
            return self.queue(label.of(source), properties).await;
        }
        let raw_size = if opened.compression().is_compressed() { declared } else { opened.size() };
        let (bytes, compression) = whole(opened, label.format).await?;
        let target = StreamingTarget { properties, format: label.format };
        let body = || StreamBody::Bytes(bytes.clone());
        match self.stream(&target, body, compression, label.source_id).await? {
            Streamed::Rows(result) => Ok(result),
            Streamed::ToQueue => self.queue(label.of(kept(bytes, compression, raw_size)), properties).await,
        }
    }

    async fn queue(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        self.queued.ingest(source, properties).await
    }
}

/// Returns data that were to be streamed as a source: to be sent as they were.
fn kept(bytes: Bytes, compression: Compression, raw_size: Option<u64>) -> Source {
    let source = Source::bytes(bytes).with_compression(compression).without_compression();
    match raw_size {
        Some(bytes) => source.with_raw_size(bytes),
        None => source,
    }
}

#[async_trait]
impl IngestClient for ManagedStreamingIngestClient {
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        let source_id = source.source_id().unwrap_or_else(|| self.streaming.timing().ids.next_id());
        let span = tracing::info_span!(
            "ManagedStreamingIngestClient.ingest",
            database = %properties.database,
            table = %properties.table,
            source_id = %source_id,
        );
        let timing = self.streaming.timing();
        let ingestion = self.ingest_any(source, properties, source_id);
        timing.within(self.deadline, source_id, ingestion).instrument(span).await
    }
}

impl fmt::Debug for ManagedStreamingIngestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedStreamingIngestClient")
            .field("streaming", &self.streaming)
            .field("policy", &self.policy)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
