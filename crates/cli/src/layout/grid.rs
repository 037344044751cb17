//! Cells of text with the widths of their columns.

use kusto_data::Table;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::cell;

/// What stands in place of the end of a text that is cut.
const ELLIPSIS: char = '…';

/// A result as text.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Columns of the terminal that each column takes.
    pub(super) widths: Vec<usize>,
    pub(super) right_aligned: Vec<bool>,
    /// Columns whose values tell something even if cut; half a number or time misleads.
    may_be_cut: Vec<bool>,
}

impl Grid {
    pub(super) fn new(table: &Table) -> Self {
        let header: Vec<String> = table.columns().iter().map(|column| cell::on_one_line(column.name())).collect();
        let mut widths: Vec<usize> = header.iter().map(|name| name.width()).collect();
        let mut rows = Vec::with_capacity(table.row_count());
        for row in table.iter() {
            let cells: Vec<String> =
                row.values().iter().map(|value| cell::on_one_line(&cell::readable(value))).collect();
            for (width, text) in widths.iter_mut().zip(&cells) {
                *width = (*width).max(text.width());
            }
            rows.push(cells);
        }
        let right_aligned = table.columns().iter().map(|column| cell::is_right_aligned(column.scalar_type())).collect();
        let may_be_cut = table.columns().iter().map(|column| cell::may_be_cut(column.scalar_type())).collect();
        Self { header, rows, widths, right_aligned, may_be_cut }
    }

    /// Narrows the widest columns that may be cut until all columns take at most `total`, but none below `least`.
    ///
    /// Says whether that was possible; if not, no column that may be cut is wider than `least`.
    pub(super) fn narrow(&mut self, total: usize, least: usize) -> bool {
        let capped = |width: usize, may_be_cut: bool, cap: usize| if may_be_cut { width.min(cap) } else { width };
        let taken = |cap: usize| {
            let columns = self.widths.iter().zip(&self.may_be_cut);
            columns.map(|(width, may_be_cut)| capped(*width, *may_be_cut, cap)).sum::<usize>()
        };
        let widest = self.widths.iter().copied().max().unwrap_or(0);
        let cap = if taken(widest) <= total {
            widest
        } else {
            // At most a few thousand steps: caps above the total cannot fit.
            (least..widest.min(total + 1)).rev().find(|cap| taken(*cap) <= total).unwrap_or(least)
        };
        let fits = taken(cap) <= total;
        for (width, may_be_cut) in self.widths.iter_mut().zip(&self.may_be_cut) {
            *width = capped(*width, *may_be_cut, cap);
        }
        fits
    }

    /// Returns `text` cut and filled to the width of column `index`.
    pub(super) fn padded(&self, text: &str, index: usize) -> String {
        let width = self.widths[index];
        let text = cut(text, width);
        let fill = " ".repeat(width.saturating_sub(text.width()));
        if self.right_aligned[index] { fill + &text } else { text + &fill }
    }
}

/// Cuts `text` to `width` columns of the terminal.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut out, mut taken) = (String::new(), 0);
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push(ELLIPSIS);
    out
}
