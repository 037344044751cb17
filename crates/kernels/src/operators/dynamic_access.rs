//! `value.member` and `value[index]` on dynamic, straight on the stored text.
//!
//! What is not there is null; a negative index counts from the end.
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>

use arrow::array::ArrayRef;
use calypso_types::{
    ScalarType,
    dynamic_text::{self, PathStep},
};

use crate::{Call, KernelError};

/// `value.name`, `value["name"]`
pub(super) fn member(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (values, keys) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let Some(text) = values.get_dynamic(row) else { return false };
        write(dynamic_text::get_path(text, &[PathStep::Key(keys.get(row))]), out)
    }))
}

/// `value[0]`, `value[-1]`, or `value[expression]` of type string, which is a member.
pub(super) fn index(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    match call.type_of(1)? {
        ScalarType::String => member(call),
        ScalarType::Dynamic => by_dynamic(call),
        ScalarType::Int => {
            let positions = call.ints(1)?;
            at_position(call, |row| positions.get(row).map(i64::from))
        }
        _ => {
            let positions = call.longs(1)?;
            at_position(call, |row| positions.get(row))
        }
    }
}

fn at_position(call: &Call<'_>, position: impl Fn(usize) -> Option<i64>) -> Result<ArrayRef, KernelError> {
    let values = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let (Some(text), Some(position)) = (values.get_dynamic(row), position(row)) else { return false };
        write(dynamic_text::get_path(text, &[PathStep::Index(position)]), out)
    }))
}

/// The key is itself dynamic: a string names a member, a whole number a position.
fn by_dynamic(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (values, keys) = (call.strings(0)?, call.strings(1)?);
    Ok(call.build_dynamics(|row, out| {
        let (Some(text), Some(key)) = (values.get_dynamic(row), keys.get_dynamic(row)) else { return false };
        match (dynamic_text::as_str(key), key.parse::<i64>()) {
            (Some(name), _) => write(dynamic_text::get_path(text, &[PathStep::Key(&name)]), out),
            (None, Ok(position)) => write(dynamic_text::get_path(text, &[PathStep::Index(position)]), out),
            (None, Err(_)) => false,
        }
    }))
}

fn write(found: Option<&str>, out: &mut String) -> bool {
    match found {
        Some(text) if text != "null" => {
            out.push_str(text);
            true
        }
        _ => false,
    }
}
