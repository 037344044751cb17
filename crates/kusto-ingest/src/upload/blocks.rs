//! Chunks of any size become blocks of one size.

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _, stream};

use crate::{Error, source::ChunkStream};

/// Bytes of every block but the last. The other SDKs' size, too.
pub(super) const BLOCK_BYTES: usize = 4 * 1024 * 1024;

/// Blocks; none is empty, and nothing follows an error.
pub(super) type BlockStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Joins and splits chunks.
pub(super) fn blocks_of(chunks: ChunkStream) -> BlockStream {
    stream::unfold((Some(chunks), Bytes::new()), |(mut chunks, mut left)| async move {
        let mut block = BytesMut::new();
        loop {
            if block.is_empty() && left.len() >= BLOCK_BYTES {
                let whole = left.split_to(BLOCK_BYTES);
                return Some((Ok(whole), (chunks, left)));
            }
            if !left.is_empty() {
                if block.is_empty() {
                    block.reserve(BLOCK_BYTES);
                }
                let taken = left.split_to(left.len().min(BLOCK_BYTES - block.len()));
                block.extend_from_slice(&taken);
                if block.len() == BLOCK_BYTES {
                    return Some((Ok(block.freeze()), (chunks, left)));
                }
            }
            let next = match chunks.as_mut() {
                Some(chunks) => chunks.next().await,
                None => None,
            };
            match next {
                Some(Ok(chunk)) => left = chunk,
                Some(Err(error)) => return Some((Err(error), (None, Bytes::new()))),
                None if block.is_empty() => return None,
                None => return Some((Ok(block.freeze()), (None, Bytes::new()))),
            }
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(chunks: Vec<Result<Bytes, Error>>) -> Vec<Result<usize, String>> {
        let blocks = blocks_of(stream::iter(chunks).boxed());
        let sizes = blocks.map(|block| block.map(|block| block.len()).map_err(|error| error.to_string()));
        futures::executor::block_on(sizes.collect())
    }

    fn chunk(size: usize) -> Result<Bytes, Error> {
        Ok(Bytes::from(vec![7; size]))
    }

    #[test]
    fn chunks_of_any_size_become_blocks_of_one_size() {
        assert_eq!(sizes(vec![]), []);
        assert_eq!(sizes(vec![chunk(1), chunk(2)]), [Ok(3)]);
        assert_eq!(sizes(vec![chunk(BLOCK_BYTES)]), [Ok(BLOCK_BYTES)]);
        assert_eq!(sizes(vec![chunk(2 * BLOCK_BYTES + 1)]), [Ok(BLOCK_BYTES), Ok(BLOCK_BYTES), Ok(1)]);
        let thirds = vec![chunk(BLOCK_BYTES / 3), chunk(BLOCK_BYTES), chunk(BLOCK_BYTES / 3)];
        assert_eq!(sizes(thirds), [Ok(BLOCK_BYTES), Ok(2 * (BLOCK_BYTES / 3))]);
    }

    #[test]
    fn bytes_keep_their_order() {
        let text: Vec<u8> = (0..BLOCK_BYTES + 1000).map(|index| (index % 251) as u8).collect();
        let chunks: Vec<_> = text.chunks(777_777).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let blocks: Vec<_> = futures::executor::block_on(blocks_of(stream::iter(chunks).boxed()).collect());
        let joined: Vec<u8> = blocks.into_iter().flat_map(|block| block.unwrap().to_vec()).collect();
        assert!(joined == text);
    }

    #[test]
    fn nothing_follows_an_error() {
        let error = || Err(Error::Answer { reason: "broken".to_owned() });
        let sizes = sizes(vec![chunk(BLOCK_BYTES + 1), error(), chunk(5)]);
        assert_eq!(sizes.len(), 2);
        assert_eq!(sizes[0], Ok(BLOCK_BYTES));
        assert!(sizes[1].as_ref().unwrap_err().contains("broken"));
    }
}
