//! Aligned columns with their names above.

use std::io::{self, Write};

use kusto_data::Table;

use super::grid::Grid;

/// What stands between two columns.
const GAP: &str = "  ";
/// A column is not cut below this: less would tell nothing.
const COLUMN_WIDTH_MIN: usize = 12;

/// Returns the table as it fits into `width`, or nothing if it cannot.
///
/// A single row is not cut: one value a line shows all of it in little more space.
pub(super) fn fitted(table: &Table, width: Option<usize>) -> Option<Grid> {
    let mut grid = Grid::new(table);
    let least = if grid.rows.len() == 1 { usize::MAX } else { COLUMN_WIDTH_MIN };
    narrow(&mut grid, width, least).then_some(grid)
}

/// Returns the table as narrow as it can be, down to `width`.
pub(super) fn narrowed(table: &Table, width: Option<usize>) -> Grid {
    let mut grid = Grid::new(table);
    narrow(&mut grid, width, COLUMN_WIDTH_MIN);
    grid
}

fn narrow(grid: &mut Grid, width: Option<usize>, least: usize) -> bool {
    let gaps = grid.widths.len().saturating_sub(1) * GAP.len();
    width.is_none_or(|width| grid.narrow(width.saturating_sub(gaps), least))
}

pub(super) fn write(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    write_row(grid, &grid.header, out)?;
    let rules: Vec<String> = grid.widths.iter().map(|width| "─".repeat(*width)).collect();
    writeln!(out, "{}", rules.join(GAP))?;
    grid.rows.iter().try_for_each(|row| write_row(grid, row, out))
}

fn write_row(grid: &Grid, cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    let padded: Vec<String> = cells.iter().enumerate().map(|(index, text)| grid.padded(text, index)).collect();
    writeln!(out, "{}", padded.join(GAP).trim_end())
}
