//! Plain lines give the fields that the reader of any line gives.

use super::{plain_line, split};
use crate::{
    DataFormat, Ingestion,
    delimited::fields::Fields,
    testing::{Dripping, columns, ingest, ingest_from},
};

#[test]
fn lines_with_quotes_or_odd_ends_are_not_plain() {
    assert_eq!(plain_line(b"a,b\nc"), Some(&b"a,b"[..]));
    assert_eq!(plain_line(b"a,b\r\nc"), Some(&b"a,b"[..]));
    assert_eq!(plain_line(b"a\n\"b\""), Some(&b"a"[..]));
    for other in [&b""[..], b"a,b", b"a,\"b\"\n", b"a\"b\n", b"a\rb\n", b"a\r\r\n", b"\"\n"] {
        assert_eq!(plain_line(other), None, "{other:?}");
    }
}

#[test]
fn delimiters_are_found_among_all_bytes() {
    for delimiter in [b',', b'\t', b';', b'|', 0x01] {
        // Neighbours of the delimiter and bytes beyond ASCII, at every place of a word.
        let bytes = [delimiter, delimiter ^ 1, delimiter ^ 0x80, delimiter.wrapping_add(1), 0, 0xFF, b'a'];
        let mut state = 1_u64;
        for length in 0..200 {
            let next = |state: &mut u64| {
                *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                bytes[(*state >> 33) as usize % bytes.len()]
            };
            let line: Vec<u8> = (0..length % 40).map(|_| next(&mut state)).collect();
            let mut fields = Fields::default();
            fields.start(1, 0);
            split(&line, delimiter, &mut fields, 1).unwrap();
            let decoded = fields.decoded();
            let found: Vec<_> = (0..fields.len()).map(|field| decoded.get(field).unwrap().into_owned()).collect();
            let expected: Vec<_> = line
                .split(|byte| *byte == delimiter)
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect();
            assert_eq!(found, expected, "{line:?}");
            assert!(decoded.get(fields.len()).is_none());
        }
    }
}

#[test]
fn plain_and_other_lines_mix() {
    let columns = columns("a:string, b:string, c:string");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.validation.options = crate::ValidationOptions::DoNotValidate;
    let lines = [
        "1,2,3",
        "\"x,y\",,z",
        "",
        "ä,b\"c,d",
        ",,",
        "long field of many bytes,b,c",
        "\"two\nlines\",1",
        "q",
        " , \t,x",
    ];
    let mut state = 3_usize;
    for _ in 0..200 {
        let mut text = String::new();
        for _ in 0..6 {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
            text.push_str(lines[(state >> 8) % lines.len()]);
            text.push_str(if (state >> 20).is_multiple_of(3) { "\r\n" } else { "\n" });
        }
        // Ended by carriage returns alone, no line is plain.
        let other = text.replace("two\nlines", "two~lines").replace("\r\n", "\n").replace('\n', "\r");
        let expected = ingest(other.as_bytes(), &ingestion).map(|(rows, _)| rows).unwrap_or_default();
        let expected: Vec<_> = expected.iter().map(|row| row.replace("two~lines", "two\nlines")).collect();
        assert_eq!(ingest(text.as_bytes(), &ingestion).map(|(rows, _)| rows).unwrap_or_default(), expected, "{text:?}");
        let dripping = ingest_from(Dripping(text.as_bytes()), &ingestion).map(|(rows, _)| rows).unwrap_or_default();
        assert_eq!(dripping, expected);
    }
}

#[test]
fn the_place_of_an_error_counts_plain_lines() {
    let columns = columns("a:long, b:long");
    let text = b"1,2\n\"3\",4\r\n5,6\n\n7\n";
    let error = ingest(text, &Ingestion::new(DataFormat::Csv, &columns)).unwrap_err();
    let at = error.position().unwrap();
    assert_eq!((at.record, at.line, at.offset), (4, 5, 16), "{error}");
}
