//! Objects with a member for each column, values as on the wire.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::client::answer::ResultTable;

/// Writes an array, an object on each line.
pub(super) fn write(table: &ResultTable, out: &mut dyn Write) -> io::Result<()> {
    let names = distinct_names(table);
    out.write_all(b"[")?;
    for (index, row) in table.rows.iter().enumerate() {
        out.write_all(if index == 0 { b"\n  " } else { b",\n  " })?;
        write_object(&names, row, out)?;
    }
    out.write_all(if table.rows.is_empty() { b"]\n" } else { b"\n]\n" })
}

/// Writes an object on each line and nothing else.
pub(super) fn write_lines(table: &ResultTable, out: &mut dyn Write) -> io::Result<()> {
    let names = distinct_names(table);
    for row in &table.rows {
        write_object(&names, row, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_object(names: &[String], row: &[Value], out: &mut dyn Write) -> io::Result<()> {
    let object: Map<String, Value> = names.iter().cloned().zip(row.iter().cloned()).collect();
    serde_json::to_writer(out, &object).map_err(io::Error::from)
}

/// Results may have columns of one name, objects may not: later ones get a number.
fn distinct_names(table: &ResultTable) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let numbered = (1..).map(|number| format!("{}{number}", column.name));
        let mut candidates = std::iter::once(column.name.clone()).chain(numbered);
        names.extend(candidates.find(|name| !names.contains(name)));
    }
    names
}
