//! The JSON formats: `json` is an object a line, `multijson` any layout of objects and arrays of them, `singlejson`
//! one value a file.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingest-json-formats>. A malformed record fails multijson and
//! singlejson and is left out of json, see <https://learn.microsoft.com/azure/data-explorer/ingest-invalid-data>.
//! We differ in one point: a json file that is an array is read as multijson, where Kusto would leave out all but
//! the last of its records.

use std::{borrow::Cow, io::Read};

use calypso_types::NESTING_DEPTH_MAX;

use crate::{
    DataFormat, Error, Ingestion, Position,
    batch::BatchBuilder,
    mapping::json::{JsonPlan, ValueSource},
    window::Window,
};

mod cell;
mod infer;
mod lines;
pub(crate) mod path_tree;
mod projector;
mod scanner;
mod values;

pub(crate) use infer::infer;
use projector::Projector;
use scanner::{Fault, ValueKind};

/// Reads one file into `batch`.
///
/// # Errors
/// When a record is malformed where the format does not leave it out, is too large or nests too deep; when reading
/// fails; when the batch cannot be handed on.
pub(crate) fn read_file(
    file: &mut dyn Read,
    ingestion: &Ingestion<'_>,
    plan: &JsonPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let window = Window::open(file)?;
    let reader = RecordReader {
        window,
        plan,
        projector: Projector::new(&plan.paths),
        format: ingestion.format,
        records: 0,
        records_max: ingestion.options.record_limit.unwrap_or(u64::MAX),
        line: 1,
    };
    reader.read(batch)
}

/// Reads the records of one file.
struct RecordReader<'r, 'p> {
    window: Window<'r>,
    plan: &'p JsonPlan<'p>,
    projector: Projector<'p>,
    format: DataFormat,
    /// Records begun.
    records: u64,
    records_max: u64,
    /// The line of the first byte of the window's data.
    line: u64,
}

impl RecordReader<'_, '_> {
    fn read(mut self, batch: &mut BatchBuilder<'_, '_>) -> Result<(), Error> {
        let outcome = if self.format == DataFormat::Json && self.skip_blank()? != Some(b'[') {
            self.read_lines(batch)
        } else {
            self.read_values(batch)
        };
        batch.summary.bytes_raw += self.window.offset();
        outcome
    }

    /// Returns the position of the record that starts `ahead` bytes into the window, as the next to be read.
    fn position(&self, ahead: usize) -> Position {
        Position { record: self.records + 1, line: self.line, offset: self.window.offset() + ahead as u64 }
    }

    /// Says what is wrong with a record of which the window's data are a part.
    fn malformed(&self, fault: Fault) -> Error {
        let data = self.window.data();
        let (ahead, message) = match fault {
            Fault::Incomplete => (data.len(), "the text ends inside the record".to_owned()),
            Fault::Unexpected { offset, expected } => {
                let rest = String::from_utf8_lossy(&data[offset..data.len().min(offset + 8)]);
                let found = rest.chars().next().map_or_else(|| "the end".to_owned(), |c| format!("{c:?}"));
                (offset, format!("expected {expected}, found {found}"))
            }
            Fault::TooDeep { offset } => (offset, format!("nesting is deeper than {NESTING_DEPTH_MAX} levels")),
        };
        let newlines = memchr::memchr_iter(b'\n', &data[..ahead]).count() as u64;
        let mut at = self.position(ahead);
        at.line += newlines;
        Error::MalformedRecord { format: self.format, at, message }
    }

    /// Consumes white space and returns the byte after it; none at the end of the file.
    fn skip_blank(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let data = self.window.data();
            let blank = scanner::skip_space(data, 0);
            let next = data.get(blank).copied();
            self.line += memchr::memchr_iter(b'\n', &data[..blank]).count() as u64;
            self.window.consume(blank);
            if next.is_some() || !self.window.fill(self.position(0))? {
                return Ok(next);
            }
        }
    }
}

/// Appends the record `bytes[start..end]`, which the projector has just walked, as a row.
fn push_record(
    plan: &JsonPlan<'_>,
    projector: &mut Projector<'_>,
    batch: &mut BatchBuilder<'_, '_>,
    bytes: &[u8],
    line: u64,
) -> Result<(), Error> {
    let record = match std::str::from_utf8(bytes) {
        Ok(record) => Cow::Borrowed(record),
        Err(_) => {
            // Bytes that are not UTF-8 are replaced, which moves what follows them; the grammar stays the same.
            let record = String::from_utf8_lossy(bytes);
            let _ = projector.project(record.as_bytes(), 0);
            record
        }
    };
    for (column, source) in plan.sources.iter().enumerate() {
        match source {
            ValueSource::Absent => batch.push_null(column),
            ValueSource::Node(node, transform) => {
                cell::push_value(batch, column, &record, projector.value(*node), transform);
            }
            ValueSource::Text(text) => {
                batch.push_text(column, text);
            }
            ValueSource::LineNumber => {
                batch.push_long(column, line as i64);
            }
        }
    }
    batch.end_row()
}

/// Returns the fault of a record that is no object where columns go by the names of its properties.
fn check_kind(plan: &JsonPlan<'_>, projector: &Projector<'_>, start: usize) -> Result<(), Fault> {
    if plan.by_name && projector.value(0).kind != ValueKind::Object {
        return Err(Fault::Unexpected { offset: start, expected: "an object, since columns are mapped by name" });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
