//! One number out of one or two series: sums, products, similarity.
//!
//! <https://learn.microsoft.com/kusto/query/series-dot-product-function> and its siblings.

use arrow::array::ArrayRef;

use super::numbers::{Number, Operand, numbers_of, pairs};
use crate::{Call, KernelError};

/// Folds the numbers of argument 0; elements that are none count as nothing.
fn fold(call: &Call<'_>, start: f64, f: impl Fn(f64, f64) -> f64) -> Result<ArrayRef, KernelError> {
    let series = call.strings(0)?;
    Ok(call.build_reals(|row| {
        let numbers = numbers_of(series.get_dynamic(row))?;
        Some(numbers.into_iter().flatten().map(Number::real).fold(start, &f))
    }))
}

/// `series_sum(series)`
pub(super) fn sum(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    fold(call, 0.0, |sum, value| sum + value)
}

/// `series_product(series)`
pub(super) fn product(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    fold(call, 1.0, |product, value| product * value)
}

/// `series_magnitude(series)`
pub(super) fn magnitude(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let series = call.strings(0)?;
    Ok(call.build_reals(|row| {
        let numbers = numbers_of(series.get_dynamic(row))?;
        Some(numbers.into_iter().flatten().map(|number| number.real().powi(2)).sum::<f64>().sqrt())
    }))
}

/// Reads the pairs of numbers of arguments 0 and 1, cut to the shorter; none if there is not one.
fn number_pairs(a: &Operand, b: &Operand, row: usize) -> Option<Vec<(f64, f64)>> {
    let pairs: Vec<_> = pairs(a, b, row)?.into_iter().flatten().map(|(a, b)| (a.real(), b.real())).collect();
    (!pairs.is_empty()).then_some(pairs)
}

fn dot(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().map(|(a, b)| a * b).sum()
}

/// `series_dot_product(a, b)`: either may be a number.
pub(super) fn dot_product(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Operand::new(call, 0)?, Operand::new(call, 1)?);
    Ok(call.build_reals(|row| number_pairs(&a, &b, row).map(|pairs| dot(&pairs))))
}

/// `series_cosine_similarity(a, b [, magnitude of a [, magnitude of b]])`
pub(super) fn cosine_similarity(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Operand::new(call, 0)?, Operand::new(call, 1)?);
    let given = |index| if call.len() > index { call.reals(index).map(Some) } else { Ok(None) };
    let (a_given, b_given) = (given(2)?, given(3)?);
    Ok(call.build_reals(|row| {
        let pairs = number_pairs(&a, &b, row)?;
        let magnitude = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>().sqrt();
        let a = a_given.and_then(|m| m.get(row)).unwrap_or_else(|| magnitude(&mut pairs.iter().map(|pair| pair.0)));
        let b = b_given.and_then(|m| m.get(row)).unwrap_or_else(|| magnitude(&mut pairs.iter().map(|pair| pair.1)));
        Some(dot(&pairs) / (a * b))
    }))
}

/// `series_pearson_correlation(a, b)`: null if an element is missing or no number.
pub(super) fn pearson_correlation(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Operand::new(call, 0)?, Operand::new(call, 1)?);
    Ok(call.build_reals(|row| {
        let pairs: Option<Vec<_>> = pairs(&a, &b, row)?.into_iter().collect();
        let pairs: Vec<_> = pairs?.into_iter().map(|(a, b)| (a.real(), b.real())).collect();
        let count = pairs.len() as f64;
        let mean_a = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
        let mean_b = pairs.iter().map(|pair| pair.1).sum::<f64>() / count;
        let moment = |f: fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| f(a - mean_a, b - mean_b)).sum::<f64>();
        Some(moment(|a, b| a * b) / (moment(|a, _| a * a) * moment(|_, b| b * b)).sqrt())
    }))
}
