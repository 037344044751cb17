//! The result of a management command while it is built: columns and rows of scalars.

use arrow::array::RecordBatch;
use calypso_columns::{Column, batch_from_rows};
use calypso_types::{DateTime, Scalar, ScalarType};

use crate::AppError;

/// A small table. Every row has one value per column, of the column's type or null.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandTable {
    columns: Vec<Column>,
    rows: Vec<Vec<Scalar>>,
}

impl CommandTable {
    /// Returns a table without rows.
    pub(crate) fn new(columns: &[(&str, ScalarType)]) -> Self {
        Self { columns: columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect(), rows: Vec::new() }
    }

    /// Returns a table of string columns without rows.
    pub(crate) fn of_strings(names: &[&str]) -> Self {
        Self { columns: names.iter().map(|name| Column::new(*name, ScalarType::String)).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: impl Into<Vec<Scalar>>) {
        self.rows.push(row.into());
    }

    /// Returns the table with one more row.
    pub(crate) fn with(mut self, row: impl Into<Vec<Scalar>>) -> Self {
        self.push(row);
        self
    }

    /// Returns columns and rows as the engine takes them.
    pub(crate) fn into_batches(self) -> Result<(Vec<Column>, Vec<RecordBatch>), AppError> {
        let batch = batch_from_rows(&self.columns, &self.rows)
            .map_err(|error| AppError::internal(format!("a command's result is malformed: {error}")))?;
        Ok((self.columns, vec![batch]))
    }
}

/// Returns a value, or the null of datetime.
pub(crate) fn optional_datetime(value: Option<DateTime>) -> Scalar {
    value.map_or(Scalar::Null(ScalarType::DateTime), Scalar::DateTime)
}

/// Returns a count as a long; what does not fit is the greatest long.
pub(crate) fn count(value: u64) -> Scalar {
    Scalar::Long(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Returns a number of bytes as a real, which is how Kusto carries sizes.
pub(crate) fn size(bytes: u64) -> Scalar {
    Scalar::Real(bytes as f64)
}

/// Returns an id as a guid.
pub(crate) fn guid(id: uuid::Uuid) -> Scalar {
    Scalar::Guid(id.into())
}

/// Returns JSON text as a dynamic value; text that is none becomes null.
pub(crate) fn dynamic(json: &serde_json::Value) -> Scalar {
    calypso_types::Dynamic::parse_json(&json.to_string()).map_or(Scalar::Null(ScalarType::Dynamic), Scalar::Dynamic)
}
