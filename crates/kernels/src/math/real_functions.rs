//! Functions of one or two reals, `pi` and `rand`.
//!
//! Outside its domain a function gives NaN, as IEEE arithmetic does; null gives null.

use arrow::{array::ArrayRef, datatypes::Float64Type};
use calypso_columns::arrow_type;
use calypso_types::ScalarType;

use crate::{
    Call, KernelError,
    lanes::{self, Lane},
};

pub(super) fn unary(call: &Call<'_>, f: impl Fn(f64) -> f64) -> Result<ArrayRef, KernelError> {
    let values = Lane::<Float64Type>::of(call, 0, "real")?;
    Ok(lanes::map::<Float64Type, Float64Type>(call.rows, values, &arrow_type(ScalarType::Real), f))
}

fn binary(call: &Call<'_>, f: impl Fn(f64, f64) -> f64) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Lane::<Float64Type>::of(call, 0, "real")?, Lane::<Float64Type>::of(call, 1, "real")?);
    let result = arrow_type(ScalarType::Real);
    Ok(lanes::zip::<Float64Type, Float64Type, Float64Type>(call.rows, a, b, &result, f))
}

/// `sqrt(x)`
pub(super) fn sqrt(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::sqrt)
}

/// `exp(x)`
pub(super) fn exp(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::exp)
}

/// `exp2(x)`
pub(super) fn exp2(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::exp2)
}

/// `exp10(x)`
pub(super) fn exp10(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, |x| 10f64.powf(x))
}

/// `log(x)`: the natural logarithm.
pub(super) fn log(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::ln)
}

/// `log2(x)`
pub(super) fn log2(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::log2)
}

/// `log10(x)`
pub(super) fn log10(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::log10)
}

/// `pow(base, exponent)`
pub(super) fn pow(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    binary(call, f64::powf)
}

/// `sin(x)`
pub(super) fn sin(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::sin)
}

/// `cos(x)`
pub(super) fn cos(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::cos)
}

/// `tan(x)`
pub(super) fn tan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::tan)
}

/// `asin(x)`
pub(super) fn asin(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::asin)
}

/// `acos(x)`
pub(super) fn acos(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::acos)
}

/// `atan(x)`
pub(super) fn atan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::atan)
}

/// `atan2(y, x)`
pub(super) fn atan2(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    binary(call, f64::atan2)
}

/// `cot(x)`
pub(super) fn cot(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, |x| 1.0 / x.tan())
}

/// `degrees(radians)`
pub(super) fn degrees(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::to_degrees)
}

/// `radians(degrees)`
pub(super) fn radians(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    unary(call, f64::to_radians)
}

/// `pi()`
pub(super) fn pi(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_reals(|_| Some(std::f64::consts::PI)))
}

/// `rand()` in [0, 1), `rand(n)` one of 0.0, 1.0, … n - 1.
///
/// <https://learn.microsoft.com/kusto/query/rand-function>
pub(super) fn rand(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    /// The bits of a real's mantissa.
    const MANTISSA_BITS: u32 = 53;
    let ends = call.optional_longs(0)?;
    let random = &call.context.random;
    Ok(call.build_reals(|row| match ends {
        None => Some((random() >> (u64::BITS - MANTISSA_BITS)) as f64 / (1u64 << MANTISSA_BITS) as f64),
        Some(ends) => {
            let end = u64::try_from(ends.get(row)?).ok().filter(|end| *end > 0)?;
            Some((random() % end) as f64)
        }
    }))
}

fn test(call: &Call<'_>, f: impl Fn(f64) -> bool) -> Result<ArrayRef, KernelError> {
    let values = call.reals(0)?;
    Ok(call.build_truths(|row| values.get(row).is_some_and(&f)))
}

/// `isnan(x)`: false of null.
pub(super) fn is_nan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    test(call, f64::is_nan)
}

/// `isinf(x)`: false of null.
pub(super) fn is_infinite(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    test(call, f64::is_infinite)
}

/// `isfinite(x)`: false of null.
pub(super) fn is_finite(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    test(call, f64::is_finite)
}
