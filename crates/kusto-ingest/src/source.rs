//! Where the data of an ingestion come from.
//!
//! A source of any size is read once, in chunks, with bounded memory. What is sent is told by its first bytes: compressed
//! data and binary formats go as they are, text is compressed on the way unless the caller would rather not.

mod blocking_producer;
mod body;
mod compression;
mod gzip;
mod json_cell;
mod opened;
mod payload;
mod record_batches;
mod rows;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::{self, Read},
    path::PathBuf,
};

use arrow::{array::RecordBatch, error::ArrowError};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use serde::Serialize;
use tokio::io::AsyncRead;
use uuid::Uuid;

use crate::{DataFormat, Error};

pub(crate) use body::ChunkStream;
use body::SourceBody;
pub use compression::Compression;
pub(crate) use gzip::compress_bytes;
pub(crate) use opened::OpenedSource;
pub(crate) use payload::Payload;

/// See the file's header. Read by the call that it is given to, and no further use.
pub struct Source {
    body: SourceBody,
    source_id: Option<Uuid>,
    compression: Option<Compression>,
    raw_size: Option<u64>,
    name: Option<String>,
    format: Option<DataFormat>,
    /// Text goes as it is.
    as_it_is: bool,
}

impl Source {
    /// Returns the file at `path`. It is opened by the call that ingests it.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self { name, ..Self::of(SourceBody::File(path)) }
    }

    /// Returns what an async reader yields.
    #[must_use]
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self::of(SourceBody::Chunks(body::chunks_of_reader(reader)))
    }

    /// Returns what a blocking reader yields; it is read on a thread for blocking work.
    #[must_use]
    pub fn blocking_reader(reader: impl Read + Send + 'static) -> Self {
        Self::of(SourceBody::Produced(Box::new(move |sink| body::read_into(reader, "the reader", sink))))
    }

    /// Returns bytes.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::of(SourceBody::Bytes(bytes.into()))
    }

    /// Returns a stream of chunks.
    #[must_use]
    pub fn stream(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        let chunks =
            stream.map(|chunk| chunk.map_err(|source| Error::Source { name: "the stream".to_owned(), source }));
        Self::of(SourceBody::Chunks(chunks.boxed()))
    }

    /// Returns a blob that the service fetches itself. The URL carries what it takes to read it: a signature,
    /// `;impersonate`, `;managed_identity=…`.
    #[must_use]
    pub fn blob(url: impl Into<String>) -> Self {
        Self::of(SourceBody::Blob(url.into()))
    }

    /// Returns rows, written as JSON lines on a thread for blocking work. Each must serialize as an object, whose members
    /// are matched with columns by name, or by a JSON mapping.
    #[must_use]
    pub fn rows<I>(rows: I) -> Self
    where
        I: IntoIterator,
        I::IntoIter: Send + 'static,
        I::Item: Serialize,
    {
        let rows = rows.into_iter();
        Self::json_lines(SourceBody::Produced(Box::new(move |sink| rows::write_into(rows, sink))))
    }

    /// Returns Arrow record batches, written as JSON lines on a thread for blocking work.
    ///
    /// JSON lines and not csv: members are matched by name and nested types become `dynamic`, and a null differs from
    /// an empty string. Not Parquet: it would bring a writer of that format into every client.
    #[must_use]
    pub fn record_batches<I>(batches: I) -> Self
    where
        I: IntoIterator<Item = RecordBatch>,
        I::IntoIter: Send + 'static,
    {
        Self::try_record_batches(batches.into_iter().map(Ok))
    }

    /// Returns Arrow record batches that may fail as they are made, as those of Arrow's readers.
    #[must_use]
    pub fn try_record_batches<I>(batches: I) -> Self
    where
        I: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
        I::IntoIter: Send + 'static,
    {
        let batches = batches.into_iter();
        Self::json_lines(SourceBody::Produced(Box::new(move |sink| record_batches::write_into(batches, sink))))
    }

    fn json_lines(body: SourceBody) -> Self {
        Self { format: Some(DataFormat::Json), ..Self::of(body) }
    }

    pub(crate) const fn of(body: SourceBody) -> Self {
        Self { body, source_id: None, compression: None, raw_size: None, name: None, format: None, as_it_is: false }
    }

    /// Names the source. Tries of the same data that carry the same id leave one copy of its rows when they are queued or
    /// go through managed streaming; plain streaming has nothing that would tell the service of a try.
    #[must_use]
    pub fn with_source_id(mut self, source_id: Uuid) -> Self {
        self.source_id = Some(source_id);
        self
    }

    /// Says how a blob is compressed, which a client does not see; its name tells if this does not. Data that pass through
    /// the client tell by themselves.
    #[must_use]
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// Sends text as it is. Compression takes processor time and pays on a network; to a service on the same machine, or
    /// over a fast line, data may arrive sooner without.
    #[must_use]
    pub const fn without_compression(mut self) -> Self {
        self.as_it_is = true;
        self
    }

    /// Says how many bytes the data have before compression.
    #[must_use]
    pub fn with_raw_size(mut self, bytes: u64) -> Self {
        self.raw_size = Some(bytes);
        self
    }

    /// Names the data: the last part of the blob that queued ingestion uploads.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says what the data are, whatever the properties say.
    pub(crate) fn with_format(mut self, format: DataFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Returns the id, if one was given.
    #[must_use]
    pub const fn source_id(&self) -> Option<Uuid> {
        self.source_id
    }

    /// Returns the name of the file, or the name given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the bytes before compression, if they were given.
    #[must_use]
    pub const fn raw_size(&self) -> Option<u64> {
        self.raw_size
    }

    /// Returns the format that is used with `properties_format`: a source that the client writes has its own.
    #[must_use]
    pub fn effective_format(&self, properties_format: DataFormat) -> DataFormat {
        self.format.unwrap_or(properties_format)
    }

    /// Returns the URL of a blob, a secret, and how the blob is compressed.
    pub(crate) fn as_blob(&self) -> Option<(&str, Compression)> {
        match &self.body {
            SourceBody::Blob(url) => {
                Some((url.as_str(), self.compression.unwrap_or_else(|| Compression::of_name(url))))
            }
            _ => None,
        }
    }

    /// Returns the same source once more, where its data can be had twice: a file, bytes, a blob.
    pub(crate) fn to_be_read_again(&self) -> Option<Self> {
        let body = match &self.body {
            SourceBody::File(path) => SourceBody::File(path.clone()),
            SourceBody::Bytes(bytes) => SourceBody::Bytes(bytes.clone()),
            SourceBody::Blob(url) => SourceBody::Blob(url.clone()),
            SourceBody::Chunks(_) | SourceBody::Produced(_) => return None,
        };
        Some(Self { body, name: self.name.clone(), ..*self })
    }

    /// How the source is called in errors.
    pub(crate) fn title(&self) -> String {
        match &self.body {
            SourceBody::File(path) => path.display().to_string(),
            _ => self.name.clone().unwrap_or_else(|| "the source".to_owned()),
        }
    }
}

impl fmt::Debug for Source {
    /// Leaves out the URL of a blob, which carries its signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("source_id", &self.source_id)
            .field("name", &self.name)
            .field("compression", &self.compression)
            .field("raw_size", &self.raw_size)
            .finish_non_exhaustive()
    }
}
