//! Uploading the data of a source as a blob, in bounded memory whatever its size.
//!
//! Data that fit one block are one request. Larger data are blocks of 4 MiB, a few on their way at once, and a list of
//! them at the end, so nobody sees half a blob. A block that fails for a passing reason is sent again to the same
//! account; an account that does not recover is ranked lower and the next one is tried: with the data in hand, or from
//! the start where the source can be read again.

mod blob_name;
mod blocks;

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};

pub(crate) use blob_name::BlobName;

use crate::{
    DataFormat, Error,
    resources::{IngestionResources, ResourceManager, ResourceUri},
    source::{OpenedSource, Payload, Source},
    storage::{Attempts, BLOCKS_MAX, BlobWriter, StorageFailure, StorageTransport},
};
use blocks::{BLOCK_BYTES, BlockStream, blocks_of};

/// Blocks on their way at once. With the one that is being filled, and those that are being compressed, an upload holds
/// less than 40 MiB.
const BLOCKS_AT_ONCE: usize = 4;

/// What uploads need.
#[derive(Clone)]
pub(crate) struct Uploader {
    pub(crate) resources: ResourceManager,
    pub(crate) transport: StorageTransport,
    pub(crate) attempts: Attempts,
}

/// A blob that is complete.
pub(crate) struct UploadedBlob {
    /// With the signature of its container: a secret.
    pub(crate) uri: String,
    /// Bytes before compression, if known.
    pub(crate) raw_size: Option<u64>,
}

/// Data on their way into blobs, with their beginning in hand.
struct Data {
    /// Tells the raw size once all is read.
    payload: Payload,
    first: Bytes,
    second: Option<Bytes>,
    /// None when it was read, whether to its end or not.
    rest: Option<BlockStream>,
}

/// Why a container has no blob.
enum Setback {
    Container(StorageFailure),
    Source(Error),
}

impl From<StorageFailure> for Setback {
    fn from(failure: StorageFailure) -> Self {
        Self::Container(failure)
    }
}

impl Data {
    async fn open(source: Source, format: DataFormat) -> Result<Self, Error> {
        let mut payload = OpenedSource::open(source).await?.into_payload(format);
        let mut blocks = blocks_of(payload.take_chunks());
        let first = blocks.next().await.transpose()?.unwrap_or_default();
        let second = if first.len() < BLOCK_BYTES { None } else { blocks.next().await.transpose()? };
        Ok(Self { payload, first, second, rest: Some(blocks) })
    }

    /// Says whether another container needs the source to be read again.
    const fn is_spent(&self) -> bool {
        self.rest.is_none()
    }
}

impl Uploader {
    /// Uploads `source` under `name`, which gets the ending of the compression.
    ///
    /// # Errors
    /// When the source cannot be read, or no container takes it.
    pub(crate) async fn upload(
        &self,
        source: Source,
        name: BlobName<'_>,
        format: DataFormat,
    ) -> Result<UploadedBlob, Error> {
        let again = source.to_be_read_again();
        let mut candidates = self.resources.candidates(IngestionResources::containers).await?;
        let mut data = Data::open(source, format).await?;
        let name = name.with_compression(data.payload.compression);
        let mut last = None;
        while let Some(container) = candidates.next() {
            match self.write(&container, &name, &mut data).await {
                Ok(()) => {
                    candidates.succeeded(&container);
                    return Ok(UploadedBlob { uri: container.blob(&name).into(), raw_size: data.payload.raw_size() });
                }
                Err(Setback::Source(error)) => return Err(error),
                Err(Setback::Container(failure)) => {
                    candidates.failed(&container, &failure).await;
                    last = Some(failure);
                }
            }
            if data.is_spent() {
                let Some(source) = again.as_ref().and_then(Source::to_be_read_again) else { break };
                data = Data::open(source, format).await?;
            }
        }
        Err(last.map_or(Error::MissingResource { resource: "container to upload to" }, Error::from))
    }

    async fn write(&self, container: &ResourceUri, name: &str, data: &mut Data) -> Result<(), Setback> {
        let writer = BlobWriter::new(&self.transport, container, name, &*self.attempts.timing().ids)?;
        let Some(second) = data.second.clone() else {
            return Ok(writer.put(&data.first, &self.attempts).await?);
        };
        // Nothing is read from the source before a first block shows that the container takes them.
        writer.stage(0, &data.first, &self.attempts).await?;
        let Some(rest) = data.rest.take() else { return Ok(()) };
        // Another container needs the source to be read again anyway.
        (data.first, data.second) = (Bytes::new(), None);
        let count = AtomicU64::new(1);
        let blocks = stream::iter([Ok(second)]).chain(rest).map_err(Setback::Source);
        blocks
            .try_for_each_concurrent(BLOCKS_AT_ONCE, |block| {
                let index = count.fetch_add(1, Ordering::Relaxed);
                let (writer, attempts) = (&writer, &self.attempts);
                async move {
                    if index >= BLOCKS_MAX {
                        return Err(Setback::Source(too_large()));
                    }
                    Ok(writer.stage(index, &block, attempts).await?)
                }
            })
            .await?;
        Ok(writer.commit(count.load(Ordering::Relaxed), &self.attempts).await?)
    }
}

fn too_large() -> Error {
    let limit = BLOCKS_MAX * BLOCK_BYTES as u64;
    Error::Source {
        name: "the source".to_owned(),
        source: std::io::Error::other(format!("a blob has at most {limit} bytes as they are uploaded")),
    }
}
