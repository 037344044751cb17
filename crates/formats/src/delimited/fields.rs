//! The fields of records, unquoted: places in the window over the file, or in text of their own.

use std::{borrow::Cow, ops::Range};

use crate::{
    Error, Position,
    limits::{FIELDS_PER_RECORD_MAX, RECORD_BYTES_MAX},
    window::Window,
};

/// Room for text that is kept from record to record; more is given back.
const TEXT_BYTES_KEPT: usize = 1 << 20;

/// The fields of records: those of the finished ones, then those of one under construction. Its memory is used again
/// for the next records.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The fields' text where it is not that of the file, and room beyond it.
    pub(super) text: Vec<u8>,
    /// How much of `text` is text.
    pub(super) text_length: usize,
    /// Where the fields of all records are, each within its record, which has fewer bytes than 32 bits can count.
    spans: Vec<(u32, u32)>,
    /// The finished records.
    records: Vec<Record>,
    /// How many of the spans are theirs.
    finished: usize,
    /// Where the record under construction starts in what the window keeps, if its fields are there.
    window_start: Option<usize>,
    /// The line on which the record starts, from 1.
    line: u64,
    /// Bytes of the file before the record.
    offset: u64,
}

/// A finished record.
#[derive(Debug)]
struct Record {
    /// Where its bytes start among those of all.
    start: usize,
    /// Where its fields end among those of all.
    end: usize,
    at: Position,
}

impl Fields {
    /// Forgets all records, and gives back the memory of an unusual one. `window` keeps those that follow.
    pub(super) fn forget(&mut self, window: &mut Window<'_>) {
        window.keep();
        if self.text.len() > TEXT_BYTES_KEPT {
            self.text.truncate(TEXT_BYTES_KEPT);
            self.text.shrink_to_fit();
        }
        self.text_length = 0;
        self.spans.clear();
        self.records.clear();
        self.finished = 0;
        self.window_start = None;
    }

    /// Starts a record.
    pub(super) const fn start(&mut self, line: u64, offset: u64) {
        self.line = line;
        self.offset = offset;
    }

    /// Ends record number `record`, which is under construction.
    pub(super) fn end_record(&mut self, record: u64) {
        self.finished = self.spans.len();
        let (start, at) = (self.window_start.unwrap_or(0), self.position(record));
        self.records.push(Record { start, end: self.finished, at });
    }

    /// Leaves out the record under construction.
    pub(super) fn forget_spans(&mut self) {
        self.spans.truncate(self.finished);
    }

    /// Says whether more records can be found before the finished ones are forgotten: where fields are in the window.
    pub(super) const fn have_room(&self) -> bool {
        self.window_start.is_some()
    }

    /// Returns the number of finished records.
    pub(super) const fn records(&self) -> usize {
        self.records.len()
    }

    /// Returns the number of fields of the record under construction.
    pub(super) fn len(&self) -> usize {
        self.spans.len() - self.finished
    }

    /// Returns the place of record number `record`, which is under construction.
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
        let start = self.spans[self.finished..].last().map_or(0, |(_, end)| *end);
        self.push_span(start as usize..self.text_length, record)
    }

    /// Adds a field: its place in the record.
    #[inline]
    pub(super) fn push_span(&mut self, span: Range<usize>, record: u64) -> Result<(), Error> {
        if self.len() >= FIELDS_PER_RECORD_MAX {
            return Err(Error::TooManyFields { at: self.position(record) });
        }
        // Within a record, whose limit is far less.
        self.spans.push((span.start as u32, span.end as u32));
        Ok(())
    }

    /// Says that the fields are places in the record of so many bytes that was consumed from `window` last.
    pub(super) fn take_from(&mut self, window: &Window<'_>, record_bytes: usize) {
        self.window_start = Some(window.kept().len() - record_bytes);
    }

    /// Returns the places of the fields of the record under construction, to change them.
    pub(super) fn spans_mut(&mut self) -> &mut [(u32, u32)] {
        &mut self.spans[self.finished..]
    }

    /// Returns the finished records as text. `window` is that of the file, unchanged since the last one was found.
    pub(super) fn decoded<'a>(&'a self, window: &'a Window<'_>) -> DecodedRecords<'a> {
        let bytes = if self.window_start.is_some() { window.kept() } else { &self.text[..self.text_length] };
        DecodedRecords { bytes, text: std::str::from_utf8(bytes).ok(), spans: &self.spans, records: &self.records }
    }
}

/// The fields of records as text.
pub(super) struct DecodedRecords<'a> {
    bytes: &'a [u8],
    /// All fields, checked at once, if they are UTF-8.
    text: Option<&'a str>,
    spans: &'a [(u32, u32)],
    records: &'a [Record],
}

impl<'a> DecodedRecords<'a> {
    /// Returns the number of records.
    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns a field of each record, none where a record has too few. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub(super) fn fields(&self, field: usize) -> impl Iterator<Item = Option<Cow<'a, str>>> + use<'a> {
        let Self { bytes, text, spans, records } = *self;
        let mut first = 0;
        records.iter().map(move |record| {
            let fields = &spans[std::mem::replace(&mut first, record.end)..record.end];
            let (start, end) = *fields.get(field)?;
            let place = record.start + start as usize..record.start + end as usize;
            // Fields that are UTF-8 only together do not end at a character: then there is no such piece of `text`.
            match text.and_then(|text| text.get(place.clone())) {
                Some(text) => Some(Cow::Borrowed(text)),
                None => Some(String::from_utf8_lossy(&bytes[place])),
            }
        })
    }

    /// Returns the place of one of the records, which count from 0.
    pub(super) const fn position(&self, record: usize) -> Position {
        self.records[record].at
    }
}
