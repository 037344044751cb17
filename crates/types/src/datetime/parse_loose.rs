//! The spellings of a datetime beyond plain ISO 8601: RFC 822, 850 and 1123, US dates, and parts of a date.
//!
//! Reads a weekday, a date, a time and a zone in this order, each by its own rule, all but the date optional.

use super::{CalendarParts, DateTime, calendar, parse};
use crate::TimeSpan;

/// No documented spelling is longer; cuts the cost of text that is none.
const LENGTH_MAX: usize = 64;

/// Two-digit years below this belong to the 2000s, as in RFC 2822.
const CENTURY_PIVOT: u32 = 50;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Zone names of RFC 822, with their hours from UTC.
const ZONES: [(&str, i64); 12] = [
    ("z", 0),
    ("gmt", 0),
    ("utc", 0),
    ("ut", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// Reads `text`, already trimmed; a time alone needs `today`.
pub(super) fn parse(text: &str, today: Option<DateTime>) -> Option<DateTime> {
    if text.is_empty() || text.len() > LENGTH_MAX || !text.is_ascii() {
        return None;
    }
    let mut reader = Reader { rest: text };
    reader.skip_weekday();
    let mut parts = match reader.date() {
        Some(date) => date,
        None => CalendarParts { hour: 0, minute: 0, second: 0, tick: 0, ..today?.parts() },
    };
    if reader.skip_to_time() {
        reader.time(&mut parts)?;
    }
    let offset = reader.zone()?;
    reader.rest.is_empty().then(|| DateTime::from_parts(parts))??.checked_sub(offset)
}

/// Finds the position of the name that `word` is or abbreviates to three letters.
fn position_of(word: &str, names: &[&str]) -> Option<usize> {
    names.iter().position(|name| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3]))
}

/// The text not read yet.
struct Reader<'a> {
    rest: &'a str,
}

/// A run of digits.
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    length: usize,
}

impl Number {
    /// Reads the number as a year of four or two digits.
    fn year(self) -> Option<i32> {
        match self.length {
            4 => Some(self.value as i32),
            2 if self.value < CENTURY_PIVOT => Some(self.value as i32 + 2000),
            2 => Some(self.value as i32 + 1900),
            _ => None,
        }
    }

