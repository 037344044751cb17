//! Whether the first record of delimited data are the names of its fields.
//!
//! Nothing says it, so the other records do: a word above a column of numbers is a name. Where every column is text
//! there is nothing to compare with; words that look like names are taken for names then, and the caller is told that
//! this is a guess.

use std::io::Cursor;

use calypso_formats::{DataFormat, Error, Ingestion, infer_columns};
use calypso_types::ScalarType;

/// What the first record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    Names,
    /// Names by the look of it: all columns are text.
    LikelyNames,
    Data,
}

/// Looks at the beginning of decompressed data.
///
/// # Errors
/// When the records cannot be read.
pub(super) fn tell(first: &[u8], format: DataFormat) -> Result<Header, Error> {
    let Some(record) = first_record(first) else { return Ok(Header::Data) };
    let rest = &first[record.len()..];
    if rest.trim_ascii().is_empty() {
        return Ok(Header::Data);
    }
    let names = types(record, format)?;
    if names.iter().any(|(_, ty)| *ty != ScalarType::String) {
        return Ok(Header::Data);
    }
    let texts = texts(record, format)?;
    let mut unique = texts.clone();
    unique.sort();
    unique.dedup();
    if unique.len() < texts.len() || texts.iter().all(|text| text.is_empty()) {
        return Ok(Header::Data);
    }
    if types(rest, format)?.iter().any(|(_, ty)| *ty != ScalarType::String) {
        return Ok(Header::Names);
    }
    Ok(if texts.iter().all(|text| looks_like_a_name(text)) { Header::LikelyNames } else { Header::Data })
}

/// Returns the first record with its line break; nothing if it is not there to its end.
fn first_record(text: &[u8]) -> Option<&[u8]> {
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate() {
        match *byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return Some(&text[..=at]),
            _ => {}
        }
    }
    None
}

fn types(records: &[u8], format: DataFormat) -> Result<Vec<(String, ScalarType)>, Error> {
    let infer = |records: &[u8]| infer_columns(Cursor::new(records.to_vec()), &Ingestion::new(format, &[]));
    let columns = match infer(records) {
        // What was read may end at a line break inside quotes.
        Err(Error::ClosingQuoteMissing { at }) if at.record > 1 => infer(&records[..at.offset as usize])?,
        columns => columns?,
    };
    Ok(columns.into_iter().map(|column| (column.name, column.ty)).collect())
}

/// Returns the fields of a record.
fn texts(record: &[u8], format: DataFormat) -> Result<Vec<String>, Error> {
    let mut ingestion = Ingestion::new(format, &[]);
    ingestion.options.ignore_first_record = true;
    let columns = infer_columns(Cursor::new(record.to_vec()), &ingestion)?;
    Ok(columns.into_iter().map(|column| column.name).collect())
}

fn looks_like_a_name(text: &str) -> bool {
    let starts_well = text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    starts_well && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '(' | ')' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_data_by_what_stands_below() {
        for (text, header) in [
            ("id,city\n1,Oslo\n", Header::Names),
            ("1,Oslo\n2,Lima\n", Header::Data),
            ("Oslo,1\nLima,2\n", Header::Data),
            ("city,country\nOslo,Norway\n", Header::LikelyNames),
            ("a,a\n1,2\n", Header::Data),
            ("at,value\n2026-01-01T00:00:00Z,1.5\n", Header::Names),
            ("\"a \"\"b\"\"\",c\n1,2\n", Header::Names),
            ("only,one record\n", Header::Data),
            ("no,line break", Header::Data),
            ("id,note\n1,x\n2,\"cut off\n", Header::Names),
        ] {
            assert_eq!(tell(text.as_bytes(), DataFormat::Csv).unwrap(), header, "{text}");
        }
        assert_eq!(tell(b"a\tb\n1\t2\n", DataFormat::Tsv).unwrap(), Header::Names);
    }
}
