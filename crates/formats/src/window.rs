//! The part of a file in memory: a buffer that slides over the source and grows for a record that does not fit.

use std::io::{ErrorKind, Read};

use crate::{Error, Position, limits::RECORD_BYTES_MAX};

/// Bytes read at a time, and the size to which the buffer returns after a large record.
const WINDOW_BYTES: usize = 256 << 10;

/// A sliding view of one file.
pub(crate) struct Window<'r> {
    source: &'r mut dyn Read,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    /// Bytes of the file before `start`.
    offset: u64,
    /// What is consumed from here on stays.
    kept_from: Option<usize>,
}

impl<'r> Window<'r> {
    /// Opens a file: reads its first bytes and steps over a UTF-8 byte order mark.
    ///
    /// # Errors
    /// When reading fails, or the byte order mark tells of UTF-16.
    pub(crate) fn open(source: &'r mut dyn Read) -> Result<Self, Error> {
        let mut window =
            Self { source, buffer: vec![0; WINDOW_BYTES], start: 0, end: 0, at_end: false, offset: 0, kept_from: None };
        window.fill(Position { record: 1, line: 1, offset: 0 })?;
        match window.data() {
            [0xEF, 0xBB, 0xBF, ..] => window.consume(3),
            [0xFF, 0xFE, ..] => return Err(Error::EncodingNotSupported { encoding: "UTF-16 (little endian)" }),
            [0xFE, 0xFF, ..] => return Err(Error::EncodingNotSupported { encoding: "UTF-16 (big endian)" }),
            _ => {}
        }
        Ok(window)
    }

    /// Returns what has been read and not consumed.
    pub(crate) fn data(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Says whether the source has no more than [`Self::data`].
    pub(crate) const fn is_last(&self) -> bool {
        self.at_end
    }

    /// Returns how many bytes of the file have been consumed.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Steps over the first `count` bytes of [`Self::data`].
    pub(crate) fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.end - self.start, "only what was read can be consumed");
        self.start += count;
        self.offset += count as u64;
    }

    /// Keeps what is consumed from now on, until this is called again.
    pub(crate) const fn keep(&mut self) {
        self.kept_from = Some(self.start);
    }

    /// Returns what has been consumed since [`Self::keep`].
    pub(crate) fn kept(&self) -> &[u8] {
        &self.buffer[self.kept_from.unwrap_or(self.start)..self.start]
    }

    /// Returns the last `count` bytes that were consumed. They stay until the next [`Self::fill`], or for as long as they
    /// are kept.
    pub(crate) fn consumed(&self, count: usize) -> &[u8] {
        &self.buffer[self.start - count..self.start]
    }

    /// Returns what [`Self::consumed`] does, to be changed in its place, and [`Self::data`] behind it.
    pub(crate) fn consumed_mut(&mut self, count: usize) -> &mut [u8] {
        &mut self.buffer[self.start - count..self.end]
    }

    /// Reads until the buffer is full or the source ends; false if nothing came. The buffer grows when it is full
    /// of unconsumed data, up to the limit of a record. It is filled whole so that a record scanned again after
    /// each fill costs twice its length at most.
    ///
    /// # Errors
    /// When reading fails, or the record that `at` starts exceeds its limit.
    pub(crate) fn fill(&mut self, at: Position) -> Result<bool, Error> {
        if self.at_end {
            return Ok(false);
        }
        self.make_room(at)?;
        let before = self.end;
        while self.end < self.buffer.len() {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from_read(error)),
            }
        }
        Ok(self.end > before)
    }

    /// Moves what is needed to the front of the buffer, and grows or shrinks the buffer around it.
    fn make_room(&mut self, at: Position) -> Result<(), Error> {
        let from = self.kept_from.unwrap_or(self.start);
        self.buffer.copy_within(from..self.end, 0);
        self.end -= from;
        self.start -= from;
        self.kept_from = self.kept_from.map(|_| 0);
        if self.end == self.buffer.len() {
            let bytes_max = self.start + RECORD_BYTES_MAX;
            if self.end >= bytes_max {
                return Err(Error::RecordTooLarge { at });
            }
            self.buffer.resize((self.end * 2).min(bytes_max), 0);
        } else if self.buffer.len() > WINDOW_BYTES && self.end < WINDOW_BYTES / 2 {
            self.buffer.truncate(WINDOW_BYTES);
            self.buffer.shrink_to_fit();
        }
        Ok(())
    }
}
