//! Bars that stand: column charts, stacked or not. Where they have no room, bars that lie take their place.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Visualization, axis::Marks, bars, paint::Palette, series::ChartData};

/// Lines of the bars.
const HEIGHT: usize = 12;
/// Marks of the vertical axis, about.
const MARKS: usize = 5;
/// A bar with less than this cannot carry a name below it.
const GROUP_WIDTH_MIN: usize = 4;
/// A bar is not made wider than this.
const BAR_WIDTH_MAX: usize = 12;
/// Parts of a character that a bar may end with.
const EIGHTHS: [&str; 8] = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇"];

/// Where everything stands.
struct Plan {
    marks: Marks,
    /// Columns left of the axis.
    margin: usize,
    /// Columns that a category takes, its gap included.
    group: usize,
    bar: usize,
    stacked: bool,
    share: bool,
}

/// Draws a column chart.
pub(super) fn draw(
    data: &ChartData,
    visualization: &Visualization,
    width: u16,
    palette: Palette,
) -> Result<String, String> {
    bars::refuse_what_is_below_nought(data)?;
    let Some(plan) = Plan::new(data, visualization, usize::from(width)) else {
        return bars::draw(data, visualization, width, palette);
    };
    let mut cells = Buffer::empty(Rect::new(0, 0, width, clamped(HEIGHT + 2)));
    plan.paint_axes(&mut cells, usize::from(width));
    for (category, name) in data.categories.iter().enumerate() {
        let start = plan.margin + 1 + category * plan.group;
        let name = bars::fitted(name, plan.group - 1);
        let indent = (plan.group - 1 - name.width()) / 2;
        cells.set_string(clamped(start + indent), clamped(HEIGHT + 1), &name, Style::new());
        plan.paint_category(&mut cells, start, bars::values_of(data, category), data.series.len(), palette);
    }
    Ok(bars::legend(data, visualization, width, palette) + &palette.text(&cells))
}

impl Plan {
    /// Finds room for every category; none if there are too many, or their names too long.
    fn new(data: &ChartData, visualization: &Visualization, width: usize) -> Option<Self> {
        let (stacked, share) = (visualization.is_stacked(), visualization.is_share());
        let totals = (0..data.categories.len()).map(|category| {
            let values = bars::values_of(data, category);
            let sum: f64 = values.iter().map(|(_, value)| value).sum();
            if stacked { sum } else { values.iter().map(|(_, value)| *value).fold(0.0, f64::max) }
        });
        let high = if share { 100.0 } else { totals.fold(0.0, f64::max) };
        let marks = Marks::around(0.0, visualization.y_max.unwrap_or(high), MARKS);
        let margin = marks.labels.iter().map(|label| label.width()).max().unwrap_or(0) + 1;
        let per_group = if stacked { 1 } else { data.series.len() };
        let longest = data.categories.iter().map(|name| name.width()).max().unwrap_or(0);
        let group =
            (width.saturating_sub(margin + 1) / data.categories.len().max(1)).min(BAR_WIDTH_MAX * per_group + 1);
        let has_room = group > per_group && group >= GROUP_WIDTH_MIN && group > longest.min(12);
        has_room.then(|| Self { marks, margin, group, bar: (group - 1) / per_group, stacked, share })
    }

    fn paint_axes(&self, cells: &mut Buffer, width: usize) {
        let steps = self.marks.labels.len() - 1;
        for y in 0..HEIGHT {
            cells.set_string(clamped(self.margin), clamped(y), "│", Style::new());
        }
        for (index, label) in self.marks.labels.iter().enumerate() {
            // Beside the highest line of a bar of that value.
            let y = HEIGHT - index * HEIGHT / steps.max(1);
            let indent = self.margin - 1 - label.width();
            cells.set_string(clamped(indent), clamped(y), label, Style::new());
        }
        cells.set_string(clamped(self.margin), clamped(HEIGHT), "└", Style::new());
        for x in self.margin + 1..width {
            cells.set_string(clamped(x), clamped(HEIGHT), "─", Style::new());
        }
    }

    fn paint_category(
        &self,
        cells: &mut Buffer,
        start: usize,
        values: Vec<(usize, f64)>,
        count: usize,
        palette: Palette,
    ) {
        let total: f64 = values.iter().map(|(_, value)| value).sum();
        let mut below = 0.0;
        for (at, (index, value)) in values.iter().enumerate() {
            let value = if self.share && total > 0.0 { value / total * 100.0 } else { *value };
            let x = if self.stacked { start } else { start + at * self.bar };
            let fill = (palette.fill(*index, count), palette.style(*index));
            let is_last = !self.stacked || at + 1 == values.len();
            self.paint_bar(cells, x, (below, below + value), fill, is_last);
            below += if self.stacked { value } else { 0.0 };
        }
    }

    /// Paints a bar between two values; only the last of a stack ends within a character.
    fn paint_bar(&self, cells: &mut Buffer, x: usize, (from, to): (f64, f64), fill: (&str, Style), is_last: bool) {
        let eighths = |value: f64| {
            let part = ((value - self.marks.low) / (self.marks.high - self.marks.low)).clamp(0.0, 1.0);
            (part * (HEIGHT * 8) as f64).round() as usize
        };
        let (bottom, top) = (eighths(from) / 8, eighths(to));
        let mut put = |line: usize, symbol: &str| {
            if line < HEIGHT {
                let text = symbol.repeat(self.bar);
                cells.set_string(clamped(x), clamped(HEIGHT - 1 - line), text, fill.1);
            }
        };
        (bottom..top / 8).for_each(|line| put(line, fill.0));
        if is_last && fill.0 == "█" && top % 8 > 0 {
            put(top / 8, EIGHTHS[top % 8]);
        }
    }
}

fn clamped(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
