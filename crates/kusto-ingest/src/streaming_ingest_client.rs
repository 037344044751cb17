//! Streaming ingestion: one request, rows visible when it returns, nothing retried.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingest-data-streaming>

mod source_errors;

use std::fmt;

use async_trait::async_trait;
use kusto_data::{Client, ConnectionStringBuilder, Dataset, StreamBody, StreamingIngestRequest, Value};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    Compression, DataFormat, Error, IngestClient, IngestClientOptions, IngestionProperties, IngestionResult, Source,
    source::{OpenedSource, compress_bytes},
    timing::Timing,
};
use source_errors::SourceErrors;

/// Begins the ids of requests.
const REQUEST_ID_PREFIX: &str = "KRC.executeStreamingIngest";
/// Begins the ids of requests whose data the service fetches.
const FROM_BLOB_REQUEST_ID_PREFIX: &str = "KRC.executeStreamingIngestFromBlob";
/// Data up to this size travel as one piece, larger ones as they are read.
const WHOLE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A client that streams and does nothing else.
///
/// An unlucky request is the caller's to repeat; [`crate::ManagedStreamingIngestClient`] does that without doubling rows.
/// Properties that streaming has nothing to carry are refused by name: sent anyway, the data would arrive without them.
///
/// ```no_run
/// # async fn example() -> Result<(), kusto_ingest::Error> {
/// use kusto_ingest::{IngestClient as _, IngestionProperties, StreamingIngestClient};
///
/// let client = StreamingIngestClient::new("http://localhost:8080")?;
/// client.ingest_from_bytes("1,a\n2,b\n", &IngestionProperties::new("NetDefaultDB", "Events")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct StreamingIngestClient {
    engine: Client,
    timing: Timing,
}

/// Where and how one piece of data goes.
pub(crate) struct StreamingTarget<'a> {
    pub(crate) properties: &'a IngestionProperties,
    pub(crate) format: DataFormat,
}

impl StreamingIngestClient {
    /// Prepares a client of the engine of `connection`; nothing is sent yet.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn new<C>(connection: C) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        Self::with_options(connection, IngestClientOptions::default())
    }

    /// Prepares a client with options.
    ///
    /// # Errors
    /// As [`Client::with_options`].
    pub fn with_options<C>(connection: C, options: IngestClientOptions) -> Result<Self, Error>
    where
        C: TryInto<ConnectionStringBuilder>,
        kusto_data::Error: From<C::Error>,
    {
        let connection = connection.try_into().map_err(kusto_data::Error::from)?;
        Ok(Self { engine: options.engine(connection)?, timing: options.timing })
    }

    /// Returns the client of the engine.
    #[must_use]
    pub const fn engine(&self) -> &Client {
        &self.engine
    }

    pub(crate) const fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Sends one request; returns how many rows the service says it added.
    pub(crate) async fn send(
        &self,
        target: &StreamingTarget<'_>,
        body: StreamBody,
        compression: Compression,
        client_request_id: String,
    ) -> Result<Option<u64>, Error> {
        let StreamingTarget { properties, format } = target;
        let mut request = StreamingIngestRequest::new(&properties.table, format.name(), body)
            .with_database(&properties.database)
            .with_gzip(compression == Compression::Gzip)
            .with_client_request_id(client_request_id);
        if let Some(mapping) = properties.mapping.as_ref().and_then(|mapping| mapping.reference()) {
            request = request.with_mapping(mapping);
        }
        let answer = self.engine.stream_ingest(request).await?;
        Ok(consumed_records(&answer))
    }

    async fn ingest_once(
        &self,
        source: Source,
        properties: &IngestionProperties,
        source_id: Uuid,
    ) -> Result<IngestionResult, Error> {
        let format = source.effective_format(properties.format);
        properties.validate(format)?;
        if let Some(property) = properties.beyond_streaming() {
            return Err(Error::NotStreamable { property });
        }
        let target = StreamingTarget { properties, format };
        let rows = if let Some((url, _)) = source.as_blob() {
            let request_id = format!("{FROM_BLOB_REQUEST_ID_PREFIX};{source_id}");
            self.send(&target, StreamBody::Blob(url.to_owned()), Compression::None, request_id).await?
        } else {
            self.send_data(&target, source, format!("{REQUEST_ID_PREFIX};{source_id}")).await?
        };
        Ok(IngestionResult::streamed(source_id, &properties.database, &properties.table, rows, 1))
    }

    async fn send_data(
        &self,
        target: &StreamingTarget<'_>,
        source: Source,
        request_id: String,
    ) -> Result<Option<u64>, Error> {
        let mut opened = OpenedSource::open(source).await?;
        if opened.fill(WHOLE_BYTES_MAX).await? {
            let (bytes, compression) = whole(opened, target.format).await?;
            return self.send(target, StreamBody::Bytes(bytes), compression, request_id).await;
        }
        let mut payload = opened.into_payload(target.format);
        let (chunks, errors) = SourceErrors::watch(payload.take_chunks());
        let sent = self.send(target, StreamBody::stream(chunks), payload.compression, request_id).await;
        // A body that broke off fails the request; why it broke off is the better answer.
        errors.take().map_or(sent, Err)
    }
}

/// Returns the data of a source that was read to its end as they travel.
pub(crate) async fn whole(opened: OpenedSource, format: DataFormat) -> Result<(bytes::Bytes, Compression), Error> {
    let (compression, is_to_be_compressed) = (opened.compression(), opened.is_to_be_compressed(format));
    let bytes = opened.into_bytes();
    if !is_to_be_compressed {
        return Ok((bytes, compression));
    }
    Ok((compress_bytes(bytes).await?, Compression::Gzip))
}

/// Calypso counts; other services may not.
fn consumed_records(answer: &Dataset) -> Option<u64> {
    match answer.tables().first()?.value(0, "ConsumedRecordsCount")? {
        Value::Long(count) => u64::try_from(*count).ok(),
        _ => None,
    }
}

#[async_trait]
impl IngestClient for StreamingIngestClient {
    /// Streams `source` in one request. Data of any size pass with bounded memory; what is too large for the service, it
    /// refuses.
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        let source_id = source.source_id().unwrap_or_else(|| self.timing.ids.next_id());
        let span = tracing::info_span!(
            "StreamingIngestClient.ingest",
            database = %properties.database,
            table = %properties.table,
            source_id = %source_id,
        );
        self.ingest_once(source, properties, source_id).instrument(span).await
    }
}

impl fmt::Debug for StreamingIngestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingIngestClient").field("engine", &self.engine).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
