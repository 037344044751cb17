//! Finds the time that stands in a blob's path.
//!
//! The pattern is .NET's: runs of letters are fields, text in quotes or behind a backslash stands for itself; or, if
//! the pattern has curly brackets, what is inside them is a field and what is outside is text.
//! <https://learn.microsoft.com/kusto/management/external-tables-azure-storage#path-format>

use calypso_syntax::ast::command::{PathFormat, PathPiece};
use calypso_types::{CalendarParts, DateTime};

use crate::AppError;

/// The one variable there is.
const CREATION_TIME: &str = "creationTime";

/// A path format, ready to be matched.
#[derive(Debug)]
pub(crate) struct PathCapture {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Field(Field),
}

/// A run of digits. The least count is also the greatest unless it is 1, which takes up to two.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Field {
    unit: Unit,
    digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl PathCapture {
    /// # Errors
    /// When a variable is not `creationTime`, or a pattern has a field that cannot be captured.
    pub(crate) fn new(format: &PathFormat) -> Result<Self, AppError> {
        let mut parts = Vec::new();
        for piece in &format.0 {
            match piece {
                PathPiece::Text(text) => parts.push(Part::Text(text.clone())),
                PathPiece::Time { pattern, variable } => {
                    if !variable.eq_ignore_ascii_case(CREATION_TIME) {
                        return Err(AppError::not_supported(format!("capturing '{variable}' from a path")));
                    }
                    parts.extend(fields(pattern)?);
                }
            }
        }
        Ok(Self { parts })
    }

    /// Returns the time at the first place in `path` that looks like the format.
    pub(crate) fn find(&self, path: &str) -> Option<DateTime> {
        path.char_indices().find_map(|(at, _)| self.match_at(&path[at..]))
    }

    fn match_at(&self, mut rest: &str) -> Option<DateTime> {
        let mut found = CalendarParts { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, tick: 0 };
        for part in &self.parts {
            match part {
                Part::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Part::Field(field) => {
                    let most = if field.digits == 1 { 2 } else { field.digits };
                    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                    if count < field.digits {
                        return None;
                    }
                    field.set(&mut found, rest[..count].parse().ok()?);
                    rest = &rest[count..];
                }
            }
        }
        DateTime::from_parts(found).filter(|_| (1..=12).contains(&found.month))
    }
}

impl Field {
    fn of(letters: &str) -> Option<Self> {
        let unit = match letters {
            "yyyy" | "yy" => Unit::Year,
            "MM" | "M" => Unit::Month,
            "dd" | "d" => Unit::Day,
            "HH" | "H" => Unit::Hour,
            "mm" | "m" => Unit::Minute,
            "ss" | "s" => Unit::Second,
            _ => return None,
        };
        Some(Self { unit, digits: letters.len() })
    }

    fn set(self, parts: &mut CalendarParts, value: u32) {
        match self.unit {
            Unit::Year if self.digits == 2 => parts.year = 2000 + value as i32,
            Unit::Year => parts.year = value as i32,
            Unit::Month => parts.month = value,
            Unit::Day => parts.day = value,
            Unit::Hour => parts.hour = value,
            Unit::Minute => parts.minute = value,
            Unit::Second => parts.second = value,
        }
    }
}

fn fields(pattern: &str) -> Result<Vec<Part>, AppError> {
    let wrong = || AppError::argument(format!("'{pattern}' is not a pattern that captures a time"));
    let parts = if pattern.contains('{') { bracketed(pattern) } else { quoted(pattern) };
    let parts = parts.ok_or_else(wrong)?;
    if parts.iter().any(|part| matches!(part, Part::Field(Field { unit: Unit::Year, .. }))) {
        return Ok(parts);
    }
    Err(wrong())
}

/// `year={yyyy}/month={MM}`
fn bracketed(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((text, after)) = rest.split_once('{') {
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        let (letters, after) = after.split_once('}')?;
        parts.push(Part::Field(Field::of(letters)?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Some(parts)
}

/// `'year='yyyy'/month='MM`. A quote that is not closed reaches to the end.
fn quoted(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(first) = chars.next() {
        let part = match first {
            '\'' | '"' => Part::Text(chars.by_ref().take_while(|c| *c != first).collect()),
            '\\' => Part::Text(chars.next()?.to_string()),
            letter if letter.is_ascii_alphabetic() => {
                let mut letters = letter.to_string();
                while chars.next_if_eq(&letter).is_some() {
                    letters.push(letter);
                }
                Part::Field(Field::of(&letters)?)
            }
            other => Part::Text(other.to_string()),
        };
        parts.push(part);
    }
    Some(parts)
}

#[cfg(test)]
mod tests;
