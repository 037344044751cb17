//! A value on its way into its column: its transform, then the conversion to the column's type.
//!
//! <https://learn.microsoft.com/kusto/management/parquet-mapping#parquet-type-conversions> lists what converts. We
//! convert more where only one thing can be meant: text is read as any type, and any value can be dynamic or string.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use calypso_types::{Dynamic, Scalar, ScalarType, dynamic_text};

use super::{cell::Cell, stored_text::write_stored, values::Values, walk::entries};
use crate::{
    batch::BatchBuilder,
    mapping::{
        by_path::ValueTransform,
        transform::{UnixUnit, bag_of_array},
    },
};

/// Appends a value to a column, after the transform of its mapping. `scratch` is for texts put together.
pub(super) fn push_cell(
    batch: &mut BatchBuilder<'_, '_>,
    column: usize,
    cell: &Cell<'_>,
    transform: &ValueTransform,
    scratch: &mut String,
) {
    scratch.clear();
    match (transform, cell) {
        (_, Cell::Null) => batch.push_null(column),
        (ValueTransform::None, _) => push_plain(batch, column, cell, scratch),
        (ValueTransform::UnixTime(unit), _) => push_unix_time(batch, column, cell, *unit, scratch),
        (ValueTransform::BagOfArray, Cell::Nested(Values::List { .. }, _)) => {
            write_stored(scratch, cell);
            // Bags of one array may name a property twice.
            let bag = bag_of_array(scratch);
            let stored = Dynamic::parse(&bag).map_or(bag, |value| value.to_text());
            push_stored(batch, column, &stored);
        }
        (ValueTransform::DropMappedFields(mapped), Cell::Nested(Values::Bag { .. } | Values::Map { .. }, _)) => {
            write_stored(scratch, cell);
            push_stored(batch, column, &mapped.remove_from(scratch));
        }
        (ValueTransform::BagOfArray | ValueTransform::DropMappedFields(_), _) => {
            push_plain(batch, column, cell, scratch);
        }
        (ValueTransform::BytesAsBase64, _) => match base64_of(cell) {
            Some(text) => {
                batch.push_text(column, &text);
            }
            None => {
                batch.push_unconvertible(column);
            }
        },
    }
}

/// Appends a value as it is.
fn push_plain(batch: &mut BatchBuilder<'_, '_>, column: usize, cell: &Cell<'_>, scratch: &mut String) {
    match (batch.ty(column), cell) {
        (_, Cell::OutOfRange) => {
            batch.push_unconvertible(column);
        }
        (_, Cell::Text(text)) => {
            batch.push_text(column, text);
        }
        (_, Cell::Digits(text)) => {
            batch.push_text(column, text);
        }
        (ScalarType::Dynamic | ScalarType::String, Cell::Nested(..)) | (ScalarType::Dynamic, _) => {
            write_stored(scratch, cell);
            push_stored(batch, column, scratch);
        }
        (ScalarType::String, Cell::Bytes(bytes)) => {
            batch.push_text(column, &STANDARD.encode(bytes));
        }
        (ScalarType::String, _) => {
            cell.write_text(scratch);
            batch.push_text(column, scratch);
        }
        (ty, _) => match to_scalar(cell, ty) {
            Some(scalar) => batch.push_scalar(column, &scalar),
            None => {
                batch.push_unconvertible(column);
            }
        },
    }
}

/// Converts a value that is no text.
fn to_scalar(cell: &Cell<'_>, ty: ScalarType) -> Option<Scalar> {
    match (ty, cell) {
        (ScalarType::Bool, _) => cell.to_bool().map(Scalar::Bool),
        (ScalarType::Int, _) => cell.to_long().and_then(|value| i32::try_from(value).ok()).map(Scalar::Int),
        (ScalarType::Long, _) => cell.to_long().map(Scalar::Long),
        (ScalarType::Real, _) => cell.to_real().map(Scalar::Real),
        (ScalarType::Decimal, _) => cell.to_decimal().map(Scalar::Decimal),
        (ScalarType::DateTime, Cell::DateTime(value)) => Some(Scalar::DateTime(*value)),
        (ScalarType::TimeSpan, Cell::TimeSpan(value)) => Some(Scalar::TimeSpan(*value)),
        (ScalarType::Guid, Cell::Guid(value)) => Some(Scalar::Guid(*value)),
        _ => None,
    }
}

/// Appends stored text: to a dynamic column as such, to a string column as JSON, else null.
fn push_stored(batch: &mut BatchBuilder<'_, '_>, column: usize, stored: &str) {
    match batch.ty(column) {
        ScalarType::String => batch.push_text(column, &dynamic_text::to_json(stored)),
        ScalarType::Dynamic => batch.push_stored(column, stored),
        _ => batch.push_unconvertible(column),
    };
}

/// Appends the datetime that a number is; a datetime stays one.
fn push_unix_time(
    batch: &mut BatchBuilder<'_, '_>,
    column: usize,
    cell: &Cell<'_>,
    unit: UnixUnit,
    scratch: &mut String,
) {
    let datetime = match cell {
        Cell::DateTime(value) => Some(*value),
        Cell::Real(value) => {
            // Without the exponent that large numbers are shown with.
            scratch.push_str(&value.to_string());
            unit.datetime(scratch)
        }
        Cell::Long(_) | Cell::ULong(_) | Cell::Decimal(..) | Cell::Text(_) => {
            cell.write_text(scratch);
            unit.datetime(scratch)
        }
        _ => None,
    };
    match datetime {
        Some(datetime) => batch.push_datetime(column, datetime),
        None => batch.push_unconvertible(column),
    };
}

/// Returns bytes, or an array of numbers from 0 to 255, in base64; none for other values.
fn base64_of(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Bytes(bytes) => Some(STANDARD.encode(bytes)),
        Cell::Text(text) => Some(STANDARD.encode(text)),
        Cell::Guid(guid) => Some(STANDARD.encode(guid.0)),
        Cell::Nested(Values::List { offsets, elements, .. }, row) => {
            let byte = |entry| match elements.cell(entry) {
                Cell::Long(value) => u8::try_from(value).ok(),
                _ => None,
            };
            let bytes = entries(offsets, *row).map(byte).collect::<Option<Vec<u8>>>()?;
            Some(STANDARD.encode(bytes))
        }
        _ => None,
    }
}
