//! Rows written one by one as they come: jsonl and csv.

use std::io::{self, Write};

use calypso_types::Scalar;
use kusto_data::Column;

use super::{Format, Layout, csv, json::Names};

/// Writes results whose rows come one after the other.
#[derive(Debug)]
pub(crate) struct RowWriter<'a, W> {
    header: bool,
    /// Names of members; nothing means csv.
    names: Option<Names>,
    is_json: bool,
    tables: usize,
    out: &'a mut W,
}

impl<'a, W: Write> RowWriter<'a, W> {
    /// Prepares to write in the layout's form, which must be jsonl or csv.
    pub(crate) fn new(layout: &Layout, out: &'a mut W) -> Self {
        Self { header: layout.header, names: None, is_json: layout.format == Some(Format::Jsonl), tables: 0, out }
    }

    /// Begins a result.
    pub(crate) fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.tables += 1;
        if self.is_json {
            self.names = Some(Names::new(columns));
            return Ok(());
        }
        if self.tables > 1 {
            self.out.write_all(b"\n")?;
        }
        if self.header { csv::write_header(columns, self.out) } else { Ok(()) }
    }

    /// Appends a row to the result that was begun last.
    pub(crate) fn row(&mut self, row: &[Scalar]) -> io::Result<()> {
        match &self.names {
            Some(names) => names.write_line(row, self.out),
            None => csv::write_row(row, self.out),
        }
    }
}
