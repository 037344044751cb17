//! `series_outliers`: Tukey's test. A score beyond 1.5 or -1.5 marks an anomaly.
//!
//! <https://learn.microsoft.com/kusto/query/series-outliers-function>

use arrow::array::ArrayRef;

use super::numbers::{map_series, write_reals};
use crate::{Call, KernelError};

/// The percentiles of the custom test, by default.
const CUSTOM_PERCENTILES: (f64, f64) = (10.0, 90.0);
/// The percentiles of the traditional test.
const TUKEY_PERCENTILES: (f64, f64) = (25.0, 75.0);

/// Returns the percentiles of a kind of test; none if there is no such kind.
pub(super) fn percentiles_of(kind: &str) -> Option<(f64, f64)> {
    match kind {
        "tukey" => Some(TUKEY_PERCENTILES),
        "ctukey" => Some(CUSTOM_PERCENTILES),
        _ => None,
    }
}

/// Interpolates the percentile of sorted values.
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let position = percent / 100.0 * (sorted.len() as f64 - 1.0);
    let (below, share) = (position.floor() as usize, position.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * share
}

/// Scores each value by its distance from the range between the percentiles, in lengths of that range.
pub(super) fn scores(values: &[f64], ignored: f64, percentiles: (f64, f64)) -> Vec<f64> {
    let counts = |value: &f64| value.is_finite() && *value != ignored;
    let mut sorted: Vec<f64> = values.iter().copied().filter(counts).collect();
    if sorted.is_empty() {
        return vec![0.0; values.len()];
    }
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&sorted, percentiles.0), percentile(&sorted, percentiles.1));
    let range = high - low;
    let score = |value: &f64| {
        if !counts(value) || range == 0.0 {
            0.0
        } else if *value > high {
            (value - high) / range
        } else if *value < low {
            (value - low) / range
        } else {
            0.0
        }
    };
    values.iter().map(score).collect()
}

/// `series_outliers(series [, kind [, ignored value [, low percentile [, high percentile]]]])`
pub(super) fn outliers(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let kind = call.constant_string(1, "ctukey")?;
    let Some(default) = percentiles_of(kind) else {
        let message = format!("'{kind}' is not a kind of test");
        return Err(KernelError::Argument { function: "series_outliers".to_owned(), message });
    };
    let real = |index: usize| if call.len() > index { call.reals(index).map(|r| r.get(0)) } else { Ok(None) };
    let ignored = real(2)?.unwrap_or(f64::NAN);
    let (low, high) = (real(3)?.unwrap_or(default.0), real(4)?.unwrap_or(default.1));
    let percentiles = if kind == "ctukey" { (low, high) } else { default };
    map_series(call, |_, series, out| {
        write_reals(&scores(&series, ignored, percentiles), out);
        Some(())
    })
}