    /// Reads the number as a month, day, hour or the like.
    fn short(self) -> Option<u32> {
        (self.length <= 2).then_some(self.value)
    }
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a str {
        let end = self.rest.bytes().position(|byte| !accept(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip_spaces(&mut self) -> bool {
        !self.take_while(|byte| byte.is_ascii_whitespace()).is_empty()
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn word(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_alphabetic())
    }

    /// Reads up to eight digits; more are no part of any date.
    fn number(&mut self) -> Option<Number> {
        let text = self.take_while(|byte| byte.is_ascii_digit());
        let value = (text.len() <= 8).then(|| text.parse().ok())??;
        Some(Number { value, length: text.len() })
    }

    /// Skips `Sat, ` or `Saturday `.
    fn skip_weekday(&mut self) {
        let start = self.rest;
        if position_of(self.word(), &WEEKDAYS).is_none() {
            self.rest = start;
            return;
        }
        self.eat(b',');
        self.skip_spaces();
    }

    /// Reads a date; leaves the text alone if it starts otherwise.
    fn date(&mut self) -> Option<CalendarParts> {
        let start = self.rest;
        let date = if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.numeric_date()
        } else {
            self.month_first_date()
        };
        if date.is_none() {
            self.rest = start;
        }
        date
    }

    /// Reads `Nov 8, 2014`.
    fn month_first_date(&mut self) -> Option<CalendarParts> {
        let month = position_of(self.word(), &MONTHS)? as u32 + 1;
        self.skip_spaces();
        let day = self.number()?.short()?;
        self.eat(b',');
        self.skip_spaces();
        let year = self.number().filter(|year| year.length == 4)?.year()?;
        date_parts(year, month, day)
    }

    /// Reads a date that starts with a number.
    fn numeric_date(&mut self) -> Option<CalendarParts> {
        let first = self.number()?;
        if first.length == 8 {
            return date_parts((first.value / 10_000) as i32, first.value / 100 % 100, first.value % 100);
        }
        let separator = self.peek()?;
        match separator {
            b'-' | b' ' if self.rest[1..].starts_with(|next: char| next.is_ascii_alphabetic()) => {
                self.rest = &self.rest[1..];
                self.day_month_name_year(first, separator)
            }
            b'-' | b'/' | b'.' => {
                self.rest = &self.rest[1..];
                let second = self.number()?.short()?;
                if !self.eat(separator) {
                    // `2014-11` is the first of the month.
                    let month_only = first.length == 4 && separator != b'.';
                    return month_only.then(|| date_parts(first.year()?, second, 1))?;
                }
                let third = self.number()?;
                if first.length == 4 {
                    date_parts(first.year()?, second, third.short()?)
                } else if third.length != 4 && separator != b'/' {
                    // `1.2.10` is a version rather than a date.
                    None
                } else {
                    // Month first, as .NET's invariant culture has it.
                    date_parts(third.year()?, first.short()?, second)
                }
            }
            _ => None,
        }
    }

    /// Reads the rest of `8 Nov 14` and `08-Nov-2014`.
    fn day_month_name_year(&mut self, day: Number, separator: u8) -> Option<CalendarParts> {
        let month = position_of(self.word(), &MONTHS)? as u32 + 1;
        if !self.eat(separator) {
            return None;
        }
        date_parts(self.number()?.year()?, month, day.short()?)
    }

    /// Skips what stands between date and time; says whether a time follows.
    fn skip_to_time(&mut self) -> bool {
        let start = self.rest;
        self.eat(b',');
        self.skip_spaces();
        if matches!(self.peek(), Some(b'T' | b't')) && self.rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
            self.rest = &self.rest[1..];
        }
        let time = self.peek().is_some_and(|byte| byte.is_ascii_digit());
        if !time {
            self.rest = start;
        }
        time
    }

    /// Reads `H:mm[:ss[.f…]] [AM|PM]` or `HHmmss`.
    fn time(&mut self, parts: &mut CalendarParts) -> Option<()> {
        let hour = self.number()?;
        if matches!(hour.length, 4 | 6) {
            let seconds = if hour.length == 4 { hour.value * 100 } else { hour.value };
            parts.hour = seconds / 10_000;
            parts.minute = seconds / 100 % 100;
            parts.second = seconds % 100;
        } else {
            parts.hour = hour.short()?;
            if !self.eat(b':') {
                return None;
            }
            parts.minute = self.number()?.short()?;
            if self.eat(b':') {
                parts.second = self.number()?.short()?;
            }
        }
        if matches!(self.peek(), Some(b'.' | b',')) {
            let (length, ticks) = parse::fraction_ticks(&self.rest.as_bytes()[1..]);
            if length == 0 {
                return None;
            }
            parts.tick = ticks;
            self.rest = &self.rest[1 + length..];
        }
        self.meridiem(parts)
    }

    /// Applies a following `AM` or `PM`.
    fn meridiem(&mut self, parts: &mut CalendarParts) -> Option<()> {
        let start = self.rest;
        self.skip_spaces();
        let word = self.word();
        let afternoon = word.eq_ignore_ascii_case("pm");
        if !afternoon && !word.eq_ignore_ascii_case("am") {
            self.rest = start;
            return Some(());
        }
        if !(1..=12).contains(&parts.hour) {
            return None;
        }
        parts.hour = parts.hour % 12 + if afternoon { 12 } else { 0 };
        Some(())
    }

    /// Reads the zone, or nothing at the end, as the timespan to take off.
    fn zone(&mut self) -> Option<TimeSpan> {
        self.skip_spaces();
        let text = std::mem::take(&mut self.rest);
        if text.is_empty() {
            return Some(TimeSpan(0));
        }
        let named = ZONES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
        match named {
            Some((_, hours)) => Some(TimeSpan(hours * TimeSpan::HOUR.0)),
            None => parse::zone_offset(text.as_bytes()),
        }
    }
}

/// Checks a date and puts midnight behind it.
fn date_parts(year: i32, month: u32, day: u32) -> Option<CalendarParts> {
    let valid = (1..=9999).contains(&year) && day >= 1 && day <= calendar::days_in_month(year, month);
    valid.then_some(CalendarParts { year, month, day, hour: 0, minute: 0, second: 0, tick: 0 })
}
