//! Formats whose fields may be in double quotes, which are doubled inside: RFC 4180 with any delimiter.
//!
//! Lenient where readers commonly are: a quote inside an unquoted field stands for itself, text after a closing
//! quote belongs to the field, and lines may end as on any system. Empty lines are no records.
//!
//! A record is looked at once, 64 bytes at a time: what lies between an odd quote and the next is inside quotes. Where
//! a quote stands for itself that is not so, and the record is read byte by byte instead. Fields stay where they are in
//! the window; doubled quotes are made single in place.

use calypso_types::byte_block::{BLOCK_BYTES, ByteBlock, padded};

use super::{Splitter, fields::Fields};
use crate::{Error, window::Window};

mod bytewise;
mod unquote;

use unquote::Unquoter;

/// Splits records at line ends and at a delimiter, outside quotes.
pub(super) struct QuotedSplitter {
    delimiter: u8,
    /// Newlines before the next record.
    lines: u64,
    unquoter: Unquoter,
}

/// What a record looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    /// Bytes up to its line end.
    length: usize,
    /// It has quotes.
    quotes: bool,
    /// There are newlines inside quotes.
    inner_lines: bool,
}

/// What was found of a record in the bytes at hand; its fields have been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// All of it.
    Record(Record),
    /// The file ends inside quotes.
    ClosingQuoteMissing,
    /// Somewhere a quote stands for itself.
    Irregular,
}

impl QuotedSplitter {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, lines: 0, unquoter: Unquoter::new() }
    }

    /// Skips empty lines and the rest of the last line's end, so that the place of the next record is known; false
    /// at the end of the file.
    fn skip_line_ends(&mut self, window: &mut Window<'_>, fields: &Fields, record: u64) -> Result<bool, Error> {
        loop {
            let data = window.data();
            let length = data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.lines += data[..length].iter().filter(|byte| **byte == b'\n').count() as u64;
            let found = length < data.len();
            window.consume(length);
            if found || !window.fill(fields.position(record))? {
                return Ok(found);
            }
        }
    }

    /// Finds the end of the record, reading on as needed.
    fn find(&self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<Found, Error> {
        let mut scan = Scan::new(self.delimiter);
        loop {
            if let Some(found) = scan.go_on(window.data(), window.is_last(), fields, record)? {
                return Ok(found);
            }
            window.fill(fields.position(record))?;
        }
    }
}

impl Splitter for QuotedSplitter {
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error> {
        if !self.skip_line_ends(window, fields, record)? {
            return Ok(false);
        }
        fields.start(self.lines + 1, window.offset());
        let mut found = self.find(window, fields, record)?;
        if found == Found::Irregular {
            fields.forget_spans();
            found = bytewise::find(window, self.delimiter, fields, record)?;
        }
        let Found::Record(found) = found else {
            return Err(Error::ClosingQuoteMissing { at: fields.position(record) });
        };
        // Its end is skipped before the next record.
        window.consume(found.length);
        fields.take_from(window, found.length);
        if found.inner_lines {
            self.lines += memchr::memchr_iter(b'\n', window.consumed(found.length)).count() as u64;
        }
        if found.quotes {
            self.unquoter.unquote_fields(window.consumed_mut(found.length), fields.spans_mut());
        }
        Ok(true)
    }
}

/// The search for the end of a record and its fields, block by block.
struct Scan {
    delimiter: u8,
    /// Bytes of the record that have been looked at.
    scanned: usize,
    /// Where the current field starts.
    start: usize,
    /// All bits, while inside quotes.
    inside: u64,
    /// The lowest bit, if a quote as the next byte would open a field or be the second of two.
    may_open: u64,
    /// Any bit, if there was a quote.
    quotes: u64,
    /// Any bit, if there was a newline inside quotes.
    inner_lines: u64,
}

impl Scan {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, scanned: 0, start: 0, inside: 0, may_open: 1, quotes: 0, inner_lines: 0 }
    }

    /// Looks at what has not been looked at of `data`, which starts with the record; `is_last` if that is all there
    /// is. Tells nothing if more is needed.
    fn go_on(&mut self, data: &[u8], is_last: bool, fields: &mut Fields, record: u64) -> Result<Option<Found>, Error> {
        while let Some(block) = data[self.scanned..].first_chunk() {
            if let Some(found) = self.take(block, fields, record)? {
                return Ok(Some(found));
            }
        }
        if !is_last {
            return Ok(None);
        }
        let rest = &data[self.scanned..];
        if !rest.is_empty()
            && let Some(found) = self.take(&padded(rest), fields, record)?
        {
            return Ok(Some(found));
        }
        if self.inside != 0 {
            return Ok(Some(Found::ClosingQuoteMissing));
        }
        fields.push_span(self.start..data.len(), record)?;
        Ok(Some(Found::Record(self.record(data.len()))))
    }

    /// Takes the next block; tells when the record ends in it, or is irregular.
    #[inline]
    fn take(&mut self, block: &[u8; BLOCK_BYTES], fields: &mut Fields, record: u64) -> Result<Option<Found>, Error> {
        let quotes = ByteBlock(block).equal(b'"');
        let marks = ByteBlock(block).equal_any([self.delimiter, b'\n', b'\r']);
        let within = if quotes | self.inside == 0 { 0 } else { prefix_xor(quotes) ^ self.inside };
        let outside = marks & !within;
        let (mut left, mut length, mut ours) = (outside, None, u64::MAX);
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            let at = self.scanned + place;
            fields.push_span(self.start..at, record)?;
            if block[place] != self.delimiter {
                length = Some(at);
                ours = (1 << place) - 1;
                break;
            }
            self.start = at + 1;
            left &= left - 1;
        }
        if quotes | within != 0 {
            let (opening, closing) = (quotes & within, quotes & !within);
            let may_open = outside | closing;
            if opening & !(may_open << 1 | self.may_open) & ours != 0 {
                return Ok(Some(Found::Irregular));
            }
            self.quotes |= quotes & ours;
            if marks & within & ours != 0 {
                self.inner_lines |= ByteBlock(block).equal(b'\n') & within & ours;
            }
            self.inside = (within.cast_signed() >> (u64::BITS - 1)).cast_unsigned();
            self.may_open = may_open >> (u64::BITS - 1);
        } else {
            self.may_open = outside >> (u64::BITS - 1);
        }
        self.scanned += BLOCK_BYTES;
        Ok(length.map(|length| Found::Record(self.record(length))))
    }

    const fn record(&self, length: usize) -> Record {
        Record { length, quotes: self.quotes != 0, inner_lines: self.inner_lines != 0 }
    }
}

/// Returns for each bit whether an odd number of bits is set from the lowest up to it.
const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

#[cfg(test)]
mod tests;
