//! Records of a delimited file, some at a time: what is done column by column takes less time than record by record.

use super::{DelimitedPlan, Splitter, fields::Fields, splitter};
use crate::{DataFormat, Error, Ingestion, Options, batch::BatchBuilder, window::Window};

/// Bytes of the file after which no further record is gathered; they stay near the processor.
const GATHERED_BYTES: usize = 64 << 10;
/// Most records that are gathered.
const GATHERED_RECORDS_MAX: usize = 1024;
/// Bytes of text that mappings add to the records that are gathered.
const ADDED_TEXT_BYTES: usize = 1 << 20;

/// See the file's header.
pub(super) struct Gathering<'a> {
    options: &'a Options,
    splitter: Box<dyn Splitter>,
    /// The records found last.
    pub(super) fields: Fields,
    /// The number of the next record, from 1.
    next: u64,
    /// The next record holds names.
    skip: bool,
    /// Records to come at most.
    left: u64,
    /// How many fields the first record had.
    expected: Option<usize>,
    /// Most records at a time.
    records_max: usize,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(ingestion: &'a Ingestion<'_>, plan: &DelimitedPlan<'_>) -> Self {
        let Ingestion { format, options, .. } = ingestion;
        Self {
            options,
            splitter: splitter(*format),
            fields: Fields::default(),
            next: 1,
            skip: options.ignore_first_record && *format != DataFormat::Raw,
            left: options.record_limit.unwrap_or(u64::MAX),
            expected: None,
            records_max: (ADDED_TEXT_BYTES / plan.text_bytes().max(1)).clamp(1, GATHERED_RECORDS_MAX),
        }
    }

    /// Finds the next records for `batch`; false if there are none behind them. Also after a failure those before the
    /// faulty one have been found.
    pub(super) fn gather(&mut self, window: &mut Window<'_>, batch: &mut BatchBuilder<'_, '_>) -> Result<bool, Error> {
        if std::mem::replace(&mut self.skip, false) {
            self.fields.forget(window);
            let found = self.splitter.next(window, &mut self.fields, self.next)?;
            self.next += u64::from(found);
        }
        self.fields.forget(window);
        let room = self.records_max.min(batch.room());
        loop {
            if self.left == 0 || !self.splitter.next(window, &mut self.fields, self.next)? {
                return Ok(false);
            }
            self.check_field_count(batch)?;
            self.fields.end_record(self.next);
            self.next += 1;
            self.left -= 1;
            let is_enough = self.fields.records() >= room || window.kept().len() >= GATHERED_BYTES;
            if is_enough || !self.fields.have_room() {
                return Ok(true);
            }
        }
    }

    /// Judges a record with another number of fields than the first one's.
    fn check_field_count(&mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        let found = self.fields.len();
        let expected = *self.expected.get_or_insert(found);
        if found == expected {
            return Ok(());
        }
        if self.options.validation.fails_on_field_count() {
            return Err(Error::WrongNumberOfFields { at: self.fields.position(self.next), expected, found });
        }
        batch.summary.records_ragged += 1;
        Ok(())
    }
}
