//! `substring` and `split`.
//!
//! <https://learn.microsoft.com/kusto/query/substring-function>, <https://learn.microsoft.com/kusto/query/split-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::write_json_string;

use crate::{Call, KernelError, conversion::TextColumn};

/// Returns the bytes of `text` from character `start` on, `length` characters long.
pub(super) fn characters(text: &str, start: usize, length: usize) -> &str {
    if text.is_ascii() {
        let start = start.min(text.len());
        return &text[start..start.saturating_add(length).min(text.len())];
    }
    let mut offsets = text.char_indices().map(|(offset, _)| offset).skip(start);
    let Some(from) = offsets.next() else { return "" };
    if length == 0 {
        return "";
    }
    &text[from..offsets.nth(length - 1).unwrap_or(text.len())]
}

/// `substring(source, start [, length])`: characters, a negative start counts from the end.
pub(super) fn substring(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, starts) = (TextColumn::new(call, 0)?, call.longs(1)?);
    let strings = texts.strings()?;
    let lengths = call.optional_longs(2)?;
    Ok(call.build_strings(|row, out| {
        let text = strings.get(row);
        let length = match lengths {
            Some(lengths) => lengths.get(row).map(|length| usize::try_from(length).unwrap_or(0)),
            None => Some(usize::MAX),
        };
        let (Some(start), Some(length)) = (starts.get(row), length) else { return };
        let start = usize::try_from(start).unwrap_or_else(|_| {
            let count = if text.is_ascii() { text.len() } else { text.chars().count() };
            count.saturating_sub(usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX))
        });
        out.push_str(characters(text, start, length));
    }))
}

/// `split(source, delimiter [, index])`: an array, with an index of that one element if it exists.
pub(super) fn split(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (texts, delimiters) = (TextColumn::new(call, 0)?, call.strings(1)?);
    let strings = texts.strings()?;
    let indices = call.optional_longs(2)?;
    Ok(call.build_dynamics(|row, out| {
        let (text, delimiter) = (strings.get(row), delimiters.get(row));
        let wanted = match indices {
            None => None,
            Some(indices) => match indices.get(row) {
                Some(index) => Some(index),
                None => return false,
            },
        };
        out.push('[');
        if delimiter.is_empty() {
            push_part(text, 0, wanted, out);
        } else {
            text.split(delimiter).enumerate().for_each(|(index, part)| push_part(part, index, wanted, out));
        }
        out.push(']');
        true
    }))
}

fn push_part(part: &str, index: usize, wanted: Option<i64>, out: &mut String) {
    if wanted.is_some_and(|wanted| usize::try_from(wanted) != Ok(index)) {
        return;
    }
    if out.len() > 1 {
        out.push(',');
    }
    write_json_string(out, part);
}
