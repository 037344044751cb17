//! `strcat`, `strcat_delim`, `strrep`: joining texts of values of any type.
//!
//! <https://learn.microsoft.com/kusto/query/strcat-function>

use arrow::array::ArrayRef;

use crate::{
    Call, KernelError,
    conversion::{TextColumn, TextOf},
};

/// The most that `strrep` repeats.
const REPETITIONS_MAX: i64 = 67_108_864;
/// The longest text that `strrep` makes, in bytes.
const REPEATED_BYTES_MAX: usize = 64 << 20;

/// `strcat(a, b, …)`
pub(super) fn strcat(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextOf::all(call, 0)?;
    Ok(call.build_strings(|row, out| texts.iter().for_each(|text| text.write(row, out))))
}

/// `strcat_delim(delimiter, a, b, …)`
pub(super) fn strcat_delim(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let delimiters = call.strings(0)?;
    let texts = TextOf::all(call, 1)?;
    Ok(call.build_strings(|row, out| {
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                out.push_str(delimiters.get(row));
            }
            text.write(row, out);
        }
    }))
}

/// `strrep(value, count [, delimiter])`
pub(super) fn strrep(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (values, counts) = (TextColumn::new(call, 0)?, call.longs(1)?);
    let delimiters = if call.len() > 2 { Some(TextColumn::new(call, 2)?) } else { None };
    let values = values.strings()?;
    let delimiters = delimiters.as_ref().map(TextColumn::strings).transpose()?;
    let delimiter_of = |row| delimiters.map_or("", |d| d.get(row));
    let count_of = |row| counts.get(row).unwrap_or(0).clamp(0, REPETITIONS_MAX) as usize;
    let too_long = |row: &usize| {
        let bytes = values.get(*row).len() + delimiter_of(*row).len();
        bytes.saturating_mul(count_of(*row)) > REPEATED_BYTES_MAX
    };
    if (0..call.rows).any(|row| too_long(&row)) {
        return Err(KernelError::Limit {
            function: "strrep".to_owned(),
            limit: format!("{REPEATED_BYTES_MAX} bytes per value"),
        });
    }
    Ok(call.build_strings(|row, out| {
        for index in 0..count_of(row) {
            if index > 0 {
                out.push_str(delimiter_of(row));
            }
            out.push_str(values.get(row));
        }
    }))
}
