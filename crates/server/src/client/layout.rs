//! How results are laid out: for people (table, vertical) and for programs (json, jsonl, csv, markdown).

mod cell;

mod grid;
mod table;
mod vertical;

mod csv;
mod json;
mod markdown;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::answer::ResultTable;

/// The form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, cut to the terminal's width.
    Table,
    /// One line for each value.
    Vertical,
    /// An array of objects.
    Json,
    /// An object on each line.
    Jsonl,
    /// RFC 4180.
    Csv,
    /// A table of GitHub's Markdown.
    Markdown,
}

/// A form, and what it may be told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Nothing means a table, or vertical where a table cannot be narrow enough.
    pub(crate) format: Option<Format>,
    /// Columns of the terminal; nothing means that lines may have any length.
    pub(crate) width: Option<usize>,
    /// Whether csv begins with the columns' names.
    pub(crate) header: bool,
    /// Whether the number of rows is told below tables.
    pub(crate) row_count: bool,
}

impl Layout {
    /// Writes `tables` one after the other.
    pub(crate) fn write(&self, tables: &[ResultTable], out: &mut dyn Write) -> io::Result<()> {
        for (index, table) in tables.iter().enumerate() {
            if tables.len() > 1 {
                self.write_heading(index, table, out)?;
            }
            self.write_table(table, out)?;
        }
        Ok(())
    }

    fn write_table(&self, table: &ResultTable, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            None => match table::fitted(table, self.width) {
                Some(grid) => table::write(&grid, out)?,
                None => vertical::write(table, self.width, out)?,
            },
            Some(Format::Table) => table::write(&table::narrowed(table, self.width), out)?,
            Some(Format::Vertical) => vertical::write(table, self.width, out)?,
            Some(Format::Json) => return json::write(table, out),
            Some(Format::Jsonl) => return json::write_lines(table, out),
            Some(Format::Csv) => return csv::write(table, self.header, out),
            Some(Format::Markdown) => return markdown::write(table, out),
        }
        if self.row_count {
            let count = table.rows.len();
            writeln!(out, "\n{count} {}", if count == 1 { "row" } else { "rows" })?;
        }
        Ok(())
    }

    /// Separates several results. JSON values need no separator.
    fn write_heading(&self, index: usize, table: &ResultTable, out: &mut dyn Write) -> io::Result<()> {
        if index > 0 && !matches!(self.format, Some(Format::Json | Format::Jsonl)) {
            writeln!(out)?;
        }
        match self.format {
            None | Some(Format::Table | Format::Vertical) => writeln!(out, "{} {}\n", table.name, index + 1),
            Some(Format::Markdown) => writeln!(out, "**{} {}**\n", table.name, index + 1),
            Some(Format::Json | Format::Jsonl | Format::Csv) => Ok(()),
        }
    }
}
