//! The blobs of built-in staging, as clients put, read and delete them.

use std::sync::Arc;

use super::{
    Inner,
    blobs::{self, BlobCondition, BlobName, BlobProperties, CommittedBlock, Leftover, NewBytes, StagedBlock},
    names::NamedResource,
    quota::Reservation,
    upload::Upload,
};
use crate::{
    Error, StagedBlob,
    error::what,
    wire::block_list::{BlockReference, BlockSource},
};

/// Longest name of a blob, as in Azure Blob Storage.
const NAME_CHARS_MAX: usize = 1024;
/// Longest id of a block: 64 bytes in base64, as in Azure Blob Storage.
const BLOCK_ID_CHARS_MAX: usize = 88;
/// Most bytes of the headers that are kept with a blob; Azure's limit of metadata.
const HEADERS_BYTES_MAX: usize = 8 * 1024;
/// Most blobs of one list, as in Azure Blob Storage.
pub const BLOBS_PER_CALL_MAX: usize = 5000;

/// What a client says about a blob that it writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobWrite {
    /// Headers to be told again to whoever reads the blob, by lower-case names.
    pub headers: Vec<(String, String)>,
    /// The client's id of the request; the same write with the same id is answered again, not refused.
    pub request_id: String,
    pub condition: BlobCondition,
}

impl BlobWrite {
    fn check_headers(&self) -> Result<(), Error> {
        let bytes: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > HEADERS_BYTES_MAX {
            return Err(Error::TooLarge { what: what::METADATA, limit: HEADERS_BYTES_MAX as u64 });
        }
        let breaks_lines = |text: &String| text.contains(char::is_control);
        if self.headers.iter().any(|(name, value)| breaks_lines(name) || breaks_lines(value) || name.contains(':')) {
            return Err(Error::invalid("a header of the blob has control characters"));
        }
        Ok(())
    }

    /// Says whether the same request made `found`: its client did not hear the answer.
    fn repeats(&self, found: &BlobProperties) -> bool {
        !self.request_id.is_empty() && self.request_id == found.request_id
    }
}

/// Blobs of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobPage {
    pub blobs: Vec<BlobProperties>,
    /// The name that the next list begins with; none at the end.
    pub next: Option<String>,
}

/// The blobs of built-in staging.
pub struct LocalBlobs {
    inner: Arc<Inner>,
}

impl LocalBlobs {
    pub(super) const fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Checks container and name of a blob.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another container, [`Error::Invalid`] for a name that no blob can have.
    pub fn name(&self, container: &str, name: &str) -> Result<BlobName, Error> {
        let container = NamedResource::container(container)?;
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains(char::is_control) {
            return Err(Error::invalid("the name of the blob is empty, too long, or has control characters"));
        }
        Ok(BlobName { container, name: name.to_owned() })
    }

    /// Begins a blob or a block, of `stated_bytes` if that is known, so that what has no room fails before it is sent.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Full`], or when the disk fails.
    pub async fn upload(&self, stated_bytes: u64) -> Result<Upload, Error> {
        let inner = &self.inner;
        let limit = inner.settings.blob_bytes_max;
        if stated_bytes > limit {
            return Err(Error::TooLarge { what: what::BLOB, limit });
        }
        // Taken and given back: the bytes count as they come.
        Reservation::new(Arc::clone(&inner.quota)).grow(stated_bytes)?;
        let room = Reservation::new(Arc::clone(&inner.quota));
        inner.files.create(inner.ids.next_id(), limit, room).await
    }

    /// Makes `upload` the blob; durable when this returns.
    ///
    /// # Errors
    /// As the condition demands, or when the disk fails.
    pub async fn put(&self, blob: BlobName, upload: Upload, write: BlobWrite) -> Result<BlobProperties, Error> {
        let uploaded = upload.finish().await?;
        if let Some(found) = blobs::get(&self.inner.readers, &blob).await?
            && write.condition.check(Some(&found)).is_err()
            && write.repeats(&found)
            && uploaded.equals_file(self.file(&found)).await?
        {
            return Ok(found);
        }
        self.commit(blob, NewBytes::Uploaded(uploaded), Vec::new(), write).await
    }

    /// Makes `upload` a block that a list of blocks may name; durable when this returns.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are too many, or when the disk fails.
    pub async fn put_block(&self, blob: BlobName, id: &str, upload: Upload) -> Result<(), Error> {
        check_block_id(id)?;
        let step = blobs::PutBlock {
            blob,
            id: id.to_owned(),
            uploaded: upload.finish().await?,
            blocks_max: self.inner.settings.blocks_max,
            now: self.inner.clock.now(),
            files: Arc::clone(&self.inner.files),
            quota: Arc::clone(&self.inner.quota),
            leftover: Leftover::default(),
        };
        self.inner.writer.write(step).await
    }

