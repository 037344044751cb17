//! tsve: tabs delimit, and a backslash escapes; nothing is quoted.
//!
//! `\t`, `\n` and `\r` stand for the characters they name, a backslash before any other character for that
//! character, so that also a line end may be escaped. Empty lines are no records.

use memchr::memchr3;

use super::{Splitter, fields::Fields};
use crate::{Error, window::Window};

/// Splits records at line ends and tabs that no backslash precedes.
#[derive(Debug, Default)]
pub(super) struct EscapedSplitter {
    lines: u64,
}

/// What ended a stretch of plain text.
enum Stop {
    Tab,
    LineEnd,
    /// A backslash and the character it escapes.
    Escape(u8),
    /// A backslash at the end of the file, or nothing at all.
    FileEnd,
}

impl EscapedSplitter {
    /// Copies plain text to the field under construction and consumes what stopped it.
    fn copy_plain(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<Stop, Error> {
        loop {
            let data = window.data();
            let Some(length) = memchr3(b'\\', b'\t', b'\n', data) else {
                let all = data.len();
                fields.append(data, record)?;
                window.consume(all);
                if !window.fill(fields.position(record))? {
                    return Ok(Stop::FileEnd);
                }
                continue;
            };
            fields.append(&data[..length], record)?;
            let (stop, consumed) = match (data[length], data.get(length + 1)) {
                (b'\t', _) => (Stop::Tab, length + 1),
                (b'\n', _) => (Stop::LineEnd, length + 1),
                (_, Some(&escaped)) => (Stop::Escape(escaped), length + 2),
                (_, None) => {
                    // Keep the backslash in the window until what it escapes has been read.
                    window.consume(length);
                    if window.fill(fields.position(record))? {
                        continue;
                    }
                    (Stop::FileEnd, 1)
                }
            };
            window.consume(consumed);
            return Ok(stop);
        }
    }
}

/// Returns the character that a backslash before `escaped` stands for.
const fn unescaped(escaped: u8) -> u8 {
    match escaped {
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        other => other,
    }
}

impl Splitter for EscapedSplitter {
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error> {
        fields.start(self.lines + 1, window.offset());
        // Text up to here is not to be taken for the carriage return of the line's end.
        let mut protected = 0;
        loop {
            let stop = self.copy_plain(window, fields, record)?;
            match stop {
                Stop::Tab => fields.end_field(record)?,
                Stop::Escape(escaped) => {
                    self.lines += u64::from(escaped == b'\n');
                    fields.append(&[unescaped(escaped)], record)?;
                }
                Stop::LineEnd | Stop::FileEnd => {
                    self.lines += u64::from(matches!(stop, Stop::LineEnd));
                    if fields.text_length > protected && fields.text[fields.text_length - 1] == b'\r' {
                        fields.text_length -= 1;
                    }
                    if fields.text_length > 0 || fields.len() > 0 {
                        fields.end_field(record)?;
                        return Ok(true);
                    }
                    if matches!(stop, Stop::FileEnd) {
                        return Ok(false);
                    }
                    fields.start(self.lines + 1, window.offset());
                }
            }
            protected = fields.text_length;
        }
    }
}
