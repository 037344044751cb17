//! Records in which a quote stands for itself, or text follows a closing quote: what each byte means depends on the one
//! before.

use super::{Found, Record};
use crate::{Error, delimited::fields::Fields, window::Window};

/// Where in a field a byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Inside,
    /// Behind a quote inside quotes: the first of two, or the closing one.
    BehindQuote,
}

/// Finds the end of the record and its fields, reading on as needed: then from the start again, of ever more bytes.
pub(super) fn find(window: &mut Window<'_>, delimiter: u8, fields: &mut Fields, record: u64) -> Result<Found, Error> {
    loop {
        if let Some(found) = scan(window.data(), window.is_last(), delimiter, fields, record)? {
            return Ok(found);
        }
        fields.forget_spans();
        window.fill(fields.position(record))?;
    }
}

/// Finds the fields of the record that `data` starts with; `is_last` if that is all there is.
fn scan(data: &[u8], is_last: bool, delimiter: u8, fields: &mut Fields, record: u64) -> Result<Option<Found>, Error> {
    let (mut place, mut start) = (Place::Start, 0);
    let found = |length| Ok(Some(Found::Record(Record { length, quotes: true, inner_lines: true })));
    for (at, byte) in data.iter().enumerate() {
        place = match (place, *byte) {
            (Place::Inside, b'"') => Place::BehindQuote,
            (Place::Start | Place::BehindQuote, b'"') => Place::Inside,
            (Place::Inside, _) => Place::Inside,
            (_, b'\r' | b'\n') => {
                fields.push_span(start..at, record)?;
                return found(at);
            }
            (_, byte) if byte == delimiter => {
                fields.push_span(start..at, record)?;
                start = at + 1;
                Place::Start
            }
            _ => Place::Plain,
        };
    }
    if !is_last {
        return Ok(None);
    }
    if place == Place::Inside {
        return Ok(Some(Found::ClosingQuoteMissing));
    }
    fields.push_span(start..data.len(), record)?;
    found(data.len())
}
