//! `series_stats`, `series_stats_dynamic`.
//!
//! <https://learn.microsoft.com/kusto/query/series-stats-function>

use arrow::array::ArrayRef;

use super::numbers::{Results, map_series, real_text};
use crate::{Call, KernelError};

/// The mean of values; NaN of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample variance of values.
pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Returns the first position and value that no other beats.
fn extreme(values: &[(usize, f64)], better: fn(f64, f64) -> bool) -> Option<(usize, f64)> {
    values.iter().copied().reduce(|best, value| if better(value.1, best.1) { value } else { best })
}

fn members(series: &[f64], ignore: bool) -> Option<Vec<(&'static str, String)>> {
    let finite: Vec<(usize, f64)> = series.iter().copied().enumerate().filter(|(_, value)| value.is_finite()).collect();
    if finite.is_empty() || !ignore && finite.len() != series.len() {
        return None;
    }
    let values: Vec<f64> = finite.iter().map(|(_, value)| *value).collect();
    let (min, max) = (extreme(&finite, |a, b| a < b)?, extreme(&finite, |a, b| a > b)?);
    let variance = if values.len() > 1 { variance(&values) } else { 0.0 };
    Some(vec![
        ("min", real_text(min.1)),
        ("min_idx", min.0.to_string()),
        ("max", real_text(max.1)),
        ("max_idx", max.0.to_string()),
        ("avg", real_text(mean(&values))),
        ("stdev", real_text(variance.sqrt())),
        ("variance", real_text(variance)),
        ("sum", real_text(values.iter().sum())),
        ("len", values.len().to_string()),
    ])
}

fn statistics(call: &Call<'_>, count: usize, results: Results) -> Result<ArrayRef, KernelError> {
    let ignore = if call.len() > 1 { call.bools(1)?.get(0).unwrap_or(false) } else { false };
    map_series(call, |_, series, out| {
        results.write(&members(&series, ignore)?[..count], out);
        Some(())
    })
}

/// `series_stats(series [, ignore what is not finite])`: seven columns.
pub(super) fn stats(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    statistics(call, 7, Results::Columns)
}

/// `series_stats_dynamic(series [, ignore what is not finite])`: a bag, with sum and length.
pub(super) fn stats_dynamic(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    statistics(call, 9, Results::Bag)
}
