//! Format `json`: every line holds one record, or several one after the other.

use super::{Fault, RecordReader, check_kind, push_record, scanner::skip_space};
use crate::{Error, batch::BatchBuilder};

impl RecordReader<'_, '_> {
    /// Reads line by line; a record that is malformed takes the rest of its line with it.
    pub(super) fn read_lines(&mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        while let Some(length) = self.line_length()? {
            let mut at = skip_space(&self.window.data()[..length], 0);
            while at < length {
                if self.records >= self.records_max {
                    return Ok(());
                }
                match self.read_record(batch, at, length)? {
                    Ok(end) => at = skip_space(&self.window.data()[..length], end),
                    Err(fault) => {
                        self.leave_out(batch, fault, length)?;
                        at = length;
                    }
                }
                self.records += 1;
            }
            // The newline too, unless the file ends without one.
            self.window.consume((length + 1).min(self.window.data().len()));
            self.line += 1;
        }
        Ok(())
    }

    /// Returns the length of the line that the window's data start with, without its newline; none at the end.
    fn line_length(&mut self) -> Result<Option<usize>, Error> {
        let mut searched = 0;
        loop {
            let data = self.window.data();
            if let Some(length) = memchr::memchr(b'\n', &data[searched..]) {
                return Ok(Some(searched + length));
            }
            searched = data.len();
            if !self.window.fill(self.position(0))? {
                return Ok((searched > 0).then_some(searched));
            }
        }
    }

    /// Reads the record at `at` of the line of `length` bytes; returns where it ends or what is wrong with it.
    fn read_record(
        &mut self,
        batch: &mut BatchBuilder<'_, '_>,
        at: usize,
        length: usize,
    ) -> Result<Result<usize, Fault>, Error> {
        // Projected from its own start, since values are found again in the record alone.
        let record = &self.window.data()[at..length];
        let end = match self.projector.project(record, 0) {
            Ok(end) => end,
            Err(fault) => return Ok(Err(moved(fault, at))),
        };
        if let Err(fault) = check_kind(self.plan, &self.projector, at) {
            return Ok(Err(fault));
        }
        push_record(self.plan, &mut self.projector, batch, &record[..end], self.line)?;
        Ok(Ok(at + end))
    }

    /// Counts a malformed record, and keeps the first to tell. Nesting that is too deep is no slip of a writer but
    /// beyond what we can store, and fails.
    fn leave_out(&self, batch: &mut BatchBuilder<'_, '_>, fault: Fault, length: usize) -> Result<(), Error> {
        // A record that stops at the end of its line does so for the reader of lines, whatever comes after.
        let fault = match fault {
            Fault::Incomplete => Fault::Unexpected { offset: length, expected: "the rest of the record in its line" },
            other => other,
        };
        let error = self.malformed(fault);
        if matches!(fault, Fault::TooDeep { .. }) {
            return Err(error);
        }
        batch.summary.records_malformed += 1;
        batch.summary.first_malformed.get_or_insert_with(|| Box::new(error));
        Ok(())
    }
}

/// Counts the offset of a fault from `at` bytes earlier.
fn moved(fault: Fault, at: usize) -> Fault {
    match fault {
        Fault::Incomplete => Fault::Incomplete,
        Fault::Unexpected { offset, expected } => Fault::Unexpected { offset: offset + at, expected },
        Fault::TooDeep { offset } => Fault::TooDeep { offset: offset + at },
    }
}
