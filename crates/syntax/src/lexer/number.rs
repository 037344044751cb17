//! Literals that start with a digit: long, real, timespan, raw guid. What is none of them is a name (`3Dchart`).
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/timespan> lists the units of time.

use calypso_types::TimeSpan;

use super::{TokenKind, word_end};

/// Length of a guid written without quotes.
pub(super) const RAW_GUID_BYTES: usize = 36;

/// Units of time and their ticks. A nanosecond is a hundredth of a tick, so it is kept apart.
const UNITS: [(&[&str], i64); 7] = [
    (&["d", "day", "days"], TimeSpan::DAY.0),
    (&["h", "hr", "hrs", "hour", "hours"], TimeSpan::HOUR.0),
    (&["m", "min", "minute", "minutes"], TimeSpan::MINUTE.0),
    (&["s", "sec", "second", "seconds"], TimeSpan::SECOND.0),
    (&["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"], TimeSpan::MILLISECOND.0),
    (&["micro", "micros", "microsec", "microsecond", "microseconds"], TimeSpan::MICROSECOND.0),
    (&["tick", "ticks"], TimeSpan::TICK.0),
];
const NANOSECONDS: [&str; 5] = ["nano", "nanos", "nanosec", "nanosecond", "nanoseconds"];
const NANOSECONDS_PER_TICK: i128 = 100;

/// Reads the token that starts with the digit at `start`.
pub(super) fn scan(text: &str, start: usize) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let word = word_end(text, start);
    let digits = digits_end(bytes, start);
    if digits == word && !continues_number(bytes, digits) {
        return (TokenKind::Long, digits);
    }
    if is_raw_guid(text, start) {
        return (TokenKind::RawGuid, start + RAW_GUID_BYTES);
    }
    if let Some(end) = real_end(text, digits) {
        return (TokenKind::Real, end);
    }
    if let Some(end) = timespan_end(text, digits) {
        return (TokenKind::TimeSpan, end);
    }
    if digits == word || is_hex(&text[start..word]) {
        return (TokenKind::Long, word);
    }
    (TokenKind::Identifier, word)
}

/// Says whether a guid without quotes stands here.
pub(super) fn is_raw_guid(text: &str, start: usize) -> bool {
    text.as_bytes().get(start..start + RAW_GUID_BYTES).is_some_and(|guid| {
        guid[8] == b'-'
            && guid.iter().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => *byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    })
}

fn digits_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |at| from + at)
}

/// A `.` continues a number; so does `-`, which may be the first dash of a guid.
fn continues_number(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'.' | b'-'))
}

/// Returns the end of the real whose first digits end at `digits`. `1..5` is a range, not a real.
fn real_end(text: &str, digits: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let end = if byte(digits) == b'.' && (byte(digits + 1) != b'.' || byte(digits + 2) == b'.') {
        let fraction = digits_end(bytes, digits + 1);
        exponent_end(bytes, fraction).unwrap_or(fraction)
    } else {
        exponent_end(bytes, digits)?
    };
    (word_end(text, end) == end).then_some(end)
}

fn exponent_end(bytes: &[u8], at: usize) -> Option<usize> {
    if !matches!(bytes.get(at), Some(b'e' | b'E')) {
        return None;
    }
    let digits = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
    let end = digits_end(bytes, digits.min(bytes.len()));
    (end > digits).then_some(end)
}

fn timespan_end(text: &str, digits: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut unit = digits;
    if bytes.get(digits) == Some(&b'.') {
        let fraction = digits_end(bytes, digits + 1);
        unit = if fraction > digits + 1 { fraction } else { digits };
    }
    let end = word_end(text, unit);
    is_unit(&text[unit..end]).then_some(end)
}

fn is_unit(word: &str) -> bool {
    NANOSECONDS.contains(&word) || UNITS.iter().any(|(names, _)| names.contains(&word))
}

fn is_hex(word: &str) -> bool {
    hex_digits(word).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn hex_digits(word: &str) -> Option<&str> {
    word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"))
}

/// Returns the value of a `Long` token, negated if asked; `None` when it does not fit 64 bits.
/// Hexadecimal digits are the bits of the number, so `0xffffffffffffffff` is -1.
pub(crate) fn long_value(literal: &str, negative: bool) -> Option<i64> {
    if let Some(digits) = hex_digits(literal) {
        let bits = u64::from_str_radix(digits, 16).ok()?.cast_signed();
        return if negative { bits.checked_neg() } else { Some(bits) };
    }
    let magnitude: i128 = literal.parse().ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Returns the value of a `TimeSpan` token, exactly; fractions below a tick are dropped. `None` when out of range.
pub(crate) fn timespan_value(literal: &str) -> Option<TimeSpan> {
    let unit = literal.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let (number, unit) = literal.split_at(unit);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    // Twelve digits of a day are finer than a tick; more would only overflow.
    let fraction = &fraction[..fraction.len().min(12)];
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let scaled: i128 = format!("{whole}{fraction}").parse().ok()?;
    let ticks = if NANOSECONDS.contains(&unit) {
        scaled / (scale * NANOSECONDS_PER_TICK)
    } else {
        let (_, unit_ticks) = UNITS.iter().find(|(names, _)| names.contains(&unit))?;
        scaled.checked_mul(i128::from(*unit_ticks))? / scale
    };
    i64::try_from(ticks).ok().map(TimeSpan)
}
