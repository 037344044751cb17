//! A table of GitHub's Markdown.

use std::io::{self, Write};

use kusto_data::Table;

use super::cell;

pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let names = table.columns().iter().map(|column| escaped(column.name()));
    write_row(names, out)?;
    let rules =
        table.columns().iter().map(|column| if cell::is_right_aligned(column.scalar_type()) { "---:" } else { "---" });
    write_row(rules.map(str::to_owned), out)?;
    for row in table.iter() {
        write_row(row.values().iter().map(|value| escaped(&cell::readable(value))), out)?;
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
