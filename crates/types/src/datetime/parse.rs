//! Reading a datetime. The ISO 8601 shape of ingestion is read by position without allocation; every other
//! documented spelling goes to `parse_loose`.

use super::{CalendarParts, DateTime, parse_loose};
use crate::TimeSpan;

/// Digits of a fraction that a tick can hold; further digits are cut.
pub(super) const FRACTION_DIGITS: usize = 7;

/// Reads exactly `N` digits at `at`.
#[inline(always)]
fn digits<const N: usize>(text: &[u8], at: usize) -> Option<u32> {
    let field: &[u8; N] = text.get(at..)?.first_chunk()?;
    // Without a branch for each.
    let (mut value, mut are_digits) = (0, true);
    for byte in field {
        are_digits &= byte.is_ascii_digit();
        value = value * 10 + u32::from(byte.wrapping_sub(b'0'));
    }
    are_digits.then_some(value)
}

/// Reads the digits of a fraction of a second as ticks; the first item returned is the number of bytes read.
pub(super) fn fraction_ticks(text: &[u8]) -> (usize, u32) {
    let mut ticks = 0;
    let mut length = 0;
    while let Some(byte) = text.get(length).filter(|byte| byte.is_ascii_digit()) {
        if length < FRACTION_DIGITS {
            ticks = ticks * 10 + u32::from(byte - b'0');
        }
        length += 1;
    }
    for _ in length..FRACTION_DIGITS {
        ticks *= 10;
    }
    (length, ticks)
}

/// Reads `Z`, `+hh:mm`, `+hhmm` or `+hh` as the timespan to take off; none if it is anything else.
pub(super) fn zone_offset(text: &[u8]) -> Option<TimeSpan> {
    let sign = match text.first()? {
        b'Z' | b'z' if text.len() == 1 => return Some(TimeSpan(0)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits::<2>(text, 1)?;
    let minutes = match text.len() {
        3 => 0,
        5 => digits::<2>(text, 3)?,
        6 if text[3] == b':' => digits::<2>(text, 4)?,
        _ => return None,
    };
    // .NET allows offsets up to 14 hours.
    (hours <= 14 && minutes <= 59)
        .then(|| TimeSpan(sign * (i64::from(hours) * TimeSpan::HOUR.0 + i64::from(minutes) * TimeSpan::MINUTE.0)))
}

/// Reads `yyyy-MM-dd[(T| )HH:mm[:ss[.f…]][zone]]`.
fn parse_iso(text: &[u8]) -> Option<DateTime> {
    if text.len() < 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let mut parts = CalendarParts {
        year: digits::<4>(text, 0)? as i32,
        month: digits::<2>(text, 5)?,
        day: digits::<2>(text, 8)?,
        hour: 0,
        minute: 0,
        second: 0,
        tick: 0,
    };
    if text.len() == 10 {
        return DateTime::from_parts(parts);
    }
    if !matches!(text[10], b'T' | b' ' | b't') || text.get(13) != Some(&b':') {
        return None;
    }
    parts.hour = digits::<2>(text, 11)?;
    parts.minute = digits::<2>(text, 14)?;
    let mut end = 16;
    if text.get(end) == Some(&b':') {
        parts.second = digits::<2>(text, end + 1)?;
        end += 3;
        if text.get(end) == Some(&b'.') {
            let (length, ticks) = fraction_ticks(&text[end + 1..]);
            if length == 0 {
                return None;
            }
            parts.tick = ticks;
            end += 1 + length;
        }
    }
    let local = DateTime::from_parts(parts)?;
    match &text[end..] {
        [] | [b'Z'] => Some(local),
        zone => local.checked_sub(zone_offset(zone)?),
    }
}

/// Reads what is not in the shape of ingestion, or has white space around it.
#[cold]
fn parse_spelling(text: &str, today: Option<DateTime>) -> Option<DateTime> {
    let text = text.trim();
    parse_iso(text.as_bytes()).or_else(|| parse_loose::parse(text, today))
}

impl DateTime {
    /// Reads any documented spelling of a datetime; without a zone it is UTC.
    ///
    /// ISO 8601 in whole or in part (`2014-05-25T08:20:03.123456Z`, `2014-11-08`, `2014-11`), RFC 822, 850 and
    /// 1123, `MM/dd/yyyy HH:mm:ss PM`, `yyyy/M/d`, `yyyyMMdd`. Surrounding white space is ignored, fractions
    /// beyond a tick are cut. A bare number other than `yyyyMMdd` is no datetime, nor is a time without a date
    /// (see [`DateTime::parse_on`]).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse_iso(text.as_bytes()).or_else(|| parse_spelling(text, None))
    }

    /// Reads like [`DateTime::parse`], and a time without a date (`8:05`) as a time of the day `today`.
    #[must_use]
    pub fn parse_on(text: &str, today: Self) -> Option<Self> {
        parse_iso(text.as_bytes()).or_else(|| parse_spelling(text, Some(today)))
    }
}
