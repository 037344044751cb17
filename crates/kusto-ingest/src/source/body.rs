//! The kinds of sources, and how each becomes a stream of chunks.

use std::{
    io::{self, Read},
    path::PathBuf,
    pin::Pin,
};

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::blocking_producer::{ChunkSink, SinkClosed, chunks_of_producer};
use crate::Error;

/// Bytes that are read at once.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;

/// Chunks of data; none is empty, and nothing follows an error.
pub(crate) type ChunkStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Work of a blocking thread that yields chunks.
pub(super) type Producer = Box<dyn FnOnce(&mut ChunkSink) -> Result<(), SinkClosed> + Send>;

/// What a source is made of.
pub(crate) enum SourceBody {
    File(PathBuf),
    Bytes(Bytes),
    Chunks(ChunkStream),
    Produced(Producer),
    /// A URL with its secrets.
    Blob(String),
}

impl SourceBody {
    /// Returns the chunks, and how many bytes they are if that is known.
    pub(super) async fn open(self) -> Result<(ChunkStream, Option<u64>), Error> {
        Ok(match self {
            Self::File(path) => open_file(path).await?,
            Self::Bytes(bytes) => {
                let size = bytes.len() as u64;
                (stream::iter((size > 0).then_some(Ok(bytes))).boxed(), Some(size))
            }
            Self::Chunks(chunks) => (chunks, None),
            Self::Produced(producer) => (chunks_of_producer(producer), None),
            Self::Blob(_) => {
                return Err(Error::BlobUrl {
                    reason: "a blob is fetched by the service, not by the client".to_owned(),
                });
            }
        })
    }
}

async fn open_file(path: PathBuf) -> Result<(ChunkStream, Option<u64>), Error> {
    let name = path.display().to_string();
    let opened = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(&path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
        }
        // Pipes and devices have no length to tell.
        Ok((file, metadata.is_file().then_some(metadata.len())))
    });
    let opened = opened.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    let (file, size) = opened.map_err(|source| Error::Source { name: name.clone(), source })?;
    Ok((chunks_of_producer(Box::new(move |sink| read_into(file, &name, sink))), size))
}

/// Reads `reader` to its end, on a thread for blocking work.
pub(super) fn read_into(mut reader: impl Read, name: &str, sink: &mut ChunkSink) -> Result<(), SinkClosed> {
    loop {
        let mut buffer = vec![0; CHUNK_BYTES];
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                buffer.truncate(count);
                sink.send(buffer.into())?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return sink.fail(Error::Source { name: name.to_owned(), source }),
        }
    }
}

pub(super) fn chunks_of_reader(reader: impl AsyncRead + Send + Unpin + 'static) -> ChunkStream {
    stream::unfold(Some(reader), |reader| async {
        let mut reader = reader?;
        let mut buffer = BytesMut::with_capacity(CHUNK_BYTES);
        match reader.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), Some(reader))),
            Err(source) => Some((Err(Error::Source { name: "the reader".to_owned(), source }), None)),
        }
    })
    .boxed()
}
