//! The fields of one line of a log.

use std::borrow::Cow;

use crate::{Error, Position, limits::FIELDS_PER_RECORD_MAX};

/// What stands for an absent value.
const ABSENT: &[u8] = b"-";

/// Where a field is in its line, without its quotes.
#[derive(Debug, Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    quoted: bool,
}

/// The fields of one line. Its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct LogFields {
    fields: Vec<Field>,
}

impl LogFields {
    /// Splits a line at its white space outside quotes.
    pub(super) fn split(&mut self, line: &[u8], at: Position) -> Result<(), Error> {
        self.fields.clear();
        let mut next = 0;
        while let Some(blank) = line[next..].iter().position(|byte| !byte.is_ascii_whitespace()) {
            let start = next + blank;
            if self.fields.len() == FIELDS_PER_RECORD_MAX {
                return Err(Error::TooManyFields { at });
            }
            let field = match closing_quote(line, start) {
                Some(end) => Field { start: start + 1, end, quoted: true },
                // A quote that is never closed, or goes on behind, is part of the text.
                None => Field { start, end: plain_end(line, start), quoted: false },
            };
            self.fields.push(field);
            next = field.end + usize::from(field.quoted);
        }
        Ok(())
    }

    /// Returns the number of fields.
    pub(super) const fn len(&self) -> usize {
        self.fields.len()
    }

    /// Returns the text of a field of `line`, which must be the line that was split; none if it is absent. Bytes
    /// that are not UTF-8 are replaced by U+FFFD.
    pub(super) fn get<'l>(&self, line: &'l [u8], field: usize) -> Option<Cow<'l, str>> {
        let Field { start, end, quoted } = *self.fields.get(field)?;
        let bytes = &line[start..end];
        if !quoted && bytes == ABSENT {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        if quoted && bytes.contains(&b'"') { Some(Cow::Owned(text.replace("\"\"", "\""))) } else { Some(text) }
    }
}

/// Returns where the unquoted field that starts at `start` ends.
fn plain_end(line: &[u8], start: usize) -> usize {
    line[start..].iter().position(u8::is_ascii_whitespace).map_or(line.len(), |length| start + length)
}

/// Returns where the quote closes that opens at `start`; none if none opens there, or it does not close a field.
fn closing_quote(line: &[u8], start: usize) -> Option<usize> {
    if line[start] != b'"' {
        return None;
    }
    let mut at = start + 1;
    loop {
        at += memchr::memchr(b'"', &line[at..])?;
        match line.get(at + 1) {
            Some(b'"') => at += 2,
            None => return Some(at),
            Some(byte) => return byte.is_ascii_whitespace().then_some(at),
        }
    }
}
