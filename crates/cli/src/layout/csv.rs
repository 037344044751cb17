//! RFC 4180 with line feeds. Absent values and empty strings are both empty fields.

use std::io::{self, Write};

use calypso_types::Scalar;
use kusto_data::Column;

use super::cell;

/// Writes the columns' names.
pub(super) fn write_header(columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
    write_record(columns.iter().map(|column| column.name().to_owned()), out)
}

pub(super) fn write_row(row: &[Scalar], out: &mut dyn Write) -> io::Result<()> {
    write_record(row.iter().map(cell::exact), out)
}

fn write_record(fields: impl ExactSizeIterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    // A record of one empty field would be taken for no record at all.
    let alone = fields.len() == 1;
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        if field.contains([',', '"', '\n', '\r']) || (alone && field.is_empty()) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
