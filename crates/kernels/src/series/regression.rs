//! `series_fit_line`, `series_fit_2lines`: least squares lines through a series at positions 1, 2, ….
//!
//! <https://learn.microsoft.com/kusto/query/series-fit-line-function>

use arrow::array::ArrayRef;

use super::{
    numbers::{Results, map_series, real_text, reals_text},
    statistics::{mean, variance},
};
use crate::{Call, KernelError};

/// A line through a series.
pub(super) struct Line {
    pub(super) slope: f64,
    pub(super) interception: f64,
    r_square: f64,
    variance: f64,
    residual_variance: f64,
}

impl Line {
    /// Fits the values at positions `first`, `first + 1`, …; values that are not finite are passed over.
    pub(super) fn fit(values: &[f64], first: f64) -> Self {
        let points: Vec<(f64, f64)> = values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_finite())
            .map(|(index, value)| (index as f64 + first, *value))
            .collect();
        let xs: Vec<f64> = points.iter().map(|point| point.0).collect();
        let ys: Vec<f64> = points.iter().map(|point| point.1).collect();
        let (x_mean, y_mean) = (mean(&xs), mean(&ys));
        let xy: f64 = points.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
        let xx: f64 = xs.iter().map(|x| (x - x_mean).powi(2)).sum();
        let slope = if xx > 0.0 { xy / xx } else { 0.0 };
        let interception = y_mean - slope * x_mean;
        let squares: f64 = points.iter().map(|(x, y)| (y - slope * x - interception).powi(2)).sum();
        let variance = if ys.len() > 1 { variance(&ys) } else { 0.0 };
        let residual_variance = if ys.len() > 1 { squares / (ys.len() as f64 - 1.0) } else { 0.0 };
        let r_square = if variance > 0.0 { 1.0 - residual_variance / variance } else { 1.0 };
        Self { slope, interception, r_square, variance, residual_variance }
    }

    /// Returns the line at `count` positions from `first` on.
    pub(super) fn values(&self, first: f64, count: usize) -> Vec<f64> {
        (0..count).map(|index| self.slope * (index as f64 + first) + self.interception).collect()
    }
}

/// `series_fit_line(series)`
pub(super) fn fit_line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    one_line(call, Results::Columns)
}

/// `series_fit_line_dynamic(series)`
pub(super) fn fit_line_dynamic(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    one_line(call, Results::Bag)
}

fn one_line(call: &Call<'_>, results: Results) -> Result<ArrayRef, KernelError> {
    map_series(call, |_, series, out| {
        let line = Line::fit(&series, 1.0);
        let members = [
            ("rsquare", real_text(line.r_square)),
            ("slope", real_text(line.slope)),
            ("variance", real_text(line.variance)),
            ("rvariance", real_text(line.residual_variance)),
            ("interception", real_text(line.interception)),
            ("line_fit", reals_text(&line.values(1.0, series.len()))),
        ];
        results.write(&members, out);
        Some(())
    })
}

/// The fewest points of a segment.
const SEGMENT_POINTS_MIN: usize = 2;

/// `series_fit_2lines(series)`
pub(super) fn fit_two_lines(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    two_lines(call, Results::Columns)
}

/// `series_fit_2lines_dynamic(series)`
pub(super) fn fit_two_lines_dynamic(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    two_lines(call, Results::Bag)
}

/// Finds the split with the greatest r-square. Quadratic in the length of the series.
fn two_lines(call: &Call<'_>, results: Results) -> Result<ArrayRef, KernelError> {
    map_series(call, |_, series, out| {
        let total = variance(&series);
        let splits = SEGMENT_POINTS_MIN..=series.len().checked_sub(SEGMENT_POINTS_MIN)?;
        let residual = |split: usize| {
            let (left, right) = series.split_at(split);
            let squares =
                |part: &[f64], first: f64| Line::fit(part, first).residual_variance * (part.len() as f64 - 1.0);
            (squares(left, 1.0) + squares(right, split as f64 + 1.0)) / (series.len() as f64 - 1.0)
        };
        let (split, residual) = splits.map(|split| (split, residual(split))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        let first_right = split as f64 + 1.0;
        let (left, right) = (Line::fit(&series[..split], 1.0), Line::fit(&series[split..], first_right));
        let mut fitted = left.values(1.0, split);
        fitted.extend(right.values(first_right, series.len() - split));
        let r_square = if total > 0.0 { 1.0 - residual / total } else { 1.0 };
        let mut members = vec![
            ("rsquare", real_text(r_square)),
            ("split_idx", split.to_string()),
            ("variance", real_text(total)),
            ("rvariance", real_text(residual)),
            ("line_fit", reals_text(&fitted)),
        ];
        members.extend(side(&right, RIGHT));
        members.extend(side(&left, LEFT));
        results.write(&members, out);
        Some(())
    })
}

const RIGHT: [&str; 5] = ["right_rsquare", "right_slope", "right_interception", "right_variance", "right_rvariance"];
const LEFT: [&str; 5] = ["left_rsquare", "left_slope", "left_interception", "left_variance", "left_rvariance"];

fn side(line: &Line, names: [&'static str; 5]) -> [(&'static str, String); 5] {
    let values = [line.r_square, line.slope, line.interception, line.variance, line.residual_variance];
    std::array::from_fn(|index| (names[index], real_text(values[index])))
}
