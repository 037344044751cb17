//! A row of a table, borrowed.

use std::ops::Index;

use calypso_types::Scalar;
use serde::de::DeserializeOwned;

use super::deserialize::RowDeserializer;
use crate::{Column, Error, ErrorKind};

/// A row with its columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    columns: &'a [Column],
    values: &'a [Scalar],
}

impl<'a> Row<'a> {
    pub(crate) const fn new(columns: &'a [Column], values: &'a [Scalar]) -> Self {
        Self { columns, values }
    }

    /// Returns the columns.
    #[must_use]
    pub const fn columns(&self) -> &'a [Column] {
        self.columns
    }

    /// Returns the values, one for each column.
    #[must_use]
    pub const fn values(&self) -> &'a [Scalar] {
        self.values
    }

    /// Returns the value of the first column with this exact name.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&'a Scalar> {
        let index = self.columns.iter().position(|known| known.name() == column)?;
        self.values.get(index)
    }

    /// Returns the row as a `T`, as [`crate::Table::rows`] does.
    ///
    /// # Errors
    /// [`ErrorKind::Conversion`] naming the column.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(RowDeserializer::new(self.columns, self.values))
            .map_err(|error| Error::new(ErrorKind::Conversion, error.to_string()))
    }

    pub(crate) fn read_as<T: DeserializeOwned>(&self, index: usize) -> Result<T, Error> {
        T::deserialize(RowDeserializer::new(self.columns, self.values))
            .map_err(|error| Error::new(ErrorKind::Conversion, format!("row {index}: {error}")))
    }
}

impl Index<usize> for Row<'_> {
    type Output = Scalar;

    fn index(&self, index: usize) -> &Scalar {
        &self.values[index]
    }
}
