//! The fields of one record, unquoted: places in the window over the file, or in text of their own.

use std::{borrow::Cow, ops::Range};

use crate::{
    Error, Position,
    limits::{FIELDS_PER_RECORD_MAX, RECORD_BYTES_MAX},
    window::Window,
};

/// Room for text that is kept from record to record; more is given back.
const TEXT_BYTES_KEPT: usize = 1 << 20;

/// The fields of one record. Its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The fields' text where it is not that of the file, and room beyond it.
    pub(super) text: Vec<u8>,
    /// How much of `text` is text.
    pub(super) text_length: usize,
    /// Where the fields are. A record has fewer bytes than 32 bits can count.
    spans: Vec<(u32, u32)>,
    /// Bytes of the record in the window, if its fields are there; they are the last that were consumed.
    window_bytes: Option<usize>,
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
        self.spans.clear();
        self.window_bytes = None;
        self.line = line;
        self.offset = offset;
    }

    /// Returns the number of fields.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
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
        let start = self.spans.last().map_or(0, |(_, end)| *end);
        self.push_span(start as usize..self.text_length, record)
    }

    /// Adds a field: its place in the record.
    #[inline]
    pub(super) fn push_span(&mut self, span: Range<usize>, record: u64) -> Result<(), Error> {
        if self.spans.len() >= FIELDS_PER_RECORD_MAX {
            return Err(Error::TooManyFields { at: self.position(record) });
        }
        // Within a record, whose limit is far less.
        self.spans.push((span.start as u32, span.end as u32));
        Ok(())
    }

    /// Says that the fields are places in the record of so many bytes that was consumed from the window last.
    pub(super) const fn take_from_window(&mut self, record_bytes: usize) {
        self.window_bytes = Some(record_bytes);
    }

    /// Forgets the fields found so far, to look at the same record again.
    pub(super) fn forget_spans(&mut self) {
        self.spans.clear();
    }

    /// Returns the places of the fields, to change them.
    pub(super) fn spans_mut(&mut self) -> &mut [(u32, u32)] {
        &mut self.spans
    }

    /// Returns the fields as text. `window` is that of the file, unchanged since the record was found.
    pub(super) fn decoded<'a>(&'a self, window: &'a Window<'_>) -> DecodedFields<'a> {
        let bytes = match self.window_bytes {
            Some(length) => window.consumed(length),
            None => &self.text[..self.text_length],
        };
        DecodedFields { bytes, text: std::str::from_utf8(bytes).ok(), spans: &self.spans }
    }
}

/// The fields of one record as text.
pub(super) struct DecodedFields<'a> {
    bytes: &'a [u8],
    /// All fields, checked at once, if they are UTF-8.
    text: Option<&'a str>,
    spans: &'a [(u32, u32)],
}

impl<'a> DecodedFields<'a> {
    /// Returns a field, none beyond the last. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub(super) fn get(&self, field: usize) -> Option<Cow<'a, str>> {
        let (start, end) = *self.spans.get(field)?;
        let place = start as usize..end as usize;
        // Fields that are UTF-8 only together do not end at a character: then there is no such piece of `text`.
        match self.text.and_then(|text| text.get(place.clone())) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => Some(String::from_utf8_lossy(&self.bytes[place])),
        }
    }
}
