//! Sniffing, buffering and handing on.

use std::io::{Cursor, Write as _};

use flate2::write::GzEncoder;
use futures::stream;

use super::*;

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn in_pieces(bytes: &[u8], size: usize) -> Source {
    let pieces: Vec<io::Result<Bytes>> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    Source::stream(stream::iter(pieces))
}

#[tokio::test]
async fn every_kind_of_source_yields_the_same_bytes() {
    let text = text_of(700_000);
    let path = std::env::temp_dir().join(format!("kusto-ingest-{}.csv", std::process::id()));
    std::fs::write(&path, &text).unwrap();
    let sources = [
        Source::file(&path),
        Source::bytes(text.clone()),
        Source::reader(Cursor::new(text.clone())),
        Source::blocking_reader(Cursor::new(text.clone())),
        in_pieces(&text, 1),
    ];
    for (index, source) in sources.into_iter().enumerate() {
        let opened = OpenedSource::open(source).await.unwrap();
        assert_eq!(opened.size(), (index < 2).then_some(700_000));
        let mut payload = opened.into_payload(DataFormat::Parquet);
        assert!(collect(payload.take_chunks()).await.unwrap() == text, "source {index}");
        assert_eq!(payload.raw_size(), Some(700_000));
    }
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn compression_is_told_by_the_first_bytes_wherever_chunks_end() {
    let gzip = gzipped(b"a,1\n");
    for (bytes, expected) in
        [(&gzip[..], Compression::Gzip), (b"PK\x03\x04rest", Compression::Zip), (b"a", Compression::None)]
    {
        let opened = OpenedSource::open(in_pieces(bytes, 1)).await.unwrap();
        assert_eq!(opened.compression(), expected);
        let mut payload = opened.into_payload(DataFormat::Csv);
        let sent = collect(payload.take_chunks()).await.unwrap();
        if expected.is_compressed() {
            assert_eq!(sent, bytes);
            assert_eq!((payload.compression, payload.raw_size()), (expected, None));
        } else {
            assert_eq!((payload.compression, payload.raw_size()), (Compression::Gzip, Some(1)));
        }
    }
}

#[tokio::test]
async fn text_goes_as_it_is_where_the_caller_says_so() {
    let text = text_of(300_000);
    let source = || in_pieces(&text, 1000).without_compression();
    let mut payload = OpenedSource::open(source()).await.unwrap().into_payload(DataFormat::Csv);
    assert!(collect(payload.take_chunks()).await.unwrap() == text);
    assert_eq!((payload.compression, payload.raw_size()), (Compression::None, Some(300_000)));
    // Also after its size was looked at.
    let mut opened = OpenedSource::open(source()).await.unwrap();
    opened.fill(1000).await.unwrap();
    let opened = OpenedSource::open(opened.into_source()).await.unwrap();
    assert!(!opened.is_to_be_compressed(DataFormat::Csv));
}

#[tokio::test]
async fn a_buffer_filled_up_to_a_limit_loses_nothing() {
    let text = text_of(100_000);
    for limit in [0, 10, 99_999, 100_000, 200_000] {
        let mut opened = OpenedSource::open(in_pieces(&text, 1000)).await.unwrap();
        let ended = opened.fill(limit).await.unwrap();
        assert_eq!(ended, limit >= 100_000, "limit {limit}");
        assert_eq!(opened.size(), ended.then_some(100_000));
        let mut payload = if ended {
            OpenedSource::open(Source::bytes(opened.into_bytes())).await.unwrap().into_payload(DataFormat::Orc)
        } else {
            OpenedSource::open(opened.into_source()).await.unwrap().into_payload(DataFormat::Orc)
        };
        assert!(collect(payload.take_chunks()).await.unwrap() == text, "limit {limit}");
    }
}

#[tokio::test]
async fn a_buffer_holds_a_chunk_more_than_its_limit_at_most() {
    let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 1000])));
    let mut opened = OpenedSource::open(Source::stream(endless)).await.unwrap();
    assert!(!opened.fill(50_000).await.unwrap());
    assert!(opened.buffered_bytes() <= 51_000);
}

#[tokio::test]
async fn what_cannot_be_read_names_the_source() {
    let missing = OpenedSource::open(Source::file("/no/such/file.csv")).await.err().unwrap();
    assert!(missing.to_string().contains("/no/such/file.csv"), "{missing}");
    let directory = OpenedSource::open(Source::file(std::env::temp_dir())).await.err().unwrap();
    assert!(directory.to_string().contains("directory"), "{directory}");
    let empty = OpenedSource::open(Source::bytes(Bytes::new()).with_name("day.csv")).await.err().unwrap();
    assert!(matches!(&empty, Error::EmptySource { name } if name == "day.csv"), "{empty}");
    let chunks = stream::iter([Ok(Bytes::from_static(b"abcdef")), Err(io::Error::other("gone"))]);
    let mut opened = OpenedSource::open(Source::stream(chunks)).await.unwrap();
    let broken = opened.fill(1000).await.unwrap_err();
    assert!(broken.to_string().contains("gone") && broken.is_permanent(), "{broken}");
}

#[tokio::test]
async fn a_producer_that_panics_is_an_error_and_no_end() {
    let rows = (0..3).map(|row| {
        assert!(row < 2, "the iterator fails");
        serde_json::json!({ "a": row })
    });
    let error = OpenedSource::open(Source::rows(rows)).await.err().unwrap();
    assert!(matches!(error, Error::Source { .. }), "{error}");
}

#[test]
fn debug_shows_no_signature() {
    let shown = format!("{:?}", Source::blob("https://h/c/b.csv?sig=SECRET"));
    assert!(!shown.contains("SECRET"), "{shown}");
}
