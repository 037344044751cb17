//! `series_fit_poly`: polynomial regression.
//!
//! <https://learn.microsoft.com/kusto/query/series-fit-poly-function>

use arrow::array::ArrayRef;

use super::{
    numbers::{Results, map_series, real_text, reals_of, reals_text},
    statistics::variance,
};
use crate::{Call, KernelError};

/// The highest degree.
const DEGREE_MAX: i64 = 32;

/// `series_fit_poly(y [, x [, degree]])`: x is 1, 2, … if left out, the degree 1.
pub(super) fn fit_poly(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let xs = if call.len() > 1 { Some(call.strings(1)?) } else { None };
    let degrees = call.optional_longs(2)?;
    map_series(call, |row, ys, out| {
        let xs = match xs.and_then(|column| reals_of(column.get_dynamic(row))) {
            Some(xs) => xs,
            None => (1..=ys.len()).map(|x| x as f64).collect(),
        };
        let degree = degrees.map_or(Some(1), |d| d.get(row)).filter(|d| (0..=DEGREE_MAX).contains(d))?;
        let degree = usize::try_from(degree).ok()?;
        if xs.len() != ys.len() || ys.len() <= degree {
            return None;
        }
        let coefficients = least_squares(&xs, &ys, degree)?;
        let fitted: Vec<f64> = xs.iter().map(|x| evaluate(&coefficients, *x)).collect();
        let squares: f64 = ys.iter().zip(&fitted).map(|(y, f)| (y - f).powi(2)).sum();
        let (total, residual) = (variance(&ys), squares / (ys.len() as f64 - 1.0));
        let members = [
            ("rsquare", real_text(if total > 0.0 { 1.0 - residual / total } else { 1.0 })),
            ("coefficients", reals_text(&coefficients)),
            ("variance", real_text(total)),
            ("rvariance", real_text(residual)),
            ("poly_fit", reals_text(&fitted)),
        ];
        Results::Columns.write(&members, out);
        Some(())
    })
}

/// Evaluates a polynomial whose coefficients stand from the highest power down.
fn evaluate(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Solves for the coefficients, from the highest power down, by orthogonalising the powers column by column, which
/// bears higher degrees better than the normal equations; none if the points do not determine them.
fn least_squares(xs: &[f64], ys: &[f64], degree: usize) -> Option<Vec<f64>> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = degree + 1;
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(size);
    let mut upper = vec![vec![0.0; size]; size];
    for (power, exponent) in (0..size).zip((0..size).rev()) {
        let mut column: Vec<f64> = xs.iter().map(|x| x.powi(exponent as i32)).collect();
        for (earlier, shares) in columns.iter().zip(&mut upper) {
            let share = dot(earlier, &column);
            shares[power] = share;
            column.iter_mut().zip(earlier).for_each(|(value, unit)| *value -= share * unit);
        }
        let length = dot(&column, &column).sqrt();
        if !length.is_finite() || length == 0.0 {
            return None;
        }
        upper[power][power] = length;
        column.iter_mut().for_each(|value| *value /= length);
        columns.push(column);
    }
    let mut rest = ys.to_vec();
    let mut coefficients = vec![0.0; size];
    for (index, column) in columns.iter().enumerate() {
        coefficients[index] = dot(column, &rest);
        rest.iter_mut().zip(column).for_each(|(value, unit)| *value -= coefficients[index] * unit);
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| upper[row][column] * coefficients[column]).sum();
        coefficients[row] = (coefficients[row] - known) / upper[row][row];
    }
    Some(coefficients)
}
