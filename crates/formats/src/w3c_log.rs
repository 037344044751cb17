//! Format `w3clogfile`: the W3C extended log file format, as IIS and CloudFront write it.
//!
//! Lines of fields between white space, whose names a `#Fields` directive gives; a later directive gives new ones.
//! `-` is an absent value. A field in double quotes may have white space; a quote within is doubled.
//! <https://www.w3.org/TR/WD-logfile.html>

use std::io::Read;

use crate::{
    DataFormat, Error, Ingestion, Position,
    batch::BatchBuilder,
    mapping::w3c_log::{LogPlan, LogSource},
    window::Window,
};

mod fields;
mod infer;

use fields::LogFields;
pub(crate) use infer::infer;

/// Reads one file into `batch`.
///
/// # Errors
/// When a record stands before the first `#Fields` directive or is too large; when reading fails; when the batch
/// cannot be handed on.
pub(crate) fn read_file(
    file: &mut dyn Read,
    ingestion: &Ingestion<'_>,
    plan: &LogPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let mut reader = LogReader {
        window: Window::open(file)?,
        plan,
        positions: None,
        fields: LogFields::default(),
        records: 0,
        lines: 0,
    };
    let outcome = reader.read(batch, ingestion.options.record_limit.unwrap_or(u64::MAX));
    batch.summary.bytes_raw += reader.window.offset();
    outcome
}

/// Reads the lines of one file.
struct LogReader<'r, 'p> {
    window: Window<'r>,
    plan: &'p LogPlan<'p>,
    /// Where the field of each column stands, by the last directive; none before the first.
    positions: Option<Positions>,
    fields: LogFields,
    /// Records read.
    records: u64,
    /// Lines begun.
    lines: u64,
}

/// What a `#Fields` directive means for the plan.
struct Positions {
    /// How many fields the directive names.
    count: usize,
    /// The position of each column's field.
    columns: Vec<Option<usize>>,
}

impl LogReader<'_, '_> {
    fn read(&mut self, batch: &mut BatchBuilder<'_, '_>, records_max: u64) -> Result<(), Error> {
        while self.records < records_max
            && let Some(length) = self.line_length()?
        {
            self.lines += 1;
            let line = &self.window.data()[..length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Some(directive) = line.strip_prefix(b"#") {
                if let Some(positions) = positions(directive, self.plan) {
                    self.positions = Some(positions);
                }
            } else if !line.iter().all(u8::is_ascii_whitespace) {
                self.records += 1;
                let at = Position { record: self.records, line: self.lines, offset: self.window.offset() };
                let Some(positions) = &self.positions else { return Err(no_fields(at)) };
                self.fields.split(line, at)?;
                batch.summary.records_ragged += u64::from(self.fields.len() != positions.count);
                push_record(line, &self.fields, positions, self.plan, at, batch)?;
            }
            // The newline too, unless the file ends without one.
            self.window.consume((length + 1).min(self.window.data().len()));
        }
        Ok(())
    }

    fn line_length(&mut self) -> Result<Option<usize>, Error> {
        let at = Position { record: self.records + 1, line: self.lines + 1, offset: self.window.offset() };
        line_length(&mut self.window, at)
    }
}

/// Returns the length of the line that the window's data start with, without its newline; none at the end. `at` is its
/// place.
fn line_length(window: &mut Window<'_>, at: Position) -> Result<Option<usize>, Error> {
    let mut searched = 0;
    loop {
        let data = window.data();
        if let Some(length) = memchr::memchr(b'\n', &data[searched..]) {
            return Ok(Some(searched + length));
        }
        searched = data.len();
        if !window.fill(at)? {
            return Ok((searched > 0).then_some(searched));
        }
    }
}

/// Returns the names of fields that a directive, without its `#`, gives; none unless it is `Fields`.
fn directive_fields(directive: &str) -> Option<impl Iterator<Item = &str>> {
    let (keyword, names) = directive.split_once(':')?;
    keyword.trim().eq_ignore_ascii_case("fields").then(|| names.split_ascii_whitespace())
}

/// Reads a directive, without its `#`; none unless it names the fields.
fn positions(directive: &[u8], plan: &LogPlan<'_>) -> Option<Positions> {
    let directive = String::from_utf8_lossy(directive);
    let names: Vec<&str> = directive_fields(&directive)?.collect();
    let position = |source: &LogSource<'_>| match source {
        LogSource::Field(field) => names.iter().position(|name| name == field),
        _ => None,
    };
    Some(Positions { count: names.len(), columns: plan.sources.iter().map(position).collect() })
}

fn no_fields(at: Position) -> Error {
    let message = "a record stands before the first `#Fields` directive, which names the fields".to_owned();
    Error::MalformedRecord { format: DataFormat::W3CLogFile, at, message }
}

/// Appends a line as a row.
fn push_record(
    line: &[u8],
    fields: &LogFields,
    positions: &Positions,
    plan: &LogPlan<'_>,
    at: Position,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    for (column, (source, position)) in plan.sources.iter().zip(&positions.columns).enumerate() {
        match source {
            LogSource::Text(text) => {
                batch.push_text(column, text);
            }
            LogSource::LineNumber => {
                batch.push_long(column, at.record as i64);
            }
            LogSource::Absent | LogSource::Field(_) => match position.and_then(|position| fields.get(line, position)) {
                Some(text) => {
                    batch.push_text(column, &text);
                }
                None => batch.push_null(column),
            },
        }
    }
    batch.end_row()
}

#[cfg(test)]
mod tests;
