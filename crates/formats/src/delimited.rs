//! The formats of one text field after another: csv and its siblings, tsve, txt and raw.
//!
//! Records are split by a [`Splitter`], one for each way of quoting; what becomes of the fields is common.

use std::{borrow::Cow, io::Read};

use crate::{
    DataFormat, Error, Ingestion, Options,
    batch::BatchBuilder,
    mapping::{
        csv::{DelimitedPlan, FieldSource},
        transform::bag_of_array,
    },
    window::Window,
};

mod escaped;
mod fields;
mod gathering;
mod infer;
mod quoted;
mod text;

use fields::{DecodedRecords, Fields};
use gathering::Gathering;
pub(crate) use infer::infer;

/// Finds the next record of a file.
trait Splitter {
    /// Reads the next record into `fields`, where it is then under construction; false at the end of the file. `record`
    /// is its number, from 1.
    fn next(&mut self, window: &mut Window<'_>, fields: &mut Fields, record: u64) -> Result<bool, Error>;
}

/// Returns the splitter of a format.
fn splitter(format: DataFormat) -> Box<dyn Splitter> {
    match format {
        DataFormat::Tsv => Box::new(quoted::QuotedSplitter::new(b'\t')),
        DataFormat::Scsv => Box::new(quoted::QuotedSplitter::new(b';')),
        DataFormat::Sohsv => Box::new(quoted::QuotedSplitter::new(0x01)),
        DataFormat::Psv => Box::new(quoted::QuotedSplitter::new(b'|')),
        DataFormat::Tsve => Box::new(escaped::EscapedSplitter::default()),
        DataFormat::Txt => Box::new(text::LineSplitter::default()),
        DataFormat::Raw => Box::new(text::WholeSplitter),
        _ => Box::new(quoted::QuotedSplitter::new(b',')),
    }
}

/// Reads one file into `batch`.
///
/// # Errors
/// When a record is malformed or too large, or fails the validation policy; when reading fails; when the batch
/// cannot be handed on.
pub(crate) fn read_file(
    file: &mut dyn Read,
    ingestion: &Ingestion<'_>,
    plan: &DelimitedPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let mut window = Window::open(file)?;
    let outcome = read_records(&mut window, ingestion, plan, batch);
    batch.summary.bytes_raw += window.offset();
    outcome
}

fn read_records(
    window: &mut Window<'_>,
    ingestion: &Ingestion<'_>,
    plan: &DelimitedPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let mut gathering = Gathering::new(ingestion, plan);
    loop {
        let gathered = gathering.gather(window, batch);
        let records = gathering.fields.decoded(window);
        // Faults are told in the order of the records.
        push_records(&records, plan, &ingestion.options, batch)?;
        if !gathered? {
            return Ok(());
        }
    }
}

/// Appends records as rows, column by column.
fn push_records(
    records: &DecodedRecords<'_>,
    plan: &DelimitedPlan<'_>,
    options: &Options,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    // The first value that did not convert: its record, its column.
    let mut failed: Option<(usize, usize)> = None;
    for (column, source) in plan.sources.iter().enumerate() {
        if let Some(record) = push_column(records, source, column, batch) {
            failed = failed.into_iter().chain([(record, column)]).min();
        }
    }
    if let Some((record, column)) = failed
        && options.validation.fails_on_conversion()
    {
        let (at, column) = (records.position(record), batch.column(column));
        return Err(Error::ValueNotConvertible { at, column: column.name.clone(), ty: column.ty.name() });
    }
    batch.end_rows(records.len())
}

/// Appends one column's values of records; returns the first record whose value did not convert.
fn push_column(
    records: &DecodedRecords<'_>,
    source: &FieldSource<'_>,
    column: usize,
    batch: &mut BatchBuilder<'_, '_>,
) -> Option<usize> {
    let all = 0..records.len();
    match source {
        FieldSource::Field(ordinal) => batch.push_texts(column, records.fields(*ordinal)),
        FieldSource::Absent => batch.push_texts(column, all.map(|_| None)),
        FieldSource::Text(text) => batch.push_texts(column, all.map(|_| Some(Cow::Borrowed(*text)))),
        FieldSource::LineNumber => {
            first_false(all.map(|record| batch.push_long(column, records.position(record).line as i64)))
        }
        FieldSource::UnixTime(ordinal, unit) => {
            first_false(records.fields(*ordinal).map(|field| match present(field) {
                Some(text) => match unit.datetime(&text) {
                    Some(datetime) => batch.push_datetime(column, datetime),
                    None => batch.push_unconvertible(column),
                },
                None => {
                    batch.push_null(column);
                    true
                }
            }))
        }
        FieldSource::BagOfArray(ordinal) => {
            let bags = records.fields(*ordinal).map(|field| field.map(|text| bag_of_array(&text).into()));
            batch.push_texts(column, bags)
        }
    }
}

/// Takes all, and returns which was the first that is false.
fn first_false(converted: impl Iterator<Item = bool>) -> Option<usize> {
    converted.enumerate().fold(None, |first, (index, converted)| first.or((!converted).then_some(index)))
}

/// Takes an empty field for an absent one.
fn present(field: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    field.filter(|text| !text.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests;
