//! `series_seasonal`, `series_decompose` and what builds on them.
//!
//! <https://learn.microsoft.com/kusto/query/series-decompose-function>

use arrow::array::ArrayRef;

use super::{
    numbers::{Results, map_series, reals_text, write_reals},
    outliers::{percentiles_of, scores},
    periods::Periodicity,
    regression::Line,
    statistics::mean,
};
use crate::{Call, KernelError};

/// Finds the period by itself.
const AUTODETECT: i64 = -1;
/// From this score on `series_seasonal` believes in a period.
const SEASONAL_SCORE_MIN: f64 = 0.7;
/// From this score on the decomposition believes in a period, unless told otherwise.
const DECOMPOSE_SCORE_MIN: f64 = 0.6;
/// The anomaly threshold, unless told otherwise.
const THRESHOLD: f64 = 1.5;

fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

/// Returns the seasonal component of the whole series, learnt from its first `learnt` points: the median of each phase.
fn seasonal_component(series: &[f64], learnt: usize, period: i64, score_min: f64) -> Vec<f64> {
    let known = &series[..learnt];
    let period = match period {
        AUTODETECT => {
            // A period must be seen more than twice to be believed.
            let longest = (learnt / 2).saturating_sub(usize::from(learnt.is_multiple_of(2)));
            let best = Periodicity::of(known).best(0, longest, 1);
            best.first().filter(|(_, score)| *score >= score_min).map(|(period, _)| *period)
        }
        given => usize::try_from(given).ok().filter(|period| *period > 0),
    };
    let Some(period) = period else { return vec![0.0; series.len()] };
    let phase_median = |phase: usize| {
        let mut values: Vec<f64> =
            known.iter().skip(phase).step_by(period).copied().filter(|value| value.is_finite()).collect();
        median(&mut values)
    };
    let medians: Vec<f64> = (0..period.min(series.len())).map(phase_median).collect();
    (0..series.len()).map(|index| medians[index % period]).collect()
}

/// `series_seasonal(series [, period [, test points]])`
pub(super) fn seasonal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (periods, tests) = (call.optional_longs(1)?, call.optional_longs(2)?);
    map_series(call, |row, series, out| {
        let period = periods.map_or(Some(AUTODETECT), |p| p.get(row))?;
        let learnt = learnt_points(series.len(), tests.map_or(Some(0), |t| t.get(row))?);
        write_reals(&seasonal_component(&series, learnt, period, SEASONAL_SCORE_MIN), out);
        Some(())
    })
}

fn learnt_points(length: usize, test_points: i64) -> usize {
    length.saturating_sub(usize::try_from(test_points).unwrap_or(0))
}

/// The components of a series.
struct Decomposition {
    baseline: Vec<f64>,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
}

/// The positions of the arguments that all three functions share.
struct Options<'a> {
    period: i64,
    trend: &'a str,
    test_points: i64,
    score_min: f64,
}

impl<'a> Options<'a> {
    /// Reads the constant arguments at these positions.
    fn of(call: &Call<'a>, period: usize, trend: usize, test_points: usize, score: usize) -> Result<Self, KernelError> {
        let long = |index, default| {
            Ok::<_, KernelError>(call.optional_longs(index)?.and_then(|l| l.get(0)).unwrap_or(default))
        };
        let trend = call.constant_string(trend, "avg")?;
        if !["avg", "linefit", "none"].contains(&trend) {
            let message = format!("'{trend}' is not a kind of trend");
            return Err(KernelError::Argument { function: "series_decompose".to_owned(), message });
        }
        let score_min = if call.len() > score { call.reals(score)?.get(0) } else { None };
        Ok(Self {
            period: long(period, AUTODETECT)?,
            trend,
            test_points: long(test_points, 0)?,
            score_min: score_min.unwrap_or(DECOMPOSE_SCORE_MIN),
        })
    }

    fn decompose(&self, series: &[f64]) -> Decomposition {
        let learnt = learnt_points(series.len(), self.test_points);
        let seasonal = seasonal_component(series, learnt, self.period, self.score_min);
        let rest: Vec<f64> = series.iter().zip(&seasonal).map(|(value, seasonal)| value - seasonal).collect();
        let known: Vec<f64> = rest[..learnt].iter().copied().filter(|value| value.is_finite()).collect();
        let trend = match self.trend {
            "linefit" => Line::fit(&rest[..learnt], 1.0).values(1.0, series.len()),
            "avg" if !known.is_empty() => vec![mean(&known); series.len()],
            _ => vec![0.0; series.len()],
        };
        let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(seasonal, trend)| seasonal + trend).collect();
        let residual = series.iter().zip(&baseline).map(|(value, baseline)| value - baseline).collect();
        Decomposition { baseline, seasonal, trend, residual }
    }
}

/// `series_decompose(series [, period [, trend [, test points [, score]]]])`
pub(super) fn decompose(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let options = Options::of(call, 1, 2, 3, 4)?;
    map_series(call, |_, series, out| {
        let parts = options.decompose(&series);
        let members = [
            ("baseline", reals_text(&parts.baseline)),
            ("seasonal", reals_text(&parts.seasonal)),
            ("trend", reals_text(&parts.trend)),
            ("residual", reals_text(&parts.residual)),
        ];
        Results::Columns.write(&members, out);
        Some(())
    })
}

/// `series_decompose_forecast(series, points [, period [, trend [, score]]])`: the baseline, one series.
pub(super) fn forecast(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let options = Options::of(call, 2, 3, 1, 4)?;
    map_series(call, |_, series, out| {
        write_reals(&options.decompose(&series).baseline, out);
        Some(())
    })
}

/// `series_decompose_anomalies(series [, threshold [, period [, trend [, test points [, method [, score]]]]]])`
pub(super) fn anomalies(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let threshold = if call.len() > 1 { call.reals(1)?.get(0).unwrap_or(THRESHOLD) } else { THRESHOLD };
    let options = Options::of(call, 2, 3, 4, 6)?;
    let method = call.constant_string(5, "ctukey")?;
    let Some(percentiles) = percentiles_of(method) else {
        let message = format!("'{method}' is not a kind of test");
        return Err(KernelError::Argument { function: "series_decompose_anomalies".to_owned(), message });
    };
    map_series(call, |_, series, out| {
        let parts = options.decompose(&series);
        let scores = scores(&parts.residual, f64::NAN, percentiles);
        let flag = |score: &f64| {
            (if *score > threshold {
                1
            } else if *score < -threshold {
                -1
            } else {
                0
            })
            .to_string()
        };
        let flags: Vec<String> = scores.iter().map(flag).collect();
        let members = [
            ("ad_flag", format!("[{}]", flags.join(","))),
            ("ad_score", reals_text(&scores)),
            ("baseline", reals_text(&parts.baseline)),
        ];
        Results::Columns.write(&members, out);
        Some(())
    })
}
