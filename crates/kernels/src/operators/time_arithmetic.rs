//! `+ - * / %` where a datetime or timespan takes part. What leaves the range of its type is null.
//!
//! <https://learn.microsoft.com/kusto/query/datetime-timespan-arithmetic>

use arrow::{
    array::ArrayRef,
    datatypes::{Float64Type, Int64Type},
};
use calypso_columns::arrow_type;
use calypso_types::{DateTime, Decimal, ScalarType, TimeSpan};

use super::arithmetic::unsupported;
use crate::{
    Call, KernelError,
    lanes::{self, Lane},
};

/// Combines two columns of ticks (or longs).
fn ticks(call: &Call<'_>, f: impl Fn(i64, i64) -> Option<i64>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (Lane::<Int64Type>::of(call, 0, "ticks")?, Lane::<Int64Type>::of(call, 1, "ticks")?);
    Ok(lanes::zip_checked::<Int64Type, Int64Type, Int64Type>(call.rows, a, b, &arrow_type(call.result), f))
}

/// A number of any type as a real; null stays null.
fn factors<'a>(call: &Call<'a>, index: usize) -> Result<Box<dyn Fn(usize) -> Option<f64> + 'a>, KernelError> {
    Ok(match call.type_of(index)? {
        ScalarType::Real => {
            let values = call.reals(index)?;
            Box::new(move |row| values.get(row))
        }
        ScalarType::Decimal => {
            let values = call.decimals(index)?;
            Box::new(move |row| values.get(row).map(|v| Decimal(v).to_f64()))
        }
        ScalarType::Int => {
            let values = call.ints(index)?;
            Box::new(move |row| values.get(row).map(f64::from))
        }
        _ => {
            let values = call.longs(index)?;
            Box::new(move |row| values.get(row).map(|v| v as f64))
        }
    })
}

fn ints_widened(call: &Call<'_>, index: usize, row: usize) -> Option<i64> {
    match call.type_of(index).ok()? {
        ScalarType::Int => call.ints(index).ok()?.get(row).map(i64::from),
        _ => call.longs(index).ok()?.get(row),
    }
}

/// `datetime + timespan`, `timespan + datetime`, `timespan + timespan`.
pub(super) fn add(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    use ScalarType::{DateTime as D, TimeSpan as S};
    match (call.type_of(0)?, call.type_of(1)?) {
        (D, S) => ticks(call, |a, b| DateTime(a).checked_add(TimeSpan(b)).map(|d| d.0)),
        (S, D) => ticks(call, |a, b| DateTime(b).checked_add(TimeSpan(a)).map(|d| d.0)),
        (S, S) => ticks(call, i64::checked_add),
        _ => Err(unsupported(call, "+")),
    }
}

/// `datetime - datetime`, `datetime - timespan`, `timespan - timespan`.
pub(super) fn subtract(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    use ScalarType::{DateTime as D, TimeSpan as S};
    match (call.type_of(0)?, call.type_of(1)?) {
        (D, S) => ticks(call, |a, b| DateTime(a).checked_sub(TimeSpan(b)).map(|d| d.0)),
        (D, D) | (S, S) => ticks(call, i64::checked_sub),
        _ => Err(unsupported(call, "-")),
    }
}

/// `timespan * number` and `number * timespan`.
pub(super) fn multiply(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (span, number) = match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::TimeSpan, other) if other.is_numeric() => (0, 1),
        (other, ScalarType::TimeSpan) if other.is_numeric() => (1, 0),
        _ => return Err(unsupported(call, "*")),
    };
    let spans = call.longs(span)?;
    if call.type_of(number)?.is_integer() {
        return Ok(call.build_longs(|row| spans.get(row)?.checked_mul(ints_widened(call, number, row)?)));
    }
    let factor = factors(call, number)?;
    Ok(call.build_longs(|row| TimeSpan::from_units(factor(row)?, TimeSpan(spans.get(row)?)).map(|s| s.0)))
}

/// `timespan / timespan` is a real; `timespan / number` a timespan.
pub(super) fn divide(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let spans = Lane::<Int64Type>::of(call, 0, "timespan")?;
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::TimeSpan, ScalarType::TimeSpan) => {
            let divisors = Lane::<Int64Type>::of(call, 1, "timespan")?;
            let result = arrow_type(ScalarType::Real);
            Ok(lanes::zip::<Int64Type, Int64Type, Float64Type>(call.rows, spans, divisors, &result, |a, b| {
                a as f64 / b as f64
            }))
        }
        (ScalarType::TimeSpan, other) if other.is_integer() => {
            Ok(call.build_longs(|row| spans.get(row)?.checked_div(ints_widened(call, 1, row)?)))
        }
        (ScalarType::TimeSpan, other) if other.is_numeric() => {
            let divisor = factors(call, 1)?;
            Ok(call.build_longs(|row| {
                let span = TimeSpan(spans.get(row)?);
                TimeSpan::from_units(1.0 / divisor(row)?, span).map(|s| s.0)
            }))
        }
        _ => Err(unsupported(call, "/")),
    }
}

/// `timespan % timespan` and `datetime % timespan`, never negative.
pub(super) fn modulo(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match (call.type_of(0)?, call.type_of(1)?) {
        (ScalarType::TimeSpan | ScalarType::DateTime, ScalarType::TimeSpan) => {
            ticks(call, |a, b| a.checked_rem_euclid(b))
        }
        _ => Err(unsupported(call, "%")),
    }
}