    /// Makes a blob of blocks; durable when this returns. Blocks that the list does not name are forgotten.
    ///
    /// # Errors
    /// [`Error::InvalidBlockList`] when a block is not there, otherwise as for [`Self::put`].
    pub async fn put_block_list(
        &self,
        blob: BlobName,
        list: &[BlockReference],
        write: BlobWrite,
    ) -> Result<BlobProperties, Error> {
        if list.len() > self.inner.settings.blocks_max {
            let limit = self.inner.settings.blocks_max as u64;
            return Err(Error::TooLarge { what: what::BLOCKS, limit });
        }
        let staged = blobs::staged_blocks(&self.inner.readers, &blob).await?;
        let committed = blobs::get(&self.inner.readers, &blob).await?;
        let chosen = choose(list, &staged, committed.as_ref())?;
        let blocks: Vec<CommittedBlock> =
            chosen.iter().map(|piece| CommittedBlock { id: piece.id.clone(), bytes: piece.bytes }).collect();
        if let Some(found) = committed.filter(|found| staged.is_empty() && found.blocks == blocks) {
            // A client that did not hear our answer asks again.
            return if write.repeats(&found) { Ok(found) } else { write.condition.check(Some(&found)).map(|()| found) };
        }
        let only = match (chosen.as_slice(), list) {
            ([piece], [_]) => staged.iter().find(|block| block.file == piece.file),
            _ => None,
        };
        let bytes = match only {
            Some(block) => NewBytes::Block(block.clone()),
            None => {
                let mut upload = self.upload(0).await?;
                let files = &self.inner.files;
                let pieces = chosen.iter().map(|piece| (files.path(piece.file), piece.first_byte, piece.bytes));
                upload.append_files(pieces.collect()).await?;
                NewBytes::Uploaded(upload.finish().await?)
            }
        };
        self.commit(blob, bytes, blocks, write).await
    }

    async fn commit(
        &self,
        blob: BlobName,
        bytes: NewBytes,
        blocks: Vec<CommittedBlock>,
        write: BlobWrite,
    ) -> Result<BlobProperties, Error> {
        write.check_headers()?;
        let step = blobs::PutBlob {
            blob,
            bytes,
            blocks,
            headers: write.headers,
            request_id: write.request_id,
            condition: write.condition,
            now: self.inner.clock.now(),
            files: Arc::clone(&self.inner.files),
            quota: Arc::clone(&self.inner.quota),
            leftover: Leftover::default(),
        };
        self.inner.writer.write(step).await
    }

    /// Returns what is known of a blob.
    ///
    /// # Errors
    /// [`Error::NotFound`], or when the disk fails.
    pub async fn properties(&self, blob: &BlobName) -> Result<BlobProperties, Error> {
        blobs::get(&self.inner.readers, blob).await?.ok_or(Error::NotFound { what: what::BLOB })
    }

    /// Returns where the bytes of a blob are.
    #[must_use]
    pub fn file(&self, blob: &BlobProperties) -> StagedBlob {
        StagedBlob { path: self.inner.files.path(blob.file), bytes: blob.bytes }
    }

    /// Returns at most `count` blobs whose names begin with `prefix`, in order, from the name `first` on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another container, or when the disk fails.
    pub async fn list(&self, container: &str, prefix: &str, first: &str, count: usize) -> Result<BlobPage, Error> {
        let container = NamedResource::container(container)?;
        let count = count.clamp(1, BLOBS_PER_CALL_MAX);
        let mut found = blobs::scan(&self.inner.readers, container, first.max(prefix), count + 1).await?;
        found.retain(|blob| blob.name.starts_with(prefix));
        let next = if found.len() > count { found.pop().map(|blob| blob.name) } else { None };
        Ok(BlobPage { blobs: found, next })
    }

    /// Deletes a blob; says whether there was one.
    ///
    /// # Errors
    /// As the condition demands, or when the disk fails.
    pub async fn delete(&self, blob: BlobName, condition: BlobCondition) -> Result<bool, Error> {
        let step = blobs::DeleteBlob {
            blob,
            condition,
            files: Arc::clone(&self.inner.files),
            quota: Arc::clone(&self.inner.quota),
            leftover: Leftover::default(),
        };
        self.inner.writer.write(step).await
    }
}

/// A run of bytes that becomes part of a blob.
struct Piece {
    id: String,
    file: uuid::Uuid,
    first_byte: u64,
    bytes: u64,
}

/// Finds the bytes of each block that a list names: among those put since, or in the blob as it is.
fn choose(
    list: &[BlockReference],
    staged: &[StagedBlock],
    committed: Option<&BlobProperties>,
) -> Result<Vec<Piece>, Error> {
    use std::collections::HashMap;
    let staged: HashMap<&str, &StagedBlock> = staged.iter().map(|block| (block.id.as_str(), block)).collect();
    let mut old = HashMap::new();
    let mut first_byte = 0;
    for block in committed.iter().flat_map(|blob| &blob.blocks) {
        old.entry(block.id.as_str()).or_insert((first_byte, block.bytes));
        first_byte += block.bytes;
    }
    let file = committed.map(|blob| blob.file);
    list.iter()
        .map(|BlockReference { source, id }| {
            let new = staged.get(id.as_str()).map(|block| (block.file, 0, block.bytes));
            let old = || old.get(id.as_str()).and_then(|&(first_byte, bytes)| Some((file?, first_byte, bytes)));
            let found = match source {
                BlockSource::Latest => new.or_else(old),
                BlockSource::Uncommitted => new,
                BlockSource::Committed => old(),
            };
            let (file, first_byte, bytes) = found.ok_or(Error::InvalidBlockList)?;
            Ok(Piece { id: id.clone(), file, first_byte, bytes })
        })
        .collect()
}

fn check_block_id(id: &str) -> Result<(), Error> {
    if id.is_empty() || id.len() > BLOCK_ID_CHARS_MAX || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid("the id of the block is not base64 of at most 64 bytes"));
    }
    Ok(())
}
