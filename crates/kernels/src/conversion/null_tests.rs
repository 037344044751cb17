//! `isnull`, `isempty` and their opposites, `gettype`.
//!
//! <https://learn.microsoft.com/kusto/query/isnull-function>, <https://learn.microsoft.com/kusto/query/gettype-function>

use arrow::array::{Array as _, ArrayRef};
use calypso_types::{ScalarType, dynamic_text};

use crate::{Call, KernelError};

/// Answers whether `row` is null; a string never is.
fn nulls(call: &Call<'_>, answer: bool) -> Result<ArrayRef, KernelError> {
    let argument = call.argument(0)?;
    if argument.ty == ScalarType::String {
        return Ok(call.build_truths(|_| !answer));
    }
    if argument.ty == ScalarType::Dynamic {
        let texts = call.strings(0)?;
        return Ok(call.build_truths(|row| texts.get_dynamic(row).is_none_or(dynamic_text::is_null) == answer));
    }
    let array = &argument.array;
    Ok(call.build_truths(|row| array.is_null(if argument.constant { 0 } else { row }) == answer))
}

/// `isnull(value)`
pub(super) fn is_null(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    nulls(call, true)
}

/// `isnotnull(value)`
pub(super) fn is_not_null(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    nulls(call, false)
}

fn emptiness(call: &Call<'_>, answer: bool) -> Result<ArrayRef, KernelError> {
    match call.type_of(0)? {
        ScalarType::String => {
            let strings = call.strings(0)?;
            Ok(call.build_truths(|row| strings.get(row).is_empty() == answer))
        }
        ScalarType::Dynamic => {
            let texts = call.strings(0)?;
            let empty = |text: &str| dynamic_text::is_null(text) || text == "\"\"";
            Ok(call.build_truths(|row| texts.get_dynamic(row).is_none_or(empty) == answer))
        }
        _ => nulls(call, answer),
    }
}

/// `isempty(value)`: the empty string or null.
pub(super) fn is_empty(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    emptiness(call, true)
}

/// `isnotempty(value)`
pub(super) fn is_not_empty(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    emptiness(call, false)
}

/// `gettype(value)`: the name of the type, of dynamic that of the value inside.
pub(super) fn get_type(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let ty = call.type_of(0)?;
    if ty != ScalarType::Dynamic {
        return Ok(call.build_strings(|_, out| out.push_str(ty.name())));
    }
    let texts = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        out.push_str(texts.get_dynamic(row).map_or("null", |text| dynamic_text::kind(text).name()));
    }))
}
