//! Sources without end: what is read ahead of the batches handed on is bounded, whatever the format.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use calypso_columns::Column;
use calypso_formats::{DataFormat, Error, Ingestion, Options, read, read_body};
use calypso_types::ScalarType;

/// Batches after which the sink has had enough.
const BATCHES: usize = 5;

/// Bytes that may be read for so many batches of a thousand short rows.
const BYTES_MAX: u64 = 2 << 20;

/// A start, then the same bytes over and over.
#[derive(Clone)]
struct Endless {
    head: Vec<u8>,
    cycle: Vec<u8>,
    position: u64,
    read: Arc<AtomicU64>,
}

impl Endless {
    fn new(head: &[u8], cycle: &[u8]) -> Self {
        Self { head: head.to_vec(), cycle: cycle.to_vec(), position: 0, read: Arc::default() }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let position = self.position as usize;
        let rest = match self.head.get(position..) {
            Some(rest) if !rest.is_empty() => rest,
            _ => &self.cycle[(position - self.head.len()) % self.cycle.len()..],
        };
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count as u64;
        self.read.fetch_max(self.position, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.position = match position {
            SeekFrom::Start(position) => position,
            SeekFrom::Current(0) => self.position,
            _ => return Err(io::Error::other("there is no end")),
        };
        Ok(self.position)
    }
}

fn check_bounded(format: DataFormat, source: Endless) {
    let columns = [Column::new("a", ScalarType::Long), Column::new("b", ScalarType::String)];
    let options = Options { decompressed_bytes_max: u64::MAX, ..Options::default() };
    let ingestion = Ingestion { batch_rows: 1_000, options, ..Ingestion::new(format, &columns) };
    for whole_body in [false, true] {
        source.read.store(0, Ordering::Relaxed);
        let mut batches = 0;
        let mut sink = |_| {
            batches += 1;
            if batches == BATCHES { Err("enough".into()) } else { Ok(()) }
        };
        let outcome = if whole_body {
            read_body(source.clone(), &ingestion, &mut sink)
        } else {
            let body = calypso_formats::decompress(source.clone(), u64::MAX).expect("the first bytes can be read");
            read(body, &ingestion, &mut sink)
        };
        assert!(matches!(outcome, Err(Error::Sink(_))), "{format}: {outcome:?}");
        assert_eq!(batches, BATCHES);
        let read = source.read.load(Ordering::Relaxed);
        assert!(read < BYTES_MAX, "{format}: {read} bytes");
    }
}

/// Three records of `a` and `b`, and what stands before them, by format.
fn samples() -> Vec<(DataFormat, Vec<u8>, Vec<u8>)> {
    let text = |format, head: &str, cycle: &str| (format, head.as_bytes().to_vec(), cycle.as_bytes().to_vec());
    let mark = b"0123456789abcdef";
    let schema = concat!(
        r#"{"type":"record","name":"r","fields":[{"name":"a","type":"long"},"#,
        r#"{"name":"b","type":"string"}]}"#
    );
    let mut header = b"Obj\x01\x02\x16avro.schema".to_vec();
    header.extend([(schema.len() << 1) as u8 | 0x80, (schema.len() >> 6) as u8]);
    header.extend_from_slice(schema.as_bytes());
    header.push(0);
    header.extend_from_slice(mark);
    // Three records of a number and a text of one character.
    let block = [&b"\x06\x12\x02\x02x\x04\x02y\x06\x02z"[..], mark].concat();
    vec![
        text(DataFormat::Csv, "", "1,x\n2,\"y\"\n3,z\n"),
        text(DataFormat::Tsve, "", "1\tx\n2\ty\\t\n3\tz\n"),
        text(DataFormat::Txt, "", "1\n2\n3\n"),
        text(DataFormat::Json, "", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n{\"b\":\"z\"}\n"),
        text(DataFormat::MultiJson, "[{}", ",{\"a\":1,\n\"b\":\"x\"},{\"a\":2},\n\n{\"b\":\"z\"}"),
        text(DataFormat::W3CLogFile, "#Fields: a b\n", "1 x\n2 -\n3 \"z\"\n"),
        (DataFormat::Avro, header, block),
    ]
}

#[test]
fn every_reader_of_streams_hands_on_rows_as_they_come() {
    for (format, head, cycle) in samples() {
        check_bounded(format, Endless::new(&head, &cycle));
    }
}

#[test]
fn gzip_members_are_unpacked_one_after_the_other_as_they_come() {
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    for (format, head, cycle) in samples() {
        check_bounded(format, Endless::new(&gzip(&head), &gzip(&cycle)));
    }
}
