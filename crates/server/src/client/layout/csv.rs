//! RFC 4180 with line feeds. Absent values and empty strings are both empty fields.

use std::io::{self, Write};

use super::cell;
use crate::client::answer::ResultTable;

pub(super) fn write(table: &ResultTable, header: bool, out: &mut dyn Write) -> io::Result<()> {
    if header {
        write_record(table.columns.iter().map(|column| column.name.clone()), out)?;
    }
    table.rows.iter().try_for_each(|row| write_record(row.iter().map(cell::exact), out))
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
