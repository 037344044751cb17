//! Compression of text on its way: one gzip member, whose blocks are deflated by several threads.
//!
//! Blocks are independent and end at a byte (a sync flush), so that their concatenation is one deflate stream. Memory is
//! bounded by the blocks under way. One member and not several: not every reader of gzip goes on after the first.

use bytes::{Bytes, BytesMut};
use flate2::{Compress, Compression as Level, Crc, FlushCompress, Status};
use futures::{StreamExt as _, stream};

use super::body::ChunkStream;
use crate::Error;

/// Bytes of text that are deflated together.
const BLOCK_BYTES: usize = 1024 * 1024;
/// Blocks under way at once, at most.
const BLOCKS_PARALLEL_MAX: usize = 4;
/// Text up to this size is deflated where it stands: handing it to another thread would cost more.
const INLINE_BYTES_MAX: usize = 64 * 1024;
/// The level: transport wants speed, and higher levels take several times as long for a few percent.
const LEVEL: u32 = 1;
/// No name, no time, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty block that says it is the last.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];

/// A deflated block and the checksum of its text.
type Block = Result<(Bytes, Crc), Error>;

/// Compresses a stream.
pub(super) fn compress(chunks: ChunkStream) -> ChunkStream {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(BLOCKS_PARALLEL_MAX);
    let blocks = blocks_of(chunks).map(|block| async {
        match block {
            Ok(block) => deflate_on_thread(block).await,
            Err(error) => Err(error),
        }
    });
    let blocks: std::pin::Pin<Box<dyn futures::Stream<Item = Block> + Send>> = blocks.buffered(threads).boxed();
    let member = stream::unfold(Some((blocks, Crc::new())), |state| async {
        let (mut blocks, mut crc) = state?;
        match blocks.next().await {
            Some(Ok((deflated, block_crc))) => {
                crc.combine(&block_crc);
                Some((Ok(deflated), Some((blocks, crc))))
            }
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((Ok(trailer(&crc)), None)),
        }
    });
    stream::iter([Ok(Bytes::from_static(&HEADER))]).chain(member).boxed()
}

/// Compresses bytes that are in memory already.
pub(crate) async fn compress_bytes(text: Bytes) -> Result<Bytes, Error> {
    let member = |text: Bytes| {
        let (deflated, crc) = deflate(&text);
        let mut out = BytesMut::with_capacity(deflated.len() + 32);
        out.extend_from_slice(&HEADER);
        out.extend_from_slice(&deflated);
        out.extend_from_slice(&trailer(&crc));
        out.freeze()
    };
    if text.len() <= INLINE_BYTES_MAX {
        return Ok(member(text));
    }
    tokio::task::spawn_blocking(move || member(text)).await.map_err(lost_thread)
}

/// Joins small chunks and splits large ones.
fn blocks_of(chunks: ChunkStream) -> ChunkStream {
    stream::unfold((Some(chunks), BytesMut::new()), |(mut chunks, mut waiting)| async move {
        loop {
            if waiting.len() >= BLOCK_BYTES {
                let block = waiting.split_to(BLOCK_BYTES).freeze();
                return Some((Ok(block), (chunks, waiting)));
            }
            match chunks.as_mut()?.next().await {
                Some(Ok(chunk)) => waiting.extend_from_slice(&chunk),
                Some(Err(error)) => return Some((Err(error), (None, BytesMut::new()))),
                None if waiting.is_empty() => return None,
                None => return Some((Ok(waiting.freeze()), (None, BytesMut::new()))),
            }
        }
    })
    .boxed()
}

async fn deflate_on_thread(block: Bytes) -> Block {
    let deflated = tokio::task::spawn_blocking(move || deflate(&block)).await;
    deflated.map_err(lost_thread)
}

fn deflate(text: &[u8]) -> (Bytes, Crc) {
    let mut crc = Crc::new();
    crc.update(text);
    let mut compress = Compress::new(Level::new(LEVEL), false);
    let mut out = Vec::with_capacity(text.len() / 2 + 1024);
    loop {
        let read = usize::try_from(compress.total_in()).unwrap_or(usize::MAX).min(text.len());
        let status = compress.compress_vec(&text[read..], &mut out, FlushCompress::Sync);
        let done = compress.total_in() >= text.len() as u64 && out.len() < out.capacity();
        // Without progress there is nothing left to flush.
        if done || !matches!(status, Ok(Status::Ok)) {
            return (out.into(), crc);
        }
        out.reserve(text.len() / 2 + 1024);
    }
}

fn trailer(crc: &Crc) -> Bytes {
    let mut out = BytesMut::with_capacity(10);
    out.extend_from_slice(&LAST_BLOCK);
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    out.freeze()
}

fn lost_thread(error: tokio::task::JoinError) -> Error {
    Error::Source { name: "the source".to_owned(), source: std::io::Error::other(error) }
}
