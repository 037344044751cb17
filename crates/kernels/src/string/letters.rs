//! Functions that map a text letter by letter: case, `reverse`, `tohex`, `regex_quote`.

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use calypso_types::ScalarType;

use crate::{Call, KernelError, conversion::TextColumn};

/// The widest hexadecimal text.
const HEX_DIGITS_MAX: i64 = 16;

/// `tolower(source)`
pub(super) fn to_lower(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let strings = texts.strings()?;
    Ok(call.build_strings(|row, out| {
        let text = strings.get(row);
        if text.is_ascii() {
            out.push_str(text);
            out.make_ascii_lowercase();
        } else {
            out.extend(text.chars().flat_map(char::to_lowercase));
        }
    }))
}

/// `toupper(source)`
pub(super) fn to_upper(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let strings = texts.strings()?;
    Ok(call.build_strings(|row, out| {
        let text = strings.get(row);
        if text.is_ascii() {
            out.push_str(text);
            out.make_ascii_uppercase();
        } else {
            out.extend(text.chars().flat_map(char::to_uppercase));
        }
    }))
}

/// `reverse(value)`: character by character, of the text of a value of any type.
///
/// <https://learn.microsoft.com/kusto/query/reverse-function>
pub(super) fn reverse(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let texts = texts.strings()?;
    Ok(call.build_strings(|row, out| out.extend(texts.get(row).chars().rev())))
}

/// `tohex(value [, minimal length])`: two's complement, lower case.
///
/// <https://learn.microsoft.com/kusto/query/tohex-function>
pub(super) fn to_hex(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let lengths = call.optional_longs(1)?;
    let length = |row| lengths.and_then(|l| l.get(row)).unwrap_or(0).clamp(0, HEX_DIGITS_MAX) as usize;
    if call.type_of(0)? == ScalarType::Int {
        let values = call.ints(0)?;
        return Ok(call.build_strings(|row, out| {
            if let Some(value) = values.get(row) {
                // Writing to a string never fails.
                let _ = write!(out, "{value:0width$x}", width = length(row));
            }
        }));
    }
    let values = call.longs(0)?;
    Ok(call.build_strings(|row, out| {
        if let Some(value) = values.get(row) {
            let _ = write!(out, "{value:0width$x}", width = length(row));
        }
    }))
}

/// `regex_quote(text)`: escapes what has a meaning in regular expressions.
pub(super) fn regex_quote(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let strings = texts.strings()?;
    Ok(call.build_strings(|row, out| out.push_str(&regex::escape(strings.get(row)))))
}
