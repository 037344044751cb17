//! Whatever the bytes, every reader ends in rows or in an error, and how the source is cut makes no difference.

use std::io::Read;

use calypso_columns::Column;
use calypso_formats::{DataFormat, Ingestion, ValidationOptions, read};
use calypso_types::ScalarType;

/// Numbers that look random and are the same in every run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Gives a few bytes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    lengths: Sequence,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.rest.len().min(buffer.len()).min(1 + self.lengths.next(7));
        let (piece, rest) = self.rest.split_at(count);
        buffer[..count].copy_from_slice(piece);
        self.rest = rest;
        Ok(count)
    }
}

fn outcome(format: DataFormat, columns: &[Column], source: impl Read) -> String {
    let mut ingestion = Ingestion::new(format, columns);
    ingestion.options.validation.options = ValidationOptions::DoNotValidate;
    let mut rows = String::new();
    let result = read(source, &ingestion, &mut |batch| {
        rows.push_str(&format!("{batch:?}"));
        Ok(())
    });
    match result {
        Ok(summary) => format!("{} {} {rows}", summary.records, summary.records_malformed),
        Err(error) => format!("{} {error}", error.code()),
    }
}

#[test]
fn every_reader_ends_on_any_bytes_however_they_are_cut() {
    let columns: Vec<_> = ScalarType::ALL.into_iter().map(|ty| Column::new(ty.name(), ty)).collect();
    let words: [&[u8]; 30] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\"",
        b"\\",
        b"\n",
        b"\r",
        b"\t",
        b" ",
        b"null",
        b"true",
        b"-1.5e3",
        b"0",
        b"\"string\"",
        b"\"long\":1",
        b"\"dynamic\":{\"a\":[",
        b"\\u00e4",
        b"\\ud83d",
        b"\xff",
        b"\xc3",
        "ä".as_bytes(),
        b"\0",
        b"2020-01-01",
        b"\"\"",
        b"NaN",
        b"{\"real\":2}\n",
        b"x",
    ];
    let mut numbers = Sequence(7);
    for _ in 0..1_500 {
        let bytes: Vec<u8> =
            (0..numbers.next(24)).flat_map(|_| words[numbers.next(words.len())].iter().copied()).collect();
        for format in DataFormat::ALL {
            let whole = outcome(format, &columns, &bytes[..]);
            let pieces = Pieces { rest: &bytes, lengths: Sequence(numbers.0) };
            assert_eq!(whole, outcome(format, &columns, pieces), "{format} {:?}", String::from_utf8_lossy(&bytes));
        }
    }
}
