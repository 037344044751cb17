//! A source that is being read: its beginning in memory, the rest to come.
//!
//! Whoever must decide by size first fills the buffer up to a limit. Nothing is lost by that: the buffer and the rest are
//! one stream again.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};

use super::{ChunkStream, Compression, Payload, Source, SourceBody, gzip, payload::RawSize};
use crate::{DataFormat, Error};

/// See the file's header.
pub(crate) struct OpenedSource {
    title: String,
    buffered: VecDeque<Bytes>,
    buffered_bytes: u64,
    /// `None` after the end.
    rest: Option<ChunkStream>,
    /// Bytes as they are read, if known beforehand.
    size: Option<u64>,
    /// Bytes before compression, if the caller said.
    raw_size: Option<u64>,
    compression: Compression,
    /// Text goes as it is.
    as_it_is: bool,
}

impl OpenedSource {
    /// Opens `source` and reads its first bytes.
    ///
    /// # Errors
    /// When the source cannot be read, is empty, or is a blob.
    pub(crate) async fn open(source: Source) -> Result<Self, Error> {
        let (title, raw_size, as_it_is) = (source.title(), source.raw_size, source.as_it_is);
        let (chunks, size) = source.body.open().await?;
        let mut opened = Self {
            title,
            buffered: VecDeque::new(),
            buffered_bytes: 0,
            rest: Some(chunks),
            size,
            raw_size,
            compression: Compression::None,
            as_it_is,
        };
        opened.fill(Compression::MAGIC_BYTES as u64).await?;
        if opened.buffered_bytes == 0 {
            return Err(Error::EmptySource { name: opened.title });
        }
        let first: Vec<u8> = opened.buffered.iter().flatten().take(Compression::MAGIC_BYTES).copied().collect();
        opened.compression = Compression::of_bytes(&first);
        Ok(opened)
    }

    /// Returns how the data are compressed as they are read.
    pub(crate) const fn compression(&self) -> Compression {
        self.compression
    }

    /// Says whether the data are text that is to be compressed.
    pub(crate) const fn is_to_be_compressed(&self, format: DataFormat) -> bool {
        !self.as_it_is && !self.compression.is_compressed() && format.is_compressible()
    }

    /// Returns the size of the data as they are read, if it is known.
    pub(crate) const fn size(&self) -> Option<u64> {
        if self.rest.is_none() { Some(self.buffered_bytes) } else { self.size }
    }

    /// Returns how many bytes are in memory.
    #[cfg(test)]
    pub(crate) const fn buffered_bytes(&self) -> u64 {
        self.buffered_bytes
    }

    /// Reads until `limit` bytes are exceeded or the data end; says whether they ended within the limit. At most a chunk
    /// more than the limit is held.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub(crate) async fn fill(&mut self, limit: u64) -> Result<bool, Error> {
        while self.buffered_bytes <= limit {
            let Some(rest) = &mut self.rest else { return Ok(true) };
            match rest.next().await.transpose()? {
                Some(chunk) => {
                    self.buffered_bytes += chunk.len() as u64;
                    self.buffered.push_back(chunk);
                }
                None => self.rest = None,
            }
        }
        Ok(false)
    }

    /// Returns all data of a source that was filled to its end.
    pub(crate) fn into_bytes(mut self) -> Bytes {
        debug_assert!(self.rest.is_none(), "the source was read to its end");
        if self.buffered.len() == 1 {
            return self.buffered.pop_front().unwrap_or_default();
        }
        let mut bytes = BytesMut::with_capacity(usize::try_from(self.buffered_bytes).unwrap_or(0));
        self.buffered.iter().for_each(|chunk| bytes.extend_from_slice(chunk));
        bytes.freeze()
    }

    /// Returns the data, from the first byte, as one stream that was not begun.
    pub(crate) fn into_source(self) -> Source {
        let (raw_size, compression, as_it_is) = (self.raw_size, self.compression, self.as_it_is);
        let mut source = Source::of(SourceBody::Chunks(self.into_chunks()));
        source.raw_size = raw_size;
        source.compression = Some(compression);
        source.as_it_is = as_it_is;
        source
    }

    /// Returns the data as they travel: text is compressed, compressed data and binary formats go as they are.
    pub(crate) fn into_payload(self, format: DataFormat) -> Payload {
        let (compression, declared) = (self.compression, self.raw_size);
        let is_to_be_compressed = self.is_to_be_compressed(format);
        if compression.is_compressed() {
            let raw = declared.map_or(RawSize::Unknown, RawSize::Known);
            return Payload::new(compression, self.into_chunks(), raw);
        }
        let count = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&count);
        let counted = self.into_chunks().inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            }
        });
        let raw = RawSize::Counted(count);
        if is_to_be_compressed {
            Payload::new(Compression::Gzip, gzip::compress(counted.boxed()), raw)
        } else {
            Payload::new(Compression::None, counted.boxed(), raw)
        }
    }

    fn into_chunks(self) -> ChunkStream {
        let buffered = stream::iter(self.buffered.into_iter().map(Ok));
        match self.rest {
            Some(rest) => buffered.chain(rest).boxed(),
            None => buffered.boxed(),
        }
    }
}
