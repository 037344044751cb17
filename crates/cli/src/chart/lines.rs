//! Time, line, area and scatter charts: dots of braille on two axes.

use std::collections::BTreeMap;

use ratatui::{
    buffer::Buffer,
    layout::{HorizontalAlignment, Rect},
    symbols::Marker,
    widgets::{Axis, Chart, Dataset, GraphType, Widget as _},
};

use super::{
    Visualization,
    axis::{self, Marks},
    paint::{Palette, SIGNS},
    series::{ChartData, Horizontal, Series},
};

/// Lines that a chart takes, its axis included.
const HEIGHT: u16 = 16;
/// Marks of the vertical axis, about.
const MARKS: usize = 6;
/// Marks of the horizontal axis: more would not stand where they belong.
const PLACES: usize = 3;

/// Draws the chart and the legend above it.
pub(super) fn draw(
    data: &ChartData,
    visualization: &Visualization,
    width: u16,
    palette: Palette,
) -> Result<String, String> {
    let mut series = placed(data, visualization)?;
    let (low, high) = extent(&series, |point| point.0);
    // Ticks have more digits than a dot's place: what is drawn begins at nought.
    series.iter_mut().flat_map(|series| &mut series.points).for_each(|point| point.0 -= low);
    let marks = marks(&series, visualization);
    let places = match data.horizontal {
        Horizontal::Time => axis::times(low, high, PLACES),
        Horizontal::Number | Horizontal::Category => axis::numbers(low, high, PLACES),
    };
    let x_axis = titled(visualization.x_title.as_deref()).bounds([0.0, (high - low).max(f64::MIN_POSITIVE)]);
    let y_axis = titled(visualization.y_title.as_deref()).bounds([marks.low, marks.high]);
    let chart = Chart::new(datasets(&series, visualization, &marks, palette))
        .x_axis(x_axis.labels(places))
        .y_axis(y_axis.labels(marks.labels.clone()))
        .legend_position(None);
    let area = Rect::new(0, 0, width, height(&marks));
    let mut cells = Buffer::empty(area);
    chart.render(area, &mut cells);
    let signs: Vec<String> = (0..series.len()).map(|index| sign(palette, index)).collect();
    let legend = if visualization.legend_hidden {
        String::new()
    } else {
        palette.legend(&data.series, data.series_count, &signs, usize::from(width))
    };
    Ok(legend + &palette.text(&cells))
}

/// Returns the series at the heights where they are drawn.
fn placed(data: &ChartData, visualization: &Visualization) -> Result<Vec<Series>, String> {
    let mut series = data.series.clone();
    if visualization.y_log {
        logarithms(&mut series)?;
    }
    if visualization.is_share() {
        shares(&mut series);
    }
    if visualization.is_stacked() {
        stack(&mut series);
    }
    Ok(series)
}

fn titled(title: Option<&str>) -> Axis<'_> {
    let axis = Axis::default().labels_alignment(HorizontalAlignment::Right);
    match title {
        Some(title) => axis.title(title),
        None => axis,
    }
}

/// What is behind is drawn first: of stacked areas the highest.
fn datasets<'a>(
    series: &'a [Series],
    visualization: &Visualization,
    marks: &Marks,
    palette: Palette,
) -> Vec<Dataset<'a>> {
    let alone = series.len() == 1;
    let marker = |index: usize| if palette.colours || alone { Marker::Braille } else { Marker::Custom(SIGNS[index]) };
    let graph = match visualization.chart.as_str() {
        "scatterchart" => GraphType::Scatter,
        "areachart" | "stackedareachart" => GraphType::Area,
        _ => GraphType::Line,
    };
    let drawn = series.iter().enumerate().rev().map(|(index, series)| {
        Dataset::default()
            .data(&series.points)
            .marker(marker(index))
            .graph_type(if series.points.len() == 1 { GraphType::Scatter } else { graph })
            .fill_to_y(marks.low.max(0.0))
            .style(palette.style(index))
    });
    drawn.collect()
}

fn sign(palette: Palette, index: usize) -> String {
    if palette.colours { "●".to_owned() } else { SIGNS[index].to_string() }
}

/// As many lines as let each mark stand on one of its own.
fn height(marks: &Marks) -> u16 {
    let steps = u16::try_from(marks.labels.len() - 1).unwrap_or(u16::MAX).max(1);
    let lines_per_step = ((HEIGHT - 3) / steps).max(1);
    steps * lines_per_step + 3
}

fn marks(series: &[Series], visualization: &Visualization) -> Marks {
    let (mut low, mut high) = extent(series, |point| point.1);
    if visualization.y_log {
        return Marks::powers(low, high);
    }
    let is_area = matches!(visualization.chart.as_str(), "areachart" | "stackedareachart");
    // Nought belongs to an area, and to values that come near it.
    if is_area || (low > 0.0 && low < high / 2.0) {
        low = low.min(0.0);
        high = high.max(0.0);
    }
    Marks::around(visualization.y_min.unwrap_or(low), visualization.y_max.unwrap_or(high), MARKS)
}

fn extent(series: &[Series], of: impl Fn(&(f64, f64)) -> f64) -> (f64, f64) {
    let values = series.iter().flat_map(|series| &series.points).map(of);
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

fn logarithms(series: &mut [Series]) -> Result<(), String> {
    for series in series.iter_mut() {
        series.points.retain(|point| point.1 > 0.0);
        series.points.iter_mut().for_each(|point| point.1 = point.1.log10());
    }
    let is_empty = series.iter().all(|series| series.points.is_empty());
    if is_empty { Err("a logarithmic axis has no place for values below nought".to_owned()) } else { Ok(()) }
}

/// Brings the values at each place to 100 per cent of what all series have there.
fn shares(series: &mut [Series]) {
    let mut totals: BTreeMap<u64, f64> = BTreeMap::new();
    for (place, value) in series.iter().flat_map(|series| &series.points) {
        *totals.entry(place.to_bits()).or_default() += value;
    }
    for (place, value) in series.iter_mut().flat_map(|series| &mut series.points) {
        let total = totals.get(&place.to_bits()).copied().unwrap_or_default();
        *value = if total == 0.0 { 0.0 } else { *value / total * 100.0 };
    }
}

/// Puts each series on top of those before it, at the places that it has in common with them.
fn stack(series: &mut [Series]) {
    for index in 1..series.len() {
        let (below, here) = series.split_at_mut(index);
        let below = &below[index - 1].points;
        for (place, value) in &mut here[0].points {
            let at = below.binary_search_by(|point| point.0.total_cmp(place));
            *value += at.map_or(0.0, |at| below[at].1);
        }
    }
}
