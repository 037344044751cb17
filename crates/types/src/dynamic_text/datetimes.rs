//! Points in time that JSON can only write as strings.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::DateTime;

/// Lengths of `YYYY-MM-DDThh:mm:ssZ` and of the same with seven digits of a fraction.
const LENGTHS: std::ops::RangeInclusive<usize> = 20..=28;

/// Turns the strings of an ingested array or bag that are datetimes into datetime literals.
///
/// Kusto parses a string within ingested JSON as the type it reads as; of those types only a datetime in full ISO 8601
/// form with `Z` cannot be meant otherwise. Names of properties stay as they are. The text must be in the stored form;
/// a text that is no array or bag is returned as it is.
///
/// <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>
#[must_use]
pub fn recognise_datetimes(stored: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    if stored.starts_with(['{', '[']) {
        let bytes = stored.as_bytes();
        for end in memchr_iter(b'Z', bytes).filter(|end| bytes.get(end + 1) == Some(&b'"')) {
            let Some((start, value)) = datetime_before(stored, end + 1) else { continue };
            out.push_str(&stored[copied..start]);
            out.push_str("datetime(");
            out.push_str(&value.to_string());
            out.push(')');
            copied = end + 2;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(stored);
    }
    out.push_str(&stored[copied..]);
    Cow::Owned(out)
}

/// Returns where the string that closes at `quote` opens, and the datetime that it is; none if it is another string, or
/// the name of a property.
fn datetime_before(stored: &str, quote: usize) -> Option<(usize, DateTime)> {
    let bytes = stored.as_bytes();
    if bytes.get(quote + 1) == Some(&b':') {
        return None;
    }
    let start = LENGTHS.filter_map(|length| quote.checked_sub(length + 1)).find(|&start| bytes[start] == b'"')?;
    // A quote that opens a value follows one of these; an escaped one follows a backslash.
    if !matches!(bytes.get(start.checked_sub(1)?), Some(b':' | b',' | b'[')) {
        return None;
    }
    let text = &stored[start + 1..quote];
    let is_shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 if text.len() > 20 => byte == b'.',
        at if at + 1 == text.len() => byte == b'Z',
        _ => byte.is_ascii_digit(),
    });
    if !is_shaped {
        return None;
    }
    Some((start, DateTime::parse(text)?))
}
