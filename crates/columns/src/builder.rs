//! Building a column of any Kusto type value by value.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanBuilder, Decimal128Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder,
        Int64Builder, RecordBatch, RecordBatchOptions, StringViewBuilder,
    },
    error::ArrowError,
};
use calypso_types::{Scalar, ScalarType};

use crate::{Column, arrow_schema, arrow_type};

/// Collects the values of one column.
#[derive(Debug)]
pub enum ColumnBuilder {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    /// long, datetime, timespan
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal128Builder),
    String(StringViewBuilder),
    /// The text of `dynamic_text`.
    Dynamic(StringViewBuilder),
    Guid(FixedSizeBinaryBuilder),
}

impl ColumnBuilder {
    /// Creates a builder for values of `ty`.
    #[must_use]
    pub fn new(ty: ScalarType, capacity: usize) -> Self {
        match ty {
            ScalarType::Bool => Self::Bool(BooleanBuilder::with_capacity(capacity)),
            ScalarType::Int => Self::Int(Int32Builder::with_capacity(capacity)),
            ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
                Self::Long(Int64Builder::with_capacity(capacity))
            }
            ScalarType::Real => Self::Real(Float64Builder::with_capacity(capacity)),
            ScalarType::Decimal => {
                Self::Decimal(Decimal128Builder::with_capacity(capacity).with_data_type(arrow_type(ty)))
            }
            ScalarType::String => Self::String(StringViewBuilder::with_capacity(capacity)),
            ScalarType::Dynamic => Self::Dynamic(StringViewBuilder::with_capacity(capacity)),
            ScalarType::Guid => Self::Guid(FixedSizeBinaryBuilder::with_capacity(capacity, 16)),
        }
    }

    /// Appends a null; for a string column that is the empty string.
    pub fn push_null(&mut self) {
        match self {
            Self::Bool(b) => b.append_null(),
            Self::Int(b) => b.append_null(),
            Self::Long(b) => b.append_null(),
            Self::Real(b) => b.append_null(),
            Self::Decimal(b) => b.append_null(),
            Self::String(b) => b.append_value(""),
            Self::Dynamic(b) => b.append_null(),
            Self::Guid(b) => b.append_null(),
        }
    }

    /// Appends `value`. A value of another type than the column's becomes null: conversions are the caller's.
    pub fn push(&mut self, value: &Scalar) {
        match (&mut *self, value) {
            (Self::Bool(b), Scalar::Bool(v)) => b.append_value(*v),
            (Self::Int(b), Scalar::Int(v)) => b.append_value(*v),
            (Self::Long(b), Scalar::Long(v)) => b.append_value(*v),
            (Self::Long(b), Scalar::DateTime(v)) => b.append_value(v.0),
            (Self::Long(b), Scalar::TimeSpan(v)) => b.append_value(v.0),
            (Self::Real(b), Scalar::Real(v)) => b.append_value(*v),
            (Self::Decimal(b), Scalar::Decimal(v)) => b.append_value(v.0),
            (Self::String(b), Scalar::String(v)) => b.append_value(v),
            (Self::Dynamic(b), Scalar::Dynamic(v)) if !value.is_null() => b.append_value(v.to_text()),
            // 16 bytes always fit a builder of 16-byte values.
            (Self::Guid(b), Scalar::Guid(v)) => b.append_value(v.0).unwrap_or_default(),
            _ => self.push_null(),
        }
    }

    /// Returns the column and leaves the builder empty.
    pub fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(b) => Arc::new(b.finish()),
            Self::Int(b) => Arc::new(b.finish()),
            Self::Long(b) => Arc::new(b.finish()),
            Self::Real(b) => Arc::new(b.finish()),
            Self::Decimal(b) => Arc::new(b.finish()),
            Self::String(b) | Self::Dynamic(b) => Arc::new(b.finish()),
            Self::Guid(b) => Arc::new(b.finish()),
        }
    }
}

/// Builds one batch from rows of scalars, each as long as `columns`.
///
/// # Errors
/// When a row's length differs from the number of columns.
pub fn batch_from_rows(columns: &[Column], rows: &[Vec<Scalar>]) -> Result<RecordBatch, ArrowError> {
    let mut builders: Vec<_> = columns.iter().map(|c| ColumnBuilder::new(c.ty, rows.len())).collect();
    for row in rows {
        if row.len() != columns.len() {
            return Err(ArrowError::InvalidArgumentError(format!(
                "a row has {} values for {} columns",
                row.len(),
                columns.len()
            )));
        }
        for (builder, value) in builders.iter_mut().zip(row) {
            builder.push(value);
        }
    }
    let arrays = builders.iter_mut().map(ColumnBuilder::finish).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(arrow_schema(columns), arrays, &options)
}
