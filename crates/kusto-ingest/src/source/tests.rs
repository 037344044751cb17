//! Sources are read once, in bounded memory, and arrive as they were.

mod gzip;
mod json_lines;
mod opened;

use futures::TryStreamExt as _;

use super::*;

/// Returns all chunks of `chunks` as one.
async fn collect(chunks: ChunkStream) -> Result<Vec<u8>, Error> {
    let chunks: Vec<Bytes> = chunks.try_collect().await?;
    Ok(chunks.concat())
}

fn gzip_of(chunks: ChunkStream) -> ChunkStream {
    super::gzip::compress(chunks)
}

/// Text that compresses as logs do.
fn text_of(bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 64);
    let mut state = 1u64;
    while out.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.extend_from_slice(format!("2026-11-21T10:00:00Z,{},line {}\n", state >> 40, state % 97).as_bytes());
    }
    out.truncate(bytes);
    out
}
