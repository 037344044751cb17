//! Bars that lie: bar charts, stacked or not, and the shares of a pie chart.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Visualization, axis::short, paint::Palette, series::ChartData};

/// Categories that are drawn; more would scroll away.
const CATEGORIES_MAX: usize = 50;
/// Columns that a category's name takes at most, as a part of the width.
const NAME_PART: usize = 3;
/// Columns that a value takes beside its bar.
const VALUE_WIDTH: usize = 9;
/// Parts of a character that a bar may end with.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// One line: bars of the series side by side, which add up.
struct Line {
    name: String,
    /// Series and value.
    parts: Vec<(usize, f64)>,
    label: String,
}

/// Draws a bar chart.
pub(super) fn draw(
    data: &ChartData,
    visualization: &Visualization,
    width: u16,
    palette: Palette,
) -> Result<String, String> {
    refuse_what_is_below_nought(data)?;
    let mut lines = Vec::new();
    for (category, name) in data.categories.iter().enumerate().take(CATEGORIES_MAX) {
        let values: Vec<(usize, f64)> = values_of(data, category);
        if visualization.is_stacked() {
            let total: f64 = values.iter().map(|(_, value)| value).sum();
            let share = |value: f64| if total > 0.0 { value / total * 100.0 } else { 0.0 };
            let parts = values
                .iter()
                .map(|(index, value)| (*index, if visualization.is_share() { share(*value) } else { *value }));
            lines.push(Line { name: name.clone(), parts: parts.collect(), label: short(total) });
        } else {
            for (at, (index, value)) in values.iter().enumerate() {
                let name = if at == 0 { name.clone() } else { String::new() };
                lines.push(Line { name, parts: vec![(*index, *value)], label: short(*value) });
            }
        }
    }
    Ok(legend(data, visualization, width, palette) + &painted(&lines, data, width, palette) + &left_out(data))
}

/// Draws a pie chart's shares as bars, and says so.
pub(super) fn draw_shares(data: &ChartData, width: u16, palette: Palette) -> Result<String, String> {
    refuse_what_is_below_nought(data)?;
    let mut slices: Vec<(String, f64)> = Vec::new();
    for (category, name) in data.categories.iter().enumerate() {
        slices.push((name.clone(), values_of(data, category).iter().map(|(_, value)| value).sum()));
    }
    let total: f64 = slices.iter().map(|(_, value)| value).sum();
    if total <= 0.0 {
        return Err("the values add up to nought".to_owned());
    }
    let lines: Vec<Line> = slices
        .into_iter()
        .take(CATEGORIES_MAX)
        .map(|(name, value)| Line { name, parts: vec![(0, value)], label: format!("{:.1} %", value / total * 100.0) })
        .collect();
    let told = format!("(a pie chart as bars: shares of {})\n", short(total));
    Ok(painted(&lines, data, width, palette) + &told + &left_out(data))
}

pub(super) fn refuse_what_is_below_nought(data: &ChartData) -> Result<(), String> {
    let below = data.series.iter().flat_map(|series| &series.points).any(|point| point.1 < 0.0);
    if below { Err("bars cannot show values below nought".to_owned()) } else { Ok(()) }
}

/// The values that the series have at a category; several of one series add up.
pub(super) fn values_of(data: &ChartData, category: usize) -> Vec<(usize, f64)> {
    let at = category as f64;
    let of = |points: &[(f64, f64)]| {
        let here: Vec<f64> = points.iter().filter(|point| point.0 == at).map(|point| point.1).collect();
        (!here.is_empty()).then(|| here.iter().sum())
    };
    data.series.iter().enumerate().filter_map(|(index, series)| Some((index, of(&series.points)?))).collect()
}

pub(super) fn legend(data: &ChartData, visualization: &Visualization, width: u16, palette: Palette) -> String {
    if visualization.legend_hidden {
        return String::new();
    }
    let signs: Vec<String> =
        (0..data.series.len()).map(|index| palette.fill(index, data.series.len()).to_owned()).collect();
    palette.legend(&data.series, data.series_count, &signs, usize::from(width))
}

fn left_out(data: &ChartData) -> String {
    match data.categories.len() {
        count if count > CATEGORIES_MAX => format!("({CATEGORIES_MAX} of {count} categories are drawn)\n"),
        _ => String::new(),
    }
}

fn painted(lines: &[Line], data: &ChartData, width: u16, palette: Palette) -> String {
    let width = usize::from(width);
    let name_width = lines.iter().map(|line| line.name.width()).max().unwrap_or(0).min(width / NAME_PART);
    let bar_width = width.saturating_sub(name_width + 3 + VALUE_WIDTH).max(1);
    let longest = lines.iter().map(|line| line.parts.iter().map(|(_, value)| value).sum::<f64>());
    let longest = longest.fold(0.0, f64::max);
    let scale = if longest > 0.0 { bar_width as f64 / longest } else { 0.0 };
    let mut cells = Buffer::empty(Rect::new(0, 0, clamped(width), clamped(lines.len())));
    for (y, line) in lines.iter().enumerate() {
        let y = clamped(y);
        let name = fitted(&line.name, name_width);
        cells.set_string(clamped(name_width - name.width()), y, &name, Style::new());
        cells.set_string(clamped(name_width + 1), y, "│", Style::new());
        let end = paint_parts(&mut cells, line, (name_width + 2, y), scale, data.series.len(), palette);
        cells.set_string(clamped(end + 1), y, &line.label, Style::new());
    }
    palette.text(&cells)
}

/// Paints the parts of a line one behind the other; returns the column behind the last.
fn paint_parts(
    cells: &mut Buffer,
    line: &Line,
    (start, y): (usize, u16),
    scale: f64,
    count: usize,
    palette: Palette,
) -> usize {
    let (mut done, mut column) = (0.0, start);
    for (at, (index, value)) in line.parts.iter().enumerate() {
        done += value * scale;
        let fill = palette.fill(*index, count);
        let eighths = (done * 8.0).round() as usize;
        let end = start + eighths / 8;
        while column < end {
            cells.set_string(clamped(column), y, fill, palette.style(*index));
            column += 1;
        }
        let is_last = at + 1 == line.parts.len();
        if is_last && fill == "█" && !eighths.is_multiple_of(8) {
            cells.set_string(clamped(column), y, EIGHTHS[eighths % 8], palette.style(*index));
            column += 1;
        }
    }
    column
}

fn clamped(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

pub(super) fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + 2 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
