//! Records are split as `csv-core` splits them, whatever they hold and however their bytes come.

use std::io::Read;

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::*;
use crate::{
    DataFormat, Ingestion,
    limits::FIELDS_PER_RECORD_MAX,
    testing::{Dripping, columns, ingest, ingest_from, padded},
};

/// Records that are looked at together.
const KEPT_RECORDS: usize = 3;

/// A record: its line, its offset, its fields.
type Found = (u64, u64, Vec<Vec<u8>>);

/// Reads all records, or the place of the one whose closing quote is missing.
fn found(source: &mut dyn Read, delimiter: u8) -> Result<Vec<Found>, (u64, u64)> {
    let mut window = Window::open(source).unwrap();
    let mut splitter = QuotedSplitter::new(delimiter);
    let mut fields = Fields::default();
    let mut records = Vec::new();
    loop {
        // Some records stay for as long as the next ones come.
        if records.len() % KEPT_RECORDS == 0 {
            fields.forget(&mut window);
        }
        match splitter.next(&mut window, &mut fields, records.len() as u64 + 1) {
            Ok(true) => {
                let count = fields.len();
                fields.end_record(records.len() as u64 + 1);
                let (number, decoded) = (fields.records() - 1, fields.decoded(&window));
                let value = |field| decoded.fields(field).nth(number).unwrap();
                assert_eq!(value(count), None);
                let at = decoded.position(number);
                let values = (0..count).map(|field| value(field).unwrap().as_bytes().to_vec());
                records.push((at.line, at.offset, values.collect()));
            }
            Ok(false) => return Ok(records),
            Err(Error::ClosingQuoteMissing { at }) => return Err((at.line, at.offset)),
            Err(other) => panic!("{other}"),
        }
    }
}

/// The same by `csv-core`, one byte at a time.
fn expected(text: &[u8], delimiter: u8) -> Result<Vec<Found>, (u64, u64)> {
    let mut records = Vec::new();
    let mut start = 0;
    while let Some(skipped) = text[start..].iter().position(|byte| !matches!(byte, b'\r' | b'\n')) {
        start += skipped;
        let lines = text[..start].iter().filter(|byte| **byte == b'\n').count() as u64;
        let place = (lines + 1, start as u64);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
        let (mut output, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 1]);
        let (result, read, mut written, mut count) = reader.read_record(&text[start..], &mut output, &mut ends);
        if result != ReadRecordResult::Record {
            let (_, _, more, ended) = reader.read_record(b"\n", &mut output[written..], &mut ends[count..]);
            if more > 0 {
                return Err(place);
            }
            (written, count) = (written + more, count + ended);
        }
        start += read;
        assert_eq!(ends[count - 1], written);
        let starts = std::iter::once(0).chain(ends[..count - 1].iter().copied());
        let values = starts.zip(&ends[..count]).map(|(start, end)| &output[start..*end]);
        let values = values.map(|value| String::from_utf8_lossy(value).into_owned().into_bytes());
        records.push((place.0, place.1, values.collect()));
    }
    Ok(records)
}

fn check(text: &[u8], delimiter: u8) {
    let expected = expected(text, delimiter);
    let shown = String::from_utf8_lossy(text);
    assert_eq!(found(&mut { text }, delimiter), expected, "{shown:?}");
    assert_eq!(found(&mut Dripping(text), delimiter), expected, "{shown:?}, byte by byte");
}

/// A small linear congruential generator, so that the test is the same each time.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn any_bytes_make_the_records_that_another_reader_finds() {
    let pieces: [&[u8]; 13] =
        [b"\"", b"\"", b",", b",", b"\n", b"\r", b"\"\"", b"\r\n", b"a", b"bc", "\u{e9}".as_bytes(), b"\0", b"\xFF"];
    let mut noise = Noise(11);
    for _ in 0..30_000 {
        // Few kinds of pieces at a time, so that each text is dense in what it is about.
        let kinds = [noise.below(pieces.len()), noise.below(pieces.len()), noise.below(pieces.len())];
        let length_max = if noise.below(20) == 0 { 300 } else { 24 };
        let length = noise.below(length_max);
        let text: Vec<u8> = (0..length).flat_map(|_| pieces[kinds[noise.below(3)]].to_vec()).collect();
        check(&text, b',');
    }
}

