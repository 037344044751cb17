//! `unicode_codepoints_from_string`, `unicode_codepoints_to_string`.
//!
//! <https://learn.microsoft.com/kusto/query/unicode-codepoints-to-string-function>

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, Scalar};

use crate::{Call, KernelError, conversion::TextColumn};

/// `unicode_codepoints_from_string(text)`: an array of longs.
pub(super) fn codepoints_from_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let strings = texts.strings()?;
    Ok(call.build_dynamics(|row, out| {
        out.push('[');
        for (index, c) in strings.get(row).chars().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            // Writing to a string never fails.
            let _ = write!(out, "{comma}{}", u32::from(c));
        }
        out.push(']');
        true
    }))
}

/// `unicode_codepoints_to_string(values, …)`: numbers or arrays of them; "" if one is no code point.
pub(super) fn codepoints_to_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_strings(|row, out| {
        for argument in call.arguments {
            if push_value(&argument.scalar(row), out).is_none() {
                out.clear();
                return;
            }
        }
    }))
}

fn push_value(value: &Scalar, out: &mut String) -> Option<()> {
    match value {
        Scalar::Int(value) => push_codepoint(i64::from(*value), out),
        Scalar::Long(value) => push_codepoint(*value, out),
        Scalar::Dynamic(Dynamic::Array(items)) => items.iter().try_for_each(|item| push_codepoint(item.as_i64()?, out)),
        Scalar::Dynamic(single) => push_codepoint(single.as_i64()?, out),
        _ => None,
    }
}

fn push_codepoint(value: i64, out: &mut String) -> Option<()> {
    out.push(char::from_u32(u32::try_from(value).ok()?)?);
    Some(())
}
