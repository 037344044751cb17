//! From the type of the only argument to the type of the result: every `to…()` function.
//!
//! No conversion fails: what has no counterpart is null. The common pairs have roads of their own; the rest goes
//! through `Scalar::cast`, which is the reference. <https://learn.microsoft.com/kusto/query/tolong-function>

use arrow::{
    array::ArrayRef,
    datatypes::{Float64Type, Int32Type, Int64Type},
};
use calypso_columns::{ColumnBuilder, arrow_type};
use calypso_types::{
    DateTime, Decimal, Guid, Scalar, ScalarType, TimeSpan,
    dynamic_text::{self, Normalizer},
};

use super::{boxed::BoxedColumn, numbers, text::TextOf};
use crate::{
    Call, KernelError,
    lanes::{self, Lane},
};

/// Converts argument 0 to `call.result`; a string becomes dynamic as by `parse_json()`.
pub(super) fn cast(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let argument = call.argument(0)?;
    match (argument.ty, call.result) {
        (from, to) if from == to => argument.column(call.rows),
        (_, ScalarType::String) => to_text(call),
        (ScalarType::String, ScalarType::Dynamic) => parse_json(call),
        (ScalarType::String, _) => from_text(call),
        (ScalarType::Dynamic, _) => from_dynamic(call),
        (_, ScalarType::Dynamic) => boxed(call),
        _ => between_numbers(call),
    }
}

fn to_text(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextOf::new(call, 0)?;
    Ok(call.build_strings(|row, out| texts.write(row, out)))
}

/// Wraps a value into dynamic without reading it: a string stays a string.
pub(super) fn boxed(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let argument = call.argument(0)?;
    if argument.ty == ScalarType::Dynamic {
        return argument.column(call.rows);
    }
    let values = BoxedColumn::new(call, 0)?;
    let values = values.texts()?;
    Ok(call.build_dynamics(|row, out| {
        values.get_dynamic(row).is_some_and(|text| {
            out.push_str(text);
            true
        })
    }))
}

/// `parse_json()`: text that is not JSON becomes a string value, no text null.
fn parse_json(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    let mut normalizer = Normalizer::default();
    Ok(call.build_dynamics(|row, out| {
        let text = strings.get(row).trim_ascii();
        if dynamic_text::is_null(text) {
            return false;
        }
        out.push_str(&normalizer.normalize(text));
        true
    }))
}

fn from_text(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(match call.result {
        ScalarType::Long => call.build_longs(|row| numbers::parse_long(texts.get(row))),
        ScalarType::Int => {
            call.build_ints(|row| numbers::parse_long(texts.get(row)).and_then(|v| i32::try_from(v).ok()))
        }
        ScalarType::Real => call.build_reals(|row| match Scalar::parse_as(ScalarType::Real, texts.get(row)) {
            Scalar::Real(value) => Some(value),
            _ => None,
        }),
        ScalarType::DateTime => {
            let today = call.context.now;
            call.build_longs(|row| DateTime::parse_on(texts.get(row), today).map(|d| d.0))
        }
        ScalarType::TimeSpan => call.build_longs(|row| TimeSpan::parse(texts.get(row)).map(|s| s.0)),
        ScalarType::Guid => call.build_guids(|row| Guid::parse(texts.get(row))),
        ScalarType::Decimal => call.build_decimals(|row| Decimal::parse(texts.get(row)).map(|d| d.0)),
        _ => by_scalars(call)?,
    })
}

fn from_dynamic(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let result = call.result;
    let mut builder = ColumnBuilder::new(result, call.rows);
    for row in 0..call.rows {
        match texts.get_dynamic(row) {
            Some(text) => builder.push(&dynamic_text::to_scalar(text, result)),
            None => builder.push_null(),
        }
    }
    Ok(builder.finish())
}

fn between_numbers(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    use ScalarType::{DateTime as D, Int, Long, Real, TimeSpan as S};
    let (rows, data_type) = (call.rows, arrow_type(call.result));
    Ok(match (call.type_of(0)?, call.result) {
        (Int, Long) => lanes::map::<Int32Type, Int64Type>(rows, Lane::of(call, 0, "int")?, &data_type, i64::from),
        (Int, Real) => lanes::map::<Int32Type, Float64Type>(rows, Lane::of(call, 0, "int")?, &data_type, f64::from),
        (Long, Real) => {
            lanes::map::<Int64Type, Float64Type>(rows, Lane::of(call, 0, "long")?, &data_type, |v| v as f64)
        }
        (D | S, Long) | (Long, S) => call.argument(0)?.column(rows)?,
        _ => by_scalars(call)?,
    })
}

/// The reference: value by value.
fn by_scalars(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let argument = call.argument(0)?;
    let mut builder = ColumnBuilder::new(call.result, call.rows);
    for row in 0..call.rows {
        builder.push(&argument.scalar(row).cast(call.result));
    }
    Ok(builder.finish())
}
