//! `format_datetime`, `format_timespan`.
//!
//! <https://learn.microsoft.com/kusto/query/format-datetime-function>,
//! <https://learn.microsoft.com/kusto/query/format-timespan-function>

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use calypso_types::{DateTime, TimeSpan};

use crate::{Call, KernelError};

/// Digits of a tick within its second.
const FRACTION_DIGITS: usize = 7;
/// The longest field of days in a timespan.
const DAY_DIGITS_MAX: usize = 8;
/// Other characters may not stand between the fields.
const DELIMITERS: &str = " /-:,._[]";

/// A format, taken apart once.
enum Piece {
    /// A letter, and how often it is repeated.
    Field(char, usize),
    Delimiter(char),
}

/// Takes `format` apart; `longest` gives the longest run of a letter, 0 for a letter that is no field.
fn pieces(format: &str, function: &str, longest: fn(char) -> usize) -> Result<Vec<Piece>, KernelError> {
    let mut pieces = Vec::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        if DELIMITERS.contains(c) {
            pieces.push(Piece::Delimiter(c));
            continue;
        }
        let mut count = 1;
        while characters.next_if_eq(&c).is_some() {
            count += 1;
        }
        if count > longest(c) {
            let message = format!("the format '{format}' is not supported at '{}'", String::from(c).repeat(count));
            return Err(KernelError::Argument { function: function.to_owned(), message });
        }
        pieces.push(Piece::Field(c, count));
    }
    Ok(pieces)
}

/// Writes the first `count` digits of the fraction; with `trimmed` without zeros at the end.
fn write_fraction(ticks: u64, count: usize, trimmed: bool, out: &mut String) {
    let digits = format!("{ticks:0FRACTION_DIGITS$}");
    let digits = &digits[..count];
    out.push_str(if trimmed { digits.trim_end_matches('0') } else { digits });
}

fn write_number(value: u64, width: usize, out: &mut String) {
    // Writing to a string never fails.
    let _ = write!(out, "{value:0width$}");
}

const fn longest_datetime_field(letter: char) -> usize {
    match letter {
        'd' | 'h' | 'H' | 'm' | 'M' | 's' | 't' => 2,
        'f' | 'F' => FRACTION_DIGITS,
        'y' => 4,
        _ => 0,
    }
}

fn write_datetime_field(date: DateTime, letter: char, count: usize, out: &mut String) {
    let parts = date.parts();
    let year = u64::from(parts.year.unsigned_abs());
    match letter {
        'd' => write_number(parts.day.into(), count, out),
        'h' => write_number(u64::from((parts.hour + 11) % 12 + 1), count, out),
        'H' => write_number(parts.hour.into(), count, out),
        'm' => write_number(parts.minute.into(), count, out),
        'M' => write_number(parts.month.into(), count, out),
        's' => write_number(parts.second.into(), count, out),
        't' => out.push_str(&(if parts.hour < 12 { "AM" } else { "PM" })[..count]),
        'y' => write_number(if count <= 2 { year % 100 } else { year }, count, out),
        letter => write_fraction(parts.tick.into(), count, letter == 'F', out),
    }
}

/// `format_datetime(date, format)`
pub(super) fn format_datetime(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (dates, formats) = (call.longs(0)?, call.strings(1)?);
    let pieces = pieces(formats.get(0), "format_datetime", longest_datetime_field)?;
    Ok(call.build_strings(|row, out| {
        let Some(ticks) = dates.get(row) else { return };
        for piece in &pieces {
            match piece {
                Piece::Delimiter(c) => out.push(*c),
                Piece::Field(letter, count) => write_datetime_field(DateTime(ticks), *letter, *count, out),
            }
        }
    }))
}

const fn longest_timespan_field(letter: char) -> usize {
    match letter {
        'd' => DAY_DIGITS_MAX,
        'h' | 'H' | 'm' | 's' => 2,
        'f' | 'F' => FRACTION_DIGITS,
        _ => 0,
    }
}

fn write_timespan_field(ticks: u64, letter: char, count: usize, out: &mut String) {
    let unit = |unit: TimeSpan| ticks / unit.0.unsigned_abs();
    match letter {
        'd' => write_number(unit(TimeSpan::DAY), count, out),
        'h' | 'H' => write_number(unit(TimeSpan::HOUR) % 24, count, out),
        'm' => write_number(unit(TimeSpan::MINUTE) % 60, count, out),
        's' => write_number(unit(TimeSpan::SECOND) % 60, count, out),
        letter => write_fraction(ticks % TimeSpan::SECOND.0.unsigned_abs(), count, letter == 'F', out),
    }
}

/// `format_timespan(timespan, format)`: the sign of a negative one stands first.
pub(super) fn format_timespan(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (spans, formats) = (call.longs(0)?, call.strings(1)?);
    let pieces = pieces(formats.get(0), "format_timespan", longest_timespan_field)?;
    Ok(call.build_strings(|row, out| {
        let Some(ticks) = spans.get(row) else { return };
        if ticks < 0 {
            out.push('-');
        }
        for piece in &pieces {
            match piece {
                Piece::Delimiter(c) => out.push(*c),
                Piece::Field(letter, count) => write_timespan_field(ticks.unsigned_abs(), *letter, *count, out),
            }
        }
    }))
}
