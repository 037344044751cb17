//! The trait of all ingestion clients: one way in, and short forms of it for every kind of source.

use std::{io::Read, path::PathBuf, sync::Arc};

use arrow::array::RecordBatch;
use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;
use serde::Serialize;
use tokio::io::AsyncRead;

use crate::{Error, IngestionProperties, IngestionResult, Source};

/// A client that brings data into tables. All of them are cheap to clone and shared between tasks.
///
/// The short forms draw a new source id in every call. To retry a call of unknown outcome without doubling rows, make the
/// [`Source`] with an id of your own and call [`IngestClient::ingest`].
#[async_trait]
pub trait IngestClient: Send + Sync {
    /// Ingests `source`. The result tells whether its rows are visible or queued, and can be awaited.
    ///
    /// # Errors
    /// [`Error::is_permanent`] tells whether the call may succeed later.
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error>;

    /// Ingests a file, compressed or not; it is read as it is sent.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_file(
        &self,
        path: impl Into<PathBuf> + Send,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::file(path), properties).await
    }

    /// Ingests what an async reader yields.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_reader(
        &self,
        reader: impl AsyncRead + Send + Unpin + 'static,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::reader(reader), properties).await
    }

    /// Ingests what a blocking reader yields; it is read on a thread for blocking work.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_blocking_reader(
        &self,
        reader: impl Read + Send + 'static,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::blocking_reader(reader), properties).await
    }

    /// Ingests bytes.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_bytes(
        &self,
        bytes: impl Into<Bytes> + Send,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::bytes(bytes), properties).await
    }

    /// Ingests a stream of chunks.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_stream(
        &self,
        stream: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::stream(stream), properties).await
    }

    /// Ingests a blob that the service fetches itself. The URL carries what it takes to read it: a signature,
    /// `;impersonate`, `;managed_identity=…`.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_blob(
        &self,
        url: impl Into<String> + Send,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
    {
        self.ingest(Source::blob(url), properties).await
    }

    /// Ingests rows that serde writes; members are matched with columns by name.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_rows<I>(&self, rows: I, properties: &IngestionProperties) -> Result<IngestionResult, Error>
    where
        Self: Sized,
        I: IntoIterator + Send,
        I::IntoIter: Send + 'static,
        I::Item: Serialize,
    {
        self.ingest(Source::rows(rows), properties).await
    }

    /// Ingests Arrow record batches; columns are matched by name.
    ///
    /// # Errors
    /// As [`IngestClient::ingest`].
    async fn ingest_from_record_batches<I>(
        &self,
        batches: I,
        properties: &IngestionProperties,
    ) -> Result<IngestionResult, Error>
    where
        Self: Sized,
        I: IntoIterator<Item = RecordBatch> + Send,
        I::IntoIter: Send + 'static,
    {
        self.ingest(Source::record_batches(batches), properties).await
    }
}

#[async_trait]
impl<C: IngestClient + ?Sized> IngestClient for Arc<C> {
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        (**self).ingest(source, properties).await
    }
}

#[async_trait]
impl<C: IngestClient + ?Sized> IngestClient for Box<C> {
    async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
        (**self).ingest(source, properties).await
    }
}
