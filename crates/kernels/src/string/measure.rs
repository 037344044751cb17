//! Numbers about strings: `strlen`, `string_size`, `strcmp`, `countof`, `isascii`, `isutf8`.
//!
//! A character is a Unicode code point. <https://learn.microsoft.com/kusto/query/strlen-function>

use arrow::array::ArrayRef;

use crate::{Call, KernelError, conversion::TextColumn, operators::Needle, pattern::Pattern};

/// `strlen(source)`: in characters.
pub(super) fn strlen(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_longs(|row| {
        let text = strings.get(row);
        Some(if text.is_ascii() { text.len() } else { text.chars().count() } as i64)
    }))
}

/// `string_size(source)`: in bytes of UTF-8.
pub(super) fn string_size(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_longs(|row| Some(strings.get(row).len() as i64)))
}

/// `strcmp(a, b)`: -1, 0 or 1.
pub(super) fn strcmp(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (a, b) = (TextColumn::new(call, 0)?, TextColumn::new(call, 1)?);
    let (a, b) = (a.strings()?, b.strings()?);
    Ok(call.build_longs(|row| Some(a.get(row).cmp(b.get(row)) as i64)))
}

/// `countof(source, search [, kind])`: plain matches may overlap, those of a regular expression do not.
pub(super) fn countof(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (sources, searches) = (call.strings(0)?, call.strings(1)?);
    let kind = call.constant_string(2, "normal")?;
    let mut counts = Vec::with_capacity(call.rows);
    if kind.eq_ignore_ascii_case("regex") {
        let mut pattern = Pattern::new("countof");
        for row in 0..call.rows {
            counts.push(pattern.compile(searches.get(row))?.find_iter(sources.get(row)).count() as i64);
        }
    } else if kind.eq_ignore_ascii_case("normal") {
        let mut needle = Needle::new(searches.get(0), true);
        let mut current = searches.get(0);
        for row in 0..call.rows {
            if searches.get(row) != current {
                current = searches.get(row);
                needle = Needle::new(current, true);
            }
            counts.push(count_overlapping(sources.get(row), &needle));
        }
    } else {
        let message = format!("the kind '{kind}' is neither 'normal' nor 'regex'");
        return Err(KernelError::Argument { function: "countof".to_owned(), message });
    }
    Ok(call.build_longs(|row| counts.get(row).copied()))
}

fn count_overlapping(text: &str, needle: &Needle) -> i64 {
    if needle.is_empty() {
        return 0;
    }
    let (mut count, mut from) = (0, 0);
    while let Some(at) = needle.find(text.as_bytes(), from) {
        count += 1;
        from = at + 1;
    }
    count
}

/// `isascii(value)`
pub(super) fn is_ascii(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let strings = texts.strings()?;
    Ok(call.build_truths(|row| strings.get(row).is_ascii()))
}

/// `isutf8(value)`: every stored string is.
pub(super) fn is_utf8(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_truths(|_| true))
}
