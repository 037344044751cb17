//! What is compressed in parallel is one plain gzip member.

use std::io::Read as _;

use flate2::read::GzDecoder;
use futures::stream;

use super::*;

/// Reads one member; fails when anything follows it.
fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut decoder = GzDecoder::new(bytes);
    let mut out = Vec::new();
    decoder.read_to_end(&mut out).unwrap();
    assert!(decoder.into_inner().is_empty(), "bytes follow the member");
    out
}

#[tokio::test]
async fn text_of_any_length_comes_back_as_it_was() {
    for bytes in [1, 5, 1000, 64 * 1024, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5_300_000] {
        let text = text_of(bytes);
        let whole = compress_bytes(Bytes::from(text.clone())).await.unwrap();
        assert!(inflate(&whole) == text, "{bytes} bytes at once");
        let pieces: Vec<_> = text.chunks(77_777).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let streamed = collect(super::gzip_of(stream::iter(pieces).boxed())).await.unwrap();
        assert!(inflate(&streamed) == text, "{bytes} bytes in pieces");
        assert!(bytes < 1000 || streamed.len() < bytes / 2, "{bytes} bytes became {}", streamed.len());
    }
}

#[tokio::test]
async fn data_that_do_not_compress_come_back_as_they_were() {
    let mut state = 7u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let bytes: Vec<u8> = (0..3_000_000).map(|_| noise()).collect();
    let compressed = compress_bytes(Bytes::from(bytes.clone())).await.unwrap();
    assert!(inflate(&compressed) == bytes);
}

#[tokio::test]
async fn an_error_of_the_source_ends_the_stream_without_a_trailer() {
    let broken = || Error::property("x", "broken");
    let chunks = stream::iter([Ok(Bytes::from_static(b"a,1\n")), Err(broken()), Ok(Bytes::from_static(b"b,2\n"))]);
    let mut compressed = super::gzip_of(chunks.boxed());
    let mut items = Vec::new();
    while let Some(item) = compressed.next().await {
        items.push(item);
    }
    assert_eq!(items.iter().filter(|item| item.is_err()).count(), 1);
    assert!(items.last().unwrap().is_err());
}
