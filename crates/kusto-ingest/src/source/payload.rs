//! The data of a source as they travel.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{ChunkStream, Compression};

/// Chunks to send, and what is known of them.
pub(crate) struct Payload {
    /// Of the chunks.
    pub(crate) compression: Compression,
    pub(crate) chunks: ChunkStream,
    raw: RawSize,
}

/// How many bytes the data have before compression.
pub(super) enum RawSize {
    Known(u64),
    /// Compressed data whose caller did not say.
    Unknown,
    /// Counted as the chunks are read.
    Counted(Arc<AtomicU64>),
}

impl Payload {
    pub(super) const fn new(compression: Compression, chunks: ChunkStream, raw: RawSize) -> Self {
        Self { compression, chunks, raw }
    }

    /// Takes the chunks out; what remains tells the raw size once they were read.
    pub(crate) fn take_chunks(&mut self) -> ChunkStream {
        std::mem::replace(&mut self.chunks, Box::pin(futures::stream::empty()))
    }

    /// Returns the bytes before compression. Of counted data, those that were read so far: ask at the end.
    pub(crate) fn raw_size(&self) -> Option<u64> {
        match &self.raw {
            RawSize::Known(bytes) => Some(*bytes),
            RawSize::Unknown => None,
            RawSize::Counted(count) => Some(count.load(Ordering::Relaxed)),
        }
    }
}
