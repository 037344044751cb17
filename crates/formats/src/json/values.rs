//! Formats `multijson` and `singlejson`: records as their brackets delimit them, white space as it comes.

use super::{Fault, RecordReader, ValueKind, check_kind, push_record};
use crate::{DataFormat, Error, batch::BatchBuilder};

impl RecordReader<'_, '_> {
    /// Reads values until the file ends; of a top-level array each element is a record, unless the file is a single
    /// value.
    pub(super) fn read_values(&mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        while let Some(first) = self.skip_blank()? {
            if self.format == DataFormat::SingleJson && self.records > 0 {
                let fault = Fault::Unexpected { offset: 0, expected: "the end of the file after its single value" };
                return Err(self.malformed(fault));
            }
            if self.records >= self.records_max {
                break;
            }
            if first == b'[' && self.format != DataFormat::SingleJson {
                self.read_array(batch)?;
            } else {
                self.read_value(batch)?;
            }
        }
        Ok(())
    }

    /// Reads the elements of the array that the window's data start with.
    fn read_array(&mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        self.window.consume(1);
        if self.skip_blank()? == Some(b']') {
            self.window.consume(1);
            return Ok(());
        }
        while self.records < self.records_max {
            self.read_value(batch)?;
            match self.skip_blank()? {
                Some(b',') => {
                    self.window.consume(1);
                    self.skip_blank()?;
                }
                Some(b']') => {
                    self.window.consume(1);
                    break;
                }
                Some(_) => return Err(self.malformed(Fault::Unexpected { offset: 0, expected: "`,` or `]`" })),
                None => return Err(self.malformed(Fault::Incomplete)),
            }
        }
        Ok(())
    }

    /// Reads the record that the window's data start with, and more data until it is whole.
    fn read_value(&mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        loop {
            let data = self.window.data();
            match self.projector.project(data, 0) {
                // A number may go on in what has not been read yet.
                Ok(end) if end < data.len() || self.window.is_last() || !self.is_number() => {
                    check_kind(self.plan, &self.projector, 0).map_err(|fault| self.malformed(fault))?;
                    let newlines = memchr::memchr_iter(b'\n', &data[..end]).count() as u64;
                    push_record(self.plan, &mut self.projector, batch, &data[..end], self.line)?;
                    self.line += newlines;
                    self.records += 1;
                    self.window.consume(end);
                    return Ok(());
                }
                Ok(_) | Err(Fault::Incomplete) => {
                    if !self.window.fill(self.position(0))? && !self.is_number() {
                        return Err(self.malformed(Fault::Incomplete));
                    }
                }
                Err(fault) => return Err(self.malformed(fault)),
            }
        }
    }

    /// Says whether the value walked last is a number.
    fn is_number(&self) -> bool {
        self.projector.value(0).kind == ValueKind::Number
    }
}
