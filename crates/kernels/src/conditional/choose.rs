//! `iff`, `case`, `coalesce`, `not`, `assert`.
//!
//! A null condition counts as false. <https://learn.microsoft.com/kusto/query/case-function>

use std::sync::Arc;

use arrow::{
    array::{Array as _, ArrayRef, BooleanArray, Datum, Scalar, cast::AsArray as _},
    buffer::BooleanBuffer,
    compute::{is_not_null, kernels::zip::zip},
};
use calypso_types::ScalarType;

use crate::{Argument, Call, KernelError};

/// Takes `then` where `mask` is true and `otherwise` elsewhere.
fn select(mask: &BooleanArray, then: &dyn Datum, otherwise: &dyn Datum) -> Result<ArrayRef, KernelError> {
    zip(mask, then, otherwise)
        .map_err(|error| KernelError::Argument { function: "case".to_owned(), message: error.to_string() })
}

fn datum(argument: &Argument) -> Box<dyn Datum + '_> {
    if argument.constant { Box::new(Scalar::new(Arc::clone(&argument.array))) } else { Box::new(&argument.array) }
}

fn mask_of(argument: &Argument, rows: usize, index: usize) -> Result<BooleanArray, KernelError> {
    let column = argument.column(rows)?;
    column.as_boolean_opt().cloned().ok_or(KernelError::Wiring { index, expected: "bool" })
}

/// `iff(condition, then, otherwise)`
pub(super) fn iff(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let mask = mask_of(call.argument(0)?, call.rows, 0)?;
    select(&mask, &*datum(call.argument(1)?), &*datum(call.argument(2)?))
}

/// `case(condition, then, …, otherwise)`: the first condition that holds decides.
pub(super) fn case(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let last = call.len().saturating_sub(1);
    let mut result = call.argument(last)?.column(call.rows)?;
    let mut index = last;
    while index >= 2 {
        index -= 2;
        let mask = mask_of(call.argument(index)?, call.rows, index)?;
        result = select(&mask, &*datum(call.argument(index + 1)?), &result)?;
    }
    Ok(result)
}

/// `coalesce(a, b, …)`: the first that is not null, of strings the first that is not empty.
pub(super) fn coalesce(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let last = call.len().saturating_sub(1);
    let mut result = call.argument(last)?.column(call.rows)?;
    for index in (0..last).rev() {
        let argument = call.argument(index)?;
        let mask = present(call, argument, index)?;
        result = select(&mask, &*datum(argument), &result)?;
    }
    Ok(result)
}

fn present(call: &Call<'_>, argument: &Argument, index: usize) -> Result<BooleanArray, KernelError> {
    if argument.ty == ScalarType::String {
        let strings = call.strings(index)?;
        let values = BooleanBuffer::collect_bool(call.rows, |row| !strings.get(row).is_empty());
        return Ok(BooleanArray::new(values, None));
    }
    if argument.constant {
        let present = argument.array.is_valid(0);
        return Ok(BooleanArray::new(BooleanBuffer::collect_bool(call.rows, |_| present), None));
    }
    is_not_null(&argument.array).map_err(|_| KernelError::Wiring { index, expected: "nullable" })
}

/// `not(condition)`: null of null.
pub(super) fn not(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let values = call.bools(0)?;
    Ok(call.build_bools(|row| values.get(row).map(|v| !v)))
}

/// `assert(condition, message)`: true, or the query fails with the message.
pub(super) fn assert(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (conditions, messages) = (call.bools(0)?, call.strings(1)?);
    match (0..call.rows).find(|row| conditions.get(*row) == Some(false)) {
        Some(row) => {
            Err(KernelError::Argument { function: "assert".to_owned(), message: messages.get(row).to_owned() })
        }
        None => Ok(call.build_truths(|_| true)),
    }
}
