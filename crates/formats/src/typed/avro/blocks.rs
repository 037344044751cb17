//! The blocks of an Avro file, cut out of a stream.

use std::io::{BufReader, ErrorKind, Read};

use crate::{
    DataFormat, Error,
    limits::{AVRO_BLOCK_BYTES_MAX, AVRO_BLOCK_RECORDS_MAX},
};

/// First bytes of a file.
const MAGIC: &[u8; 4] = b"Obj\x01";

/// Bytes of the mark that ends the header and each block; the same throughout a file.
const MARK_BYTES: usize = 16;

/// Most bytes of a number: seven bits each.
const NUMBER_BYTES_MAX: u32 = 10;

/// Reads one block after the other.
pub(super) struct Blocks<'r> {
    source: BufReader<&'r mut dyn Read>,
    format: DataFormat,
    /// The header, and behind it the last block.
    bytes: Vec<u8>,
    header_length: usize,
    /// Bytes of the file read.
    offset: u64,
}

impl<'r> Blocks<'r> {
    /// Reads the header: names and values of metadata, and the mark.
    ///
    /// # Errors
    /// When the source does not start with a header, or reading fails.
    pub(super) fn open(source: &'r mut dyn Read, format: DataFormat) -> Result<Self, Error> {
        let source = BufReader::new(source);
        let mut blocks = Self { source, format, bytes: Vec::new(), header_length: 0, offset: 0 };
        blocks.copy(MAGIC.len() as u64)?;
        if blocks.bytes != MAGIC {
            return Err(blocks.malformed("it does not start with `Obj` and the version 1"));
        }
        loop {
            let pairs = blocks.number()?;
            if pairs == 0 {
                break;
            }
            if pairs < 0 {
                // Then the size of the pairs follows.
                blocks.number()?;
            }
            for _ in 0..pairs.unsigned_abs() {
                blocks.copy_sized()?;
                blocks.copy_sized()?;
            }
        }
        blocks.copy(MARK_BYTES as u64)?;
        blocks.header_length = blocks.bytes.len();
        Ok(blocks)
    }

    /// Reads the next block that has records, and returns how many; none at the end of the file.
    ///
    /// # Errors
    /// When the block is cut short, too large or not followed by the mark of the file, or reading fails.
    pub(super) fn next(&mut self) -> Result<Option<usize>, Error> {
        loop {
            self.bytes.truncate(self.header_length);
            if self.is_at_end()? {
                return Ok(None);
            }
            let records = self.number()?;
            self.copy_sized()?;
            let end = self.bytes.len();
            self.copy(MARK_BYTES as u64)?;
            if self.bytes[end..] != self.bytes[self.header_length - MARK_BYTES..self.header_length] {
                return Err(self.malformed("a block is not followed by the mark of the file"));
            }
            match usize::try_from(records) {
                Ok(0) => {}
                Ok(records) if records <= AVRO_BLOCK_RECORDS_MAX => return Ok(Some(records)),
                _ => return Err(self.malformed(&format!("a block of {records} records"))),
            }
        }
    }

    /// Returns a file of the header and the last block.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) const fn format(&self) -> DataFormat {
        self.format
    }

    /// Returns how many bytes of the file have been read.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn malformed(&self, message: &str) -> Error {
        Error::MalformedFile { format: self.format, message: message.to_owned() }
    }

    fn is_at_end(&mut self) -> Result<bool, Error> {
        use std::io::BufRead as _;
        loop {
            match self.source.fill_buf() {
                Ok(rest) => return Ok(rest.is_empty()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::from_read(error)),
            }
        }
    }

    /// Copies so many bytes.
    fn copy(&mut self, length: u64) -> Result<(), Error> {
        // Only what is there takes memory, whatever the length says.
        let copied = (&mut self.source).take(length).read_to_end(&mut self.bytes).map_err(Error::from_read)?;
        self.offset += copied as u64;
        if copied as u64 == length { Ok(()) } else { Err(self.malformed("it is cut short")) }
    }

    /// Copies a length and so many bytes.
    fn copy_sized(&mut self) -> Result<(), Error> {
        match u64::try_from(self.number()?) {
            Ok(length) if self.bytes.len() as u64 + length <= AVRO_BLOCK_BYTES_MAX => self.copy(length),
            Ok(_) => Err(self.malformed(&format!("a part of it exceeds the limit of {AVRO_BLOCK_BYTES_MAX} bytes"))),
            Err(_) => Err(self.malformed("a length is negative")),
        }
    }

    /// Copies a number: seven bits a byte, the lowest first, with the sign in the lowest bit.
    fn number(&mut self) -> Result<i64, Error> {
        let mut value = 0_u64;
        for position in 0..NUMBER_BYTES_MAX {
            self.copy(1)?;
            let byte = self.bytes[self.bytes.len() - 1];
            value |= u64::from(byte & 0x7F) << (7 * position);
            if byte & 0x80 == 0 {
                return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        Err(self.malformed("a number is too long"))
    }
}
