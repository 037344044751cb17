//! Rows in Arrow's form.
//!
//! | Kusto | Arrow |
//! |---|---|
//! | bool, int, long, real | Boolean, Int32, Int64, Float64 |
//! | decimal | Decimal128(38, 17): the scale that [`calypso_types::Decimal`] has |
//! | datetime | Timestamp(Microsecond, UTC), or what [`DateTimeAs`] says |
//! | timespan | Duration(Microsecond), or what [`DateTimeAs`] says |
//! | string, guid | Utf8 |
//! | dynamic | Utf8, the JSON; Arrow's extension type `arrow.json` |
//!
//! Kusto counts in steps of 100 ns over the years 1 to 9999. Microseconds hold all years and lose the last digit;
//! nanoseconds hold all digits of the years 1677 to 2262; text loses nothing.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{
        ArrayRef, BooleanArray, Decimal128Array, DurationMicrosecondArray, DurationNanosecondArray, Float64Array,
        Int32Array, Int64Array, RecordBatch, RecordBatchOptions as ArrowOptions, StringArray,
        TimestampMicrosecondArray, TimestampNanosecondArray,
    },
    datatypes::{DataType, Field, Schema, TimeUnit},
};
use calypso_types::{DateTime, Decimal, Scalar, ScalarType};

use crate::{Column, Error, ErrorKind};

/// Marks a field as JSON: Arrow's canonical extension type, by which ingestion tells `dynamic` from text.
fn json() -> HashMap<String, String> {
    [
        ("ARROW:extension:name".to_owned(), "arrow.json".to_owned()),
        ("ARROW:extension:metadata".to_owned(), String::new()),
    ]
    .into()
}

/// How datetimes and timespans appear in Arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateTimeAs {
    /// All years; 100 ns are cut off.
    #[default]
    Microseconds,
    /// All digits; a datetime before 1677 or after 2262 is an error.
    Nanoseconds,
    /// ISO 8601 and `d.hh:mm:ss.fffffff`, which lose nothing.
    Text,
}

/// How a table becomes a record batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RecordBatchOptions {
    /// Form of datetimes and timespans; microseconds.
    pub datetime_as: DateTimeAs,
}

impl RecordBatchOptions {
    /// Sets the form of datetimes and timespans.
    #[must_use]
    pub const fn with_datetime_as(mut self, form: DateTimeAs) -> Self {
        self.datetime_as = form;
        self
    }
}

/// Returns Arrow's type for a column.
#[must_use]
pub fn arrow_type(ty: ScalarType, options: RecordBatchOptions) -> DataType {
    let unit = match options.datetime_as {
        DateTimeAs::Microseconds => Some(TimeUnit::Microsecond),
        DateTimeAs::Nanoseconds => Some(TimeUnit::Nanosecond),
        DateTimeAs::Text => None,
    };
    match (ty, unit) {
        (ScalarType::Bool, _) => DataType::Boolean,
        (ScalarType::Int, _) => DataType::Int32,
        (ScalarType::Long, _) => DataType::Int64,
        (ScalarType::Real, _) => DataType::Float64,
        (ScalarType::Decimal, _) => DataType::Decimal128(Decimal::PRECISION, Decimal::SCALE),
        (ScalarType::DateTime, Some(unit)) => DataType::Timestamp(unit, Some("UTC".into())),
        (ScalarType::TimeSpan, Some(unit)) => DataType::Duration(unit),
        _ => DataType::Utf8,
    }
}

/// Returns rows as a batch. Names of columns may repeat, as they may in results.
pub(crate) fn from_rows(
    columns: &[Column],
    rows: &[Box<[Scalar]>],
    options: RecordBatchOptions,
) -> Result<RecordBatch, Error> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let nullable = column.scalar_type() != ScalarType::String;
        let field = Field::new(column.name(), arrow_type(column.scalar_type(), options), nullable);
        fields.push(if column.scalar_type() == ScalarType::Dynamic { field.with_metadata(json()) } else { field });
        let values = rows.iter().map(|row| &row[index]);
        arrays
            .push(array(column.scalar_type(), values, options).map_err(|reason| {
                Error::new(ErrorKind::Conversion, format!("column '{}': {reason}", column.name()))
            })?);
    }
    let row_count = ArrowOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &row_count)
        .map_err(|error| Error::new(ErrorKind::Conversion, error.to_string()))
}

