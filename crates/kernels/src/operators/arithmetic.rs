//! `+ - * / %` and unary minus on numbers; dates and durations go on to `time_arithmetic`.
//!
//! Integers wrap on overflow; whole-number division by zero is null; `%` is never negative.
//! <https://learn.microsoft.com/kusto/query/numerical-operators>

use arrow::{
    array::ArrayRef,
    datatypes::{ArrowPrimitiveType, Decimal128Type, Float64Type, Int32Type, Int64Type},
};
use calypso_columns::arrow_type;
use calypso_types::{Decimal, ScalarType, TimeSpan};

use super::time_arithmetic;
use crate::{
    Call, KernelError,
    lanes::{self, Lane},
};

/// Reports operands that the binder must not have let through.
pub(super) fn unsupported(call: &Call<'_>, operator: &str) -> KernelError {
    let types: Vec<_> = call.arguments.iter().map(|a| a.ty.name()).collect();
    KernelError::Argument {
        function: operator.to_owned(),
        message: format!("operands of types {} cannot be combined", types.join(", ")),
    }
}

fn total<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    f: impl Fn(T::Native, T::Native) -> T::Native,
) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Lane::<T>::of(call, 0, "number")?, Lane::<T>::of(call, 1, "number")?);
    Ok(lanes::zip::<T, T, T>(call.rows, a, b, &arrow_type(call.result), f))
}

fn partial<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    f: impl Fn(T::Native, T::Native) -> Option<T::Native>,
) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Lane::<T>::of(call, 0, "number")?, Lane::<T>::of(call, 1, "number")?);
    Ok(lanes::zip_checked::<T, T, T>(call.rows, a, b, &arrow_type(call.result), f))
}

fn decimals(call: &Call<'_>, f: impl Fn(Decimal, Decimal) -> Option<Decimal>) -> Result<ArrayRef, KernelError> {
    partial::<Decimal128Type>(call, |a, b| f(Decimal(a), Decimal(b)).map(|d| d.0))
}

/// `a + b`.
pub(super) fn add(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::Int, ScalarType::Int) => total::<Int32Type>(call, i32::wrapping_add),
        (ScalarType::Long, ScalarType::Long) => total::<Int64Type>(call, i64::wrapping_add),
        (ScalarType::Real, ScalarType::Real) => total::<Float64Type>(call, |a, b| a + b),
        (ScalarType::Decimal, ScalarType::Decimal) => decimals(call, Decimal::checked_add),
        _ => time_arithmetic::add(call),
    }
}

/// `a - b`.
pub(super) fn subtract(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::Int, ScalarType::Int) => total::<Int32Type>(call, i32::wrapping_sub),
        (ScalarType::Long, ScalarType::Long) => total::<Int64Type>(call, i64::wrapping_sub),
        (ScalarType::Real, ScalarType::Real) => total::<Float64Type>(call, |a, b| a - b),
        (ScalarType::Decimal, ScalarType::Decimal) => decimals(call, Decimal::checked_sub),
        _ => time_arithmetic::subtract(call),
    }
}

/// `a * b`.
pub(super) fn multiply(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::Int, ScalarType::Int) => total::<Int32Type>(call, i32::wrapping_mul),
        (ScalarType::Long, ScalarType::Long) => total::<Int64Type>(call, i64::wrapping_mul),
        (ScalarType::Real, ScalarType::Real) => total::<Float64Type>(call, |a, b| a * b),
        (ScalarType::Decimal, ScalarType::Decimal) => decimals(call, Decimal::checked_mul),
        _ => time_arithmetic::multiply(call),
    }
}

/// `a / b`: whole numbers cut towards zero.
pub(super) fn divide(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::Int, ScalarType::Int) => partial::<Int32Type>(call, |a, b| (b != 0).then(|| a.wrapping_div(b))),
        (ScalarType::Long, ScalarType::Long) => partial::<Int64Type>(call, |a, b| (b != 0).then(|| a.wrapping_div(b))),
        (ScalarType::Real, ScalarType::Real) => total::<Float64Type>(call, |a, b| a / b),
        (ScalarType::Decimal, ScalarType::Decimal) => decimals(call, Decimal::checked_div),
        _ => time_arithmetic::divide(call),
    }
}

/// `a % b`: at least 0 and below `abs(b)`.
pub(super) fn modulo(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::Int, ScalarType::Int) => {
            partial::<Int32Type>(call, |a, b| (b != 0).then(|| a.wrapping_rem_euclid(b)))
        }
        (ScalarType::Long, ScalarType::Long) => {
            partial::<Int64Type>(call, |a, b| (b != 0).then(|| a.wrapping_rem_euclid(b)))
        }
        (ScalarType::Real, ScalarType::Real) => total::<Float64Type>(call, f64::rem_euclid),
        (ScalarType::Decimal, ScalarType::Decimal) => decimals(call, decimal_modulo),
        _ => time_arithmetic::modulo(call),
    }
}

fn decimal_modulo(a: Decimal, b: Decimal) -> Option<Decimal> {
    let rest = a.checked_rem(b)?;
    if rest.0 < 0 { rest.checked_add(b.abs()) } else { Some(rest) }
}

/// `-a`.
pub(super) fn negate(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let data_type = arrow_type(call.result);
    let rows = call.rows;
    Ok(match call.type_of(0)? {
        ScalarType::Int => {
            lanes::map::<Int32Type, Int32Type>(rows, Lane::of(call, 0, "int")?, &data_type, i32::wrapping_neg)
        }
        ScalarType::Long => {
            lanes::map::<Int64Type, Int64Type>(rows, Lane::of(call, 0, "long")?, &data_type, i64::wrapping_neg)
        }
        ScalarType::TimeSpan => {
            let spans = call.longs(0)?;
            call.build_longs(|row| TimeSpan(spans.get(row)?).checked_neg().map(|s| s.0))
        }
        ScalarType::Real => {
            lanes::map::<Float64Type, Float64Type>(rows, Lane::of(call, 0, "real")?, &data_type, |v| -v)
        }
        ScalarType::Decimal => {
            let values = call.decimals(0)?;
            call.build_decimals(|row| values.get(row).map(|v| Decimal(v).neg().0))
        }
        _ => return Err(unsupported(call, "-")),
    })
}