#[test]
fn quoted_fields_of_any_length_are_found_wherever_they_lie() {
    let mut noise = Noise(12);
    for delimiter in [b',', b'\t', b';', b'|', 0x01] {
        for _ in 0..600 {
            let mut text = Vec::new();
            for _ in 0..=noise.below(4) {
                for field in 0..=noise.below(5) {
                    if field > 0 {
                        text.push(delimiter);
                    }
                    let value: Vec<u8> =
                        (0..noise.below(150)).map(|_| b"abcdefghij\"\xC3\n,;"[noise.below(15)]).collect();
                    match noise.below(3) {
                        0 => text.extend(value.iter().filter(|byte| byte.is_ascii_lowercase())),
                        1 => text.extend_from_slice(b"\"\""),
                        _ => {
                            text.push(b'"');
                            for byte in value {
                                text.extend(std::iter::repeat_n(byte, 1 + usize::from(byte == b'"')));
                            }
                            text.push(b'"');
                        }
                    }
                }
                text.extend_from_slice([&b"\n"[..], b"\r\n", b"\r", b"\n\n"][noise.below(4)]);
            }
            check(&text, delimiter);
        }
    }
}

#[test]
fn lenient_spellings_are_read_as_other_readers_do() {
    for text in [
        "a\"b,c\n",
        "\"a\"b,c\n",
        "\"a\" ,c\n",
        "\"a\"b\"c\",d\n",
        "\"a\"\"\"b\"\"c,d\n",
        "\"\"a,\"\"\"\"\n",
        "\"\"\"\",\"\"\"\"\"\"\n",
        "a\"\"b\n\"c\n",
        "\"\u{e9}\"\"\u{e9}\"\"\"\n",
        "\"a\"\"",
        "\"a\",",
        "a,\"",
        "\"a\rb\",\"c\n\"\r\n\rd",
    ] {
        for fill in [0, 1, 50, 60, 61, 62, 63, 64, 65, 200] {
            check(format!("{}{text}x,y\n", "z".repeat(fill)).as_bytes(), b',');
            check(format!("{},{text}x,y\n", "z".repeat(fill)).as_bytes(), b',');
        }
    }
}

#[test]
fn a_record_beyond_the_window_is_read_whole() {
    let columns = columns("a:string, b:string");
    let value = "0123456789\"\",\n".repeat(30_000);
    let text = format!("1,\"{value}\"\n2,x\n");
    let (rows, _) = ingest(text.as_bytes(), &Ingestion::new(DataFormat::Csv, &columns)).unwrap();
    assert_eq!(rows, [format!("'1' | '{}'", value.replace("\"\"", "\"")), "'2' | 'x'".to_owned()]);
    let columns = self::columns("a:string");
    let source = padded("1\n\"", b',', "\"\n", FIELDS_PER_RECORD_MAX + 100);
    assert_eq!(ingest_from(source, &Ingestion::new(DataFormat::Csv, &columns)).unwrap().0.len(), 2);
}

#[test]
fn the_place_of_an_error_counts_all_lines_before() {
    let columns = columns("a:long, b:long");
    for (text, place) in
        [(&b"1,2\n\"3\",4\r\n5,6\n\n7\n"[..], (4, 5, 16)), (b"1,\"\n\n\"\n\"x\r\n\",2\n3\n", (3, 6, 15))]
    {
        let error = ingest(text, &Ingestion::new(DataFormat::Csv, &columns)).unwrap_err();
        let at = error.position().unwrap();
        assert_eq!((at.record, at.line, at.offset), place, "{error}");
    }
}
