//! A table of GitHub's Markdown.

use std::io::{self, Write};

use super::cell;
use crate::client::answer::ResultTable;

pub(super) fn write(table: &ResultTable, out: &mut dyn Write) -> io::Result<()> {
    let names = table.columns.iter().map(|column| escaped(&column.name));
    write_row(names, out)?;
    let rules = table.columns.iter().map(|column| if cell::is_right_aligned(column.ty) { "---:" } else { "---" });
    write_row(rules.map(str::to_owned), out)?;
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns).map(|(value, column)| escaped(&cell::readable(value, column.ty)));
        write_row(cells, out)?;
    }
    Ok(())
}

fn write_row(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.collect();
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Escapes what would end a cell or begin other markup.
fn escaped(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
    let lines: Vec<String> = lines.split('\n').map(cell::on_one_line).collect();
    lines.join("<br>")
}
