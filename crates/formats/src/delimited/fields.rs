//! The fields of one record, unquoted, one behind the other.

use std::borrow::Cow;

use crate::{
    Error, Position,
    limits::{FIELDS_PER_RECORD_MAX, RECORD_BYTES_MAX},
};

/// Room for text that is kept from record to record; more is given back.
const TEXT_BYTES_KEPT: usize = 1 << 20;

/// Room for fields that is made at first.
const FIELDS_RESERVED: usize = 64;

/// The fields of one record. Its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The fields' text, and room beyond it.
    pub(super) text: Vec<u8>,
    /// How much of `text` is text.
    pub(super) text_length: usize,
    /// Where fields end, and room beyond.
    pub(super) ends: Vec<usize>,
    /// How many of `ends` are ends.
    pub(super) count: usize,
    /// Bytes between one field's end and the next one's start: a delimiter, or nothing.
    gap: usize,
    /// The line on which the record starts, from 1.
    pub(super) line: u64,
    /// Bytes of the file before the record.
    pub(super) offset: u64,
}

impl Fields {
    /// Forgets the last record, and gives back the memory of an unusual one.
    pub(super) fn start(&mut self, line: u64, offset: u64) {
        if self.text.len() > TEXT_BYTES_KEPT {
            self.text.truncate(TEXT_BYTES_KEPT);
            self.text.shrink_to_fit();
        }
        self.text_length = 0;
        self.count = 0;
        self.gap = 0;
        self.line = line;
        self.offset = offset;
    }

    /// Returns the number of fields.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// Returns the place of record number `record`.
    pub(super) const fn position(&self, record: u64) -> Position {
        Position { record, line: self.line, offset: self.offset }
    }

    /// Makes room for more text.
    pub(super) fn grow_text(&mut self, record: u64) -> Result<(), Error> {
        if self.text.len() >= RECORD_BYTES_MAX {
            return Err(Error::RecordTooLarge { at: self.position(record) });
        }
        self.text.resize((self.text.len() * 2).clamp(4 << 10, RECORD_BYTES_MAX), 0);
        Ok(())
    }

    /// Makes room for more fields.
    pub(super) fn grow_ends(&mut self, record: u64) -> Result<(), Error> {
        if self.ends.len() >= FIELDS_PER_RECORD_MAX {
            return Err(Error::TooManyFields { at: self.position(record) });
        }
        self.ends.resize((self.ends.len() * 2).clamp(FIELDS_RESERVED, FIELDS_PER_RECORD_MAX), 0);
        Ok(())
    }

    /// Appends bytes to the field under construction.
    pub(super) fn append(&mut self, bytes: &[u8], record: u64) -> Result<(), Error> {
        let end = self.text_length + bytes.len();
        while end > self.text.len() {
            self.grow_text(record)?;
        }
        self.text[self.text_length..end].copy_from_slice(bytes);
        self.text_length = end;
        Ok(())
    }

    /// Ends the field under construction.
    pub(super) fn end_field(&mut self, record: u64) -> Result<(), Error> {
        if self.count == self.ends.len() {
            self.grow_ends(record)?;
        }
        self.ends[self.count] = self.text_length;
        self.count += 1;
        Ok(())
    }

    /// Takes the text of a whole line, delimiters and all, of which [`Self::end_plain`] says where fields end.
    pub(super) fn start_plain(&mut self, line: &[u8]) {
        if self.text.len() < line.len() {
            self.text.resize(line.len(), 0);
        }
        self.text[..line.len()].copy_from_slice(line);
        self.text_length = line.len();
        self.gap = 1;
    }

    /// Ends a field of a whole line before the delimiter at `end`.
    #[inline]
    pub(super) fn end_plain(&mut self, end: usize, record: u64) -> Result<(), Error> {
        if self.count == self.ends.len() {
            self.grow_ends(record)?;
        }
        self.ends[self.count] = end;
        self.count += 1;
        Ok(())
    }

    /// Returns the fields as text.
    pub(super) fn decoded(&self) -> DecodedFields<'_> {
        let bytes = &self.text[..self.text_length];
        DecodedFields { bytes, text: std::str::from_utf8(bytes).ok(), ends: &self.ends[..self.count], gap: self.gap }
    }
}

/// The fields of one record as text.
pub(super) struct DecodedFields<'a> {
    bytes: &'a [u8],
    /// All fields, checked at once, if they are UTF-8.
    text: Option<&'a str>,
    ends: &'a [usize],
    /// As in [`Fields`].
    gap: usize,
}

impl<'a> DecodedFields<'a> {
    /// Returns a field, none beyond the last. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub(super) fn get(&self, field: usize) -> Option<Cow<'a, str>> {
        let end = *self.ends.get(field)?;
        let start = field.checked_sub(1).map_or(0, |before| self.ends[before] + self.gap);
        // Fields that are UTF-8 only together do not end at a character: then there is no such piece of `text`.
        match self.text.and_then(|text| text.get(start..end)) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => Some(String::from_utf8_lossy(&self.bytes[start..end])),
        }
    }
}
