//! From record batches to the JSON text of rows, straight into the response's buffer.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http> and, for scalars, what the SDKs parse.

use std::{fmt::Write as _, sync::Arc};

use arrow::{
    array::{
        Array as _, ArrayRef, AsArray as _, BooleanArray, Decimal128Array, FixedSizeBinaryArray, Float64Array,
        Int32Array, Int64Array, StringViewArray,
    },
    datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type},
    record_batch::RecordBatch,
};
use calypso_app::AppError;
use calypso_columns::{Column, arrow_type};
use calypso_types::{DateTime, Decimal, Guid, ScalarType, TimeSpan, dynamic_text, write_real};

/// Writes the rows of one batch.
pub(crate) struct RowWriter {
    cells: Vec<Cells>,
    row_count: usize,
}

/// One column, downcast once per batch.
enum Cells {
    Bool(BooleanArray),
    Int(Int32Array),
    Long(Int64Array),
    Real(Float64Array),
    Decimal(Decimal128Array),
    String(StringViewArray),
    DateTime(Int64Array),
    TimeSpan(Int64Array),
    Guid(FixedSizeBinaryArray),
    Dynamic(StringViewArray),
}

impl RowWriter {
    /// Prepares `batch`, whose arrays follow `columns` by position.
    ///
    /// # Errors
    /// If the batch does not carry these columns: a mistake of ours.
    pub(crate) fn new(columns: &[Column], batch: &RecordBatch) -> Result<Self, AppError> {
        if batch.num_columns() != columns.len() {
            let message = format!("a result of {} columns came with {}", columns.len(), batch.num_columns());
            return Err(AppError::internal(message));
        }
        let cells = columns.iter().zip(batch.columns()).map(|(column, array)| Cells::new(column, array));
        Ok(Self { cells: cells.collect::<Result<_, _>>()?, row_count: batch.num_rows() })
    }

    pub(crate) const fn row_count(&self) -> usize {
        self.row_count
    }

    /// Appends `[…]` for `row`.
    pub(crate) fn push(&self, out: &mut String, row: usize) {
        out.push('[');
        for (index, cells) in self.cells.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            cells.push(out, row);
        }
        out.push(']');
    }
}

impl Cells {
    fn new(column: &Column, array: &ArrayRef) -> Result<Self, AppError> {
        let expected = arrow_type(column.ty);
        let array = if *array.data_type() == expected {
            Arc::clone(array)
        } else {
            // The engine may hand over an encoding of the same values, such as a dictionary.
            arrow::compute::cast(array, &expected).map_err(|_| carried_wrongly(column, array))?
        };
        let cells = match column.ty {
            ScalarType::Bool => array.as_boolean_opt().cloned().map(Self::Bool),
            ScalarType::Int => array.as_primitive_opt::<Int32Type>().cloned().map(Self::Int),
            ScalarType::Long => array.as_primitive_opt::<Int64Type>().cloned().map(Self::Long),
            ScalarType::Real => array.as_primitive_opt::<Float64Type>().cloned().map(Self::Real),
            ScalarType::Decimal => array.as_primitive_opt::<Decimal128Type>().cloned().map(Self::Decimal),
            ScalarType::String => array.as_string_view_opt().cloned().map(Self::String),
            ScalarType::DateTime => array.as_primitive_opt::<Int64Type>().cloned().map(Self::DateTime),
            ScalarType::TimeSpan => array.as_primitive_opt::<Int64Type>().cloned().map(Self::TimeSpan),
            ScalarType::Guid => array.as_fixed_size_binary_opt().cloned().map(Self::Guid),
            ScalarType::Dynamic => array.as_string_view_opt().cloned().map(Self::Dynamic),
        };
        cells.ok_or_else(|| carried_wrongly(column, &array))
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            // A string is never null: what Arrow calls null reads as "".
            Self::String(_) => false,
            Self::Bool(array) => array.is_null(row),
            Self::Int(array) => array.is_null(row),
            Self::Long(array) | Self::DateTime(array) | Self::TimeSpan(array) => array.is_null(row),
            Self::Real(array) => array.is_null(row),
            Self::Decimal(array) => array.is_null(row),
            Self::Guid(array) => array.is_null(row),
            Self::Dynamic(array) => array.is_null(row),
        }
    }

    fn push(&self, out: &mut String, row: usize) {
        if self.is_null(row) {
            out.push_str("null");
            return;
        }
        match self {
            Self::Bool(array) => out.push_str(if array.value(row) { "true" } else { "false" }),
            // Writing to a string never fails.
            Self::Int(array) => drop(write!(out, "{}", array.value(row))),
            Self::Long(array) => drop(write!(out, "{}", array.value(row))),
            Self::Real(array) => push_real(out, array.value(row)),
            Self::Decimal(array) => quoted(out, |out| Decimal(array.value(row)).write_text(out)),
            Self::String(array) if array.is_null(row) => out.push_str("\"\""),
            Self::String(array) => dynamic_text::write_json_string(out, array.value(row)),
            Self::DateTime(array) => quoted(out, |out| DateTime(array.value(row)).write_iso(out)),
            Self::TimeSpan(array) => quoted(out, |out| TimeSpan(array.value(row)).write_text(out)),
            Self::Guid(array) => push_guid(out, array.value(row)),
            Self::Dynamic(array) => out.push_str(&dynamic_text::to_json(array.value(row))),
        }
    }
}

/// JSON has no NaN and no infinities: they are strings.
fn push_real(out: &mut String, value: f64) {
    if value.is_finite() {
        write_real(out, value);
    } else {
        quoted(out, |out| write_real(out, value));
    }
}

fn push_guid(out: &mut String, bytes: &[u8]) {
    match <[u8; 16]>::try_from(bytes) {
        Ok(bytes) => quoted(out, |out| Guid(bytes).write_text(out)),
        Err(_) => out.push_str("null"),
    }
}

fn quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

fn carried_wrongly(column: &Column, array: &ArrayRef) -> AppError {
    let message = format!("result column '{}' of type {} came as {}", column.name, column.ty, array.data_type());
    AppError::internal(message)
}
