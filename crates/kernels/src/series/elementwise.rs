//! Functions of one number applied to every element; what is no number gives null.
//!
//! <https://learn.microsoft.com/kusto/query/series-abs-function> and its siblings.

use arrow::array::ArrayRef;

use super::numbers::{Number, numbers_of, write_numbers};
use crate::{Call, KernelError};

fn map(call: &Call<'_>, f: impl Fn(Number) -> Number) -> Result<ArrayRef, KernelError> {
    let series = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(numbers) = numbers_of(series.get_dynamic(row)) else { return false };
        write_numbers(numbers.into_iter().map(|number| number.map(&f)), out);
        true
    }))
}

fn map_real(call: &Call<'_>, f: impl Fn(f64) -> f64) -> Result<ArrayRef, KernelError> {
    map(call, |number| Number::Real(f(number.real())))
}

/// `series_abs(series)`: whole numbers stay whole.
pub(super) fn abs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map(call, |number| match number {
        Number::Whole(value) => value.checked_abs().map_or(Number::Real((value as f64).abs()), Number::Whole),
        Number::Real(value) => Number::Real(value.abs()),
    })
}

/// `series_sign(series)`: whole numbers.
pub(super) fn sign(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map(call, |number| {
        let value = number.real();
        Number::Whole(i64::from(value > 0.0) - i64::from(value < 0.0))
    })
}

/// `series_exp(series)`
pub(super) fn exp(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::exp)
}

/// `series_log(series)`
pub(super) fn log(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::ln)
}

/// `series_sin(series)`
pub(super) fn sin(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::sin)
}

/// `series_cos(series)`
pub(super) fn cos(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::cos)
}

/// `series_tan(series)`
pub(super) fn tan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::tan)
}

/// `series_asin(series)`
pub(super) fn asin(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::asin)
}

/// `series_acos(series)`
pub(super) fn acos(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::acos)
}

/// `series_atan(series)`
pub(super) fn atan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::atan)
}

/// `series_floor(series)`
pub(super) fn floor(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::floor)
}

/// `series_ceiling(series)`
pub(super) fn ceiling(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    map_real(call, f64::ceil)
}
