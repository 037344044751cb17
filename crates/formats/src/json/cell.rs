//! A JSON value on its way into its column.

use std::borrow::Cow;

use calypso_types::{Dynamic, ScalarType, dynamic_text};

use super::{projector::Value, scanner::ValueKind};
use crate::{
    batch::BatchBuilder,
    mapping::{by_path::ValueTransform, transform::bag_of_array},
};

/// Appends a value of `record` to a column, after the transform of its mapping.
pub(crate) fn push_value(
    batch: &mut BatchBuilder<'_, '_>,
    column: usize,
    record: &str,
    value: Value,
    transform: &ValueTransform,
) {
    let text = &record[value.start..value.end];
    match (transform, value.kind) {
        (_, ValueKind::Absent | ValueKind::Null) => batch.push_null(column),
        (ValueTransform::None, kind) => push_plain(batch, column, text, kind),
        (ValueTransform::UnixTime(unit), kind) => {
            match unit.datetime(&string_or_json(text, kind)) {
                Some(datetime) => batch.push_datetime(column, datetime),
                None => batch.push_unconvertible(column),
            };
        }
        (ValueTransform::BagOfArray, ValueKind::Array) => push_container(batch, column, &bag_of_array(text)),
        (ValueTransform::DropMappedFields(mapped), ValueKind::Object) => {
            push_container(batch, column, &mapped.remove_from(text));
        }
        (_, kind) => push_plain(batch, column, text, kind),
    }
}

/// Returns the text of a string, or the JSON of any other value.
fn string_or_json(text: &str, kind: ValueKind) -> Cow<'_, str> {
    match kind {
        ValueKind::PlainString => Cow::Borrowed(&text[1..text.len() - 1]),
        ValueKind::EscapedString => dynamic_text::as_str(text).unwrap_or_default(),
        _ => Cow::Borrowed(text),
    }
}

fn push_plain(batch: &mut BatchBuilder<'_, '_>, column: usize, text: &str, kind: ValueKind) {
    let ty = batch.ty(column);
    match kind {
        ValueKind::Object | ValueKind::Array => push_container(batch, column, text),
        _ if ty == ScalarType::Dynamic => push_dynamic(batch, column, text, kind),
        ValueKind::PlainString | ValueKind::EscapedString => {
            batch.push_text(column, &string_or_json(text, kind));
        }
        // A number is neither a point in time nor a duration: the mapping's transforms say which unit it has.
        _ if matches!(ty, ScalarType::DateTime | ScalarType::TimeSpan | ScalarType::Guid) => {
            batch.push_unconvertible(column);
        }
        _ => {
            batch.push_text(column, text);
        }
    }
}

/// Appends an array or object: to a dynamic column as such, to a string column as its JSON, else null.
fn push_container(batch: &mut BatchBuilder<'_, '_>, column: usize, text: &str) {
    match batch.ty(column) {
        ScalarType::Dynamic => push_dynamic(batch, column, text, ValueKind::Object),
        ScalarType::String => {
            batch.push_text(column, &dynamic_text::minify(text));
        }
        _ => {
            batch.push_unconvertible(column);
        }
    }
}

/// Appends a value that is not null to a dynamic column. A string stays a string, whatever its text.
fn push_dynamic(batch: &mut BatchBuilder<'_, '_>, column: usize, text: &str, kind: ValueKind) {
    match kind {
        ValueKind::True | ValueKind::False => {
            batch.push_stored(column, text);
        }
        ValueKind::Number if !is_non_finite(text) => {
            batch.push_stored(column, text);
        }
        ValueKind::PlainString if !text.bytes().any(|byte| byte < 0x20) => {
            batch.push_stored(column, text);
        }
        _ => match stored_with_literals(text) {
            Some(stored) => {
                batch.push_stored(column, &stored);
            }
            None => {
                batch.push_text(column, text);
            }
        },
    }
}

/// Says whether a number is `NaN` or an infinity.
fn is_non_finite(number: &str) -> bool {
    number.ends_with(['N', 'y'])
}

/// Returns the stored form of JSON that contains `NaN` or infinities, which are KQL literals there; else none.
fn stored_with_literals(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    memchr::memchr2(b'N', b'I', bytes)?;
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let (length, literal) = match &bytes[at..] {
            [b'"', ..] => {
                at = super::scanner::string_end(bytes, at).ok()?.0;
                continue;
            }
            [b'N', ..] => (3, "real(nan)"),
            [b'I', ..] => (8, "real(+inf)"),
            [b'-', b'I', ..] => (9, "real(-inf)"),
            _ => {
                at += 1;
                continue;
            }
        };
        out.push_str(&text[copied..at]);
        out.push_str(literal);
        at += length;
        copied = at;
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Dynamic::parse(&out).ok().map(|value| value.to_text())
}