fn array<'a>(
    ty: ScalarType,
    values: impl Iterator<Item = &'a Scalar>,
    options: RecordBatchOptions,
) -> Result<ArrayRef, String> {
    /// Collects what the pattern takes out of each value.
    macro_rules! collect {
        ($array:ty, $pattern:pat => $value:expr) => {
            Arc::new(values.map(|value| if let $pattern = value { Some($value) } else { None }).collect::<$array>())
        };
    }
    Ok(match (ty, options.datetime_as) {
        (ScalarType::Bool, _) => collect!(BooleanArray, Scalar::Bool(value) => *value),
        (ScalarType::Int, _) => collect!(Int32Array, Scalar::Int(value) => *value),
        (ScalarType::Long, _) => collect!(Int64Array, Scalar::Long(value) => *value),
        (ScalarType::Real, _) => collect!(Float64Array, Scalar::Real(value) => *value),
        (ScalarType::Decimal, _) => {
            let raw = values.map(|value| if let Scalar::Decimal(value) = value { Some(value.0) } else { None });
            let array = raw.collect::<Decimal128Array>().with_precision_and_scale(Decimal::PRECISION, Decimal::SCALE);
            Arc::new(array.map_err(|error| error.to_string())?)
        }
        (ScalarType::DateTime, DateTimeAs::Microseconds) => {
            let array = collect_micros(values);
            Arc::new(array.with_timezone("UTC"))
        }
        (ScalarType::DateTime, DateTimeAs::Nanoseconds) => {
            let nanos = values
                .map(|value| if let Scalar::DateTime(value) = value { nanos(*value).map(Some) } else { Ok(None) });
            let array: TimestampNanosecondArray = nanos.collect::<Result<Vec<_>, String>>()?.into();
            Arc::new(array.with_timezone("UTC"))
        }
        (ScalarType::TimeSpan, DateTimeAs::Microseconds) => {
            collect!(DurationMicrosecondArray, Scalar::TimeSpan(value) => value.0.div_euclid(10))
        }
        (ScalarType::TimeSpan, DateTimeAs::Nanoseconds) => {
            let nanos = values.map(|value| match value {
                Scalar::TimeSpan(span) => {
                    span.0.checked_mul(100).map(Some).ok_or_else(|| format!("{span} does not fit nanoseconds"))
                }
                _ => Ok(None),
            });
            let array: DurationNanosecondArray = nanos.collect::<Result<Vec<_>, String>>()?.into();
            Arc::new(array)
        }
        (ScalarType::String, _) => Arc::new(StringArray::from_iter_values(
            values.map(|value| if let Scalar::String(text) = value { text.as_str() } else { "" }),
        )),
        (ScalarType::Dynamic, _) => {
            let json = values.map(|value| match value {
                Scalar::Dynamic(value) if !value.is_null() => Some(value.to_json()),
                _ => None,
            });
            Arc::new(json.collect::<StringArray>())
        }
        (ScalarType::Guid | ScalarType::DateTime | ScalarType::TimeSpan, _) => {
            let texts = values.map(|value| if value.is_null() { None } else { Some(value.to_text()) });
            Arc::new(texts.collect::<StringArray>())
        }
    })
}

fn collect_micros<'a>(values: impl Iterator<Item = &'a Scalar>) -> TimestampMicrosecondArray {
    let micros = |value: DateTime| (value.0 - DateTime::UNIX_EPOCH.0).div_euclid(10);
    values.map(|value| if let Scalar::DateTime(value) = value { Some(micros(*value)) } else { None }).collect()
}

fn nanos(value: DateTime) -> Result<i64, String> {
    value.unix_nanos().ok_or_else(|| format!("{value} does not fit nanoseconds; choose microseconds or text"))
}
