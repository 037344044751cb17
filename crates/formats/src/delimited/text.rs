//! txt, where a line is a record of one field, and raw, where the file is.

use super::{Splitter, fields::Fields};
use crate::{Error, window::Window};

/// Splits at line ends. Empty lines are no records.
#[derive(Debug, Default)]
pub(super) struct LineSplitter {
    lines: u64,
}

impl Splitter for LineSplitter {
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error> {
        fields.start(self.lines + 1, window.offset());
        loop {
            let data = window.data();
            let end = memchr::memchr(b'\n', data);
            let length = end.unwrap_or(data.len());
            fields.append(&data[..length], record)?;
            window.consume(length + usize::from(end.is_some()));
            if end.is_none() && window.fill(fields.position(record))? {
                continue;
            }
            self.lines += 1;
            if fields.text_length > 0 && fields.text[fields.text_length - 1] == b'\r' {
                fields.text_length -= 1;
            }
            if fields.text_length > 0 {
                fields.end_field(record)?;
                return Ok(true);
            }
            if end.is_none() {
                return Ok(false);
            }
            fields.start(self.lines + 1, window.offset());
        }
    }
}

/// Takes the whole file for one field, white space and all. An empty file is no record.
#[derive(Debug)]
pub(super) struct WholeSplitter;

impl Splitter for WholeSplitter {
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error> {
        fields.start(1, window.offset());
        loop {
            let all = window.data().len();
            fields.append(window.data(), record)?;
            window.consume(all);
            if !window.fill(fields.position(record))? {
                break;
            }
        }
        if fields.text_length == 0 {
            return Ok(false);
        }
        fields.end_field(record)?;
        Ok(true)
    }
}
