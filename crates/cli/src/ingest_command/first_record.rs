//! Leaving out the first record of delimited data: a header.

use std::io::{self, Read};

use super::item::Item;
use crate::data_sample::may_have_header;

/// Who leaves out the first record, if anybody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstRecord {
    Kept,
    /// The program, on the way: streaming ingestion has no property for it.
    LeftOutHere,
    /// The service, by `ignoreFirstRecord`.
    LeftOutThere,
}

/// Says that the first of the delimited sources seems to begin with a header, which becomes a row; nothing if it does not,
/// or cannot be looked at.
pub(super) fn header_hint(items: &[Item]) -> Option<String> {
    let item = items.iter().find(|item| may_have_header(item.format))?;
    // What cannot be read is told when it is ingested.
    let sample = item.sample(None).ok()??;
    (sample.has_header && !sample.header_is_guessed).then(|| {
        format!(
            "the first record of {} looks like the names of its columns and becomes a row\n\
             hint: `--ignore-first-record` leaves it out",
            item.source
        )
    })
}

/// Reads all but the first record.
pub(super) struct WithoutFirstRecord<R> {
    inner: R,
    /// Inside the first record: whether inside quotes.
    quoted: Option<bool>,
    has_quotes: bool,
}

impl<R: Read> WithoutFirstRecord<R> {
    /// Leaves out the first record of `inner`; `has_quotes` says whether line breaks inside quotes belong to it.
    pub(super) const fn new(inner: R, has_quotes: bool) -> Self {
        Self { inner, quoted: Some(false), has_quotes }
    }
}

impl<R: Read> Read for WithoutFirstRecord<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.inner.read(buffer)?;
            let Some(mut quoted) = self.quoted else { return Ok(count) };
            if count == 0 {
                return Ok(0);
            }
            let end = buffer[..count].iter().position(|byte| {
                quoted ^= self.has_quotes && *byte == b'"';
                *byte == b'\n' && !quoted
            });
            self.quoted = end.is_none().then_some(quoted);
            if let Some(end) = end.filter(|end| end + 1 < count) {
                buffer.copy_within(end + 1..count, 0);
                return Ok(count - end - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let take = self.0.len().min(buffer.len()).min(1);
            self.0.read(&mut buffer[..take])
        }
    }

    #[test]
    fn everything_behind_the_first_record_is_left() {
        for (text, has_quotes, left) in [
            ("a,b\n1,2\n3,4\n", true, "1,2\n3,4\n"),
            ("a,\"b\nc\"\r\n1,2", true, "1,2"),
            ("a\t\"b\n1\t2\n", false, "1\t2\n"),
            ("only", true, ""),
            ("only\n", true, ""),
            ("", true, ""),
        ] {
            let mut whole = String::new();
            WithoutFirstRecord::new(text.as_bytes(), has_quotes).read_to_string(&mut whole).unwrap();
            assert_eq!(whole, left, "{text}");
            let mut dripped = String::new();
            WithoutFirstRecord::new(Dripping(text.as_bytes()), has_quotes).read_to_string(&mut dripped).unwrap();
            assert_eq!(dripped, left, "{text}");
        }
    }
}
