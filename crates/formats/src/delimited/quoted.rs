//! Formats whose fields may be in double quotes, which are doubled inside: RFC 4180 with any delimiter.
//!
//! Lenient where readers commonly are: a quote inside an unquoted field stands for itself, text after a closing
//! quote belongs to the field, and lines may end as on any system. Empty lines are no records.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{Splitter, fields::Fields, unquoted};
use crate::{Error, window::Window};

/// Splits records at line ends and at a delimiter, outside quotes.
pub(super) struct QuotedSplitter {
    reader: Reader,
    delimiter: u8,
    /// Line ends that were skipped without the reader's knowledge.
    lines_skipped: u64,
}

impl QuotedSplitter {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { reader: ReaderBuilder::new().delimiter(delimiter).build(), delimiter, lines_skipped: 0 }
    }

    /// Skips empty lines and the rest of the last line's end, so that the place of the next record is known; false
    /// at the end of the file.
    fn skip_line_ends(&mut self, window: &mut Window<'_>, fields: &Fields, record: u64) -> Result<bool, Error> {
        loop {
            let data = window.data();
            let length = data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.lines_skipped += memchr::memchr_iter(b'\n', &data[..length]).count() as u64;
            let found = length < data.len();
            window.consume(length);
            if found || !window.fill(fields.position(record))? {
                return Ok(found);
            }
        }
    }
}

impl Splitter for QuotedSplitter {
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error> {
        if !self.skip_line_ends(window, fields, record)? {
            return Ok(false);
        }
        fields.start(self.reader.line() + self.lines_skipped, window.offset());
        if let Some(line) = unquoted::plain_line(window.data()) {
            unquoted::split(line, self.delimiter, fields, record)?;
            // Its end is skipped before the next record.
            let length = line.len();
            window.consume(length);
            return Ok(true);
        }
        loop {
            let at_end = window.data().is_empty() && !window.fill(fields.position(record))?;
            // A line end more makes a whole record of the last one, unless it is text inside quotes.
            let data = if at_end { b"\n" } else { window.data() };
            let (result, read, written, ended) =
                self.reader.read_record(data, &mut fields.text[fields.text_length..], &mut fields.ends[fields.count..]);
            if at_end && written > 0 {
                return Err(Error::ClosingQuoteMissing { at: fields.position(record) });
            }
            if !at_end {
                window.consume(read);
            }
            fields.text_length += written;
            fields.count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => fields.grow_text(record)?,
                ReadRecordResult::OutputEndsFull => fields.grow_ends(record)?,
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
            }
        }
    }
}
