//! `abs`, `sign`, `round`, `ceiling` on every numeric type.
//!
//! <https://learn.microsoft.com/kusto/query/round-function>

use arrow::array::ArrayRef;
use calypso_types::{Decimal, ScalarType};

use crate::{Call, KernelError};

/// Beyond so many digits rounding changes nothing.
const DIGITS_MAX: i64 = 300;

/// `abs(x)`: an int becomes a long, whose range holds every result.
pub(super) fn abs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(match call.type_of(0)? {
        ScalarType::Int => {
            let values = call.ints(0)?;
            call.build_longs(|row| Some(i64::from(values.get(row)?).abs()))
        }
        ScalarType::Long | ScalarType::TimeSpan => {
            let values = call.longs(0)?;
            call.build_longs(|row| values.get(row)?.checked_abs())
        }
        ScalarType::Decimal => {
            let values = call.decimals(0)?;
            call.build_decimals(|row| Some(values.get(row)?.abs()))
        }
        _ => super::real_functions::unary(call, f64::abs)?,
    })
}

/// `sign(x)`: -1, 0 or 1 as a real.
pub(super) fn sign(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    super::real_functions::unary(call, |x| if x == 0.0 || x.is_nan() { x } else { x.signum() })
}

/// `round(x [, digits])`: half away from zero; negative digits round before the point.
pub(super) fn round(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let digits = call.optional_longs(1)?;
    let digits_of = |row| digits.map_or(Some(0), |d| d.get(row)).map(|d| d.clamp(-DIGITS_MAX, DIGITS_MAX) as i32);
    Ok(match call.result {
        ScalarType::Int => {
            let values = call.ints(0)?;
            call.build_ints(|row| i32::try_from(round_whole(values.get(row)?.into(), digits_of(row)?)?).ok())
        }
        ScalarType::Long => {
            let values = call.longs(0)?;
            call.build_longs(|row| round_whole(values.get(row)?, digits_of(row)?))
        }
        ScalarType::Decimal => {
            let values = call.decimals(0)?;
            call.build_decimals(|row| Decimal(values.get(row)?).round_to(digits_of(row)?).map(|d| d.0))
        }
        _ => {
            let values = call.reals(0)?;
            call.build_reals(|row| Some(round_real(values.get(row)?, digits_of(row)?)))
        }
    })
}

fn round_whole(value: i64, digits: i32) -> Option<i64> {
    if digits >= 0 {
        return Some(value);
    }
    let Some(unit) = 10i64.checked_pow(digits.unsigned_abs()) else { return Some(0) };
    let rest = value % unit;
    let up = if rest.unsigned_abs() * 2 >= unit.unsigned_abs() { rest.signum() * unit } else { 0 };
    (value - rest).checked_add(up)
}

/// Rounds the decimal text of the value, so that 2.15 to one digit is 2.2 although its bits lie below.
fn round_real(value: f64, digits: i32) -> f64 {
    if !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(digits.abs());
    if !scale.is_finite() {
        return if digits > 0 { value } else { 0.0 };
    }
    let scaled = if digits >= 0 { value * scale } else { value / scale };
    if !scaled.is_finite() {
        return value;
    }
    let rounded = scaled.round();
    if digits >= 0 { rounded / scale } else { rounded * scale }
}

/// `ceiling(x)`: the type stays.
pub(super) fn ceiling(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match call.result {
        ScalarType::Int | ScalarType::Long => call.argument(0)?.column(call.rows),
        ScalarType::Decimal => {
            let values = call.decimals(0)?;
            Ok(call.build_decimals(|row| Decimal(values.get(row)?).ceil().map(|d| d.0)))
        }
        _ => super::real_functions::unary(call, f64::ceil),
    }
}
