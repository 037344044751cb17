//! How results are laid out: for people (table, vertical, charts) and for programs (json, jsonl, csv, markdown, parquet).

mod cell;

mod grid;
mod table;
mod vertical;

mod csv;
mod json;
mod markdown;
mod parquet;
mod rows;

#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    path::Path,
};

use kusto_data::Table;

use crate::chart::{self, Visualization};

pub(crate) use cell::on_one_line;
pub(crate) use rows::RowWriter;

/// The form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns, cut to the terminal's width.
    Table,
    /// One line for each value.
    Vertical,
    /// The chart that the query's `render` asks for; a table where there is none.
    Chart,
    /// An array of objects.
    Json,
    /// An object on each line, as rows come.
    Jsonl,
    /// RFC 4180, as rows come.
    Csv,
    /// A table of GitHub's Markdown.
    Markdown,
    /// A Parquet file; for a file or a redirected output.
    Parquet,
}

impl Format {
    /// Tells the form by the ending of a file's name.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::Jsonl,
            "csv" => Self::Csv,
            "md" | "markdown" => Self::Markdown,
            "parquet" => Self::Parquet,
            "txt" => Self::Table,
            _ => return None,
        })
    }

    /// Says whether rows can be written one by one as they come.
    pub(crate) const fn is_streamed(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv)
    }

    /// Says whether the form is bytes that would garble a terminal.
    pub(crate) const fn is_binary(self) -> bool {
        matches!(self, Self::Parquet)
    }

    /// The word that stands for it.
    pub(crate) fn name(self) -> String {
        use clap::ValueEnum as _;
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// A form, and what it may be told.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Nothing means a chart where one was asked for and lines have an end, else a table, or vertical where a table
    /// cannot be narrow enough.
    pub format: Option<Format>,
    /// Columns of the terminal; nothing means that lines may have any length.
    pub width: Option<usize>,
    /// Whether csv begins with the columns' names.
    pub header: bool,
    /// Whether the number of rows is told below tables.
    pub row_count: bool,
    /// Whether charts are drawn where no form was asked for.
    pub charts: bool,
    /// Whether escape sequences for colours may be written.
    pub colours: bool,
}

impl Layout {
    /// A form for a reader of unknown width.
    #[must_use]
    pub const fn plain(format: Option<Format>) -> Self {
        Self { format, width: None, header: true, row_count: false, charts: false, colours: false }
    }

    /// Writes `tables` one after the other; `visualization` is what the query wants drawn of the first.
    ///
    /// # Errors
    /// What `out` answers, and what a form cannot express: Parquet holds one result.
    pub fn write(
        &self,
        tables: &[&Table],
        visualization: Option<&Visualization>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, table) in tables.iter().enumerate() {
            if tables.len() > 1 {
                self.write_heading(index, table, out)?;
            }
            match visualization.filter(|_| index == 0 && self.draws_charts()) {
                Some(visualization) => self.write_chart(table, visualization, out)?,
                None => self.write_table(table, out)?,
            }
        }
        if self.format == Some(Format::Parquet) { parquet::write(tables, out) } else { Ok(()) }
    }

    const fn draws_charts(&self) -> bool {
        match self.format {
            None => self.charts,
            Some(Format::Chart) => true,
            Some(_) => false,
        }
    }

    fn write_chart(&self, table: &Table, visualization: &Visualization, out: &mut dyn Write) -> io::Result<()> {
        match chart::draw(table, visualization, self.width, self.colours) {
            Ok(text) => {
                out.write_all(text.as_bytes())?;
                self.write_row_count(table, out)
            }
            Err(reason) => {
                self.write_table(table, out)?;
                writeln!(out, "\n(as a table: {reason})")
            }
        }
    }

    fn write_table(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            None | Some(Format::Chart) => match table::fitted(table, self.width) {
                Some(grid) => table::write(&grid, out)?,
                None => vertical::write(table, self.width, out)?,
            },
            Some(Format::Table) => table::write(&table::narrowed(table, self.width), out)?,
            Some(Format::Vertical) => vertical::write(table, self.width, out)?,
            Some(Format::Json) => return json::write(table, out),
            Some(Format::Jsonl | Format::Csv) => return self.write_rows(table, out),
            Some(Format::Markdown) => return markdown::write(table, out),
            Some(Format::Parquet) => return Ok(()),
        }
        self.write_row_count(table, out)
    }

    fn write_rows(&self, table: &Table, mut out: &mut dyn Write) -> io::Result<()> {
        let mut rows = RowWriter::new(self, &mut out);
        rows.begin(table.columns())?;
        table.iter().try_for_each(|row| rows.row(row.values()))
    }

    fn write_row_count(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        if self.row_count { writeln!(out, "\n{}", rows_told(table.row_count())) } else { Ok(()) }
    }

    /// Separates several results. JSON values need no separator.
    fn write_heading(&self, index: usize, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        if index > 0 && !matches!(self.format, Some(Format::Json | Format::Jsonl | Format::Parquet)) {
            writeln!(out)?;
        }
        match self.format {
            None | Some(Format::Table | Format::Vertical | Format::Chart) => {
                writeln!(out, "{} {}\n", on_one_line(table.name()), index + 1)
            }
            Some(Format::Markdown) => writeln!(out, "**{} {}**\n", table.name(), index + 1),
            Some(Format::Json | Format::Jsonl | Format::Csv | Format::Parquet) => Ok(()),
        }
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn rows_told(count: usize) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}
