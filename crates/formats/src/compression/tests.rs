//! Compressed bodies, whole and damaged.

use std::io::{Cursor, Read, Write};

use flate2::write::GzEncoder;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Compression, decompress};
use crate::{
    DataFormat, Error, Ingestion, IngestionErrorCode as Code, ZipPattern,
    testing::{Dripping, columns, ingest_body},
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
            continue;
        }
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read_csv(body: &[u8], bytes_max: u64) -> Result<Vec<String>, Error> {
    let columns = columns("a:long, b:string");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.ignore_first_record = true;
    ingestion.options.decompressed_bytes_max = bytes_max;
    ingest_body(body, &ingestion).map(|(rows, _)| rows)
}

const PLAIN: &[u8] = b"a,b\n1,x\n2,y\n";
const MAX: u64 = 1 << 20;

#[test]
fn bodies_are_read_as_their_first_bytes_say() {
    let two_members = [gzip(b"a,b\n1,"), gzip(b"x\n2,y\n")].concat();
    for body in [PLAIN.to_vec(), gzip(PLAIN), two_members, zip(&[("data.csv", PLAIN)])] {
        assert_eq!(read_csv(&body, MAX).unwrap(), ["1 | 'x'", "2 | 'y'"]);
    }
}

#[test]
fn each_file_of_an_archive_has_its_own_first_record() {
    let body = zip(&[
        ("folder/", b""),
        ("folder/one.csv", b"a,b\n1,x"),
        ("__MACOSX/folder/._one.csv", b"fork"),
        ("two.csv", b"\xef\xbb\xbfa,b\n2,y\n"),
    ]);
    assert_eq!(read_csv(&body, MAX).unwrap(), ["1 | 'x'", "2 | 'y'"]);
}

#[test]
fn archives_without_files_are_empty() {
    for body in [zip(&[]), zip(&[("folder/", b"")])] {
        assert_eq!(read_csv(&body, MAX).unwrap_err().code(), Code::BadRequestEmptyArchive);
    }
}

#[test]
fn only_files_that_match_the_pattern_are_read() {
    let body = zip(&[("one.csv", b"a,b\n1,x"), ("folder/two.csv", b"a,b\n2,y\n"), ("notes.txt", b"a,b,c\n")]);
    let columns = columns("a:long, b:string");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.ignore_first_record = true;
    for (pattern, rows) in [
        (r"\.csv$", &["1 | 'x'", "2 | 'y'"][..]),
        ("*.csv", &["1 | 'x'", "2 | 'y'"]),
        ("*two.c?v", &["2 | 'y'"]),
        ("^folder/", &["2 | 'y'"]),
        ("one", &["1 | 'x'"]),
    ] {
        ingestion.options.zip_pattern = Some(ZipPattern::new(pattern).unwrap());
        assert_eq!(ingest_body(&body, &ingestion).unwrap().0, rows, "{pattern}");
    }
    ingestion.options.zip_pattern = Some(ZipPattern::new("*.json").unwrap());
    let error = ingest_body(&body, &ingestion).unwrap_err();
    assert_eq!(error.code(), Code::BadRequestEmptyArchive);
    assert!(error.to_string().contains("*.json"), "{error}");
    assert_eq!(ZipPattern::new("(csv").unwrap_err().code(), Code::BadRequestMalformedIngestionProperty);
}

#[test]
fn damaged_archives_are_invalid() {
    let text = b"a,b\n1,a text that is long enough to be worth compressing\n".repeat(100);
    let (gzipped, zipped) = (gzip(&text), zip(&[("data.csv", &text)]));
    let mut flipped = gzipped.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xFF;
    for (name, body) in [
        ("cut gzip", &gzipped[..gzipped.len() / 2]),
        ("gzip header alone", &gzipped[..2]),
        ("flipped gzip", &flipped),
        ("cut zip", &zipped[..zipped.len() / 2]),
        ("zip magic alone", b"PK\x03\x04"),
        ("gzip magic before text", b"\x1f\x8ba,b\n1,x\n"),
    ] {
        let error = read_csv(body, MAX).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestInvalidArchive, "{name}: {error}");
        assert!(error.is_permanent());
    }
}

#[test]
fn decompressed_data_beyond_the_limit_fail() {
    let text = b"1,x\n".repeat(1000);
    for body in [text.clone(), gzip(&text), zip(&[("one.csv", &text[..2000]), ("two.csv", &text[..2100])])] {
        assert!(read_csv(&body, 4100).is_ok());
        let error = read_csv(&body, 3999).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestFileTooLarge);
        assert!(error.to_string().contains("3999"), "{error}");
    }
}

#[test]
fn streams_are_decompressed_without_seeking() {
    for body in [PLAIN.to_vec(), gzip(PLAIN), b"a".to_vec(), Vec::new()] {
        let mut text = Vec::new();
        decompress(Dripping(&body), MAX).unwrap().read_to_end(&mut text).unwrap();
        assert_eq!(text, if body.len() > 1 { PLAIN } else { &body });
    }
    let zipped = zip(&[("data.csv", PLAIN)]);
    assert!(matches!(decompress(&zipped[..], MAX), Err(Error::InvalidArchive { kind: "zip", .. })));
}

#[test]
fn the_compression_is_told_by_magic() {
    assert_eq!(Compression::sniff(b"\x1f\x8b\x08"), Compression::Gzip);
    assert_eq!(Compression::sniff(b"PK\x03\x04"), Compression::Zip);
    assert_eq!(Compression::sniff(b"PAR1"), Compression::None);
    assert_eq!(Compression::sniff(b"P"), Compression::None);
    assert_eq!(Compression::sniff(b""), Compression::None);
}
