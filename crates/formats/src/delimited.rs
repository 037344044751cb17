//! The formats of one text field after another: csv and its siblings, tsve, txt and raw.
//!
//! Records are split by a [`Splitter`], one for each way of quoting; what becomes of the fields is common.

use std::{borrow::Cow, io::Read};

use crate::{
    DataFormat, Error, Ingestion, Options, Position,
    batch::BatchBuilder,
    mapping::{
        csv::{DelimitedPlan, FieldSource},
        transform::bag_of_array,
    },
    window::Window,
};

mod escaped;
mod fields;
mod infer;
mod quoted;
mod text;

use fields::{DecodedFields, Fields};
pub(crate) use infer::infer;

/// Finds the next record of a file.
trait Splitter {
    /// Reads the next record into `fields`; false at the end of the file. `record` is its number, from 1.
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
    let Ingestion { format, options, .. } = ingestion;
    let mut splitter = splitter(*format);
    let mut fields = Fields::default();
    let mut skip = options.ignore_first_record && *format != DataFormat::Raw;
    let mut expected = None;
    let mut left = options.record_limit.unwrap_or(u64::MAX);
    for record in 1.. {
        if left == 0 || !splitter.next(window, &mut fields, record)? {
            break;
        }
        if std::mem::replace(&mut skip, false) {
            continue;
        }
        let at = Position { record, line: fields.line, offset: fields.offset };
        check_field_count(&fields, *expected.get_or_insert(fields.len()), at, options, batch)?;
        push_record(&fields.decoded(window), plan, at, options, batch)?;
        left -= 1;
    }
    Ok(())
}

/// Judges a record with another number of fields than the first one's.
fn check_field_count(
    fields: &Fields,
    expected: usize,
    at: Position,
    options: &Options,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    if fields.len() == expected {
        return Ok(());
    }
    if options.validation.fails_on_field_count() {
        return Err(Error::WrongNumberOfFields { at, expected, found: fields.len() });
    }
    batch.summary.records_ragged += 1;
    Ok(())
}

/// Appends a record as a row.
fn push_record(
    record: &DecodedFields<'_>,
    plan: &DelimitedPlan<'_>,
    at: Position,
    options: &Options,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    for (column, source) in plan.sources.iter().enumerate() {
        let converted = match source {
            FieldSource::Field(ordinal) => match record.get(*ordinal) {
                Some(text) => batch.push_text(column, &text),
                None => push_null(batch, column),
            },
            FieldSource::Absent => push_null(batch, column),
            FieldSource::Text(text) => batch.push_text(column, text),
            FieldSource::LineNumber => batch.push_long(column, at.line as i64),
            FieldSource::UnixTime(ordinal, unit) => match present(record.get(*ordinal)) {
                Some(text) => match unit.datetime(&text) {
                    Some(datetime) => batch.push_datetime(column, datetime),
                    None => batch.push_unconvertible(column),
                },
                None => push_null(batch, column),
            },
            FieldSource::BagOfArray(ordinal) => match record.get(*ordinal) {
                Some(text) => batch.push_text(column, &bag_of_array(&text)),
                None => push_null(batch, column),
            },
        };
        if !converted && options.validation.fails_on_conversion() {
            let column = batch.column(column);
            return Err(Error::ValueNotConvertible { at, column: column.name.clone(), ty: column.ty.name() });
        }
    }
    batch.end_row()
}

fn push_null(batch: &mut BatchBuilder<'_, '_>, column: usize) -> bool {
    batch.push_null(column);
    true
}

/// Takes an empty field for an absent one.
fn present(field: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    field.filter(|text| !text.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests;
