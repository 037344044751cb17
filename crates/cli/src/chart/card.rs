//! A card: the values of the first row, large by having room around them.

use kusto_data::Table;
use unicode_width::UnicodeWidthStr as _;

use super::bars::fitted;
use crate::layout::on_one_line;

/// Columns around a value.
const PADDING: usize = 3;

/// Draws each value of the first row in a frame of its own, with its column's name.
pub(super) fn draw(table: &Table, width: u16) -> Result<String, String> {
    let row = table.row(0).ok_or("there are no rows to draw")?;
    let inside_max = usize::from(width) - 2 - 2 * PADDING;
    let mut text = String::new();
    for (column, value) in table.columns().iter().zip(row.values()) {
        let name = fitted(&on_one_line(column.name()), inside_max);
        let value = fitted(&on_one_line(&value.to_text()), inside_max);
        let inside = name.width().max(value.width()) + 2 * PADDING;
        let line = |content: &str| {
            let left = (inside - content.width()) / 2;
            format!("│{}{content}{}│\n", " ".repeat(left), " ".repeat(inside - left - content.width()))
        };
        text.push_str(&format!("╭{}╮\n", "─".repeat(inside)));
        for content in ["", &value, &name, ""] {
            text.push_str(&line(content));
        }
        text.push_str(&format!("╰{}╯\n", "─".repeat(inside)));
    }
    Ok(text)
}
