//! `series_fir`, `series_iir`: linear filters.
//!
//! <https://learn.microsoft.com/kusto/query/series-fir-function>, <https://learn.microsoft.com/kusto/query/series-iir-function>

use arrow::array::ArrayRef;

use super::numbers::{map_series, reals_of, write_reals};
use crate::{Call, KernelError};

/// `series_fir(series, filter [, normalize [, center]])`: outside the series counts as zero.
pub(super) fn fir(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let filters = call.strings(1)?;
    let normalize = if call.len() > 2 { Some(call.bools(2)?) } else { None };
    let center = if call.len() > 3 { Some(call.bools(3)?) } else { None };
    map_series(call, |row, series, out| {
        let mut filter = reals_of(filters.get_dynamic(row)).filter(|filter| !filter.is_empty())?;
        let negative = filter.iter().any(|coefficient| *coefficient < 0.0);
        let normalize = normalize.and_then(|n| n.get(row)).unwrap_or(!negative);
        if normalize {
            if negative {
                return None;
            }
            let sum: f64 = filter.iter().sum();
            filter.iter_mut().for_each(|coefficient| *coefficient /= sum);
        }
        let ahead = if center.and_then(|c| c.get(row)).unwrap_or(false) { filter.len() / 2 } else { 0 };
        write_reals(&filtered(&series, &filter, ahead), out);
        Some(())
    })
}

/// Applies the filter, `ahead` elements of it to the future; outside the series counts as zero.
fn filtered(series: &[f64], filter: &[f64], ahead: usize) -> Vec<f64> {
    let value_at = |position: Option<usize>| position.and_then(|p| series.get(p)).copied().unwrap_or(0.0);
    let at = |index: usize| {
        filter.iter().enumerate().map(|(lag, c)| c * value_at((index + ahead).checked_sub(lag))).sum::<f64>()
    };
    (0..series.len()).map(at).collect()
}

/// `series_iir(series, numerators, denominators)`
pub(super) fn iir(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (numerators, denominators) = (call.strings(1)?, call.strings(2)?);
    map_series(call, |row, series, out| {
        let b = reals_of(numerators.get_dynamic(row))?;
        let a = reals_of(denominators.get_dynamic(row))?;
        let first = *a.first().filter(|first| **first != 0.0)?;
        let mut result: Vec<f64> = Vec::with_capacity(series.len());
        for index in 0..series.len() {
            let past = |values: &[f64], lag: usize| index.checked_sub(lag).and_then(|i| values.get(i)).copied();
            let forward: f64 = b.iter().enumerate().map(|(lag, c)| c * past(&series, lag).unwrap_or(0.0)).sum();
            let back: f64 = a.iter().enumerate().skip(1).map(|(lag, c)| c * past(&result, lag).unwrap_or(0.0)).sum();
            result.push((forward - back) / first);
        }
        write_reals(&result, out);
        Some(())
    })
}
