//! A named, typed column and its Arrow field.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use calypso_types::{Decimal, ScalarType};

/// A column of a table or result: name and Kusto type. Names are case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    pub name: String,
    pub ty: ScalarType,
}

impl Column {
    #[must_use]
    pub fn new(name: impl Into<String>, ty: ScalarType) -> Self {
        Self { name: name.into(), ty }
    }

    /// Returns the Arrow field; every field is nullable.
    #[must_use]
    pub fn field(&self) -> Field {
        Field::new(&self.name, arrow_type(self.ty), true)
    }
}

/// Returns the Arrow type that carries `ty`.
#[must_use]
pub const fn arrow_type(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DataType::Decimal128(Decimal::PRECISION, Decimal::SCALE),
        ScalarType::String | ScalarType::Dynamic => DataType::Utf8View,
        ScalarType::Guid => DataType::FixedSizeBinary(16),
    }
}

/// Returns the Arrow schema of `columns`.
#[must_use]
pub fn arrow_schema(columns: &[Column]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(Column::field).collect::<Vec<_>>()))
}
