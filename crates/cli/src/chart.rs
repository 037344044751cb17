//! What `render` asks for, drawn with characters.
//!
//! Time, line, area and scatter charts are drawn with dots of braille, column and bar charts with blocks, a pie chart
//! as bars with their shares. What cannot be drawn stays a table: whoever calls says why.
//! <https://learn.microsoft.com/kusto/query/render-operator>

mod visualization;

mod axis;
mod series;

mod bars;
mod card;
mod columns;
mod lines;
mod paint;

#[cfg(test)]
mod tests;

use kusto_data::Table;
use unicode_width::UnicodeWidthStr as _;

use crate::layout::on_one_line;

use paint::Palette;
use series::ChartData;

pub use visualization::Visualization;

/// Columns that a chart takes where nobody says how many there are.
const WIDTH_DEFAULT: usize = 100;
/// A chart is not made wider than this: dots far apart tell nothing.
const WIDTH_MAX: usize = 160;
/// Narrower charts would have no room for their labels.
const WIDTH_MIN: usize = 30;
/// Series that are drawn; more could not be told apart.
const SERIES_MAX: usize = 10;

/// Draws `table` as `visualization` says, `width` columns wide, with or without colours. Lines end with line feeds.
///
/// # Errors
/// Why it cannot be drawn, as a part of a sentence.
pub(crate) fn draw(
    table: &Table,
    visualization: &Visualization,
    width: Option<usize>,
    colours: bool,
) -> Result<String, String> {
    let width = width.unwrap_or(WIDTH_DEFAULT).min(WIDTH_MAX);
    if width < WIDTH_MIN {
        return Err(format!("a chart needs at least {WIDTH_MIN} columns"));
    }
    let (width, palette) = (u16::try_from(width).unwrap_or(u16::MAX), Palette { colours });
    let data = || ChartData::of(table, visualization);
    let body = match visualization.chart.as_str() {
        "timechart" | "linechart" | "areachart" | "stackedareachart" | "scatterchart" | "anomalychart" => {
            lines::draw(&data()?, visualization, width, palette)?
        }
        "columnchart" => columns::draw(&data()?, visualization, width, palette)?,
        "barchart" => bars::draw(&data()?, visualization, width, palette)?,
        "piechart" => bars::draw_shares(&data()?, width, palette)?,
        "card" => card::draw(table, width)?,
        other => return Err(format!("`render {}` is not drawn in a terminal", on_one_line(other))),
    };
    let mut text = String::new();
    if let Some(title) = &visualization.title {
        let title = on_one_line(title);
        let indent = usize::from(width).saturating_sub(title.width()) / 2;
        text.push_str(&format!("{}{title}\n", " ".repeat(indent)));
    }
    text.push_str(&body);
    Ok(text)
}
