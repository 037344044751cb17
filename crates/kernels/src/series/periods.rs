//! `series_periods_detect`, `series_periods_validate`: how well a series repeats itself.
//!
//! The service's algorithm is described but not published. Ours scores a period by the least autocorrelation among its
//! multiples, which gives the documented 0.84; a period must be a peak among its neighbours and no multiple of a
//! better one.
//! <https://learn.microsoft.com/kusto/query/series-periods-detect-function>

use arrow::array::ArrayRef;
use calypso_columns::Reals;

use super::{
    fourier::transform,
    numbers::{Results, map_series, reals_text},
    statistics::mean,
};
use crate::{Call, KernelError};

/// The shortest period.
const PERIOD_MIN: usize = 4;
/// A weaker repetition is none.
const SCORE_MIN: f64 = 0.3;
/// A period must be the best within this share of its length.
const NEIGHBOURHOOD: f64 = 0.2;

/// The autocorrelation at every lag up to half the series.
pub(super) struct Periodicity {
    correlation: Vec<f64>,
}

impl Periodicity {
    pub(super) fn of(series: &[f64]) -> Self {
        let known: Vec<f64> = series.iter().copied().filter(|value| value.is_finite()).collect();
        let mean = mean(&known);
        // The autocorrelation is the inverse transform of the power spectrum, padded so that it does not wrap.
        let padded = (2 * series.len()).next_power_of_two();
        let mut values: Vec<(f64, f64)> =
            series.iter().map(|value| (if value.is_finite() { value - mean } else { 0.0 }, 0.0)).collect();
        values.resize(padded, (0.0, 0.0));
        let power: Vec<(f64, f64)> =
            transform(&values, -1.0).iter().map(|value| (value.0 * value.0 + value.1 * value.1, 0.0)).collect();
        let correlation = transform(&power, 1.0);
        let total = correlation.first().map_or(0.0, |value| value.0);
        let count = series.len() as f64;
        let unbiased = |lag: usize| correlation[lag].0 / total * count / (count - lag as f64);
        let correlation = if total > 0.0 { (0..=series.len() / 2).map(unbiased).collect() } else { Vec::new() };
        Self { correlation }
    }

    /// Returns the score of a period; 0 if it is too short, too long or no peak.
    pub(super) fn score(&self, period: usize) -> f64 {
        let Some(at_period) = self.correlation.get(period).copied().filter(|_| period >= PERIOD_MIN) else {
            return 0.0;
        };
        let reach = ((period as f64 * NEIGHBOURHOOD) as usize).max(1);
        let end = (period + reach).min(self.correlation.len() - 1);
        let peak = (period.saturating_sub(reach).max(1)..=end).all(|lag| self.correlation[lag] <= at_period);
        let score = self.correlation.iter().skip(period).step_by(period).copied().fold(1.0, f64::min);
        if peak && score >= SCORE_MIN { score } else { 0.0 }
    }

    /// Returns the best periods between two lengths, the best first.
    pub(super) fn best(&self, min: usize, max: usize, count: usize) -> Vec<(usize, f64)> {
        let mut periods: Vec<(usize, f64)> = (min.max(PERIOD_MIN)..=max.min(self.correlation.len().saturating_sub(1)))
            .map(|period| (period, self.score(period)))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        periods.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut best: Vec<(usize, f64)> = Vec::new();
        for period in periods {
            if best.len() < count && !best.iter().any(|(better, _)| period.0 % better == 0) {
                best.push(period);
            }
        }
        best
    }
}

fn write(periods: &[f64], scores: &[f64], out: &mut String) {
    Results::Columns.write(&[("periods", reals_text(periods)), ("scores", reals_text(scores))], out);
}

/// The most periods that are searched for.
const PERIODS_MAX: usize = 16;

/// `series_periods_detect(series, shortest, longest, count)`: two columns, `periods` and `scores`, filled up with zeros.
pub(super) fn detect(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (mins, maxes, counts) = (call.reals(1)?, call.reals(2)?, call.longs(3)?);
    map_series(call, |row, series, out| {
        let (min, max) = (mins.get(row)?.ceil().max(0.0) as usize, maxes.get(row)?.floor().max(0.0) as usize);
        let count = usize::try_from(counts.get(row)?).ok()?.min(PERIODS_MAX);
        let mut found = Periodicity::of(&series).best(min, max, count);
        found.resize(count, (0, 0.0));
        let (periods, scores): (Vec<f64>, Vec<f64>) = found.iter().map(|(p, score)| (*p as f64, *score)).unzip();
        write(&periods, &scores, out);
        Some(())
    })
}

/// `series_periods_validate(series, period, …)`: two columns, `periods` and `scores`.
pub(super) fn validate(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns: Vec<Reals<'_>> = (1..call.len()).map(|index| call.reals(index)).collect::<Result<_, _>>()?;
    map_series(call, |row, series, out| {
        let periods: Vec<f64> = columns.iter().map(|c| c.get(row)).collect::<Option<_>>()?;
        let periodicity = Periodicity::of(&series);
        let score = |period: &f64| if *period >= 0.0 { periodicity.score(period.round() as usize) } else { 0.0 };
        let scores: Vec<f64> = periods.iter().map(score).collect();
        write(&periods, &scores, out);
        Some(())
    })
}
