//! What the tests of the readers share: tables and mappings in a line, and rows as text.

use std::io::{Cursor, Read};

use arrow::array::{ArrayRef, RecordBatch};
use calypso_columns::{Column, Strings, scalar_at};
use calypso_model::{ColumnMapping, IngestionMapping, MappingKind, MappingTransform};
use calypso_types::{Scalar, ScalarType};

use crate::{DataFormat, Error, Ingestion, IngestionErrorCode, Summary, read, read_body};

/// Reads `a:long, b:string`.
pub(crate) fn columns(text: &str) -> Vec<Column> {
    text.split(',')
        .map(|column| {
            let (name, ty) = column.trim().split_once(':').unwrap();
            Column::new(name, ScalarType::from_name(ty).unwrap())
        })
        .collect()
}

/// An element of a mapping that fills `column` with nothing yet.
pub(crate) fn element(column: &str) -> ColumnMapping {
    ColumnMapping {
        column: column.to_owned(),
        data_type: None,
        ordinal: None,
        path: None,
        const_value: None,
        transform: None,
    }
}

pub(crate) fn by_ordinal(column: &str, ordinal: usize) -> ColumnMapping {
    ColumnMapping { ordinal: Some(ordinal), ..element(column) }
}

pub(crate) fn by_path(column: &str, path: &str) -> ColumnMapping {
    ColumnMapping { path: Some(path.to_owned()), ..element(column) }
}

pub(crate) fn transformed(element: ColumnMapping, transform: MappingTransform) -> ColumnMapping {
    ColumnMapping { transform: Some(transform), ..element }
}

pub(crate) fn constant(column: &str, value: &str) -> ColumnMapping {
    ColumnMapping { const_value: Some(value.to_owned()), ..element(column) }
}

pub(crate) fn mapping(kind: MappingKind, columns: Vec<ColumnMapping>) -> IngestionMapping {
    IngestionMapping { name: "m".to_owned(), kind, columns, text: String::new(), last_updated_on: 0 }
}

fn shown(array: &ArrayRef, ty: ScalarType, row: usize) -> String {
    // The text as it is stored, rather than the tree it stands for.
    if ty == ScalarType::Dynamic {
        return Strings::new(array, false).unwrap().get_dynamic(row).unwrap_or("null").to_owned();
    }
    match scalar_at(array, ty, row) {
        Scalar::Null(_) => "null".to_owned(),
        Scalar::String(text) => format!("'{text}'"),
        other => other.to_text(),
    }
}

/// Returns the rows of batches, values separated by ` | `, strings in single quotes.
pub(crate) fn rows(columns: &[Column], batches: &[RecordBatch]) -> Vec<String> {
    let row = |batch: &RecordBatch, row| {
        let values = columns.iter().zip(batch.columns()).map(|(column, array)| shown(array, column.ty, row));
        values.collect::<Vec<_>>().join(" | ")
    };
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |at| row(batch, at))).collect()
}

/// Reads a source and returns its rows with what was read.
pub(crate) fn ingest_from(source: impl Read, ingestion: &Ingestion<'_>) -> Result<(Vec<String>, Summary), Error> {
    let mut batches = Vec::new();
    let summary = read(source, ingestion, &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64, summary.records);
    Ok((rows(ingestion.columns, &batches), summary))
}

/// Reads bytes.
pub(crate) fn ingest(bytes: &[u8], ingestion: &Ingestion<'_>) -> Result<(Vec<String>, Summary), Error> {
    ingest_from(bytes, ingestion)
}

/// Reads a body that may be compressed.
pub(crate) fn ingest_body(bytes: &[u8], ingestion: &Ingestion<'_>) -> Result<(Vec<String>, Summary), Error> {
    let mut batches = Vec::new();
    let summary = read_body(Cursor::new(bytes.to_vec()), ingestion, &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok((rows(ingestion.columns, &batches), summary))
}

/// Checks the rows that `text` gives without mapping and options, whole and byte by byte.
pub(crate) fn check_rows(format: DataFormat, schema: &str, text: &[u8], expected: &[&str]) {
    let columns = columns(schema);
    let ingestion = Ingestion::new(format, &columns);
    let (rows, _) = ingest(text, &ingestion).unwrap_or_else(|error| panic!("{error} in {text:?}"));
    assert_eq!(rows, expected, "{:?}", String::from_utf8_lossy(text));
    assert_eq!(ingest_from(Dripping(text), &ingestion).unwrap().0, expected);
}

/// Checks the code and a part of the message that `text` fails with.
pub(crate) fn check_error(format: DataFormat, schema: &str, text: &[u8], code: IngestionErrorCode, message: &str) {
    let columns = columns(schema);
    let error = ingest(text, &Ingestion::new(format, &columns)).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

/// A source that gives one byte at a time.
pub(crate) struct Dripping<'a>(pub(crate) &'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match (self.0.split_first(), buffer.first_mut()) {
            (Some((first, rest)), Some(slot)) => {
                *slot = *first;
                self.0 = rest;
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

/// A source of one byte over and over between a start and an end; nothing of it is held in memory.
pub(crate) struct Padded<'a> {
    rest: [Box<dyn Read + 'a>; 3],
}

/// Returns a source of `length` bytes that starts with `head`, ends with `tail` and is `byte` in between.
pub(crate) fn padded<'a>(head: &'a str, byte: u8, tail: &'a str, length: usize) -> Padded<'a> {
    let middle = std::io::repeat(byte).take((length - head.len() - tail.len()) as u64);
    Padded { rest: [Box::new(head.as_bytes()), Box::new(middle), Box::new(tail.as_bytes())] }
}

impl Read for Padded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for part in &mut self.rest {
            let count = part.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}
